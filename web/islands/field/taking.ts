// Taking along: what the server has for this person, into the phone, and the fill pages with it.
import { ask, canKeep, kindOf } from "../fill/offline";
import type { Store, Task } from "../fill/store";
import { bookOf, type Person } from "../worker/shelf";
import type { FieldForm, Project, ProjectData, WhoData } from "./data";

/** An answer of the server: what it gave, or why not. */
export interface Got<T> { status: number; body?: T; etag: string; date: number; message: string }

const patience = 30_000, forFiles = 240_000; // milliseconds

/** patiently fetches and reads an answer, and gives up after a while. */
async function patiently<T>(path: string, patience: number, init: RequestInit, read: (answer: Response) => Promise<T>): Promise<T> {
  const giveUp = new AbortController(), timer = setTimeout(() => giveUp.abort(), patience);
  try {
    return await read(await fetch(path, { ...init, credentials: "same-origin", signal: giveUp.signal }));
  } finally {
    clearTimeout(timer);
  }
}

/** get asks the server; status 0: no answer came. */
export function get<T>(path: string, etag = ""): Promise<Got<T>> {
  const headers: Record<string, string> = etag ? { Accept: "application/json", "If-None-Match": etag } : { Accept: "application/json" };
  return patiently<Got<T>>(path, patience, { cache: "no-store", headers }, async answer => {
    const body = answer.status === 304 ? undefined : await answer.json() as T & { message?: string };
    return { status: answer.status, body, etag: answer.headers.get("ETag") ?? "", date: Date.parse(answer.headers.get("Date") ?? ""), message: answer.ok ? "" : body?.message ?? "" };
  }).catch(() => ({ status: 0, etag: "", date: NaN, message: "" }));
}

/** tasksOf are a project's tasks as the phone keeps them. */
export function tasksOf(project: string, { forms, assignments, returned }: ProjectData): Task[] {
  const fillUrl = (form: string) => forms.find(({ id }) => id === form)?.fillUrl ?? `/p/${project}/forms/${form}/fill`;
  return [...assignments.map((a): Task => ({ ...a, kind: "assignment", project, fillUrl: fillUrl(a.formId) })), ...returned];
}

/** takeData brings what has changed of each project. It tells what the server said against that, and whether one is to be asked for again. */
export async function takeData(store: Store, who: WhoData): Promise<{ refused: string; missed: boolean }> {
  const before = await store.note<Project[]>("projects") ?? [], after: Project[] = [];
  let refused = "", missed = false;
  for (const { id, title } of who.projects) {
    const known = before.find(project => project.id === id), asked = new Date().toISOString();
    const got = await get<ProjectData>(`/p/${id}/field/data`, known?.etag);
    if (got.status === 200 && got.body) {
      const tasks = tasksOf(id, got.body);
      await store.putTasks(id, tasks);
      await bringFiles(store, tasks);
      after.push({ id, title, etag: got.etag, forms: got.body.forms, cases: got.body.cases, asked });
    } else {
      if (got.status === 304) await bringFiles(store, (await store.tasks()).filter(({ project }) => project === id)); // what did not come before
      if (known) after.push({ ...known, title, asked: got.status === 304 ? asked : known.asked });
      if (got.status >= 400 && got.status < 500 && got.status !== 429) refused = got.message;
      else if (got.status !== 304) missed = true;
    }
  }
  for (const { id } of before) if (!who.projects.some(project => project.id === id)) await store.putTasks(id, []);
  await store.putNote("projects", after);
  return { refused, missed };
}

// What is to be mended is there with its files, for where there is no network.
async function bringFiles(store: Store, tasks: Task[]): Promise<void> {
  for (const task of tasks) {
    if (task.kind !== "mend") continue;
    const there = await store.attachments(task.id);
    for (const name of task.attachments) {
      if (there.has(name)) continue;
      const file = await patiently(task.filesUrl + encodeURIComponent(name), forFiles, {}, async answer => answer.ok ? answer.blob() : undefined).catch(() => undefined);
      if (file) await store.attach(task.id, name, file);
    }
  }
}

/** How far the taking along of pages is. */
export interface Taking { done: number; of: number; bytes: number; failed: number; full: boolean; heavy: FieldForm[] }

/** weightOf is how many bytes a kept page needs. */
export const weightOf = ({ needs }: { needs: Record<string, number> }) => Object.values(needs).reduce((sum, size) => sum + size, 0);

/** takePages has the worker keep the list itself and every form's page, one after the other. */
export async function takePages(forms: FieldForm[], person: Person, agreed: string[], told: (taking: Taking) => void): Promise<void> {
  if (!canKeep()) return;
  const taking: Taking = { done: 0, of: forms.length, bytes: 0, failed: 0, full: false, heavy: [] };
  told(taking);
  await ask({ keep: ["/field"], person });
  await navigator.storage?.persist?.();
  for (const form of forms) {
    const { stamp, lean } = kindOf(form, agreed), fresh = form.live.map(name => form.mediaUrl + encodeURIComponent(name));
    if (lean) taking.heavy.push(form);
    const kept = (await bookOf()).pages[form.fillUrl];
    const there = kept?.stamp === stamp && kept.user === person.id;
    const result = await ask({ keep: there ? [] : [form.fillUrl], person, stamp, fresh, lean });
    if (!result.ok) {
      taking.failed++;
      taking.full = taking.full || result.full === true;
    }
    if (result.ok || there) {
      taking.done++;
      taking.bytes += there ? weightOf(kept) : result.bytes;
    }
    told(taking);
  }
  if (taking.failed === 0) await ask({ keep: [], person, settled: true });
}
