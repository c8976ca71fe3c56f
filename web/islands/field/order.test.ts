import assert from "node:assert/strict";
import { test } from "node:test";
import type { Assigned } from "../fill/store";
import { speak } from "../fill/data";
import { kept } from "../fill/testing";
import { arranged, isLate, isOpen, sentSince, today } from "./order";
import { known, remember } from "./people";
import { emptyHint } from "./queue";

function task(id: string, change: Partial<Assigned> = {}): Assigned {
  return { kind: "assignment", id, project: "p1", formId: "f1", fillUrl: "/p/p1/forms/f1/fill", caseId: "c" + id, caseTitle: id, place: "", due: "", note: "",
    state: "open", backCheck: false, visits: [], ...change };
}

test("by day: the earliest first, what has no day last", () => {
  const all = [task("c"), task("b", { due: "2026-05-01" }), task("a", { due: "2026-04-30" })];
  assert.deepEqual(arranged(all, "due").map(({ id }) => id), ["a", "b", "c"]);
});

test("by place, and there by day; without a place last", () => {
  const all = [task("d", { due: "2026-01-01" }), task("c", { place: "柯城区", due: "2026-05-02" }), task("b", { place: "柯城区", due: "2026-05-01" }), task("a", { place: "江山市" })];
  assert.deepEqual(arranged(all, "place").map(({ id }) => id), ["a", "b", "c", "d"]);
});

test("a day is past when the next one has begun on this phone", () => {
  const due = task("a", { due: "2026-04-30" });
  assert.equal(isLate(due, today(new Date(2026, 3, 30, 23, 59))), false);
  assert.equal(isLate(due, today(new Date(2026, 4, 1, 0, 1))), true);
  assert.equal(isLate(task("b"), "2030-01-01"), false);
});

test("what is done, taken back or handed on is not to be done", () => {
  assert.deepEqual([task("a"), task("b", { state: "visited" }), task("c", { state: "done" }), task("d", { withdrawn: "" }), task("e", { handedTo: "李四" })].map(isOpen), [true, true, false, false, false]);
});

test("what was sent is shown as sent until the server's list was asked for after it", () => {
  const sent = kept({ assignment: "a", state: "sent", changed: "2026-04-12T02:30:00.000Z" });
  const listed = (asked?: string) => [{ id: "p1", title: "入户", etag: "", forms: [], cases: [], asked }];
  assert.equal(sentSince(task("a"), [sent], listed("2026-04-12T02:29:00.000Z")), sent);
  assert.equal(sentSince(task("a"), [sent], listed()), sent);
  assert.equal(sentSince(task("a"), [sent], listed("2026-04-12T02:31:00.000Z")), undefined);
  assert.equal(sentSince(task("b"), [sent], listed()), undefined);
  assert.equal(sentSince(task("a"), [{ ...sent, state: "waiting" }], listed()), undefined);
});

test("a phone on which a visit waits does not say that nothing waits", () => {
  speak({ "field.queue.none": "没有", "field.queue.visits": "{0} 次走访" });
  assert.deepEqual([emptyHint(0), emptyHint(1)], ["没有", "1 次走访"]);
});

test("of each who worked on the phone the first character of the name is known", () => {
  const items = new Map<string, string>();
  const storage = { getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, value: string) => void items.set(key, value) };
  remember(storage, { id: "u1", name: "王波", login: "bob" });
  remember(storage, { id: "u2", name: "陈爱丽", login: "alice" });
  remember(storage, { id: "u1", name: "王波", login: "bob" });
  assert.deepEqual(known(storage), { u1: "王", u2: "陈" });
  items.set("tianye-people", "{");
  assert.deepEqual(known(storage), {});
});
