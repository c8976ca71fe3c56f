// Files, long lists and languages: what the vectors cannot show of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./engine";
import { read } from "./source";
import { needed } from "./sources";
import type { Choice, Definition, Environment, Expr, Field, Tree } from "./types";

const str = (s: string): Tree => ({ k: "str", s });
const op = (s: string, ...a: Tree[]): Tree => ({ k: "op", s, a });
const call = (s: string, ...a: Tree[]): Tree => ({ k: "call", s, a });
const ref = (...t: string[]): Tree => ({ k: "ref", s: t[t.length - 1], t });
const column = (t: string): Tree => ({ k: "path", st: [{ x: "child", t }] });
const expr = (root: Tree): Expr => ({ src: "", root });
const alice: Environment = { now: () => new Date(2026, 3, 12, 10, 30), deviceID: "tianye:1", username: "alice", random: () => 0.5 };

function form(fields: Field[], more: Partial<Definition> = {}): Definition {
  return { formId: "f", title: "问卷", defaultLanguage: "", languages: [""], fields, ...more };
}

const cells = (name: string, content: string) => {
  const top = read(name, content);
  return top && top.kids[0]!.down("item").map(item => item.down("*").map(cell => `${cell.name}=${cell.text()}`).join("|"));
};

test("CSV as people write it", () => {
  assert.deepEqual(cells("a.csv", "\ufeffname, label\r\na,甲\r\n\r\nb,\"乙, \"\"二\"\"\r\n行\"\r\n"), ["name=a|label=甲", "name=b|label=乙, \"二\"\n行"]);
  assert.deepEqual(cells("a.csv", "name;label;x,y\n1;2,5;3"), ["name=1|label=2,5|x,y=3"]);
  assert.deepEqual(cells("a.csv", "name,,label\na,x"), ["name=a|label="]);
  assert.deepEqual(cells("a.csv", "name,label\na,6\" pipe\nb,\"so\"so\",c"), ["name=a|label=6\" pipe", "name=b|label=so\"so"]);
  assert.deepEqual(cells("a.csv", "name,label\na,"), ["name=a|label="]);
  assert.deepEqual(cells("a.csv", "name"), []);
});

test("XML with names of its own, attributes and marks", () => {
  const top = read("a.xml", "<?xml version='1.0'?><!-- x --><x:root xmlns:x=\"u\">\n  <item x:at='1 &lt; 2'><name>a</name><label><![CDATA[<甲>]]>&#20108;&amp;</label><empty/></item>\n</x:root>")!;
  const item = top.kids[0]!.down("item")[0]!;
  assert.equal(top.kids[0]!.name, "root");
  assert.deepEqual(item.down("*").map(kid => [kid.name, kid.text()]), [["name", "a"], ["label", "<甲>二&"], ["empty", ""]]);
  assert.deepEqual((item as unknown as { attributes: { name: string; value: string }[] }).attributes.map(({ name, value }) => [name, value]), [["at", "1 < 2"]]);
  assert.equal(read("a.xml", "no elements"), undefined);
});

test("GeoJSON's features are items", () => {
  const feature = (geometry: unknown, properties: unknown, id?: unknown) => ({ type: "Feature", id, geometry, properties });
  const collection = { type: "FeatureCollection", features: [
    feature({ type: "Point", coordinates: [118.5, 28.25] }, { title: "村", id: "own", size: 1.5, none: null }, 7),
    feature({ type: "Polygon", coordinates: [[[0, 1], [2, 3], [0, 1]]] }, { id: "p" }),
    feature(null, null, "n"),
  ] };
  assert.deepEqual(cells("a.geojson", JSON.stringify(collection)), [
    "geometry=28.25 118.5 0 0|id=7|title=村|size=1.5|none=", "geometry=1 0 0 0; 3 2 0 0; 1 0 0 0|id=p", "id=n"]);
  assert.equal(read("a.geojson", "{"), undefined);
  assert.equal(read("a.geojson", '{"type":"Point"}'), undefined);
});

test("the page is told which files to bring", () => {
  const externals = [{ id: "a", source: "jr://file-csv/a.csv" }, { id: "b", source: "jr://file/b.xml" }, { id: "__last-saved", source: "jr://instance/last-saved" }, { id: "c", xml: "<root/>" }, { id: "d", source: "jr://file-csv/a.csv" }];
  assert.deepEqual(needed(form([], { externals })), ["a.csv", "b.xml"]);
});

