// Of a predicate such as [county = ${county} and year > 2000], the part by which the
// rows that can fulfil it are found in an index.

import type { Tree } from "./types";
import { subtrees } from "./subtrees";

/** A column that must equal a value, which is the same for all rows. */
export interface Key { column: string; value: Tree }

const known = new WeakMap<Tree, Key | null>();

export function keyOf(predicate: Tree): Key | null {
  let key = known.get(predicate);
  if (key === undefined) known.set(predicate, key = find(predicate));
  return key;
}

function find(predicate: Tree): Key | null {
  for (const condition of conditions(predicate)) {
    const key = equality(condition);
    if (key) return key;
  }
  return null;
}

// What a and b and c demands.
function conditions(tree: Tree): Tree[] {
  const demanded: Tree[] = [];
  let at = tree;
  for (; at.k === "op" && at.s === "and"; at = at.a![0]!) demanded.unshift(at.a![1]!);
  return [at, ...demanded];
}

function equality({ k, s, a = [] }: Tree): Key | null {
  const [left, right] = a as [Tree, Tree];
  if (k !== "op" || s !== "=") return null;
  if (columnOf(left) && isFixed(right)) return { column: columnOf(left)!, value: right };
  if (columnOf(right) && isFixed(left)) return { column: columnOf(right)!, value: left };
  return null;
}

function columnOf({ k, b, abs, st = [] }: Tree): string | undefined {
  const steps = st.filter(({ x, t, p }) => x !== "self" || t !== "node()" || p); // ./name
  const [step] = steps;
  if (k !== "path" || b || abs || steps.length !== 1 || step!.x !== "child" || step!.p || /[*(]/.test(step!.t)) return undefined;
  return step!.t;
}

// Whether a tree has the same value whatever the row: of what is read of rows, of their place, and of chance there is none in it.
function isFixed(tree: Tree): boolean {
  return subtrees(tree).every(({ k, s, a = [], b, abs, st = [] }) => {
    switch (k) {
      case "path": return (!!abs || !!b) && st.every(step => !step.p);
      case "call": return (a.length > 0 && !/^(random|uuid)$/.test(s!)) || /^(current|today|now|true|false|pi)$/.test(s!);
      case "filter": return false;
      default: return true;
    }
  });
}
