import assert from "node:assert/strict";
import { test } from "node:test";
import type { Definition, Field, Violation } from "./engine/types";
import { Filling } from "./filling";
import { memory, PlainStore, type Kept, type Store } from "./store";
import { field, kept } from "./testing";

const yes = { src: "true()", root: { k: "call" as const, s: "true", a: [] } };
const fields: Field[] = [
  field("name", "text", { required: yes }), field("age", "integer"), field("photo", "image"),
  field("members", "repeat", { fields: [field("who", "text"), field("picture", "image")] }),
];
const definition: Definition = { formId: "f", title: "t", defaultLanguage: "", languages: [""], fields };
const environment = { now: () => new Date("2026-04-12T02:30:00Z"), deviceID: "d1", username: "bob", random: () => 0.5 };
const around = { environment, complain: ({ kind }: Violation, type: string) => `${kind} ${type}`, media: () => undefined, limits: { file: 50, all: 100, count: 9 }, changed() {} };

async function begin(store: Store = new PlainStore(memory(), "bob", true), record: Kept = kept({})) {
  return { store, filling: new Filling(definition, record, await store.attachments(record.id), store, around) };
}

test("every answer is kept, and gone on with after the page is gone", async () => {
  const { store, filling } = await begin();
  filling.answer("name", "王秀英");
  filling.answer("members[1]/who", "儿子");
  await filling.attach("photo", "photo-1.jpg", new Blob(["x"]));
  await filling.flush();

  const record = (await store.get("uuid:1"))!;
  assert.deepEqual([record.answered, record.excerpt], [3, "王秀英 · 儿子"]);
  const again = (await begin(store, record)).filling;
  assert.deepEqual(again.engine.snapshot(), filling.engine.snapshot());
  assert.equal(await again.blobs.get("photo-1.jpg")!.text(), "x");
});

test("nothing is kept before something is answered", async () => {
  const { store, filling } = await begin();
  filling.turn(0);
  await filling.flush();
  assert.deepEqual(await store.list(), []);
});

test("an answer is judged when it is left, and the complaint goes when it is right", async () => {
  const { filling } = await begin();
  filling.answer("age", "many");
  assert.equal(filling.errors.size, 0);
  filling.leave("age");
  assert.equal(filling.errors.get("age"), "type integer");
  filling.leave("name");
  assert.equal(filling.errors.has("name"), false);
  filling.answer("age", "67");
  assert.equal(filling.errors.size, 0);
  assert.deepEqual(filling.judge(), ["name"]);
});

test("a removed repeat can be had back, until something else is answered", async () => {
  const { filling } = await begin();
  filling.answer("members[1]/who", "儿子");
  filling.add("members");
  filling.answer("members[2]/who", "女儿");
  filling.remove("members", 1);
  assert.deepEqual(filling.engine.snapshot().members, [{ who: "女儿" }]);
  filling.undo!();
  assert.deepEqual(filling.engine.snapshot().members, [{ who: "儿子" }, { who: "女儿" }]);
  filling.remove("members", 2);
  filling.answer("name", "王秀英");
  assert.equal(filling.undo, undefined);
});

test("finished, it waits with exactly the attachments that its answers name", async () => {
  const { store, filling } = await begin();
  filling.answer("name", "王秀英");
  await filling.attach("photo", "old.jpg", new Blob(["x"]));
  await filling.attach("photo", "new.jpg", new Blob(["y"]));
  await filling.attach("members[1]/picture", "son.jpg", new Blob(["z"]));
  await filling.finish("f1");
  const record = (await store.get("uuid:1"))!;
  assert.equal(record.state, "waiting");
  assert.deepEqual(record.files, ["new.jpg", "son.jpg"]);
  assert.equal(record.submission!.instanceId, "uuid:1");
  assert.equal(record.submission!.answers.name, "王秀英");
});

