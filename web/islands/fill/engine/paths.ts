// Walks paths: steps along axes, predicates, unions.

import type { Step, Tree } from "./types";
import { type Value, type XNode, nodes, truth } from "./values";
import { type Context, evaluate } from "./evaluate";
import { Item } from "./items";
import { keyOf } from "./key";

export function walk(path: Tree, context: Context): XNode[] {
  let steps = path.st || [];
  let at: XNode[];
  if (path.abs) [at, steps] = fromRoot(steps, context);
  else at = path.b ? nodes(evaluate(path.b, context)) : [context.node];
  for (const step of steps) {
    if (at.length === 1) {
      at = take(at[0]!, step, context);
      continue;
    }
    const found = new Set<XNode>();
    for (const node of at) for (const each of take(node, step, context)) found.add(each);
    at = [...found];
  }
  return at;
}

function take(node: XNode, step: Step, context: Context): XNode[] {
  const reached = axis(node, step);
  return step.p ? narrow(reached, step.p, context, /^(anc|prec)/.test(step.x)) : reached;
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
  if (t === "text()") return x === "child" ? [node] : [];
  const any = t === "*" || t === "node()", prefix = t.endsWith(":*") && t.slice(0, -1);
  if (x === "child" && !prefix) return node.down(any ? "*" : t);
  const admitted = (reached: XNode[]) => (any ? reached : reached.filter(each => (prefix ? each.name.startsWith(prefix) : each.name === t)));
  const up = node.up();
  switch (x) {
    case "child": return admitted(node.down("*"));
    case "self": return admitted([node]);
    case "parent": return admitted(up ? [up] : []);
    case "attribute": return admitted(node.attributes || []);
    case "descendant": return admitted(below(node, []));
    case "descendant-or-self": return admitted(below(node, [node]));
    case "ancestor": return admitted(above(node).slice(0, -1));
    case "ancestor-or-self": return admitted(above(node));
    case "following-sibling": case "preceding-sibling": return admitted(siblings(node, x[0] === "f"));
    case "following": case "preceding": return admitted(beside(node, x[0] === "f"));
    default: return [];
  }
}

function below(node: XNode, reached: XNode[]): XNode[] {
  for (const kid of node.down("*")) {
    reached.push(kid);
    below(kid, reached);
  }
  return reached;
}

function above(node: XNode): XNode[] {
  const line: XNode[] = [];
  for (let each: XNode | undefined = node; each; each = each.up()) line.unshift(each);
  return line;
}

function siblings(node: XNode, after: boolean): XNode[] {
  const up = node.up();
  const all = up ? up.down("*") : [], place = all.indexOf(node);
  return all.filter((_, i) => after === (place >= 0 && i > place) && i !== place);
}

// All before or after the node but what it is in and what it holds.
function beside(node: XNode, after: boolean): XNode[] {
  const reached: XNode[] = [];
  const line = above(node);
  for (const each of after ? line.reverse() : line) for (const other of siblings(each, after)) below(other, (reached.push(other), reached));
  return reached;
}

/** What predicates leave of a node-set. A number as predicate is a position, on a reverse axis from the end. */
export function narrow(found: XNode[], predicates: Tree[], context: Context, reverse = false): XNode[] {
  for (const predicate of predicates) {
    const inner = { ...context, size: found.length };
    const places = reverse ? undefined : candidates(found, predicate, context);
    const whole = found;
    const holds = (node: XNode, i: number) => {
      inner.node = node;
      inner.position = reverse ? inner.size - i : i + 1;
      const value = evaluate(predicate, inner);
      return typeof value === "number" ? value === inner.position : truth(value);
    };
    found = places ? places.filter(i => holds(whole[i]!, i)).map(i => whole[i]!) : whole.filter(holds);
  }
  return found;
}

const few = 20;

// Of a long list, the only places at which a predicate that asks for a column's value can hold.
function candidates(found: XNode[], predicate: Tree, context: Context): number[] | undefined {
  if (found.length < few) return undefined;
  const up = found[0]!.up(), { name } = found[0]!;
  if (!(up instanceof Item) || up.down(name) !== found) return undefined;
  const key = keyOf(predicate);
  if (!key) return undefined;
  const wanted: Value = evaluate(key.value, context);
  if (typeof wanted === "boolean") return undefined;
  if (!Array.isArray(wanted)) return up.where(name, key.column, wanted);
  if (wanted.length < 2) return up.where(name, key.column, wanted.length ? wanted[0]!.text() : "");
  const all = new Set<number>();
  for (const each of wanted) for (const place of up.where(name, key.column, each.text())) all.add(place);
  return [...all].sort((a, b) => a - b);
}

/** Nodes of several sets, each once, in document order. */
export function union(sets: XNode[][]): XNode[] {
  const all = [...new Set(([] as XNode[]).concat(...sets))];
  const lines = new Map(all.map(node => [node, placesOf(node)] as [XNode, number[]]));
  return all.sort((a, b) => {
    const x = lines.get(a)!, y = lines.get(b)!;
    for (let i = 0; i < x.length && i < y.length; i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
    return x.length - y.length;
  });
}

function placesOf(node: XNode): number[] {
  const places: number[] = [];
  for (let at = node, up; (up = at.up()); at = up) places.unshift(up.down("*").indexOf(at));
  return places;
}
