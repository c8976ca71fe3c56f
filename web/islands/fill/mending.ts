// Mending a submission: one that a reviewer gave back, or an own one that is not reviewed yet.
import type { Answers, NodeView } from "./engine/types";
import type { Kept, Mends, Store, ToMend } from "./store";

const patience = 8_000; // milliseconds; then what was taken along must do

/** What the server says against mending. */
export class Refused extends Error {}

/** toMend gives a submission as it is now, or without a network as it was taken along. */
export async function toMend(store: Store, submissionsUrl: string, id: string): Promise<ToMend> {
  const known = await store.task(id), taken = known?.kind === "mend" ? known : undefined;
  const abort = typeof AbortController === "undefined" ? undefined : new AbortController();
  const timer = setTimeout(() => abort?.abort(), patience);
  try {
    const answer = await fetch(`${submissionsUrl}/${id}/mend`, { credentials: "same-origin", headers: { Accept: "application/json" }, signal: abort?.signal });
    const body = await answer.json();
    if (answer.ok && body.kind === "mend") return body as ToMend;
    if ((answer.status === 404 || answer.status === 409) && body.message) throw new Refused(body.message);
    throw new Error(String(answer.status));
  } catch (cause) {
    if (taken && !(cause instanceof Refused)) return taken;
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}

/** answerAt is the answer at a path with positions. */
export function answerAt(answers: Answers, path: string): string {
  let at: Answers | Answers[] | string | undefined = answers;
  for (const step of path.split("/")) {
    const [, name = "", position] = /^([^[]*)(?:\[(\d+)\])?$/.exec(step) ?? [];
    if (typeof at !== "object" || Array.isArray(at)) return "";
    at = at[name];
    if (position && Array.isArray(at)) at = at[Number(position) - 1];
  }
  return typeof at === "string" ? at : "";
}

/** nodeAt is the node at a path with positions. */
export function nodeAt(nodes: NodeView[], path: string): NodeView | undefined {
  for (const node of nodes) {
    if (node.path === path) return node;
    const inside = node.instances ?? node.children;
    if (!inside || !path.startsWith(node.path) || !"/[".includes(path[node.path.length]!)) continue;
    const found = nodeAt(inside, path);
    if (found) return found;
  }
  return undefined;
}

/** mendOf is what an instance that mends the submission keeps of it. */
export function mendOf({ id, instanceId, revision, receipt, attachments, reasons, comment, answers }: ToMend): Mends {
  return { submissionId: id, instanceId, revision, receipt, files: attachments, comment,
    reasons: reasons.map(reason => ({ ...reason, was: answerAt(answers, reason.path) })) };
}

/** latest is the instance, not received yet, that mends a submission or was made for an assignment. */
export function latest(all: Kept[], is: (kept: Kept) => boolean): Kept | undefined {
  return all.filter(kept => kept.state !== "sent" && is(kept)).sort((a, b) => b.changed.localeCompare(a.changed))[0];
}

/** bringFiles fetches what the submission's pictures show, as far as there is a network. */
export async function bringFiles(store: Store, { id, attachments, filesUrl }: ToMend): Promise<void> {
  const had = await store.attachments(id);
  for (const name of attachments) {
    if (had.has(name) || !/\.(jpe?g|png|webp|gif)$/i.test(name)) continue;
    const answer = await fetch(filesUrl + encodeURIComponent(name), { credentials: "same-origin" }).catch(() => undefined);
    if (answer?.ok) await store.attach(id, name, await answer.blob());
  }
}
