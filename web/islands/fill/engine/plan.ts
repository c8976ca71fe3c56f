// What a form's expressions read, found once: which of them to evaluate again
// after a change, and in which order.

import type { Definition, Expr, Field, Step, Text, Tree } from "./types";
import { spine, subtrees } from "./subtrees";

/** A field of the definition, where it stands, and who reads it. */
export class Meta {
  readonly kids: Meta[];
  readonly readers: Reader[] = [];
  readonly units: { [kind in Kind]?: Unit } = {};
  /** The fields that are calculated when this one is answered. */
  readonly fires: Meta[] = [];
  private readonly byName?: Map<string, Meta>;

  /** chain is the sections that it is in, from the form's root. */
  constructor(readonly field: Field, readonly chain: Meta[], readonly index: number, readonly hidden = false) {
    const inside = [...chain, this];
    this.kids = (field.fields || []).map((kid, i) => new Meta(kid, inside, i, hidden || kid === metaOf.get(field)));
    if (this.kids.length) this.byName = new Map(this.kids.map(kid => [kid.field.name, kid] as [string, Meta]));
  }
  kid(name: string): Meta | undefined { return this.byName && this.byName.get(name); }
  get parent(): Meta | undefined { return this.chain[this.chain.length - 1]; }
  get depth(): number { return this.chain.length; }
  get repeats(): boolean { return this.field.type === "repeat"; }
  get hasChoices(): boolean { return /^(select_one|select_multiple|rank|select_one_external)$/.test(this.field.type); }
  /** Whether it is another field, or below that. */
  isWithin(other: Meta): boolean { return this === other || this.chain[other.depth] === other; }
  get isSection(): boolean { return this.repeats || this.field.type === "group"; }
}

export type Kind = "relevant" | "count" | "value" | "required" | "readonly" | "choices" | "text";

/** One thing to evaluate for every node of a field. */
export interface Unit {
  kind: Kind; meta: Meta; expr?: Tree; order: number;
  sees: Meta[];       // whose existence and place it reads
  reads: Meta[];      // and whose value
  chained?: boolean;  // reads its own field in other instances: all are evaluated, in their order
}

/** unit reads a field; of a changed node, those below the same instance of via must be evaluated again. */
export interface Reader { unit: Unit; via: Meta }

export interface Plan {
  root: Meta; units: Unit[];
  /** The field of a name; where several have it, as in another tool's form, it is given with its path: /data/group/name. */
  named(name: string): Meta | undefined;
}

const plans = new WeakMap<Definition, Plan>();
const metaOf = new WeakMap<Field, Field>();

/** The meta element that every instance has, as expressions may read it; it is in no view and no answers. */
function metaBlock({ fields, instanceName, audit, xform = {} }: Definition): Field | undefined {
  if (fields.some(({ name }) => name === "meta")) return undefined;
  const inside: Field[] = xform.omitInstanceId ? [] : [{ name: "instanceID", type: "calculate" }];
  if (instanceName) inside.push({ name: "instanceName", type: "calculate", calculation: instanceName });
  if (audit) inside.push({ name: audit.name, type: "calculate" });
  return { name: "meta", type: "group", fields: inside };
}

export function planOf(definition: Definition): Plan {
  let known = plans.get(definition);
  if (!known) plans.set(definition, known = plan(definition));
  return known;
}

function plan(definition: Definition): Plan {
  const top: Field = { name: (definition.xform || {}).name || "data", type: "group", fields: definition.fields };
  const block = metaBlock(definition);
  if (block) {
    top.fields = [...definition.fields, block];
    metaOf.set(top, block);
  }
  const root = new Meta(top, [], 0);
  const byName = new Map<string, Meta>();
  const named = (name: string) => (name[0] === "/" ? fieldOf(root, { k: "ref", t: name.split("/").slice(2) }) : byName.get(name));
  const metas: Meta[] = [];
  const gather = (meta: Meta) => {
    metas.push(meta);
    if (meta.parent && !byName.has(meta.field.name)) byName.set(meta.field.name, meta);
    meta.kids.forEach(gather);
  };
  gather(root);
  const inLists = new Map(Object.keys(definition.lists || {}).map(name =>
    [name, [...mentioned(definition.lists![name]!.choices.map(choice => choice.label))]] as [string, string[]]));
  for (const meta of metas) {
    const { label, hint, guidance, list = "", triggers = [] } = meta.field;
    const names = new Set([...mentioned([label, hint, guidance]), ...(inLists.get(list) || [])]);
    addUnits(meta, root, named, [...names].map(named));
    for (const trigger of triggers.map(named)) if (trigger) trigger.fires.push(meta);
  }
  return { root, named, units: ordered(metas) };
}

