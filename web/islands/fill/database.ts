// A person's instances and tasks in IndexedDB.
import type { Answers } from "./engine/types";
import type { FieldVisit, Kept, Store, Task } from "./store";

// The second version added what was taken along: tasks, visits, notes.
const version = 2, tables = ["instances", "attachments", "tasks", "visits", "notes"];

export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** openDatabase opens a database, made or brought up to date if need be. */
export function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => {
      const { result } = request;
      for (const table of tables) {
        if (!result.objectStoreNames.contains(table)) result.createObjectStore(table, table === "attachments" || table === "notes" ? undefined : { keyPath: "id" });
      }
    };
    request.onsuccess = () => {
      // A page of a later version that waits for this one to let go.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

const instances = () => IDBKeyRange.bound("uuid:", "uuid:\uffff");
const all = (id: string) => IDBKeyRange.bound([id], [id, []]);

/** What waits in somebody's database, whoever is signed in; it is not made when it is not there. */
export async function waitingIn(name: string): Promise<number> {
  const request = indexedDB.open(name);
  request.onupgradeneeded = () => request.transaction!.abort();
  const db = await done(request as IDBRequest<IDBDatabase>);
  try {
    const kept = await done<Kept[]>(db.transaction("instances").objectStore("instances").getAll(instances()));
    return kept.filter(({ state }) => state !== "sent").length;
  } finally {
    db.close();
  }
}

export class IndexedStore implements Store {
  readonly lasting = true;
  unreadable = 0;
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

  private set(store: string, value: unknown, key?: IDBValidKey): Promise<void> {
    return this.write([store], tx => tx.objectStore(store).put(value, key));
  }

  // Beside the instances, whose ids all begin with "uuid:", stand the answers of each form's last one.
  // Where one of them cannot be read, the others still can, one by one.
  async list() {
    try {
      const found = await done<Kept[]>(this.read("instances").getAll(instances()));
      this.unreadable = 0;
      return found;
    } catch {
      const keys = await done(this.read("instances").getAllKeys(instances()));
      const each = await Promise.all(keys.map(key => this.get(String(key)).catch(() => undefined)));
      const found = each.filter((kept): kept is Kept => kept !== undefined);
      this.unreadable = keys.length - found.length;
      return found;
    }
  }
  async last(form: string) {
    const found = await done<{ answers: Answers } | undefined>(this.read("instances").get("last:" + form));
    return found?.answers;
  }
  putLast(form: string, answers: Answers) { return this.set("instances", { id: "last:" + form, answers }); }
  get(id: string) { return done<Kept | undefined>(this.read("instances").get(id)); }
  put(kept: Kept) { return this.set("instances", kept); }

  update(id: string, change: (kept: Kept) => Kept | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const tx = this.db.transaction("instances", "readwrite"), table = tx.objectStore("instances");
      tx.oncomplete = () => resolve();
      tx.onerror = tx.onabort = () => reject(tx.error);
      const request = table.get(id) as IDBRequest<Kept | undefined>;
      request.onsuccess = () => {
        const after = request.result && change(request.result);
        if (after) table.put(after);
      };
    });
  }

  remove(id: string) {
    return this.write(["instances", "attachments"], tx => {
      tx.objectStore("instances").delete(id);
      tx.objectStore("attachments").delete(all(id));
    });
  }
  detach(id: string) { return this.write(["attachments"], tx => tx.objectStore("attachments").delete(all(id))); }
  drop(id: string, name: string) { return this.write(["attachments"], tx => tx.objectStore("attachments").delete([id, name])); }
  attach(id: string, name: string, blob: Blob) { return this.set("attachments", blob, [id, name]); }
  async attachments(id: string) {
    const store = this.read("attachments");
    const [keys, blobs] = await Promise.all([done(store.getAllKeys(all(id))), done<Blob[]>(store.getAll(all(id)))]);
    return new Map(blobs.map((blob, i): [string, Blob] => [(keys[i] as string[])[1]!, blob]));
  }

  tasks() { return done<Task[]>(this.read("tasks").getAll()); }
  task(id: string) { return done<Task | undefined>(this.read("tasks").get(id)); }
  async putTasks(project: string, tasks: Task[]) {
    const before = (await this.tasks()).filter(task => task.project === project && !tasks.some(({ id }) => id === task.id));
    await this.write(["tasks", "attachments"], tx => {
      for (const { id } of before) {
        tx.objectStore("tasks").delete(id);
        tx.objectStore("attachments").delete(all(id));
      }
      for (const task of tasks) tx.objectStore("tasks").put(task);
    });
  }

  visits() { return done<FieldVisit[]>(this.read("visits").getAll()); }
  putVisit(visit: FieldVisit) { return this.set("visits", visit); }
  removeVisit(id: string) { return this.write(["visits"], tx => tx.objectStore("visits").delete(id)); }

  note<T>(key: string) { return done<T | undefined>(this.read("notes").get(key)); }
  putNote(key: string, value: unknown) { return this.set("notes", value, key); }
}
