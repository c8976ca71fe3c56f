// Walks an expression's tree. Values and conversions are XPath 1.0's, widened as
// the ODK XForms specification says: dates count as days, see dates.ts.

import type { Choice, Environment, Step, Tree } from "./types";
import { days } from "./dates";
import { call } from "./functions";

/** What a path walks over: a node of the instance, or an item of a choice list. */
export interface XNode {
  readonly name: string;
  text(): string;
  up(): XNode | undefined;
  /** The children with a name; "*" is all. */
  down(name: string): XNode[];
  /** Of a repeat's instance: its position from 1. */
  position?(): number;
}

export type Value = string | number | boolean | XNode[];

/** What expressions may ask of the instance that they belong to. */
export interface Host {
  readonly environment: Environment;
  root(): XNode;
  /** The nodes of the field at target that ${name} means for a reader. */
  resolve(reader: XNode, target: string[]): XNode[];
  /** The root of a choice list as a secondary instance: item elements below. */
  list(name: string): XNode | undefined;
  choice(field: string[], name: string): Choice | undefined;
  label(choice: Choice): string;
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
    case "ref": return context.host.resolve(context.reader, tree.t || []);
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
  const s = text(value).trim();
  return /^-?(\d+\.?\d*|\.\d+)$/.test(s) ? Number(s) : days(s);
}

export function truth(value: Value | undefined): boolean {
  if (typeof value === "number") return value !== 0 && !isNaN(value);
  if (typeof value === "boolean") return value;
  return text(value) !== "";
}

export function nodes(value: Value | undefined): XNode[] {
  return Array.isArray(value) ? value : [];
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

// A comparison with a node-set holds when it holds for any of its nodes.
function compare(operator: string, left: Value, right: Value): boolean {
  if (Array.isArray(left) && typeof right !== "boolean") return texts(left).some(s => compare(operator, s, right));
  if (Array.isArray(right) && typeof left !== "boolean") return texts(right).some(s => compare(operator, left, s));
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

// What is not there reads as "".
function texts(set: XNode[]): string[] {
  return set.length ? set.map(node => node.text()) : [""];
}

function equal(left: Value, right: Value): boolean {
  if (typeof left === "boolean" || typeof right === "boolean") return truth(left) === truth(right);
  if (typeof left === "number" || typeof right === "number") return number(left) === number(right);
  return left === right;
}

function walk(path: Tree, context: Context): XNode[] {
  let steps = path.st || [];
  let at = path.b ? nodes(evaluate(path.b, context)) : [path.abs ? context.host.root() : context.node];
  if (path.abs && steps[0] && steps[0].x === "child") steps = steps.slice(1); // the root's own name
  steps.forEach((step, i) => {
    const found = new Set<XNode>();
    for (const node of at) {
      const reached = axis(node, step);
      for (const each of step.p ? narrow(reached, step.p, context) : reached) found.add(each);
    }
    at = [...found];
    // An absolute path that passes a repeat which the reader is in means the reader's own instance.
    if (path.abs && !step.p && i < steps.length - 1) {
      const own = at.length > 1 && at.find(node => holds(node, context.reader));
      if (own) at = [own];
    }
  });
  return at;
}

function holds(node: XNode, inner: XNode | undefined): boolean {
  while (inner && inner !== node) inner = inner.up();
  return inner === node;
}

function axis(node: XNode, step: Step): XNode[] {
  const test = step.t;
  const any = test === "*" || test === "node()";
  if (step.x === "child") return test === "text()" ? [node] : node.down(any ? "*" : test);
  const reached: XNode[] = step.x.endsWith("self") ? [node] : []; // nothing has attributes
  if (step.x.startsWith("descendant")) below(node, reached);
  if (step.x === "parent" || step.x.startsWith("ancestor")) {
    for (let up = node.up(); up; up = step.x === "parent" ? undefined : up.up()) reached.push(up);
  }
  if (step.x.endsWith("sibling")) {
    const up = node.up();
    const all = up ? up.down("*") : [];
    const at = all.indexOf(node);
    reached.push(...(step.x[0] === "f" ? all.slice(at + 1) : all.slice(0, Math.max(at, 0)).reverse()));
  }
  return any ? reached : reached.filter(each => each.name === test);
}

function below(node: XNode, reached: XNode[]): void {
  for (const kid of node.down("*")) {
    reached.push(kid);
    below(kid, reached);
  }
}

function narrow(found: XNode[], predicates: Tree[], context: Context): XNode[] {
  for (const predicate of predicates) {
    const inner = { ...context, size: found.length };
    found = found.filter((node, i) => {
      inner.node = node;
      inner.position = i + 1;
      const value = evaluate(predicate, inner);
      return typeof value === "number" ? value === i + 1 : truth(value);
    });
  }
  return found;
}