export const reference = /\$\{\s*([^}\s]+)\s*\}/g;

// The names in ${…} of texts.
function mentioned(texts: (Text | undefined)[]): Set<string> {
  const names = new Set<string>();
  for (const text of texts) {
    for (const language in text) if (text[language]!.includes("${")) text[language]!.replace(reference, (whole, name) => (names.add(name), whole));
  }
  return names;
}

/** The name in a parameter that is ${name}, or the path that it is. */
export function nameIn(parameter = ""): string | undefined {
  const [, name, path] = /^\s*(?:\$\{\s*([^}\s]+)\s*\}|(\/\S+))\s*$/.exec(parameter) || [];
  return name || path;
}

function addUnits(meta: Meta, root: Meta, named: Plan["named"], shown: (Meta | undefined)[]): void {
  const f = meta.field;
  const add = (kind: Kind, expr?: Expr) => {
    const unit: Unit = meta.units[kind] = { kind, meta, expr: expr && expr.root, order: 0, sees: [], reads: [] };
    return new Analysis(unit, root);
  };
  const expressions: [Kind, Expr | undefined][] = [
    ["relevant", f.relevant], ["count", f.repeatCount], ["value", meta.isSection || (f.triggers || []).length ? undefined : f.calculation],
    ["required", f.required], ["readonly", f.readonly],
  ];
  for (const [kind, expr] of expressions) if (expr) add(kind, expr).value(expr.root, [meta], true);
  const seed = named(nameIn((f.parameters || {}).seed) || "");
  if (f.itemset || f.choiceFilter || seed) {
    const choices = add("choices");
    // Of answers in a repeat all are offered, also to those who are in it.
    const isQuestion = !!f.itemset && f.itemset.root.k === "ref";
    const question = isQuestion && !isLast(f.itemset!.root) ? fieldOf(root, f.itemset!.root) : undefined;
    choices.filtered = question && repeatOf(question);
    const read = f.itemset ? choices.value(f.itemset.root, [meta], true) : [];
    const held = question ? [question.parent!] : isQuestion ? [] : read;
    if (f.choiceFilter) choices.value(f.choiceFilter.root, held, false); // its context is a choice, not the field
    if (seed) choices.read(seed);
  }
  if (!shown.length) return;
  const text = add("text");
  for (const each of shown) if (each) text.note(each, shared(meta, each));
}

const moments = /^(today|now|random|uuid|once)$/;

/** Whether a value is one of the moment when it was made. */
export function isVolatile(tree: Tree): boolean {
  return subtrees(tree).some(({ k, s }) => k === "call" && moments.test(s!));
}

/** The innermost section that two fields are in. */
function shared(a: Meta, b: Meta): Meta {
  let i = 0;
  while (i + 1 < a.depth && i + 1 < b.depth && a.chain[i + 1] === b.chain[i + 1]) i++;
  return a.chain[i]!;
}

/** The field that a reference means, or an argument that names one. */
export function fieldOf(root: Meta, { t = [] }: Tree): Meta | undefined {
  let at: Meta | undefined = t.length ? root : undefined;
  for (const name of t) at = at && at.kid(name);
  return at;
}

/** The innermost repeat that a field is in, or is. */
export function repeatOf(meta: Meta): Meta | undefined {
  return [...meta.chain, meta].filter(section => section.repeats).pop();
}

/** Whether a reference is to the instance saved last. */
export const isLast = ({ s = "" }: Tree) => s.startsWith("last-saved#");

