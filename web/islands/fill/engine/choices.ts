// Which choices a select offers, and in which order. What a filter offers for the same
// answers is kept: a list of all towns, filtered anew in each of a thousand instances,
// would take seconds.

import type { Choice, Field, Tree } from "./types";
import { evaluate } from "./evaluate";
import { narrow } from "./paths";
import { seedOf, seeded, shuffle } from "./random";
import { Row } from "./items";
import { subtrees } from "./subtrees";
import { type XNode, nodes, texts, truth } from "./values";
import { type Meta, fieldOf, isLast, repeatOf } from "./plan";
import { Node } from "./tree";
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
    return subtrees(tree).every(each => {
      const { k, b, abs, st } = each;
      if (k === "ref") return this.refs.push(each) > 0;
      if (k === "path") return !b && !abs && st!.every(step => step.x === "child" && !step.p);
      return k !== "filter" && k !== "call";
    });
  }

  /** Whether what the choices come from is there: a file may not be. */
  get isKnown(): boolean {
    const { itemset, list = "" } = this.field;
    return !this.model.isSearch(this.field) && (itemset ? !this.model.lacks(itemset.root) : !!this.model.listOf(this.field) || !!this.model.instance(list));
  }

  /** What is offered in a place now. */
  choices(node: Node): Choice[] {
    return this.ordered(node, this.filtered(node));
  }

  /** Those that the filter leaves, in the order in which they are listed. */
  filtered(node: Node): Choice[] {
    if (!this.field.itemset && !this.field.choiceFilter) return this.all();
    if (!this.kept) return this.filter(node);
    const key = JSON.stringify(this.refs.map(ref => texts(this.model.resolve(node, ref))));
    let known = this.kept.get(key);
    if (!known) this.kept.set(key, known = this.filter(node));
    return known;
  }

  /** All that the list or file holds. */
  all(): Choice[] {
    const list = this.model.listOf(this.field);
    return list ? list.choices : this.whole || (this.whole = this.items().map(item => this.choiceOf(item)));
  }

  private filter(node: Node): Choice[] {
    const { choiceFilter, itemset } = this.field;
    if (itemset && itemset.root.k === "ref") return this.answered(itemset.root, node);
    const items = itemset ? nodes(evaluate(itemset.root, this.model.context(node))) : this.items();
    const left = choiceFilter ? narrow(items, [choiceFilter.root], this.model.context(node)) : items;
    return left.map(item => this.choiceOf(item)).filter(choice => !itemset || choice.name !== "");
  }

  private items(): XNode[] {
    const { model } = this;
    const list = model.listOf(this.field);
    const top = list ? model.sources.table(list) : model.sources.instance(this.field.list || "");
    const root = top && top.kids[0];
    return root ? root.down("item") : [];
  }

  // Of the answers to a question, those that the filter leaves: its context is the section around the question there.
  private answered(question: Tree, reader: Node): Choice[] {
    const { model, field: { choiceFilter } } = this;
    const answers = this.answersTo(question, reader), context = model.context(reader);
    context.size = answers.length;
    return answers.filter((answer, i) => {
      const section = answer.up()!, here = answer instanceof Node;
      context.node = section;
      context.instance = here ? section : undefined;
      context.position = here ? section.place() : i + 1;
      return answer.text() !== "" && (!choiceFilter || truth(evaluate(choiceFilter.root, context)));
    }).map(answer => this.choice(answer, answer.text(), answer.text()));
  }

  // In all instances of the repeats that the question is in.
  private answersTo(question: Tree, reader: Node): XNode[] {
    const { model } = this, meta = isLast(question) ? undefined : fieldOf(model.plan.root, question);
    if (!meta) return model.resolve(reader, question);
    const repeat = repeatOf(meta);
    let outside: Node = reader;
    while (repeat && outside.meta.isWithin(repeat)) outside = outside.parent!;
    return outside.resolve(meta);
  }

  private choiceOf(item: XNode): Choice {
    const list = this.model.listOf(this.field), { parameters = {}, file = "" } = this.field;
    if (list && item instanceof Row) return list.choices[item.row]!;
    const [value, label] = /\.geojson$/i.test(file) ? ["id", "title"] : ["name", "label"];
    return this.choice(item, textOf(item, parameters.value || value!), this.labelOf(item, parameters.label || label!));
  }

  // The text of an item's child, or of the form's text of which jr:itext(child) names the id.
  private labelOf(item: XNode, label: string): string {
    const [, id] = /^jr:itext\((.*)\)$/.exec(label) || [];
    return id === undefined ? textOf(item, label) : this.model.itext(textOf(item, id.trim()));
  }

  private choice(item: XNode, name: string, said: string): Choice {
    const known = this.made.get(item);
    const language = this.model.definition.defaultLanguage;
    if (known && known.name === name && known.label![language] === said) return known;
    const choice: Choice = { name, label: { [language]: said } };
    if (this.field.file) choice.columns = columnsOf(item);
    this.made.set(item, choice);
    return choice;
  }

  private ordered(node: Node, choices: Choice[]): Choice[] {
    const { randomize, seed } = this.field.parameters || {};
    if (randomize !== "true") return choices;
    if (!seed && node.seed === undefined) node.seed = Math.floor(this.model.environment.random() * 2147483646);
    return shuffle(choices, seeded(seed ? seedOf(this.model.said(node, seed)) : node.seed!));
  }
}

/** The text at a path of names below an item. */
function textOf(item: XNode, path: string): string {
  let at: XNode | undefined = item;
  for (const name of path.split("/")) at = at && at.down(name)[0];
  return at ? at.text() : "";
}

/** An item's further columns, as a choice list's. */
function columnsOf(item: XNode): Record<string, string> {
  const columns: Record<string, string> = {};
  for (const cell of item.down("*")) columns[cell.name] = cell.text();
  return columns;
}
