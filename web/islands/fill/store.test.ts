import assert from "node:assert/strict";
import { test } from "node:test";
import { kept } from "./testing";
import { memory, PlainStore } from "./store";

test("an instance is kept with its attachments, and goes with them", async () => {
  const shelf = memory();
  const store = new PlainStore(shelf, "bob", true);
  const one = kept({ id: "uuid:1", answers: { name: "王秀英", members: [{ age: "67" }] } });
  await store.put(one);
  await store.attach("uuid:1", "照片-1.jpg", new Blob([Uint8Array.of(0, 255, 128)], { type: "image/jpeg" }));

  const again = new PlainStore(shelf, "bob", true);
  assert.deepEqual(await again.list(), [one]);
  const photo = (await again.attachments("uuid:1")).get("照片-1.jpg")!;
  assert.equal(photo.type, "image/jpeg");
  assert.deepEqual([...new Uint8Array(await photo.arrayBuffer())], [0, 255, 128]);

  await again.remove("uuid:1");
  assert.equal(shelf.length, 0);
});

test("attachments larger than one call's arguments are kept whole", async () => {
  const store = new PlainStore(memory(), "bob", true);
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
  await store.attach("uuid:1", "a.bin", new Blob([bytes]));
  const back = new Uint8Array(await (await store.attachments("uuid:1")).get("a.bin")!.arrayBuffer());
  assert.deepEqual(back, bytes);
});

test("what one person keeps is not shown to another", async () => {
  const shelf = memory();
  const bob = new PlainStore(shelf, "tianye-fill-bob", true), alice = new PlainStore(shelf, "tianye-fill-alice", true);
  await bob.put(kept({ id: "uuid:1" }));
  assert.deepEqual(await alice.list(), []);
  assert.equal(await alice.get("uuid:1"), undefined);
});

test("a full shelf is told, not swallowed", async () => {
  const full = { ...memory(), setItem() { throw new Error("QuotaExceededError"); } };
  await assert.rejects(new PlainStore(full, "bob", true).put(kept({})));
});

test("a form's last answers are kept beside the instances", async () => {
  const store = new PlainStore(memory(), "bob", true);
  assert.equal(await store.last("f1"), undefined);
  await store.putLast("f1", { county: "jiangshan" });
  assert.deepEqual(await store.last("f1"), { county: "jiangshan" });
  assert.deepEqual(await store.list(), []);
});

test("one attachment goes, the others stay", async () => {
  const store = new PlainStore(memory(), "bob", true);
  for (const name of ["a.webm", "b.webm"]) await store.attach("uuid:1", name, new Blob(["x"]));
  await store.drop("uuid:1", "a.webm");
  assert.deepEqual([...(await store.attachments("uuid:1")).keys()], ["b.webm"]);
});
