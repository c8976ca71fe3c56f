// Instances as a file, and back: for when a phone cannot send them.
import { fromBase64, toBase64 } from "../fill/plain";
import type { FieldVisit, Kept, Store } from "../fill/store";
import type { Person } from "../worker/shelf";

interface Packed { kept: Kept; files: { name: string; type: string; base64: string }[] }
interface Bundle { format: "tianye-instances"; version: 1; person: { id: string; name: string }; made: string; visits?: FieldVisit[]; instances: Packed[] }

/** What of the instances a file was made of. */
export interface Bundled { file: Blob; instances: number; lostFiles: number }

/** pack makes a file of instances with all attachments that can be read, and of visits. */
export async function pack(store: Pick<Store, "attachments">, all: Kept[], person: Person, visits: FieldVisit[] = []): Promise<Bundled> {
  const { id, name } = person;
  const head: Bundle = { format: "tianye-instances", version: 1, person: { id, name }, made: new Date().toISOString(), visits, instances: [] };
  // Part by part: no string need hold all.
  const parts: BlobPart[] = [JSON.stringify(head).replace(/\]\}$/, "")];
  let lostFiles = 0;
  for (const [i, kept] of all.entries()) {
    const files: Packed["files"] = [];
    const blobs = await store.attachments(kept.id).catch(() => new Map<string, Blob>());
    for (const [name, blob] of blobs) {
      try {
        files.push({ name, type: blob.type, base64: toBase64(new Uint8Array(await new Response(blob).arrayBuffer())) });
      } catch {
        lostFiles++;
      }
    }
    parts.push((i > 0 ? ",\n" : "\n") + JSON.stringify({ kept, files } as Packed));
  }
  parts.push("\n]}\n");
  return { file: new Blob(parts, { type: "application/json" }), instances: all.length, lostFiles };
}

/** Why a file is not taken. */
export type Unfit = "unreadable" | "otherPerson";

/** What came of a file: how many instances are here now, how many were here before, and how many visits came. */
export interface Unpacked { taken: number; known: number; visits: number }

const sentTo = /^\/p\/[\w-]+\/submissions$/, received = /^\/p\/[\w-]+\/submissions\/[\w-]+$/, visitedAt = /^\/p\/[\w-]+\/assignments\/[\w-]+\/visits$/,
  filledAt = /^\/p\/[\w-]+\/forms\/[\w-]+\/fill(\?.*)?$/;

/** unpack puts the instances of a file among the person's own; what is here already stays as it is. */
export async function unpack(store: Store, text: string, person: Person): Promise<Unpacked | Unfit> {
  const bundle = read(text);
  if (!bundle) return "unreadable";
  if (bundle.person.id !== person.id) return "otherPerson";
  let taken = 0, known = 0;
  for (const { kept, files } of bundle.instances) {
    if (await store.get(kept.id)) {
      known++;
      continue;
    }
    for (const { name, type, base64 } of files) await store.attach(kept.id, name, new Blob([fromBase64(base64)], { type }));
    await store.put(kept);
    taken++;
  }
  const here = await store.visits(), came = (bundle.visits ?? []).filter(({ id }) => !here.some(visit => visit.id === id));
  for (const visit of came) await store.putVisit(visit);
  return { taken, known, visits: came.length };
}

// A file may come from anywhere: no address in it leads to another place than instances go to.
function read(text: string): Bundle | undefined {
  try {
    const bundle = JSON.parse(text) as Bundle;
    const whole = bundle.format === "tianye-instances" && bundle.version === 1 && typeof bundle.person.id === "string" && bundle.instances.every(({ kept, files }) =>
      /^uuid:[\w-]{1,90}$/.test(kept.id) && ["unfinished", "waiting", "refused", "sent"].includes(kept.state) && sentTo.test(kept.postUrl) && filledAt.test(kept.pageUrl) &&
      typeof kept.form === "string" && typeof kept.title === "string" && typeof kept.changed === "string" && typeof kept.answers === "object" && kept.answers !== null &&
      (!kept.receiptUrl || received.test(kept.receiptUrl)) &&
      (kept.state === "unfinished" || kept.state === "sent" || kept.submission?.instanceId === kept.id) &&
      files.every(file => typeof file.name === "string" && typeof file.type === "string" && typeof file.base64 === "string")) && (bundle.visits ?? []).every(isVisit);
    return whole ? bundle : undefined;
  } catch {
    return undefined;
  }
}

const isVisit = ({ id, assignment, title, postUrl, at, outcome, note, state, refusal }: FieldVisit) => /^[\w:-]{1,90}$/.test(id) && visitedAt.test(postUrl) &&
  [assignment, title, at, note, refusal ?? ""].every(text => typeof text === "string") && ["notHome", "refused", "moved", "other"].includes(outcome) && ["waiting", "refused", "sent"].includes(state);

/** save has the browser save a file. */
export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
