// An instance's nodes: the tree that expressions walk.

import type { Answers, Choice, NodeView } from "./types";
import type { XNode } from "./values";
import type { Meta } from "./plan";

/**
 * A node of an instance. A repeat has one node that is its series, of which the
 * kids are the instances; a group's and an instance's kids are those of its field, in order.
 */
export class Node implements XNode {
  value = "";
  kids: Node[] = [];
  at = 0;              // of a repeat's instance: its position from 1
  own = true;          // its relevance by its own expression
  relevant = true;     // and by that of all sections that it is in
  required = false;
  readonly = false;
  choices?: Choice[];
  seed?: number;       // of a select in random order, without a seed of the form's
  attributes?: XNode[]; // of the root
  view?: NodeView;     // until something in it changes

  constructor(readonly meta: Meta, readonly parent?: Node, readonly series = false) {}

  get name(): string { return this.meta.field.name; }

  text(): string {
    return this.relevant ? this.value + this.kids.map(kid => kid.text()).join("") : "";
  }

  up(): XNode | undefined {
    const { parent } = this;
    return parent && parent.series ? parent.parent : parent;
  }

  kid(name: string): Node | undefined {
    const kid = this.meta.kid(name);
    return kid && this.kids[kid.index];
  }

  down(name: string): XNode[] {
    if (this.series) return [];
    const only = this.kid(name);
    const found = name === "*" ? this.kids : only ? [only] : [];
    return ([] as Node[]).concat(...found.map(kid => (kid.series ? kid.kids : [kid]))).filter(kid => kid.relevant);
  }

  place(): number { return this.at || 1; }

  path(): string {
    if (!this.parent) return "";
    const above = this.parent.path();
    return this.at ? `${above}[${this.at}]` : above + (above && "/") + this.name;
  }

  /** Forgets the views of this node and of all that hold it. */
  touch(): void {
    for (let node: Node | undefined = this; node && node.view; node = node.parent) node.view = undefined;
  }

  each(visit: (node: Node) => void): void {
    visit(this);
    for (const kid of this.kids) kid.each(visit);
  }

  /** The nearest node of a section that this one is in, or is. */
  within(section: Meta): Node {
    let node: Node = this;
    while (node.series || node.meta !== section) node = node.parent!;
    return node;
  }

  /** The nodes of a field below this section's node; of a repeat its series, or their instances. */
  below(meta: Meta, instances: boolean): Node[] {
    let found: Node[] = [this];
    for (let depth = this.meta.depth + 1; depth <= meta.depth; depth++) {
      const last = depth === meta.depth;
      const { index } = last ? meta : meta.chain[depth]!;
      const next: Node[] = [];
      for (const node of found) {
        const kid = node.kids[index]!;
        if (kid.series && (!last || instances)) for (const each of kid.kids) next.push(each);
        else next.push(kid);
      }
      found = next;
    }
    return found;
  }

  /** What ${name} means here: in the same instances of the repeats that both are in, in all others of the rest. */
  resolve(meta: Meta): Node[] {
    let node: Node = this;
    while (node.series || meta.chain[node.meta.depth] !== node.meta) node = node.parent!;
    return node.below(meta, true).filter(each => each.relevant);
  }

  /** The answers below: all that are kept, or with end, the time that "end" gets, those that are sent. */
  answers(end?: string): Answers {
    const found: Answers = {};
    for (const kid of this.kids) {
      if ((end && !kid.relevant) || kid.meta.hidden) continue;
      if (kid.series) {
        if (kid.kids.length || !end) found[kid.name] = kid.kids.map(each => each.answers(end));
      } else if (kid.meta.isSection) {
        const inner = kid.answers(end);
        if (Object.keys(inner).length) found[kid.name] = inner;
      } else {
        const value = (kid.meta.field.type === "end" && end) || kid.value;
        if (value) found[kid.name] = value;
      }
    }
    return found;
  }
}
