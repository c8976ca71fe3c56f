// Several people may have one phone. Each has a database of their own; of the others nothing is
// shown but that something of theirs waits, and the first character of the name.
import { databaseOf } from "../fill/store";
import { waitingIn } from "../fill/database";
import type { Person } from "../worker/shelf";

export interface Other { id: string; initial: string; waiting: number }

const shelf = "tianye-people";

/** peopleOf reads who has worked on this phone: of each the first character of the name, by id. */
export function known(storage: Pick<Storage, "getItem">): Record<string, string> {
  try {
    return JSON.parse(storage.getItem(shelf) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

/** remember notes that somebody works on this phone. */
export function remember(storage: Pick<Storage, "getItem" | "setItem">, { id, name }: Person): void {
  const all = known(storage), initial = Array.from(name)[0] ?? "";
  if (all[id] !== initial) storage.setItem(shelf, JSON.stringify({ ...all, [id]: initial }));
}

/** others counts what waits of all but one. */
export async function others(me: string | undefined): Promise<Other[]> {
  const people = Object.entries(known(localStorage)).filter(([id]) => id !== me);
  const counted = await Promise.all(people.map(async ([id, initial]): Promise<Other> => ({ id, initial, waiting: await waitingIn(databaseOf(id)).catch(() => 0) })));
  return counted.filter(({ waiting }) => waiting > 0);
}
