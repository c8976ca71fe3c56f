// Which choices a filter offers. What a filter offers for the same answers is kept:
// a list of all towns, filtered anew in each of a thousand instances, would take seconds.

import type { Choice, Tree } from "./types";
import { type Host, type XNode, evaluate, texts, truth } from "./evaluate";
import type { Unit } from "./plan";
import type { Node } from "./tree";

export class Filter {
  private readonly refs: Tree[] = [];
  private readonly kept?: Map<string, Choice[]>;

  constructor(private readonly unit: Unit, private readonly host: Host, private readonly items: XNode[], private readonly choices: Choice[]) {
    if (this.readsOnlyRefs(unit.expr!)) this.kept = new Map();
  }

  // Whether the tree compares columns and ${names} alone; gathers the latter.
  private readsOnlyRefs(tree: Tree): boolean {
    if (tree.k === "ref") return this.refs.push(tree) > 0;
    if (tree.k === "path") return !tree.b && !tree.abs && tree.st!.every(step => step.x === "child" && !step.p);
    return tree.k !== "filter" && tree.k !== "call" && (tree.a || []).every(arg => this.readsOnlyRefs(arg));
  }

  offered(node: Node): Choice[] {
    if (!this.kept) return this.filter(node);
    const key = JSON.stringify(this.refs.map(ref => texts(this.host.resolve(node, ref))));
    let known = this.kept.get(key);
    if (!known) this.kept.set(key, known = this.filter(node));
    return known;
  }

  private filter(reader: Node): Choice[] {
    const context = { host: this.host, reader, node: reader as XNode, position: 1, size: this.items.length };
    return this.choices.filter((_, i) => {
      context.node = this.items[i]!;
      context.position = i + 1;
      return truth(evaluate(this.unit.expr!, context));
    });
  }
}
