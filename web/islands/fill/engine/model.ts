// An instance that keeps itself right: after a change everything that reads what
// changed, and nothing else, is evaluated again, in the order of the plan.

import type { Answers, Choice, Definition, Environment, Text } from "./types";
import { type Host, type Value, evaluate, number, text, truth } from "./evaluate";
import { type Meta, type Plan, type Unit, find, planOf } from "./plan";
import { Filter } from "./choices";
import { type Item, Node, itemsOf } from "./tree";
import { dateText, dateTimeText } from "./dates";

// No repeat_count asks for more instances than a person could fill in.
const mostInstances = 10000;

export class Model implements Host {
  readonly plan: Plan;
  readonly top: Node;
  readonly chinese: boolean;
  private due: (Set<Node> | undefined)[] = []; // by a unit's order
  private lists: Record<string, Item> = {};
  private filters = new Map<Unit, Filter>();
  private targets = new WeakMap<string[], Meta>();

  constructor(readonly definition: Definition, readonly environment: Environment, saved?: Answers) {
    this.chinese = /^zh|\(zh|中文|chinese/i.test(definition.defaultLanguage);
    this.plan = planOf(definition);
    this.top = this.build(this.plan.root, undefined, saved);
    this.settle();
  }

  root(): Node { return this.top; }

  resolve(reader: Node, target: string[]): Node[] {
    const meta = this.meta(target);
    return meta ? reader.resolve(meta) : [];
  }

  meta(target: string[]): Meta | undefined {
    let meta = this.targets.get(target);
    if (!meta) {
      meta = find(this.plan.root, target) || (target.length === 1 ? this.plan.named.get(target[0]!) : undefined);
      if (meta) this.targets.set(target, meta);
    }
    return meta;
  }

  choicesOf(meta: Meta): Choice[] {
    const list = (this.definition.lists || {})[meta.field.list || ""];
    return list ? list.choices : [];
  }

  list(name: string): Item | undefined {
    const list = (this.definition.lists || {})[name];
    if (list && !this.lists[name]) this.lists[name] = itemsOf(list, choice => this.label(choice));
    return this.lists[name];
  }

  choiceName(target: string[], choice: string): string {
    const meta = this.meta(target);
    const found = meta && this.choicesOf(meta).find(each => each.name === choice);
    return found ? this.label(found) : "";
  }

  label(choice: Choice): string { return this.pick(choice.label, this.definition.defaultLanguage) || choice.name; }

  /** A text in a language, else in the form's default, else in any. */
  pick(texts: Text | undefined, language: string): string {
    const { defaultLanguage, languages } = this.definition;
    for (const each of [language, defaultLanguage, ...languages]) if (texts && texts[each]) return texts[each]!;
    return "";
  }

  // Making nodes.

  private build(meta: Meta, parent: Node | undefined, saved: Answers | undefined): Node {
    const node = new Node(meta, parent);
    for (const kid of meta.kids) {
      const kept = saved && saved[kid.field.name];
      if (kid.repeats) node.kids.push(this.series(kid, node, saved && (Array.isArray(kept) ? kept : [])));
      else if (kid.isSection) node.kids.push(this.build(kid, node, saved && (isObject(kept) ? kept : {})));
      else node.kids.push(this.leaf(kid, node, saved && (typeof kept === "string" ? kept : "")));
    }
    node.relevant = !parent || parent.relevant;
    if (!meta.repeats) this.arrange(node, !saved);
    return node;
  }

  private leaf(meta: Meta, parent: Node, saved: string | undefined): Node {
    const node = new Node(meta, parent);
    node.value = saved === undefined ? this.initial(meta) : saved;
    node.readonly = !!meta.field.calculation;
    this.arrange(node, saved === undefined);
    return node;
  }

  private series(meta: Meta, parent: Node, saved: Answers[] | undefined): Node {
    const series = new Node(meta, parent, true);
    const minimal = /(^|\s)minimal(\s|$)/.test(meta.field.appearance || "");
    const count = saved ? saved.length : meta.field.repeatCount || minimal ? 0 : 1;
    for (let i = 0; i < count; i++) this.append(series, saved && saved[i]);
    this.arrange(series, !saved);
    return series;
  }

  private append(series: Node, saved: Answers | undefined): void {
    const instance = this.build(series.meta, series, saved);
    instance.at = series.kids.push(instance);
  }

  private initial(meta: Meta): string {
    const { environment } = this;
    switch (meta.field.type) {
      case "start": return dateTimeText(environment.now());
      case "today": return dateText(environment.now());
      case "deviceid": return environment.deviceID;
      case "username": return environment.username;
      default: return meta.field.default || "";
    }
  }

  // All of a new node is due; a dynamic default only where nothing was saved.
  private arrange(node: Node, fresh: boolean): void {
    const { units } = node.meta;
    for (const kind in units) if (kind !== "default" || fresh) this.mark(units[kind as keyof typeof units]!, node);
  }

  // Changing them.

  assign(node: Node, value: string): void {
    if (node.value === value) return;
    node.value = value;
    node.touch();
    if (node.relevant) this.announce(node);
  }

  /** Gives a repeat so many instances. */
  resize(series: Node, count: number): void {
    if (count === series.kids.length) return;
    if (count < series.kids.length) series.kids.length = count;
    while (series.kids.length < count) this.append(series, undefined);
    this.reshaped(series);
  }

  remove(series: Node, position: number): void {
    series.kids.splice(position - 1, 1);
    series.kids.forEach((instance, i) => {
      if (instance.at === i + 1) return;
      instance.at = i + 1;
      instance.each(node => node.view = undefined); // their paths have changed
    });
    this.reshaped(series);
  }

  private reshaped(series: Node): void {
    series.touch();
    const outer = series.parent!;
    const fire = (meta: Meta) => {
      for (const { unit, via } of meta.readers) {
        if (series.meta.chain[via.depth] !== via) continue; // reads within one instance
        for (const reader of outer.within(via).below(unit.meta, false)) this.mark(unit, reader);
      }
      meta.kids.forEach(fire);
    };
    fire(series.meta);
  }

  // The node now reads otherwise.
  private announce(node: Node): void {
    for (const { unit, via } of node.meta.readers) {
      for (const reader of node.within(via).below(unit.meta, false)) this.mark(unit, reader);
    }
  }

  /** Has a unit evaluated for a node. */
  mark(unit: Unit, node: Node): void {
    const due = this.due[unit.order];
    if (due) due.add(node);
    else this.due[unit.order] = new Set([node]);
  }

  /** Evaluates what is due. Each unit is evaluated once for a node: a cycle, which publishing refuses, ends. */
  settle(): void {
    const { units } = this.plan;
    for (let i = 0; i < units.length; i++) {
      const due = this.due[i];
      if (due) for (const node of due) this.run(units[i]!, node);
    }
    this.due = [];
  }

  evaluate(unit: Unit, node: Node): Value {
    return evaluate(unit.expr!, { host: this, reader: node, node, position: 1, size: 1 });
  }

  private run(unit: Unit, node: Node): void {
    switch (unit.kind) {
      case "relevant": return this.relevance(node, truth(this.evaluate(unit, node)));
      case "count": return this.resize(node, countOf(number(this.evaluate(unit, node))));
      case "default": return this.assign(node, text(this.evaluate(unit, node)));
      case "value": if (node.relevant) this.assign(node, text(this.evaluate(unit, node))); return;
      case "text": return node.series ? node.each(each => each.touch()) : node.touch();
      case "choices": return this.offer(unit, node);
    }
    const { kind } = unit;
    const holds = truth(this.evaluate(unit, node));
    if (node[kind] === holds) return;
    node[kind] = holds;
    node.touch();
  }

  private relevance(node: Node, own: boolean): void {
    node.own = own;
    this.inherit(node, !node.parent || node.parent.relevant);
  }

  private inherit(node: Node, outer: boolean): void {
    const relevant = outer && node.own;
    if (relevant === node.relevant) return;
    node.relevant = relevant;
    node.touch();
    this.announce(node);
    if (relevant && node.meta.units.value) this.mark(node.meta.units.value, node);
    for (const kid of node.kids) this.inherit(kid, relevant);
  }

  private offer(unit: Unit, node: Node): void {
    let filter = this.filters.get(unit);
    if (!filter) {
      const list = this.list(node.meta.field.list || "");
      filter = new Filter(unit, this, list ? list.kids[0]!.kids : [], this.choicesOf(node.meta));
      this.filters.set(unit, filter);
    }
    const offered = filter.offered(node);
    const before = node.choices;
    if (before && before.length === offered.length && before.every((choice, i) => choice === offered[i])) return;
    node.choices = offered;
    node.touch();
  }
}

function isObject(value: unknown): value is Answers {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function countOf(n: number): number {
  return n > 0 ? Math.min(Math.floor(n), mostInstances) : 0;
}
