import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { FillData } from "./data";
import { codeIn, isOver } from "./public";
import { memory, PlainStore } from "./store";
import { kept, waiting } from "./testing";
import { Visit } from "./visit";

const data = { form: { id: "f1", title: "居民问卷", version: 1, definition: { formId: "f1", title: "居民问卷", defaultLanguage: "", languages: [""], fields: [] } },
  user: { id: "u1", name: "吴博", login: "bob" }, cases: [], limits: { file: 1, all: 1, count: 1 } } as unknown as FillData;

// A visit in a browser that has a history and nothing else; and a clock that stands until it is moved.
async function visits(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { history: { pushState() {} }, location: { pathname: "/p/p1/forms/f1/fill", search: "" }, BroadcastChannel: undefined });
  const store = new PlainStore(memory(), "u1", true);
  await store.put(kept({ answers: { name: "王秀英" } }));
  const visit = new Visit(data, store, await store.list(), { name: "start" });
  const settled = async () => { for (let i = 0; i < 50; i++) await Promise.resolve(); };
  return { store, visit, settled, later: async () => { t.mock.timers.tick(9_000); await settled(); } };
}

test("a draft is removed after a while", async t => {
  const { store, visit, later } = await visits(t);
  visit.drop(visit.all[0]!);
  await later();
  assert.deepEqual([await store.list(), visit.all, visit.removed], [[], [], undefined]);
});

test("a draft that is had back, opened or changed meanwhile is not removed", async t => {
  for (const how of ["back", "opened", "changed"]) {
    const { store, visit, settled, later } = await visits(t);
    visit.drop(visit.all[0]!);
    if (how === "back") visit.spare();
    if (how === "opened") visit.reach({ name: "fill", id: "uuid:1", page: 0 });
    if (how === "changed") await store.update("uuid:1", now => ({ ...now, changed: "2026-04-12T03:00:00.000Z" }));
    await settled();
    await later();
    assert.equal((await store.list()).length, 1, how);
    assert.equal(visit.removed, undefined);
    t.mock.timers.reset();
  }
});

test("what was refused is opened again as it is now, not as it was shown", async t => {
  const { store, visit, settled } = await visits(t), shown = waiting("uuid:2", { state: "refused", answers: { name: "王秀英" } });
  await store.put({ ...shown, state: "unfinished", submission: undefined, answers: { name: "李四" } });
  await visit.fix(shown);
  await settled();
  assert.deepEqual((await store.get("uuid:2"))!.answers, { name: "李四" });
  await store.put(waiting("uuid:3"));
  await visit.fix(waiting("uuid:3", { state: "refused" }));
  await settled();
  assert.equal((await store.get("uuid:3"))!.state, "waiting");
});

test("where everybody has a code, the next one sees nothing of who answered before", async t => {
  const { store, settled } = await visits(t), sent = kept({ id: "uuid:9", state: "sent", tracking: "ABCD-EFGH-23" });
  for (const [once, left] of [["code", 1], ["", 2]] as const) {
    await store.put(sent);
    const visit = new Visit({ ...data, link: { once } } as FillData, store, await store.list(), { name: "done", id: sent.id });
    await visit.anew();
    await settled();
    assert.deepEqual([visit.screen, visit.all.length], [{ name: "start" }, left], once);
    visit.reach({ name: "done", id: sent.id }); // the browser's back button
    await settled();
    assert.equal(visit.screen.name, once === "code" ? "start" : "done");
  }
});

test("the thanks are not shown again where one may answer once, or has a code", () => {
  const was = { name: "done", id: "uuid:1" } as const, sent = [kept({ state: "sent" })];
  assert.deepEqual([isOver("device", was, sent), isOver("code", was, []), isOver("", was, sent)], [true, true, false]);
  assert.deepEqual([isOver("device", was, [waiting("uuid:1")]), isOver("device", { name: "start" }, sent)], [false, false]);
});

test("the address gives a code only where there is one", () => {
  assert.equal(codeIn("#ABCD2345"), "ABCD2345");
  for (const other of ["", "#", "#%", "#wechat_redirect", "#ABCD23456", "#ABCD10OI"]) assert.equal(codeIn(other), "", other);
});
