// Expressions may be thousands of operators deep, a phone's stack is not: what looks
// through a tree does so without calling itself.

import type { Tree } from "./types";

/** A tree and all trees in it, in no order. */
export function subtrees(tree: Tree): Tree[] {
  const found = [tree];
  for (let i = 0; i < found.length; i++) {
    const { a = [], b, st = [] } = found[i]!;
    for (const arg of a) found.push(arg);
    if (b) found.push(b);
    for (const { p = [] } of st) for (const predicate of p) found.push(predicate);
  }
  return found;
}

/** The operators of a + b + c from the outermost to the innermost, and what that has on its left. */
export function spine(tree: Tree): [Tree[], Tree] {
  const operators: Tree[] = [];
  let at = tree;
  for (; at.k === "op"; at = at.a![0]!) operators.push(at);
  return [operators, at];
}
