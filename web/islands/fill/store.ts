// Where instances wait in the browser: unfinished, waiting to be sent, or sent
// (then only the receipt is left).
import type { Answers } from "./engine/types";

export type State = "unfinished" | "waiting" | "refused" | "sent";

/** What the server said against an instance. */
export interface Refusal { message: string; details: { where: string; text: string }[] }

/** The part "submission" of what is sent. */
export interface Submission {
  instanceId: string; formId: string; version: number; caseId: string; language: string; deviceId: string;
  started: string; ended: string; answers: Answers;
}

/** One instance as the browser keeps it. */
export interface Kept {
  id: string;               // "uuid:…", stays the same however often it is sent
  form: string;             // the Form's id
  version: number;
  title: string;            // the form's
  caseId: string;
  caseTitle: string;
  language: string;         // the form's, as chosen
  state: State;
  started: string;          // ISO times
  changed: string;
  answers: Answers;         // everything entered, relevant or not
  page: number;             // where the enumerator was
  excerpt: string;          // first answers, to tell instances apart
  answered: number;
  asked: number;
  postUrl: string;
  pageUrl: string;          // where it is filled in
  submission?: Submission;  // from "waiting" on
  files?: string[];         // attachments that belong to it
  refusal?: Refusal;
  receipt?: string;
  receiptUrl?: string;
}

export interface Store {
  /** Whether what is kept outlives the page. */
  readonly lasting: boolean;
  list(): Promise<Kept[]>;
  get(id: string): Promise<Kept | undefined>;
  put(kept: Kept): Promise<void>;
  /** Removes an instance with its attachments. */
  remove(id: string): Promise<void>;
  attach(id: string, name: string, blob: Blob): Promise<void>;
  attachments(id: string): Promise<Map<string, Blob>>;
  detach(id: string): Promise<void>;
  /** Removes one attachment. */
  drop(id: string, name: string): Promise<void>;
  /** The answers of the instance of a form that was finished last. */
  last(form: string): Promise<Answers | undefined>;
  putLast(form: string, answers: Answers): Promise<void>;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

class IndexedStore implements Store {
  readonly lasting = true;
  constructor(private readonly db: IDBDatabase) {}

  private read(store: string) {
    return this.db.transaction(store).objectStore(store);
  }

  // The commit is asked for at once, so that a write begun while the page goes away still counts.
  private write(stores: string[], change: (tx: IDBTransaction) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const tx = this.db.transaction(stores, "readwrite");
      tx.oncomplete = () => resolve();
      tx.onerror = tx.onabort = () => reject(tx.error);
      change(tx);
      tx.commit?.();
    });
  }

  // Beside the instances, whose ids all begin with "uuid:", stand the answers of each form's last one.
  list() { return done<Kept[]>(this.read("instances").getAll(IDBKeyRange.bound("uuid:", "uuid:\uffff"))); }
  async last(form: string) {
    const found = await done<{ answers: Answers } | undefined>(this.read("instances").get("last:" + form));
    return found?.answers;
  }
  putLast(form: string, answers: Answers) {
    return this.write(["instances"], tx => tx.objectStore("instances").put({ id: "last:" + form, answers }));
  }
  get(id: string) { return done<Kept | undefined>(this.read("instances").get(id)); }
  put(kept: Kept) { return this.write(["instances"], tx => tx.objectStore("instances").put(kept)); }

  remove(id: string) {
    return this.write(["instances", "attachments"], tx => {
      tx.objectStore("instances").delete(id);
      tx.objectStore("attachments").delete(all(id));
    });
  }
  detach(id: string) { return this.write(["attachments"], tx => tx.objectStore("attachments").delete(all(id))); }
  drop(id: string, name: string) { return this.write(["attachments"], tx => tx.objectStore("attachments").delete([id, name])); }
  attach(id: string, name: string, blob: Blob) {
    return this.write(["attachments"], tx => tx.objectStore("attachments").put(blob, [id, name]));
  }
  async attachments(id: string) {
    const store = this.read("attachments");
    const [keys, blobs] = await Promise.all([done(store.getAllKeys(all(id))), done<Blob[]>(store.getAll(all(id)))]);
    return new Map(blobs.map((blob, i): [string, Blob] => [(keys[i] as string[])[1]!, blob]));
  }
}

const all = (id: string) => IDBKeyRange.bound([id], [id, []]);

/** The subset of the DOM's Storage that PlainStore needs. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** PlainStore keeps instances on a Shelf: localStorage where there is no IndexedDB, else memory. */
export class PlainStore implements Store {
  constructor(private readonly shelf: Shelf, private readonly prefix: string, readonly lasting: boolean) {}

  private keys(kind: string): string[] {
    const keys: string[] = [];
    for (let i = 0; i < this.shelf.length; i++) {
      const key = this.shelf.key(i)!;
      if (key.startsWith(this.prefix + kind)) keys.push(key);
    }
    return keys;
  }

  async list() { return this.keys("/i/").map(key => JSON.parse(this.shelf.getItem(key)!) as Kept); }
  async get(id: string) {
    const text = this.shelf.getItem(this.prefix + "/i/" + id);
    return text === null ? undefined : JSON.parse(text) as Kept;
  }
  async put(kept: Kept) { this.shelf.setItem(this.prefix + "/i/" + kept.id, JSON.stringify(kept)); }
  async remove(id: string) {
    this.shelf.removeItem(this.prefix + "/i/" + id);
    await this.detach(id);
  }
  async detach(id: string) {
    for (const key of this.keys("/a/" + id + "/")) this.shelf.removeItem(key);
  }
  async drop(id: string, name: string) { this.shelf.removeItem(this.prefix + "/a/" + id + "/" + name); }
  async last(form: string) {
    const text = this.shelf.getItem(this.prefix + "/l/" + form);
    return text === null ? undefined : JSON.parse(text) as Answers;
  }
  async putLast(form: string, answers: Answers) { this.shelf.setItem(this.prefix + "/l/" + form, JSON.stringify(answers)); }
  async attach(id: string, name: string, blob: Blob) {
    const bytes = new Uint8Array(await new Response(blob).arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    this.shelf.setItem(this.prefix + "/a/" + id + "/" + name, JSON.stringify([blob.type, btoa(text)]));
  }
  async attachments(id: string) {
    const prefix = this.prefix + "/a/" + id + "/";
    return new Map(this.keys("/a/" + id + "/").map((key): [string, Blob] => {
      const [type, text] = JSON.parse(this.shelf.getItem(key)!) as [string, string];
      return [key.slice(prefix.length), new Blob([Uint8Array.from(atob(text), c => c.charCodeAt(0))], { type })];
    }));
  }
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

/** openStore opens the best that this browser has, for one person's instances. */
export async function openStore(wallet: string): Promise<Store> {
  const name = "tianye-fill-" + wallet;
  try {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("instances", { keyPath: "id" });
      request.result.createObjectStore("attachments");
    };
    return new IndexedStore(await done(request));
  } catch {
    return plainStore(name);
  }
}

function plainStore(name: string): Store {
  try {
    localStorage.setItem(name, "");
    localStorage.removeItem(name);
    return new PlainStore(localStorage, name, true);
  } catch {
    return new PlainStore(memory(), name, false);
  }
}
