import { test } from "node:test";
import assert from "node:assert/strict";
import { open } from "./engine";
import type { Answers, Definition, Environment, Expr, Field, NodeView, Tree } from "./types";

// Trees, as Go's survey/xpath would parse them.
const num = (n: number): Tree => ({ k: "num", n });
const str = (s: string): Tree => ({ k: "str", s });
const op = (s: string, ...a: Tree[]): Tree => ({ k: "op", s, a });
const call = (s: string, ...a: Tree[]): Tree => ({ k: "call", s, a });
const ref = (...t: string[]): Tree => ({ k: "ref", s: t[t.length - 1], t });
const column = (t: string): Tree => ({ k: "path", st: [{ x: "child", t }] });
const self: Tree = { k: "path", st: [{ x: "self", t: "node()" }] };
const parent: Tree = { k: "path", st: [{ x: "parent", t: "node()" }] };
const expr = (root: Tree): Expr => ({ src: "", root });

const alice: Environment = { now: () => new Date(2026, 3, 12, 10, 30), deviceID: "tianye:1", username: "alice", random: () => 0.5 };

function form(fields: Field[], lists?: Definition["lists"]): Definition {
  return { formId: "f", title: "问卷", defaultLanguage: "", languages: [""], fields, lists };
}

function at(views: NodeView[], path: string): NodeView {
  for (const view of views) {
    if (view.path === path) return view;
    const inside = at([...(view.children || []), ...(view.instances || [])], path);
    if (inside) return inside;
  }
  return undefined as unknown as NodeView;
}

const household = form([
  { name: "county", type: "text" },
  { name: "members", type: "repeat", fields: [
    { name: "name", type: "text", label: { "": "第 ${place} 人" } },
    { name: "place", type: "calculate", calculation: expr(call("position", parent)) },
    { name: "age", type: "integer", default: "1", constraint: expr(op("<", self, num(150))), constraintMessage: { "": "${name} 太老" } },
    { name: "school", type: "text", relevant: expr(op(">=", ref("members", "age"), num(6))), required: expr(call("true")) },
  ] },
  { name: "total", type: "calculate", calculation: expr(call("sum", ref("members", "age"))) },
  { name: "adults", type: "calculate", calculation: expr(call("count", { k: "filter", a: [ref("members"), op(">=", column("age"), num(18))] })) },
  { name: "schools", type: "calculate", calculation: expr(call("join", str("、"), ref("members", "school"))) },
]);

test("calculations follow their answers into and out of repeats", () => {
  const engine = open(household, alice);
  assert.deepEqual(engine.snapshot(), { members: [{ place: "1", age: "1" }], total: "1", adults: "0" });
  engine.addRepeat("members");
  engine.set("members[1]/age", "40");
  engine.set("members[2]/age", "7");
  engine.set("members[2]/school", "一小");
  const { total, adults, schools } = engine.snapshot();
  assert.deepEqual([total, adults, schools], ["47", "1", "、一小"]);
  engine.removeRepeat("members", 1);
  assert.deepEqual(engine.answers(), { members: [{ place: "1", age: "7", school: "一小" }], total: "7", adults: "0", schools: "一小" });
});

test("an irrelevant answer is kept, reads as empty and is not sent", () => {
  const engine = open(household, alice);
  engine.set("members[1]/age", "7");
  engine.set("members[1]/school", "一小");
  engine.set("members[1]/age", "5");
  assert.equal(at(engine.view(), "members[1]/school").relevant, false);
  assert.equal((engine.snapshot().members as Answers[])[0]!.school, "一小");
  assert.equal(engine.snapshot().schools, undefined);
  assert.deepEqual(engine.answers().members, [{ place: "1", age: "5" }]);
  engine.set("members[1]/age", "6");
  assert.equal(engine.snapshot().schools, "一小");
});

test("violations name their kind, place and message", () => {
  const engine = open(household, alice);
  engine.set("members[1]/name", "张三");
  engine.set("members[1]/age", "200");
  assert.deepEqual(engine.validate(), [
    { path: "members[1]/age", kind: "constraint", message: "张三 太老" },
    { path: "members[1]/school", kind: "required", message: "" },
  ]);
  engine.set("members[1]/age", "x");
  assert.equal(engine.check("members[1]/age")!.kind, "type");
  assert.deepEqual(engine.validate("county"), []);
});

