import assert from "node:assert/strict";
import { test } from "node:test";
import type { Definition, Field } from "./engine/types";
import { eachField, onPage, pageOf, pages } from "./pages";
import { field } from "./testing";

const form = (fields: Field[], change: Partial<Definition> = {}): Definition =>
  ({ formId: "f", title: "t", defaultLanguage: "", languages: [""], fields, ...change });
const questions = (n: number, prefix = "q") => Array.from({ length: n }, (_, i) => field(prefix + i, "text"));
const group = (name: string, fields: Field[], change: Partial<Field> = {}) => field(name, "group", { fields, ...change });
const roots = (d: Definition) => pages(d).map(page => page.roots.join(" "));

test("a section is a page; loose questions share one; notes join what follows", () => {
  const d = form([field("start", "start"), field("intro", "note"), group("a", questions(5)), ...questions(2), field("m", "repeat", { fields: questions(2) }), field("thanks", "note")]);
  assert.deepEqual(roots(d), ["start intro a", "q0 q1", "m thanks"]);
  assert.deepEqual(pages(d).map(page => page.section?.name), ["a", undefined, "m"]);
});

test("a short form is one page, unless it asks for pages", () => {
  const fields = [group("a", questions(2)), group("b", questions(2))];
  assert.deepEqual(roots(form(fields)), ["a b"]);
  assert.deepEqual(roots(form(fields, { style: "pages" })), ["a", "b"]);
  assert.deepEqual(roots(form([group("a", questions(2), { appearance: "field-list" }), group("b", questions(2))])), ["a", "b"]);
});

test("a form wrapped in one section is paged by what that holds", () => {
  const d = form([field("start", "start"), group("all", [group("a", questions(5)), group("b", questions(5))])]);
  assert.deepEqual(roots(d), ["all/a", "all/b"]);
});

test("a form of nothing but notes has a page", () => {
  assert.deepEqual(roots(form([field("n", "note")])), ["n"]);
});

test("a place in a repeat is found on its page", () => {
  const all = pages(form([group("a", questions(9)), field("m", "repeat", { fields: questions(2) })]));
  assert.equal(pageOf(all, "m[2]/q1"), 1);
  assert.equal(pageOf(all, "a/q3"), 0);
  assert.equal(pageOf(all, "ab"), -1);
});

test("what is too long for a page is cut: loose questions, a section by what it holds, not a field list or a repeat", () => {
  const long = form([...questions(100), group("a", [...questions(30, "x"), group("b", questions(60, "y")), ...questions(5, "z")]), group("c", questions(90), { appearance: "field-list" }), field("m", "repeat", { fields: questions(90) })]);
  const all = pages(long);
  assert.deepEqual(all.map(page => [page.section?.name, page.part, page.roots.length, page.roots[0]]), [
    [undefined, undefined, 40, "q0"], [undefined, undefined, 40, "q40"], [undefined, undefined, 20, "q80"],
    ["a", "1/2", 30, "a/x0"], ["b", "1/2", 40, "a/b/y0"], ["b", "2/2", 20, "a/b/y40"], ["a", "2/2", 5, "a/z0"],
    ["c", undefined, 1, "c"], ["m", undefined, 1, "m"],
  ]);
  assert.equal(pageOf(all, "a/b/y50"), 5);
  assert.equal(onPage(all[8]!, "m[77]/q3"), true);
  assert.equal(onPage(all[8]!, "mm"), false);
});

test("five thousand questions are on pages within a moment's work", () => {
  const all = pages(form(questions(5000)));
  assert.equal(all.length, 125);
  assert.equal(pageOf(all, "q4999"), 124);
});

test("every field is visited with its path", () => {
  const seen: string[] = [];
  eachField(form([group("a", [field("m", "repeat", { fields: questions(1) })])]), path => seen.push(path));
  assert.deepEqual(seen, ["a", "a/m", "a/m/q0"]);
});