// An absolute path's first step is the root, whatever its name.
function stepsOf({ abs, st = [] }: Tree): Step[] {
  return abs && st[0] && st[0].x === "child" ? st.slice(1) : st;
}

class Analysis {
  /** The repeat of which a choice filter reads all instances. */
  filtered?: Meta;

  /** A silent one only gathers what is read. */
  constructor(private unit: Unit, private root: Meta, private silent = false) {}

  note(read: Meta, via: Meta): void {
    const { unit } = this;
    if (via === unit.meta && unit.meta.repeats) via = via.parent!;
    if (read === unit.meta && unit.kind === "value") {
      if (via === read) return; // its own last value
      unit.chained = true;
    }
    const known = read.readers[read.readers.length - 1];
    if (this.silent) return void unit.sees.push(read);
    if (!known || known.unit !== unit) read.readers.push({ unit, via });
    else if (via.depth < known.via.depth) known.via = via;
    unit.sees.push(read);
  }

  private readAnywhere(read: Meta): void {
    this.note(read, this.root);
    this.unit.reads.push(read);
  }

  // What a tree reads, of another field than the unit's.
  private everywhere(tree: Tree, of: Meta): void {
    const inner = new Analysis({ ...this.unit, meta: of, sees: [], reads: [] }, this.root, true);
    inner.value(tree, [of], true);
    for (const meta of new Set([...inner.unit.sees, ...inner.unit.reads])) this.note(meta, this.root);
    this.unit.reads.push(...inner.unit.reads);
  }

  /** Notes a field that ${name} means. */
  read(read: Meta): void {
    this.note(read, shared(this.unit.meta, read));
    this.unit.reads.push(read);
  }

  /** Notes what a tree reads whose value is used: of a section, all below it. Gives the fields that its node-set may hold. */
  value(tree: Tree, at: Meta[], own: boolean): Meta[] {
    const held = this.presence(tree, at, own);
    this.whole(held);
    return held;
  }

  private whole(held: Meta[]): void {
    for (const meta of held) {
      this.unit.reads.push(meta);
      for (const kid of meta.kids) this.note(kid, this.root);
      this.whole(meta.kids);
    }
  }

  /** Notes what a tree reads; gives the fields that its node-set may hold. at is the context, the reader itself when own. */
  private presence(tree: Tree, at: Meta[], own: boolean): Meta[] {
    const [first, ...rest] = tree.a || [];
    switch (tree.k) {
      case "ref": {
        const read = isLast(tree) ? undefined : fieldOf(this.root, tree);
        if (read) this.note(read, this.filtered && read.isWithin(this.filtered) ? this.root : shared(this.unit.meta, read));
        return read ? [read] : [];
      }
      case "path": return this.path(tree, at, own);
      case "filter": {
        const held = this.presence(first!, at, own);
        for (const predicate of rest) this.value(predicate, held, false);
        return held;
      }
      case "call": return this.call(tree.s!, tree.a || [], at, own);
      case "op": {
        const [operators, left] = spine(tree);
        const held = this.value(left, at, own);
        for (const { a } of operators.reverse()) if (a![1]) held.push(...this.value(a![1], at, own));
        return tree.s === "|" ? held : [];
      }
      default: return [];
    }
  }

  private call(name: string, args: Tree[], at: Meta[], own: boolean): Meta[] {
    if (name === "current") return [this.unit.meta];
    const elsewhere = name === "indexed-repeat"; // reads another instance, though ${name} alone would mean this one's
    if (name === "jr:choice-name" && args[1]) { // the second only names a field, but what its choices come from is read
      const named = fieldOf(this.root, args[1]), itemset = named && named.field.itemset;
      if (itemset && !this.silent) this.everywhere(itemset.root, named!);
      args = args.slice(0, 1);
    }
    if (!args.length && /^(string|number|normalize)/.test(name)) this.whole(at);
    if (name === "randomize") return ([] as Meta[]).concat(...args.map(arg => this.value(arg, at, own)));
    for (const arg of args) {
      if (!elsewhere && !/^(position|count|name|local-name)$/.test(name)) this.value(arg, at, own);
      else for (const read of this.presence(arg, at, own)) if (elsewhere) this.readAnywhere(read);
    }
    if (name === "position") {
      for (const section of this.unit.meta.chain) if (section.repeats) this.note(section, section.parent!);
    }
    return [];
  }

