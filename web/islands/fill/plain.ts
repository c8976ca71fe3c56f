// Where there is no IndexedDB: localStorage, else memory.
import type { Answers } from "./engine/types";
import type { FieldVisit, Kept, Store, Task } from "./store";

/** The subset of the DOM's Storage that PlainStore needs. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** PlainStore keeps instances on a Shelf. */
export class PlainStore implements Store {
  readonly unreadable = 0;
  constructor(private readonly shelf: Shelf, private readonly prefix: string, readonly lasting: boolean) {}

  private keys(kind: string): string[] {
    const keys: string[] = [];
    for (let i = 0; i < this.shelf.length; i++) {
      const key = this.shelf.key(i)!;
      if (key.startsWith(this.prefix + kind)) keys.push(key);
    }
    return keys;
  }

  private read<T>(path: string): T | undefined {
    const text = this.shelf.getItem(this.prefix + path);
    return text === null ? undefined : JSON.parse(text) as T;
  }
  private all<T>(kind: string): T[] { return this.keys(kind).map(key => JSON.parse(this.shelf.getItem(key)!) as T); }
  private write(path: string, value: unknown): void { this.shelf.setItem(this.prefix + path, JSON.stringify(value)); }

  async list() { return this.all<Kept>("/i/"); }
  async get(id: string) { return this.read<Kept>("/i/" + id); }
  async put(kept: Kept) { this.write("/i/" + kept.id, kept); }
  async update(id: string, change: (kept: Kept) => Kept | undefined) {
    const before = await this.get(id), after = before && change(before);
    if (after) await this.put(after);
  }
  async remove(id: string) {
    this.shelf.removeItem(this.prefix + "/i/" + id);
    await this.detach(id);
  }
  async detach(id: string) {
    for (const key of this.keys("/a/" + id + "/")) this.shelf.removeItem(key);
  }
  async drop(id: string, name: string) { this.shelf.removeItem(this.prefix + "/a/" + id + "/" + name); }
  async last(form: string) { return this.read<Answers>("/l/" + form); }
  async putLast(form: string, answers: Answers) { this.write("/l/" + form, answers); }
  async attach(id: string, name: string, blob: Blob) {
    this.write("/a/" + id + "/" + name, [blob.type, toBase64(new Uint8Array(await new Response(blob).arrayBuffer()))]);
  }
  async attachments(id: string) {
    const prefix = this.prefix + "/a/" + id + "/";
    return new Map(this.keys("/a/" + id + "/").map((key): [string, Blob] => {
      const [type, text] = JSON.parse(this.shelf.getItem(key)!) as [string, string];
      return [key.slice(prefix.length), new Blob([fromBase64(text)], { type })];
    }));
  }
  async tasks() { return this.all<Task>("/t/"); }
  async task(id: string) { return this.read<Task>("/t/" + id); }
  async putTasks(project: string, tasks: Task[]) {
    for (const task of await this.tasks()) if (task.project === project) this.shelf.removeItem(this.prefix + "/t/" + task.id);
    for (const task of tasks) this.write("/t/" + task.id, task);
  }
  async visits() { return this.all<FieldVisit>("/v/"); }
  async putVisit(visit: FieldVisit) { this.write("/v/" + visit.id, visit); }
  async removeVisit(id: string) { this.shelf.removeItem(this.prefix + "/v/" + id); }
  async note<T>(key: string) { return this.read<T>("/n/" + key); }
  async putNote(key: string, value: unknown) { this.write("/n/" + key, value); }
}

/** memory is a Shelf that goes with the page. */
export function memory(): Shelf {
  const items = new Map<string, string>();
  return {
    get length() { return items.size; },
    key: n => [...items.keys()][n] ?? null,
    getItem: key => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: key => void items.delete(key),
  };
}

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), c => c.charCodeAt(0));
}
