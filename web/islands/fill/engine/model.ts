// An instance that keeps itself right: after a change everything that reads what
// changed, and nothing else, is evaluated again, in the order of the plan.

import type { Answers, Choice, ChoiceList, Definition, Environment, Field, Text, Tree } from "./types";
import { type Context, type Host, evaluate } from "./evaluate";
import { type Value, type XNode, number, text, truth } from "./values";
import { type Kind, type Meta, type Plan, type Unit, fieldOf, isLast, isVolatile, nameIn, planOf, repeatOf } from "./plan";
import { Offer } from "./choices";
import { Item } from "./items";
import { Sources } from "./sources";
import { subtrees } from "./subtrees";
import { Node } from "./tree";
import { dateText, dateTimeText } from "./dates";

// As the server's: characters of a calculated answer, instances of one repeat in one place, nodes in all.
export const maxText = 50000;
const maxRepeats = 1000;
const maxNodes = 200000;
const maxEvents = 1000; // that follow one answer

export class Model implements Host {
  readonly plan: Plan;
  readonly top: Node;
  language: string;
  private count = 0;                           // of nodes
  private events = 0;                          // that have followed an answer
  private naming = false;                      // an itemset is asked for its labels
  private firing = 0;                          // how deep in each other's
  private due: (Set<Node> | undefined)[] = []; // by a unit's order
  private fresh: Node[] = [];                  // without their dynamic defaults
  private selects = new Map<Meta, Offer>();
  readonly sources: Sources;
  /** Selects whose choices may have changed since it was last looked whether their answers are still offered. */
  unsettled = new Set<Node>();

  constructor(readonly definition: Definition, readonly environment: Environment, saved?: Answers) {
    this.language = environment.language || definition.defaultLanguage;
    this.plan = planOf(definition);
    this.sources = new Sources(definition, environment, choice => this.pick(choice.label, definition.defaultLanguage));
    this.top = this.section(this.plan.root, undefined, saved);
    this.top.attributes = [new Item("id", undefined, definition.formId), new Item("version", undefined, this.version())];
    this.settle();
  }

  // What expressions ask.