  private path(tree: Tree, at: Meta[], own: boolean): Meta[] {
    const fromReader = tree.b ? tree.b.k === "call" && tree.b.s === "current" : own && !tree.abs;
    let held = tree.b ? this.presence(tree.b, at, own) : tree.abs ? [this.root] : at;
    let top = fromReader ? this.unit.meta : this.root;
    for (const step of stepsOf(tree)) {
      held = reached(held, step);
      for (const each of held) {
        if (/^(following|preceding)$/.test(step.x)) top = this.root;
        const meta = step.x.endsWith("sibling") ? each.parent! : each; // siblings may be other instances
        if (meta.depth < top.depth) top = meta;
      }
      for (const predicate of step.p || []) this.value(predicate, held, false);
    }
    for (const meta of held) this.note(meta, meta.chain[top.depth] === top || meta === top ? top : this.root);
    return held;
  }
}

function reached(from: Meta[], { x, t }: Step): Meta[] {
  const all = new Set<Meta>(), prefix = t.endsWith(":*") ? t.slice(0, -1) : t === "*" || t.endsWith("()") ? "" : undefined;
  for (const meta of from) {
    for (const each of along(meta, x, t)) if (prefix === undefined ? each.field.name === t : each.field.name.startsWith(prefix)) all.add(each);
  }
  return [...all];
}

function along(meta: Meta, axis: string, test: string): Meta[] {
  switch (axis) {
    case "child": return test === "text()" ? [meta] : meta.kids;
    case "self": return [meta];
    case "parent": return meta.parent ? [meta.parent] : [];
    case "ancestor": return meta.chain;
    case "ancestor-or-self": return [...meta.chain, meta];
    case "descendant": return all(meta).slice(1);
    case "descendant-or-self": return all(meta);
    case "following-sibling": case "preceding-sibling": return beside(meta, axis[0] === "f");
    case "following": case "preceding":
      return ([] as Meta[]).concat(...[...meta.chain, meta].map(line => ([] as Meta[]).concat(...beside(line, axis[0] === "f").map(all))));
    default: return [];
  }
}

/** A field and all below it. */
function all(meta: Meta): Meta[] {
  return [meta].concat(...meta.kids.map(all));
}

// Its siblings; a repeat's instances have the others beside them too.
function beside({ parent, index, repeats }: Meta, after: boolean): Meta[] {
  if (!parent) return [];
  return after ? parent.kids.slice(repeats ? index : index + 1) : parent.kids.slice(0, repeats ? index + 1 : index);
}

// What must be right before a unit is evaluated.
function before({ meta, kind, sees, reads }: Unit): Unit[] {
  const found: (Unit | undefined)[] = [];
  const existence = ({ units }: Meta) => found.push(units.relevant, units.count);
  meta.chain.forEach(existence);
  if (kind !== "relevant") found.push(meta.units.relevant);
  for (const seen of sees) [...seen.chain, seen].forEach(existence);
  for (const read of reads) found.push(read.units.value);
  return found.filter(unit => unit !== undefined) as Unit[];
}

// Every unit after those that must be right before it. Chains may be long: no recursion.
function ordered(metas: Meta[]): Unit[] {
  const units: Unit[] = [];
  const begun = new Set<Unit>();
  const visit = (first: Unit) => {
    const open = [first];
    for (let unit: Unit | undefined; (unit = open[open.length - 1]); ) {
      if (!begun.has(unit)) {
        begun.add(unit);
        for (const each of before(unit).reverse()) if (!begun.has(each)) open.push(each);
        continue;
      }
      open.pop();
      if (units[unit.order] !== unit) unit.order = units.push(unit) - 1;
    }
  };
  for (const { units: own } of metas) for (const kind in own) visit(own[kind as Kind]!);
  return units;
}
