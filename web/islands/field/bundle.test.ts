import assert from "node:assert/strict";
import { test } from "node:test";
import { memory, PlainStore, type FieldVisit } from "../fill/store";
import { kept, waiting } from "../fill/testing";
import { pack, unpack } from "./bundle";

const bob = { id: "u1", name: "王波", login: "bob" };
const store = () => new PlainStore(memory(), "bob", true);

async function filled() {
  const from = store();
  await from.put(waiting("uuid:1", { files: ["a.jpg"] }));
  await from.attach("uuid:1", "a.jpg", new Blob([Uint8Array.of(0, 255, 128)], { type: "image/jpeg" }));
  await from.put(kept({ id: "uuid:2", answers: { name: "王秀英" } }));
  return from;
}

test("what is exported comes back whole, on another phone of the same person", async () => {
  const from = await filled(), to = store();
  const { file, instances, lostFiles } = await pack(from, await from.list(), bob);
  assert.deepEqual([instances, lostFiles], [2, 0]);
  assert.deepEqual(await unpack(to, await file.text(), bob), { taken: 2, known: 0, visits: 0 });
  assert.deepEqual(await to.list(), await from.list());
  const photo = (await to.attachments("uuid:1")).get("a.jpg")!;
  assert.deepEqual([photo.type, ...new Uint8Array(await photo.arrayBuffer())], ["image/jpeg", 0, 255, 128]);
});

test("what is here already stays as it is", async () => {
  const from = await filled(), to = store();
  await to.put(kept({ id: "uuid:2", answers: { name: "李四" } }));
  const { file } = await pack(from, await from.list(), bob);
  assert.deepEqual(await unpack(to, await file.text(), bob), { taken: 1, known: 1, visits: 0 });
  assert.deepEqual((await to.get("uuid:2"))!.answers, { name: "李四" });
});

test("another person's file is not taken, nor one that is cut off or leads elsewhere", async () => {
  const from = await filled(), to = store();
  const { file } = await pack(from, await from.list(), bob), text = await file.text();
  assert.equal(await unpack(to, text, { ...bob, id: "u2" }), "otherPerson");
  const bad = [text.slice(0, -10), "[]", "null", text.replace(/\/p\/p1\/submissions/g, "https://elsewhere.example/p/p1/submissions"),
    text.replace(/\/p\/p1\/forms\/f1\/fill/g, "javascript:alert(1)"), text.replace(/uuid:1/g, "<img>")];
  for (const wrong of bad) assert.equal(await unpack(to, wrong, bob), "unreadable", wrong.slice(0, 200));
  assert.deepEqual(await to.list(), []);
});

test("a file that cannot be read is left out and counted", async () => {
  const broken = new Map([["a.jpg", new Response(new ReadableStream({ start(c) { c.error(new Error()); } })).body as unknown as Blob]]);
  const { file, lostFiles } = await pack({ attachments: async () => broken }, [waiting("uuid:1")], bob);
  assert.equal(lostFiles, 1);
  assert.deepEqual(await unpack(store(), await file.text(), bob), { taken: 1, known: 0, visits: 0 });
});

test("visits go along; one that leads elsewhere makes the file unreadable", async () => {
  const from = await filled(), to = store();
  const visit: FieldVisit = { id: "v1", assignment: "a1", title: "前程村", postUrl: "/p/p1/assignments/a1/visits", at: "2026-04-12T02:30:00.000Z", outcome: "other", note: "涨水", state: "refused", refusal: "太早" };
  const text = await (await pack(from, await from.list(), bob, [visit])).file.text();
  assert.equal(await unpack(to, text.replace("/p/p1/assignments/a1/visits", "https://elsewhere.example/visits"), bob), "unreadable");
  assert.deepEqual(await unpack(to, text, bob), { taken: 2, known: 0, visits: 1 });
  assert.deepEqual(await to.visits(), [visit]);
  assert.deepEqual(await unpack(to, text, bob), { taken: 0, known: 2, visits: 0 });
});

test("a receipt's address that leads elsewhere is not taken", async () => {
  const received = (receiptUrl: string) => kept({ state: "sent", receipt: "7K3M-9QXD", receiptUrl });
  for (const [url, came] of [["/p/p1/submissions/s1", { taken: 1, known: 0, visits: 0 }], ["javascript:alert(1)", "unreadable"], ["//elsewhere.example/p/p1/submissions/s1", "unreadable"]] as const) {
    assert.deepEqual(await unpack(store(), await (await pack(store(), [received(url)], bob)).file.text(), bob), came, url);
  }
});
