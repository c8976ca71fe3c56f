import assert from "node:assert/strict";
import { test } from "node:test";
import { formerOf, memory, startAfresh } from "../fill/store";
import { waiting } from "../fill/testing";
import { Shell } from "./shell";

const bob = { id: "u1", name: "吴博", login: "bob" }, at = "tianye-fill-u1";

// A phone without a network and without IndexedDB, on which bob was signed in last.
function phone() {
  const shelf = memory(), listeners = new Map<string, () => void>();
  const listen = (kind: string, call: () => void) => void listeners.set(kind, call);
  const book = { match: async () => new Response(JSON.stringify({ person: bob, pages: {}, coming: [] })) };
  const put = (name: string, value: unknown) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  put("localStorage", shelf);
  put("location", { origin: "https://t.example" });
  put("navigator", { serviceWorker: {}, onLine: false });
  put("caches", { open: async () => book });
  put("document", { visibilityState: "visible", addEventListener: listen });
  put("addEventListener", listen);
  put("fetch", async () => { throw new TypeError("no network"); });
  put("setTimeout", () => 0);
  return { shelf, wake: () => listeners.get("pageshow")!() };
}

async function opened(shell: Shell, until: () => boolean): Promise<void> {
  await new Promise<void>(resolve => shell.begin(() => { if (until()) resolve(); }));
}
const settled = async () => { for (let i = 0; i < 20; i++) await new Promise(setImmediate); };

test("a storage is damaged only as long as its instances cannot be read", async () => {
  const { shelf, wake } = phone(), shell = new Shell();
  shelf.setItem(at + "/i/uuid:1", "{");
  await opened(shell, () => shell.damaged !== undefined);
  shelf.setItem(at + "/i/uuid:1", JSON.stringify(waiting("uuid:1")));
  wake();
  await settled();
  assert.deepEqual([shell.damaged, shell.kept.map(({ id }) => id)], [undefined, ["uuid:1"]]);
});

test("what else cannot be read hides no instances", async () => {
  const { shelf } = phone(), shell = new Shell();
  shelf.setItem(at + "/i/uuid:1", JSON.stringify(waiting("uuid:1")));
  shelf.setItem(at + "/n/projects", "{");
  shelf.setItem("tianye-people", "[{");
  await opened(shell, () => shell.ready);
  assert.deepEqual([shell.damaged, shell.kept.length], [undefined, 1]);
});

test("however many changes come at once, the phone is looked through once more", async () => {
  const { wake } = phone(), shell = new Shell();
  await opened(shell, () => shell.ready);
  await settled();
  const store = shell.store!, tasks = store.tasks.bind(store);
  let looks = 0;
  store.tasks = () => { looks++; return tasks(); };
  for (let i = 0; i < 50; i++) wake();
  await settled();
  assert.ok(looks > 0 && looks < 5, String(looks));
});

test("the databases in whose place another one was begun are known", () => {
  phone();
  assert.deepEqual(formerOf("u1"), []);
  startAfresh("u1");
  startAfresh("u1");
  assert.deepEqual(formerOf("u1"), ["tianye-fill-u1", "tianye-fill-u1.2"]);
});
