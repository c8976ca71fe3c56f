// Walks an expression's tree. Values and conversions are XPath 1.0's, widened as
// the ODK XForms specification says: dates count as days, see dates.ts.

import type { Environment, Step, Tree } from "./types";
import { days } from "./dates";
import { call } from "./functions";

/** What a path walks over: a node of the instance, or an item of a choice list. */
export interface XNode {
  readonly name: string;
  text(): string;
  up(): XNode | undefined;
  /** The children with a name; "*" is all. */
  down(name: string): XNode[];
  /** Its place among its siblings of the same name, from 1. */
  place(): number;
}

export type Value = string | number | boolean | XNode[];

/** What expressions may ask of the instance that they belong to. A field is given by the tree that names it. */
export interface Host {
  readonly environment: Environment;
  /** Whether dates' names are Chinese. */
  readonly chinese: boolean;
  root(): XNode;
  /** The nodes that ${name} means for a reader. */
  resolve(reader: XNode, field: Tree): XNode[];
  /** The field's nodes in the numbered instances of repeats. */
  indexed(reader: XNode, field: Tree, repeats: [Tree, number][]): XNode[];
  /** A choice list as a secondary instance: root, and below it the items. */
  list(name: string): XNode | undefined;
  /** The label of a choice of the field. */
  choiceName(field: Tree, choice: string): string;
}

export interface Context {
  host: Host;
  reader: XNode; // whose expression it is: current()
  node: XNode;   // the context node, another one within predicates
  position: number;
  size: number;
}

export function evaluate(tree: Tree, context: Context): Value {
  const args = tree.a || [];
  switch (tree.k) {
    case "num": return tree.n || 0;
    case "str": return tree.s || "";
    case "ref": return context.host.resolve(context.reader, tree);
    case "path": return walk(tree, context);
    case "filter": return narrow(nodes(evaluate(args[0]!, context)), args.slice(1), context);
    case "call": return call(tree.s!, args, context);
    default: return operate(tree.s!, args, context);
  }
}

// Plain decimal digits, however large or small: XPath has no exponents.
function digits(n: number): string {
  const [mantissa, exponent] = String(Math.abs(n)).split("e");
  if (!exponent) return String(n);
  const [whole, fraction = ""] = mantissa!.split(".");
  const shift = Number(exponent);
  const all = whole + fraction;
  const plain = shift < 0 ? "0." + "0".repeat(-shift - 1) + all : all + "0".repeat(shift - fraction.length);
  return (n < 0 ? "-" : "") + plain;
}

export function text(value: Value | undefined): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.length ? value[0]!.text() : "";
  return typeof value === "number" ? digits(value) : String(value);
}

export function number(value: Value | undefined): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return numeral(text(value));
}

export function numeral(s: string): number {
  return /^[ \t\r\n]*-?(\d+\.?\d*|\.\d+)[ \t\r\n]*$/.test(s) ? Number(s) : days(s);
}

/** Of a node-set whether it holds an answer: an unanswered question and an absent one are the same. */
export function truth(value: Value | undefined): boolean {
  if (typeof value === "number") return value !== 0 && !isNaN(value);
  if (typeof value === "boolean") return value;
  return texts(value).some(s => s !== "");
}

export function nodes(value: Value | undefined): XNode[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of all nodes, or the one text of any other value. */
export function texts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.map(node => node.text()) : [text(value)];
}

function operate(operator: string, args: Tree[], context: Context): Value {
  const left = evaluate(args[0]!, context);
  if (operator === "neg") return -number(left);
  if (operator === "and" && !truth(left)) return false;
  if (operator === "or" && truth(left)) return true;
  const right = evaluate(args[1]!, context);
  switch (operator) {
    case "and": case "or": return truth(right);
    case "+": return number(left) + number(right);
    case "-": return number(left) - number(right);
    case "*": return number(left) * number(right);
    case "div": return number(left) / number(right);
    case "mod": return number(left) % number(right);
    default: return compare(operator, left, right);
  }
}

