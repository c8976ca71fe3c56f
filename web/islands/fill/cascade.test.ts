import assert from "node:assert/strict";
import { test } from "node:test";
import { lacking } from "./cascade";
import { open } from "./engine/engine";
import type { Definition, Tree } from "./engine/types";
import { find } from "./pages";
import { field } from "./testing";

const ref = (name: string, ...target: string[]): Tree => ({ k: "ref", s: name, t: target });
const column = (name: string): Tree => ({ k: "path", st: [{ x: "child", t: name }] });
const equal = (a: Tree, b: Tree): Tree => ({ k: "op", s: "=", a: [a, b] });
const filtered = (name: string, root: Tree) => field(name, "select_one", { list: "town", choiceFilter: { src: "", root } });

const definition: Definition = {
  formId: "f", title: "t", defaultLanguage: "", languages: [""],
  fields: [
    field("place", "group", { fields: [field("county", "text")] }), filtered("town", equal(column("county"), ref("county", "place", "county"))),
    field("code", "hidden"), filtered("branch", equal(column("county"), ref("code", "code"))),
    field("visits", "repeat", { fields: [field("area", "text"), filtered("village", equal(column("county"), ref("area", "visits", "area")))] }),
  ],
  lists: { town: { name: "town", choices: [{ name: "hecun", columns: { county: "jiangshan" } }] } },
};
const environment = { now: () => new Date("2026-04-12T02:30:00Z"), deviceID: "d1", username: "bob", random: () => 0.5 };

function begin() {
  const engine = open(definition, environment);
  const told = (name: string) => {
    const found = lacking(engine.view(), find(engine.view(), name)!);
    return typeof found === "string" ? found : found.path;
  };
  return { engine, told };
}

test("a select that waits names the question before it", () => {
  const { engine, told } = begin();
  assert.equal(told("town"), "place/county");
  engine.set("place/county", "nowhere");
  assert.equal(told("town"), "answered");
});

test("a filter on what nobody is asked names no question", () => {
  assert.equal(begin().told("branch"), "unknown");
});

test("in a repeat it is the question of the same instance", () => {
  const { engine } = begin();
  engine.set("visits[1]/area", "jiangshan");
  engine.addRepeat("visits");
  const village = (i: number) => engine.view().find(n => n.path === "visits")!.instances![i]!.children!.find(n => n.field.name === "village")!;
  assert.equal(lacking(engine.view(), village(0)), "answered");
  assert.equal((lacking(engine.view(), village(1)) as { path: string }).path, "visits[2]/area");
});