test("an index offers what asking each choice would, in its order", () => {
  const choices: Choice[] = [];
  for (let i = 0; i < 500; i++) choices.push({ name: `t${i}`, columns: i % 7 ? { county: `${i % 10}`, town: `${i % 3}` } : {} });
  // "not(not(x))" asks the same, but of each choice.
  const same = op("=", column("county"), ref("county")), both = op("and", same, op("=", str("1"), column("town")));
  const filters: Tree[] = [same, both, op("=", column("county"), op("+", ref("county"), str("0"))), op("=", op("|", ref("county"), ref("other")), column("county"))];
  const slow = (tree: Tree) => call("not", call("not", tree));
  for (const filter of filters) {
    const select = (name: string, root: Tree): Field => ({ name, type: "select_one", list: "l", choiceFilter: expr(root) });
    const engine = open(form([{ name: "county", type: "text" }, { name: "other", type: "text" }, select("a", filter), select("b", slow(filter))], { lists: { l: { name: "l", choices } } }), alice);
    const offered = () => engine.view().slice(2).map(node => node.choices!.map(choice => choice.name).join(" "));
    for (const [county, other] of [["", ""], ["3", ""], ["x", "4"], ["03", "9"]] as const) {
      engine.set("county", county);
      engine.set("other", other);
      const [a, b] = offered();
      assert.equal(a, b, JSON.stringify([filter, county, other]));
    }
  }
});

test("an answer from a list that did not come is kept", () => {
  const town: Field = { name: "town", type: "select_one", file: "towns.csv", list: "towns", choiceFilter: expr(op("=", column("county"), ref("county"))) };
  const definition = form([{ name: "county", type: "text" }, town], { externals: [{ id: "towns", source: "jr://file-csv/towns.csv" }] });
  const without = open(definition, alice, { county: "c", town: "hecun" });
  assert.deepEqual(without.clearUnoffered(), []);
  assert.deepEqual(without.validate(), []);
  const engine = open(definition, { ...alice, files: { "towns.csv": "name,label,county\nhecun,贺村,j\nhushan,虎山,c\n" } }, { county: "c", town: "hecun" });
  assert.deepEqual(engine.view()[1]!.choices, [{ name: "hushan", label: { "": "虎山" }, columns: { name: "hushan", label: "虎山", county: "c" } }]);
  assert.deepEqual(engine.clearUnoffered(), ["town"]);
});

test("what is calculated of labels follows the language shown", () => {
  const choices: Choice[] = [{ name: "y", label: { 中文: "是", English: "Yes" } }];
  const engine = open(form([
    { name: "q", type: "select_one", list: "yn" },
    { name: "said", type: "calculate", calculation: expr(call("jr:choice-name", ref("q"), ref("q"))) },
  ], { defaultLanguage: "中文", languages: ["中文", "English"], lists: { yn: { name: "yn", choices } } }), alice);
  engine.set("q", "y");
  assert.equal(engine.snapshot().said, "是");
  const untouched = engine.view()[0];
  engine.speak("English");
  assert.equal(engine.snapshot().said, "Yes");
  assert.equal(engine.view()[0], untouched);
});

test("what a trigger sets may be changed by hand, until it fires again", () => {
  const engine = open(form([{ name: "a", type: "text" }, { name: "b", type: "text", calculation: expr(call("concat", ref("a"), str("!"))), triggers: ["a"] }]), alice);
  engine.set("a", "x");
  engine.set("b", "own");
  assert.equal(engine.snapshot().b, "own");
  engine.set("a", "x");
  assert.equal(engine.snapshot().b, "own");
  engine.set("a", "y");
  assert.equal(engine.snapshot().b, "y!");
});

test("triggers that set each other off come to an end", () => {
  const grow = (name: string, from: string): Field => ({ name, type: "text", calculation: expr(call("concat", ref(from), str("x"))), triggers: [from] });
  const engine = open(form([grow("a", "b"), grow("b", "a")]), alice);
  engine.set("a", "");
  engine.set("a", "x");
  assert.ok((engine.snapshot().a as string).length <= 1001);
});
