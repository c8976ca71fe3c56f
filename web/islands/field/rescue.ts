// Reading what a damaged database still gives.
import { done } from "../fill/database";
import type { FieldVisit, Kept } from "../fill/store";

/** What could be read of a database, and how many instances could not. */
export interface Rescued { kept: Kept[]; visits: FieldVisit[]; files: Map<string, Map<string, Blob>>; lost: number }

/** rescue opens a database as it is and reads each thing in it by itself, or only the instances. */
export async function rescue(name: string, instancesOnly = false): Promise<Rescued> {
  const found: Rescued = { kept: [], visits: [], files: new Map(), lost: 0 };
  const request = indexedDB.open(name);
  request.onupgradeneeded = () => request.transaction!.abort(); // it is not there: none is made
  const db = await done(request as IDBRequest<IDBDatabase>);
  try {
    const table = (store: string) => db.transaction(store).objectStore(store);
    const keys = await done(table("instances").getAllKeys()).catch(() => []);
    for (const key of keys) {
      if (!String(key).startsWith("uuid:")) continue;
      try {
        found.kept.push(await done<Kept>(table("instances").get(key)));
      } catch {
        found.lost++;
      }
    }
    if (instancesOnly) return found;
    if (db.objectStoreNames.contains("visits")) found.visits = await done<FieldVisit[]>(table("visits").getAll()).catch(() => []);
    for (const key of await done(table("attachments").getAllKeys()).catch(() => [])) {
      const [id, file] = key as [string, string];
      const blob = await done<Blob | undefined>(table("attachments").get(key)).catch(() => undefined);
      const files = found.files.get(id) ?? new Map<string, Blob>();
      if (blob) files.set(file, blob);
      found.files.set(id, files);
    }
  } finally {
    db.close();
  }
  return found;
}
