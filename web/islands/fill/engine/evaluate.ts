// Walks an expression's tree: operators, comparisons.

import type { Environment, Tree } from "./types";
import { type Value, type XNode, nodes, number, texts, truth } from "./values";
import { narrow, union, walk } from "./paths";
import { spine } from "./subtrees";
import { call } from "./functions";

/** What expressions may ask of the instance that they belong to. A field is given by the tree that names it. */
export interface Host {
  readonly environment: Environment;
  /** Whether dates' names are Chinese. */
  readonly chinese: boolean;
  root(): XNode;
  /** The nodes that ${name} means for a reader; of fields in the repeat that instance is one of, those in it. */
  resolve(reader: XNode, field: Tree, instance?: XNode): XNode[];
  /** The field's nodes in the numbered instances of repeats. */
  indexed(reader: XNode, field: Tree, repeats: [Tree, number][]): XNode[];
  /** A secondary instance: what is above its root. */
  instance(name: string): XNode | undefined;
  /** What the client knows: deviceid, username, email … */
  property(name: string): string;
  /** The form's version. */
  version(): string;
  /** The form's text of an id. */
  itext(id: string): string;
  /** The label of a choice of the field. */
  choiceName(field: Tree, choice: string): string;
}

export interface Context {
  host: Host;
  reader: XNode; // whose expression it is: current()
  node: XNode;   // the context node, another one within predicates
  position: number;
  size: number;
  instance?: XNode; // of the repeat of which the instances are filtered as choices
}

export function evaluate(tree: Tree, context: Context): Value {
  const args = tree.a || [];
  switch (tree.k) {
    case "num": return tree.n || 0;
    case "str": return tree.s || "";
    case "ref": return context.host.resolve(context.reader, tree, context.instance);
    case "path": return walk(tree, context);
    case "filter": return narrow(nodes(evaluate(args[0]!, context)), args.slice(1), context);
    case "call": return call(tree.s!, args, context);
    default: return operate(tree, context);
  }
}

function operate(tree: Tree, context: Context): Value {
  const [operators, first] = spine(tree);
  let value = evaluate(first, context);
  for (let operator; (operator = operators.pop()); ) value = apply(operator.s!, value, operator.a![1]!, context);
  return value;
}

function apply(operator: string, left: Value, second: Tree, context: Context): Value {
  if (operator === "neg") return -number(left);
  if (operator === "and" && !truth(left)) return false;
  if (operator === "or" && truth(left)) return true;
  const right = evaluate(second, context);
  switch (operator) {
    case "and": case "or": return truth(right);
    case "|": return union([nodes(left), nodes(right)]);
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