// A comparison with a node-set holds when it holds for any of its nodes; an empty
// one compares as "", because what is not relevant reads as unanswered.
function compare(operator: string, left: Value, right: Value): boolean {
  if (typeof left === "boolean" && Array.isArray(right)) right = truth(right);
  if (typeof right === "boolean" && Array.isArray(left)) left = truth(left);
  const singles = (value: Value) => (Array.isArray(value) ? (value.length ? texts(value) : [""]) : [value]);
  return singles(left).some(a => singles(right).some(b => compareSingle(operator, a, b)));
}

type Single = string | number | boolean;

function compareSingle(operator: string, left: Single, right: Single): boolean {
  if (operator === "=") return equal(left, right);
  if (operator === "!=") return !equal(left, right);
  const a = number(left), b = number(right);
  switch (operator) {
    case "<": return a < b;
    case "<=": return a <= b;
    case ">": return a > b;
    default: return a >= b;
  }
}

function equal(left: Single, right: Single): boolean {
  if (typeof left === "boolean" || typeof right === "boolean") return truth(left) === truth(right);
  return typeof left === "number" || typeof right === "number" ? number(left) === number(right) : left === right;
}

function walk(path: Tree, context: Context): XNode[] {
  let steps = path.st || [];
  let at: XNode[];
  if (path.abs) [at, steps] = fromRoot(steps, context);
  else at = path.b ? nodes(evaluate(path.b, context)) : [context.node];
  for (const step of steps) {
    const found = new Set<XNode>();
    for (const node of at) {
      let reached = axis(node, step);
      if (step.p) reached = narrow(reached, step.p, context, /^(anc|prec)/.test(step.x));
      for (const each of reached) found.add(each);
    }
    at = [...found];
  }
  return at;
}

// The first step of an absolute path is the root, whatever its name. Like ${name}, the
// path means the reader's own instances of repeats: it follows the reader's ancestors as far
// as its names are theirs.
function fromRoot(steps: Step[], context: Context): [XNode[], Step[]] {
  let at = context.host.root();
  if (!steps.length || steps[0]!.x !== "child") return [[at], steps];
  const line: XNode[] = [];
  for (let up: XNode | undefined = context.reader; up && up !== at; up = up.up()) line.push(up);
  let i = 1;
  for (; i + 1 < steps.length && line.length; i++) {
    const { x, t, p } = steps[i]!;
    if (x !== "child" || p || t !== line[line.length - 1]!.name) break;
    at = line.pop()!;
  }
  return [[at], steps.slice(i)];
}

// In document order.
function axis(node: XNode, { x, t }: Step): XNode[] {
  const any = t === "*" || t === "node()";
  if (x === "child") return t === "text()" ? [node] : node.down(any ? "*" : t);
  let reached: XNode[] = x.endsWith("self") ? [node] : []; // nothing has attributes
  const up = node.up();
  if (x.startsWith("descendant")) below(node, reached);
  else if (x === "parent" && up) reached = [up];
  else if (x.startsWith("ancestor")) for (let each = up; each; each = each.up()) reached.unshift(each);
  else if (x.endsWith("sibling") && up) {
    const all = up.down("*"), place = all.indexOf(node);
    reached = all.filter((_, i) => (x[0] === "p") === (place < 0 || i < place) && i !== place);
  }
  return any ? reached : reached.filter(each => each.name === t);
}

function below(node: XNode, reached: XNode[]): void {
  for (const kid of node.down("*")) {
    reached.push(kid);
    below(kid, reached);
  }
}

// A number as predicate is a position, on a reverse axis from the end.
function narrow(found: XNode[], predicates: Tree[], context: Context, reverse = false): XNode[] {
  for (const predicate of predicates) {
    const inner = { ...context, size: found.length };
    found = found.filter((node, i) => {
      inner.node = node;
      inner.position = reverse ? inner.size - i : i + 1;
      const value = evaluate(predicate, inner);
      return typeof value === "number" ? value === inner.position : truth(value);
    });
  }
  return found;
}