test("the server's complaints stay until their answer changes", async () => {
  const refusal = { message: "有答案不符合要求。", details: [{ where: "age", text: "服务器：年龄不对。" }] };
  const { filling } = await begin(undefined, kept({ answers: { name: "王秀英", age: "67" }, refusal }));
  filling.answer("name", "李四");
  assert.equal(filling.errors.get("age"), "服务器：年龄不对。");
  filling.answer("age", "68");
  assert.equal(filling.errors.size, 0);
});

test("a store that is full is said, until it takes again", async () => {
  const shelf = memory();
  let full = true;
  const store = new PlainStore({ ...shelf, setItem(key, value) { if (full) throw new Error("full"); shelf.setItem(key, value); } }, "bob", true);
  const { filling } = await begin(store);
  filling.answer("name", "王秀英");
  await filling.flush();
  assert.equal(filling.unsaved, true);
  full = false;
  filling.answer("name", "王秀英2");
  await filling.flush();
  assert.equal(filling.unsaved, false);
});

test("a picture that the store did not take is kept as soon as there is room, and not finished without", async () => {
  const store = new PlainStore(memory(), "bob", true), attach = store.attach.bind(store);
  let full = true;
  store.attach = async (id, name, blob) => { if (full) throw new Error("full"); await attach(id, name, blob); };
  const { filling } = await begin(store);
  await filling.attach("photo", "p.jpg", new Blob(["x"]));
  filling.answer("name", "王秀英");
  await filling.flush();
  assert.equal(filling.unsaved, true);
  await assert.rejects(filling.finish("f1"));
  assert.equal((await store.get("uuid:1"))!.state, "unfinished");
  full = false;
  filling.answer("name", "李四");
  await filling.flush();
  assert.equal(filling.unsaved, false);
  await filling.finish("f1");
  assert.deepEqual([(await store.get("uuid:1"))!.files, [...(await store.attachments("uuid:1")).keys()]], [["p.jpg"], ["p.jpg"]]);
});

test("a tab that lost the instance saves nothing more", async () => {
  const { store, filling } = await begin();
  filling.lost = true;
  filling.answer("name", "王秀英");
  await filling.flush();
  assert.deepEqual(await store.list(), []);
});

test("a file takes the place of the one before, which is kept no longer", async () => {
  const { store, filling } = await begin();
  await filling.attach("photo", "old.jpg", new Blob(["x"]));
  await filling.attach("photo", "new.jpg", new Blob(["yy"]), "old.jpg");
  assert.deepEqual([[...filling.blobs.keys()], filling.weight], [["new.jpg"], 2]);
  filling.unattach("photo", "new.jpg");
  await filling.flush();
  assert.deepEqual([...(await store.attachments("uuid:1")).keys()], []);
});

test("what is recorded unasked is kept with the first answer, not alone; its file is sent", async () => {
  const record = kept({});
  const store = new PlainStore(memory(), "bob", true);
  const recording = { ...definition, fields: [...fields, field("begun", "start-geopoint"), field("sound", "background-audio")] };
  const filling = new Filling(recording, record, new Map(), store, around);
  filling.put("begun", "28.7 118.6 0 5");
  await filling.flush();
  assert.deepEqual(await store.list(), []);
  filling.closing = () => filling.attach("sound", "sound.webm", new Blob(["x"]));
  filling.answer("name", "王秀英");
  await filling.finish("f1");
  const sent = (await store.get("uuid:1"))!;
  assert.deepEqual(sent.files, ["sound.webm"]);
  assert.equal(sent.submission!.answers.begun, "28.7 118.6 0 5");
});

test("what was finished is the last saved, where the form reads it", async () => {
  const last = { ...definition, externals: [{ id: "__last-saved", source: "jr://instance/last-saved" }] };
  for (const [form, known] of [[definition, undefined], [last, "王秀英"]] as const) {
    const store = new PlainStore(memory(), "bob", true);
    const filling = new Filling(form, kept({}), new Map(), store, around);
    filling.answer("name", "王秀英");
    await filling.finish("f1");
    assert.equal((await store.last("f1"))?.name, known);
  }
});