  root(): Node { return this.top; }
  get chinese(): boolean { return /^zh|\(zh|中文|chinese/i.test(this.language); }

  resolve(reader: Node, field: Tree, instance?: Node): XNode[] {
    if (isLast(field)) return this.sources.lastSaved(field.t || []);
    const meta = fieldOf(this.plan.root, field), repeat = instance && repeatOf(instance.meta);
    return meta ? (repeat && meta.isWithin(repeat) ? instance! : reader).resolve(meta) : [];
  }

  indexed(reader: Node, field: Tree, repeats: [Tree, number][]): Node[] {
    const { root } = this.plan, meta = fieldOf(root, field);
    if (!meta) return [];
    const chosen = new Map(repeats.map(([tree, at]) => [fieldOf(root, tree), at] as [Meta | undefined, number]));
    const own = new Set<Node>();
    for (let node: Node | undefined = reader; node; node = node.parent) own.add(node);
    let found = [this.top];
    for (const { index } of [...meta.chain.slice(1), meta]) {
      const next: Node[] = [];
      for (const kid of found.map(node => node.kids[index]!)) {
        const at = chosen.get(kid.meta);
        const mine = at === undefined && kid.meta !== meta && kid.kids.some(one => own.has(one));
        if (!kid.series) next.push(kid);
        else for (const one of kid.kids) if (at === undefined ? !mine || own.has(one) : one.at === at) next.push(one);
      }
      found = next;
    }
    return found.filter(node => node.relevant);
  }

  /** Where a select's choices come from what only ODK's own clients have. */
  isSearch({ appearance = "" }: Field): boolean { return appearance.includes("search("); }

  /** The list that a select picks from; undefined where the choices are of a file or of nodes. */
  listOf({ type, list = "", file, itemset }: Field): ChoiceList | undefined {
    const { lists = {}, externalLists = {} } = this.definition;
    return file || itemset ? undefined : (type === "select_one_external" ? externalLists : lists)[list];
  }

  /** The choices that a select offers. */
  choicesOf(node: Node): Choice[] {
    return (node.choices = node.choices || this.offer(node.meta).choices(node));
  }

  /** Whether a select offers a choice. */
  offers(node: Node, name: string): boolean {
    const list = this.listOf(node.meta.field);
    if (list && !node.meta.units.choices && !this.isSearch(node.meta.field)) return !!this.sources.choice(list, name);
    return !this.offer(node.meta).isKnown || this.choicesOf(node).some(choice => choice.name === name);
  }

  private offer(meta: Meta): Offer {
    let offer = this.selects.get(meta);
    if (!offer) this.selects.set(meta, offer = new Offer(meta, this));
    return offer;
  }

  /** The nodes that ${name} in a text means. */
  named(node: Node, name: string): XNode[] {
    const bare = name.replace(/^last-saved#/, ""), meta = this.plan.named(bare);
    if (!meta) return [];
    return bare === name ? node.resolve(meta) : this.sources.lastSaved([...meta.chain.slice(1), meta].map(each => each.field.name));
  }

  /** A parameter's value: as it is written, or the answer that it names. */
  said(node: Node, parameter: string): string {
    const name = nameIn(parameter);
    return name ? text(this.named(node, name)) : parameter;
  }

  instance(name: string): Item | undefined { return this.sources.instance(name); }
  version(): string { return this.definition.version || ""; }

  property(name: string): string {
    const { deviceID, username, email, phoneNumber } = this.environment;
    const known: Record<string, string | undefined> = { deviceid: deviceID, username, email, phonenumber: phoneNumber };
    return known[name] || "";
  }

  /** A text by the id that an XForm gives it: /data/name:label, or list-0 of a choice. */
  itext(id: string): string {
    const [, list, at] = /^([^/].*)-(\d+)$/.exec(id) || [];
    const choice = list && ((this.definition.lists || {})[list] || { choices: [] }).choices[Number(at)];
    if (choice) return this.pick(choice.label, this.language);
    const [path, ...kind] = id.split(":"), meta = path![0] === "/" ? fieldOf(this.plan.root, { k: "ref", t: path!.split("/").slice(2) }) : undefined;
    if (!meta) return "";
    const { label, hint, constraintMessage, requiredMessage } = meta.field;
    const texts: Record<string, Text | undefined> = { label, hint, "jr:constraintMsg": constraintMessage, "jr:requiredMsg": requiredMessage };
    return this.pick(texts[kind.join(":")], this.language);
  }

  /** Whether an expression reads a secondary instance that is not there. */
  lacks(tree: Tree): boolean {
    return subtrees(tree).some(({ k, s, a: [id] = [] }) => k === "call" && /^(instance|pulldata)$/.test(s!) && !!id && id.k === "str" && !this.instance(id.s!));
  }

  /** Evaluates everything anew, in another language. */
  speak(language: string): void {
    if (this.language === language) return;
    this.language = language;
    this.top.each(node => { if (!node.at) this.arrange(node); }); // an instance has what its series has
    this.settle();
  }

  choiceName(field: Tree, name: string): string {
    const meta = fieldOf(this.plan.root, field), list = meta && this.listOf(meta.field);
    if (!meta || !meta.hasChoices) return "";
    const choice = list ? this.sources.choice(list, name) : this.offeredIn(meta).find(each => each.name === name);
    return choice ? this.pick(choice.label, this.language) : "";
  }

  // The choices that do not come from a list. An itemset may ask for its own labels: it has none then.
  private offeredIn(meta: Meta): Choice[] {
    if (!meta.field.itemset) return this.offer(meta).all();
    const [place] = this.top.resolve(meta);
    if (!place || this.naming) return [];
    this.naming = true;
    const offered = this.offer(meta).filtered(place);
    this.naming = false;
    return offered;
  }

  /** A text in a language, else in the form's default, else in any. */
  pick(texts: Text | undefined, language: string): string {
    const { defaultLanguage, languages } = this.definition;
    for (const each of [language, defaultLanguage, ...languages, ""]) if (texts && texts[each]) return texts[each]!;
    return "";
  }

  // Making nodes. Saved answers are taken as they are; where none were saved, there are defaults.

  private make(meta: Meta, parent: Node | undefined, series: boolean): Node {
    const node = new Node(meta, parent, series);
    this.count++;
    node.relevant = !parent || parent.relevant;
    return node;
  }

  private section(meta: Meta, parent: Node | undefined, saved: Answers | undefined): Node {
    const node = this.make(meta, parent, false);
    for (const kid of meta.kids) {
      const kept = saved && saved[kid.field.name];
      if (kid.repeats) node.kids.push(this.series(kid, node, saved && (Array.isArray(kept) ? kept : [])));
      else if (kid.isSection) node.kids.push(this.section(kid, node, saved && (typeof kept === "object" && !Array.isArray(kept) ? kept : {})));
      else node.kids.push(this.leaf(kid, node, saved && (typeof kept === "string" ? kept : "")));
    }
    if (!meta.repeats) this.arrange(node);
    return node;
  }

  private leaf(meta: Meta, parent: Node, saved: string | undefined): Node {
    const node = this.make(meta, parent, false);
    const { value } = meta.units;
    node.value = saved === undefined || meta.hidden ? this.initial(meta) : saved;
    if (saved === undefined && !value && meta.field.dynamicDefault) this.fresh.push(node);
    this.arrange(node, !!saved && !!value && isVolatile(value.expr!));
    return node;
  }

  private series(meta: Meta, parent: Node, saved: Answers[] | undefined): Node {
    const series = this.make(meta, parent, true);
    const minimal = /(^|\s)minimal(\s|$)/.test(meta.field.appearance || "");
    const count = saved ? saved.length : meta.field.repeatCount || minimal ? 0 : 1;
    for (let i = 0; i < count && this.append(series, saved && saved[i]); i++);
    this.arrange(series);
    return series;
  }

  private append(series: Node, saved: Answers | undefined): boolean {
    if (series.kids.length >= maxRepeats || this.count >= maxNodes) return false;
    const instance = this.section(series.meta, series, saved);
    instance.at = series.kids.push(instance);
    return true;
  }

  private initial(meta: Meta): string {
    const { environment } = this;
    if (meta.hidden) return meta.field.name === "instanceID" ? environment.instanceID || "" : "";
    switch (meta.field.type) {
      case "start": return dateTimeText(environment.now());
      case "today": return dateText(environment.now());
      case "end": return ""; // stamped when the answers are taken
      case "deviceid": return environment.deviceID;
      case "username": return environment.username;
      case "email": return environment.email || "";
      case "phonenumber": return environment.phoneNumber || "";
      default: return meta.field.default || "";
    }
  }

  // All of a new node is due, but a value that was true when it was first made.
  private arrange(node: Node, valued = false): void {
    const { units } = node.meta;
    for (const kind in units) if (kind !== "value" || !valued) this.mark(units[kind as Kind]!, node);
  }

  // Changing them.

  assign(node: Node, value: string): void {
    if (node.value === value) return;
    node.value = value;
    node.touch();
    if (node.relevant) this.announce(node);
  }

  /** Gives a repeat so many instances, as far as there is room. */
  resize(series: Node, count: number): void {
    if (count === series.kids.length) return;
    while (series.kids.length > count) this.forget(series.kids.pop()!);
    while (series.kids.length < count && this.append(series, undefined));
    this.reshaped(series);
  }

  private forget(instance: Node): void {
    instance.each(node => {
      this.count--;
      this.unsettled.delete(node);
    });
  }

  remove(series: Node, position: number): void {
    this.forget(series.kids.splice(position - 1, 1)[0]!);
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

  private mark(unit: Unit, node: Node): void {
    const due = this.due[unit.order];
    if (due) due.add(node);
    else this.due[unit.order] = new Set([node]);
  }

  /** A person answers a question: what depends on it is evaluated. */
  set(node: Node, value: string): void {
    this.assign(node, value);
    this.settle();
    this.fire(node);
  }

  // A question's answer has changed: what is calculated on that occasion is, which may be such a change itself.
  private fire(node: Node): void {
    if (!this.firing++) this.events = 0;
    for (const target of node.meta.fires) {
      const { calculation } = target.field;
      for (const each of node.resolve(target)) {
        if (++this.events > maxEvents) break;
        const value = calculation ? this.answer(calculation.root, each) : "", before = each.value;
        this.assign(each, value);
        this.settle();
        if (each.value !== before) this.fire(each);
      }
    }
    this.firing--;
  }

  /** Evaluates what is due, then gives new nodes their dynamic defaults. */
  settle(): void {
    this.run();
    for (let node: Node | undefined; (node = this.fresh.shift()); ) {
      const before = node.value;
      this.assign(node, this.answer(node.meta.field.dynamicDefault!.root, node));
      this.run();
      if (node.value !== before) this.fire(node);
    }
  }

  // Each unit in its order, and for a node once. What a unit changes is read by later ones only.
  private run(): void {
    for (let i = 0; i < this.due.length; i++) {
      const due = this.due[i], unit = this.plan.units[i]!;
      if (due) for (const node of unit.chained ? this.top.below(unit.meta, false) : [...due]) this.decide(unit, node);
    }
    this.due = [];
  }

  /** Where a node's expressions stand. */
  context(node: Node): Context {
    return { host: this, reader: node, node, position: 1, size: 1 };
  }

  /** The value of an expression for a node. */
  evaluate(tree: Tree, node: Node): Value {
    return evaluate(tree, this.context(node));
  }

  private answer(tree: Tree, node: Node): string {
    const value = text(this.evaluate(tree, node));
    return value.length > maxText ? Array.from(value).slice(0, maxText).join("") : value;
  }

  private decide(unit: Unit, node: Node): void {
    const { kind } = unit;
    switch (kind) {
      case "text": return node.series ? node.each(each => each.touch()) : node.touch();
      case "choices": return this.reoffer(node);
      case "value": return node.relevant ? this.assign(node, this.answer(unit.expr!, node)) : undefined;
      case "count": {
        const count = number(this.evaluate(unit.expr!, node));
        return node.relevant ? this.resize(node, count >= 1 ? Math.floor(Math.min(count, maxRepeats)) : 0) : undefined;
      }
    }
    const holds = truth(this.evaluate(unit.expr!, node));
    if (kind === "relevant") {
      node.own = holds;
      return this.inherit(node, !node.parent || node.parent.relevant);
    }
    if (node[kind] === holds) return;
    node[kind] = holds;
    node.touch();
  }

  private inherit(node: Node, outer: boolean): void {
    const relevant = outer && node.own;
    if (relevant === node.relevant) return;
    node.relevant = relevant;
    node.touch();
    this.announce(node);
    const { value, count } = node.meta.units;
    if (relevant && node.meta.units.choices) this.unsettled.add(node);
    if (relevant && value) this.mark(value, node);
    if (relevant && count && node.series) this.mark(count, node);
    for (const kid of node.kids) this.inherit(kid, relevant);
  }

  private reoffer(node: Node): void {
    const offered = this.offer(node.meta).choices(node), before = node.choices;
    this.unsettled.add(node);
    if (before && before.length === offered.length && before.every((choice, i) => choice === offered[i])) return;
    node.choices = offered;
    node.touch();
  }
}