test("views of what has not changed keep their identity", () => {
  const engine = open(household, alice);
  engine.addRepeat("members");
  const before = engine.view();
  assert.equal(engine.view(), before);
  engine.set("members[2]/name", "李四");
  const after = engine.view();
  for (const path of ["county", "members[1]", "members[2]/age", "total"]) assert.equal(at(after, path), at(before, path), path);
  for (const path of ["members", "members[2]", "members[2]/name"]) assert.notEqual(at(after, path), at(before, path), path);
  engine.removeRepeat("members", 1);
  assert.equal(at(engine.view(), "members[1]/name").value, "李四");
});

test("a label that shows an answer is shown anew with it", () => {
  const engine = open(household, alice);
  engine.addRepeat("members");
  const before = at(engine.view(), "members[2]/name");
  assert.equal(engine.text("members[2]/name", before.field.label, ""), "第 2 人");
  engine.removeRepeat("members", 1);
  assert.equal(engine.text("members[1]/name", before.field.label, ""), "第 1 人");
});

test("a snapshot reopens to the same instance, without new defaults", () => {
  const engine = open(household, alice);
  engine.addRepeat("members");
  engine.set("members[1]/age", "");
  engine.set("members[2]/age", "30");
  const kept = JSON.parse(JSON.stringify(engine.snapshot())) as Answers;
  const again = open(household, alice, kept);
  assert.deepEqual(again.snapshot(), kept);
  assert.equal(at(again.view(), "members[1]/age").value, "");
  for (let i = 2; i > 0; i--) again.removeRepeat("members", i);
  assert.deepEqual(open(household, alice, again.snapshot()).snapshot().members, []);
});

const places = form([
  { name: "county", type: "select_one", list: "counties" },
  { name: "towns", type: "select_multiple", list: "towns", choiceFilter: expr(op("=", column("county"), ref("county"))) },
], {
  counties: { name: "counties", choices: [{ name: "kecheng" }, { name: "qujiang" }] },
  towns: { name: "towns", choices: [
    { name: "shiliang", columns: { county: "kecheng" } }, { name: "hangbu", columns: { county: "kecheng" } },
    { name: "lianhua", columns: { county: "qujiang" } },
  ] },
});

test("a choice filter narrows; an answer that it no longer offers is a violation until cleared", () => {
  const engine = open(places, alice);
  assert.deepEqual(at(engine.view(), "towns").choices, []);
  engine.set("county", "kecheng");
  engine.set("towns", "shiliang hangbu");
  assert.equal(engine.check("towns"), undefined);
  const before = at(engine.view(), "towns");
  engine.set("county", "kecheng");
  assert.equal(at(engine.view(), "towns"), before);
  engine.set("county", "qujiang");
  const narrowed = at(engine.view(), "towns");
  assert.deepEqual(narrowed.choices!.map(choice => choice.name), ["lianhua"]);
  assert.equal(engine.check("towns")!.kind, "choice");
  assert.deepEqual(engine.clearUnoffered(), ["towns"]);
  assert.equal(engine.snapshot().towns, undefined);
  assert.deepEqual(engine.clearUnoffered(), []);
  assert.deepEqual(engine.validate(), []);
});

test("repeat_count makes and takes instances", () => {
  const engine = open(form([
    { name: "n", type: "integer", default: "2" },
    { name: "visits", type: "repeat", repeatCount: expr(ref("n")), fields: [{ name: "day", type: "today" }, { name: "no", type: "calculate", calculation: expr(call("position", parent)) }] },
    { name: "last", type: "calculate", calculation: expr(call("max", ref("visits", "no"))) },
  ]), alice);
  const visit = (no: string) => ({ day: "2026-04-12", no });
  assert.deepEqual(engine.snapshot().visits, [visit("1"), visit("2")]);
  engine.set("n", "3");
  assert.equal(engine.snapshot().last, "3");
  assert.equal(at(engine.view(), "visits").fixedCount, true);
  assert.throws(() => engine.addRepeat("visits"));
  assert.equal((engine.snapshot().visits as Answers[]).length, 3);
  engine.set("n", "0");
  assert.deepEqual(engine.snapshot().visits, []);
});

