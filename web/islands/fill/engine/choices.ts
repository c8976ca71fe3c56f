// Which choices a select offers, and in which order. What a filter offers for the same
// answers is kept: a list of all towns, filtered anew in each of a thousand instances,
// would take seconds.

import type { Choice, Field, Tree } from "./types";
import { evaluate } from "./evaluate";
import { narrow } from "./paths";
import { seeded, shuffle } from "./random";
import { Row } from "./items";
import { type XNode, nodes, number, text, texts } from "./values";
import type { Meta } from "./plan";
import type { Node } from "./tree";
import type { Model } from "./model";

/** The choices of one select question, in any of its places. */
export class Offer {
  private readonly field: Field;
  private readonly refs: Tree[] = [];
  private readonly kept?: Map<string, Choice[]>;
  private readonly made = new WeakMap<XNode, Choice>();
  private whole?: Choice[];

  constructor(meta: Meta, private readonly model: Model) {
    this.field = meta.field;
    const { itemset, choiceFilter } = this.field;
    if (!itemset && choiceFilter && this.readsOnlyRefs(choiceFilter.root)) this.kept = new Map();
  }

  // Whether the tree compares columns and ${names} alone; gathers the latter.
  private readsOnlyRefs(tree: Tree): boolean {
    if (tree.k === "ref") return this.refs.push(tree) > 0;
    if (tree.k === "path") return !tree.b && !tree.abs && tree.st!.every(step => step.x === "child" && !step.p);
    return tree.k !== "filter" && tree.k !== "call" && (tree.a || []).every(arg => this.readsOnlyRefs(arg));
  }

  /** Whether what the choices come from is there: a file may not be. */
  get isKnown(): boolean {
    const { itemset, list = "" } = this.field;
    return !!itemset || !!this.model.listOf(this.field) || !!this.model.instance(list);
  }

  /** What is offered in a place now. */
  choices(node: Node): Choice[] {
    return this.ordered(node, this.filtered(node));
  }

  private filtered(node: Node): Choice[] {
    if (!this.field.itemset && !this.field.choiceFilter) return this.all(node);
    if (!this.kept) return this.filter(node);
    const key = JSON.stringify(this.refs.map(ref => texts(this.model.resolve(node, ref))));
    let known = this.kept.get(key);
    if (!known) this.kept.set(key, known = this.filter(node));
    return known;
  }

  /** All that the list or file holds. */
  all(node: Node): Choice[] {
    const list = this.model.listOf(this.field);
    return list ? list.choices : this.whole || (this.whole = this.items(node).map(item => this.choiceOf(item)));
  }

  private filter(node: Node): Choice[] {
    const items = this.items(node), { choiceFilter } = this.field;
    return (choiceFilter ? narrow(items, [choiceFilter.root], this.model.context(node)) : items).map(item => this.choiceOf(item));
  }

  private items(node: Node): XNode[] {
    const { itemset } = this.field, { model } = this;
    if (itemset) return nodes(evaluate(itemset.root, model.context(node)));
    const list = model.listOf(this.field);
    const top = list ? model.sources.table(list) : model.sources.instance(this.field.list || "");
    const root = top && top.kids[0];
    return root ? root.down("item") : [];
  }

  private choiceOf(item: XNode): Choice {
    const list = this.model.listOf(this.field);
    if (list && item instanceof Row) return list.choices[item.row]!;
    const { value = "name", label = "label" } = this.field.parameters || {};
    const of = (name: string) => text(item.down(name));
    const name = of(value), said = of(label), known = this.made.get(item);
    const language = this.model.definition.defaultLanguage;
    if (known && known.name === name && known.label![language] === said) return known;
    const choice: Choice = { name, label: { [language]: said } };
    this.made.set(item, choice);
    return choice;
  }

  private ordered(node: Node, choices: Choice[]): Choice[] {
    const { randomize, seed } = this.field.parameters || {};
    if (randomize !== "true") return choices;
    if (!seed && node.seed === undefined) node.seed = this.model.environment.random() * 2147483646;
    return shuffle(choices, seeded(seed ? number(this.model.said(node, seed)) : node.seed!));
  }
}