test("a running total reads the instance before", () => {
  const engine = open(form([
    { name: "rows", type: "repeat", fields: [
      { name: "amount", type: "integer" },
      { name: "sum", type: "calculate", calculation: expr(op("+", call("coalesce", call("indexed-repeat", ref("rows", "sum"), ref("rows"), op("-", call("position", parent), num(1))), num(0)), ref("rows", "amount"))) },
    ] },
  ]), alice, { rows: [{ amount: "1" }, { amount: "2" }, { amount: "3" }] });
  const sums = () => (engine.snapshot().rows as Answers[]).map(row => row.sum);
  assert.deepEqual(sums(), ["1", "3", "6"]);
  engine.set("rows[1]/amount", "10");
  assert.deepEqual(sums(), ["10", "12", "15"]);
  engine.removeRepeat("rows", 2);
  assert.deepEqual(sums(), ["10", "13"]);
});

test("an answer has only what reads it evaluated again", () => {
  let asked = 0;
  const counting = { ...alice, random: () => (asked++, 0.5) };
  const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ a: String(i), b: "" }));
  const engine = open(form([
    { name: "rows", type: "repeat", fields: [
      { name: "a", type: "integer" }, { name: "b", type: "text" },
      { name: "drawn", type: "calculate", calculation: expr(call("concat", ref("rows", "a"), str(" "), call("random"))) },
    ] },
    { name: "total", type: "calculate", calculation: expr(op("+", call("sum", ref("rows", "a")), call("random"))) },
  ]), counting, { rows: rows(1000) });
  assert.equal(asked, 1001);
  engine.set("rows[500]/b", "x");
  assert.equal(asked, 1001);
  engine.set("rows[500]/a", "0");
  assert.equal(asked, 1003);
  assert.equal(engine.snapshot().total, String(999 * 500 - 499 + 0.5));
  assert.throws(() => engine.addRepeat("elsewhere"));
  engine.addRepeat("rows"); // a thousand are the most
  assert.equal((engine.snapshot().rows as Answers[]).length, 1000);
});

test("long chains of calculations are followed to their end", () => {
  const links = Array.from({ length: 5000 }, (_, i): Field => ({ name: `q${i + 1}`, type: "calculate", calculation: expr(op("+", ref(`q${i}`), num(1))) }));
  const engine = open(form([...links.reverse(), { name: "q0", type: "integer" }]), alice);
  engine.set("q0", "7");
  assert.equal(engine.snapshot().q5000, "5007");
});

test("an expression of thousands of operators is evaluated", () => {
  let sum: Tree = ref("q"), any: Tree = op("=", self, str("0"));
  for (let i = 1; i <= 3000; i++) [sum, any] = [op("+", sum, num(1)), op("or", any, op("=", self, str(String(i))))];
  const engine = open(form([{ name: "q", type: "integer", constraint: expr(any) }, { name: "sum", type: "calculate", calculation: expr(sum) }]), alice);
  engine.set("q", "3000");
  assert.equal(engine.snapshot().sum, "6000");
  assert.equal(engine.check("q"), undefined);
  engine.set("q", "3001");
  assert.equal(engine.check("q")!.kind, "constraint");
});

test("what was drawn when the instance was made stays when it is opened again", () => {
  const drawn = form([{ name: "id", type: "calculate", calculation: expr(call("uuid")) }, { name: "on", type: "calculate", calculation: expr(call("today")) }]);
  const kept = open(drawn, alice).snapshot();
  const later = { ...alice, now: () => new Date(2026, 3, 13), random: () => 0.25 };
  assert.deepEqual(open(drawn, later, kept).snapshot(), kept);
});

test("what was saved by another version of the form does no harm", () => {
  const engine = open(household, alice, { members: "x", county: { a: "1" }, gone: "2" });
  assert.deepEqual(engine.snapshot(), { members: [], total: "0", adults: "0" });
});

test("a path that leads nowhere is refused", () => {
  const engine = open(household, alice);
  for (const path of ["nowhere", "members", "members/age", "members[2]/age", "county[1]"]) assert.throws(() => engine.set(path, "1"), path);
  assert.throws(() => engine.removeRepeat("members", 2));
});
