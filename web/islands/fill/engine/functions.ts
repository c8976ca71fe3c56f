// The functions of the ODK XForms specification, "XPath functions".

import type { Tree } from "./types";
import { type Context, type Value, type XNode, evaluate, nodes, number, text, truth } from "./evaluate";
import * as dates from "./dates";

type Lazy = (args: Tree[], context: Context) => Value;
type Eager = (args: Value[], context: Context) => Value;

export function call(name: string, args: Tree[], context: Context): Value {
  const own = lazy[name];
  if (own) return own(args, context);
  const known = functions[name];
  return known ? known(args.map(arg => evaluate(arg, context)), context) : "";
}

/** The texts of all arguments; of node-sets, of all their nodes. */
function all(args: Value[]): string[] {
  return ([] as string[]).concat(...args.map(arg => (Array.isArray(arg) ? arg.map(node => node.text()) : [text(arg)])));
}

function answered(args: Value[]): number[] {
  return all(args).filter(s => s !== "").map(number);
}

function words(value: Value | undefined): string[] {
  return text(value).split(/\s+/).filter(Boolean);
}

function characters(value: Value | undefined): string[] {
  return Array.from(text(value));
}

/** XPath's round: halves go up. */
function round(value: number, decimals: number): number {
  if (!decimals) return Math.floor(value + 0.5);
  const factor = Math.pow(10, Math.floor(decimals));
  return Math.floor(value * factor + 0.5) / factor;
}

function extreme(args: Value[], better: (a: number, b: number) => boolean): number {
  const numbers = answered(args);
  if (!numbers.length || numbers.some(isNaN)) return NaN;
  return numbers.reduce((a, b) => (better(b, a) ? b : a));
}

function moment(value: Value | undefined): Date | undefined {
  const s = text(value).trim();
  return dates.moment(s) || (s ? dates.fromDays(number(value)) : undefined);
}

function format([value, pattern]: Value[]): string {
  const at = moment(value);
  return at ? dates.format(at, text(pattern)) : "";
}

function substring([value, from, length]: Value[]): string {
  const start = round(number(from), 0);
  const end = length === undefined ? Infinity : start + round(number(length), 0);
  return characters(value).filter((_, i) => i + 1 >= start && i + 1 < end).join("");
}

function translate([value, from, to]: Value[]): string {
  const source = characters(from), target = characters(to);
  return characters(value).map(c => {
    const at = source.indexOf(c);
    return at < 0 ? c : target[at] || "";
  }).join("");
}

function uuid(context: Context): string {
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, c => {
    const n = Math.floor(context.host.environment.random() * 16);
    return (c === "x" ? n : 8 + (n % 4)).toString(16);
  });
}

function matches(value: string, pattern: string): boolean {
  try {
    return new RegExp(pattern).test(value);
  } catch (e) {
    return false;
  }
}

// Answers to "how many hold" within bounds, -1 being none: checklist and weighted-checklist.
function within(total: number, [min, max]: Value[]): boolean {
  return (number(min) < 0 || total >= number(min)) && (number(max) < 0 || total <= number(max));
}

const math: Record<string, (...n: number[]) => number> = {
  floor: Math.floor, ceiling: Math.ceil, abs: Math.abs, pow: Math.pow, sqrt: Math.sqrt, exp: Math.exp,
  exp10: n => Math.pow(10, n!), log: Math.log, log10: Math.log10, int: Math.trunc, pi: () => Math.PI,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, asin: Math.asin, acos: Math.acos, atan: Math.atan, atan2: Math.atan2,
};

const functions: Record<string, Eager> = {
  string: ([a], c) => text(a === undefined ? [c.node] : a),
  concat: args => all(args).join(""),
  join: ([separator, ...rest]) => all(rest).join(text(separator)),
  substr: ([s, from, to]) => characters(s).slice(number(from), to === undefined ? undefined : number(to)).join(""),
  substring,
  "substring-before": ([a, b]) => text(a).slice(0, Math.max(0, text(a).indexOf(text(b)))),
  "substring-after": ([a, b]) => (text(a).includes(text(b)) ? text(a).slice(text(a).indexOf(text(b)) + text(b).length) : ""),
  "string-length": ([a], c) => characters(a === undefined ? [c.node] : a).length,
  contains: ([a, b]) => text(a).includes(text(b)),
  "starts-with": ([a, b]) => text(a).startsWith(text(b)),
  "ends-with": ([a, b]) => text(a).endsWith(text(b)),
  "normalize-space": ([a], c) => words(a === undefined ? [c.node] : a).join(" "),
  translate,
  regex: ([a, b]) => matches(text(a), text(b)),
  number: ([a], c) => number(a === undefined ? [c.node] : a),
  round: ([a, b]) => round(number(a), b === undefined ? 0 : number(b)),
  min: args => extreme(args, (a, b) => a < b),
  max: args => extreme(args, (a, b) => a > b),
  sum: args => answered(args).reduce((a, b) => a + b, 0),
  name: ([a], c) => { const node = a === undefined ? c.node : nodes(a)[0]; return node ? node.name : ""; },
  count: ([a]) => nodes(a).length,
  "count-non-empty": ([a]) => nodes(a).filter(node => node.text() !== "").length,
  selected: ([a, b]) => words(a).includes(text(b).trim()),
  "selected-at": ([a, b]) => words(a)[number(b)] || "",
  "count-selected": ([a]) => words(a).length,
  not: ([a]) => !truth(a),
  true: () => true,
  false: () => false,
  boolean: ([a]) => truth(a),
  "boolean-from-string": ([a]) => text(a) === "true" || text(a) === "1",
  checklist: ([min, max, ...rest]) => within(all(rest).filter(s => number(s) > 0).length, [min!, max!]),
  "weighted-checklist": ([min, max, ...rest]) =>
    within(rest.reduce<number>((sum, v, i) => (i % 2 || !(number(v) > 0) ? sum : sum + number(rest[i + 1])), 0), [min!, max!]),
  today: (_, c) => dates.dateText(c.host.environment.now()),
  now: (_, c) => dates.dateTimeText(c.host.environment.now()),
  date: ([a]) => { const at = moment(a); return at ? dates.dateText(at) : ""; },
  "date-time": ([a]) => { const at = moment(a); return at ? dates.dateTimeText(at) : ""; },
  "format-date": format,
  "format-date-time": format,
  "decimal-date-time": ([a]) => { const at = moment(a); return at ? at.getTime() / 86400000 : NaN; },
  "decimal-time": ([a]) => dates.timeOfDay(text(a).trim()),
  position: ([a], c) => { const node = nodes(a)[0]; return a === undefined ? c.position : node && node.position ? node.position() : 1; },
  last: (_, c) => c.size,
  current: (_, c) => [c.reader],
  instance: ([a], c) => { const list = c.host.list(text(a)); return list ? [list] : []; },
  uuid: (_, c) => uuid(c),
  random: (_, c) => c.host.environment.random(),
};
functions["local-name"] = functions.name!;
for (const name of Object.keys(math)) functions[name] = args => math[name]!(...args.map(number));

// The names to a field that ${name}, a path or, in jr:choice-name, a quoted ${name} gives.
function target(tree: Tree): string[] {
  if (tree.k === "path") return (tree.st || []).slice(tree.abs ? 1 : 0).map(step => step.t);
  return tree.t || [(tree.s || "").replace(/[${}\s]/g, "")];
}

// indexed-repeat(field, repeat, position, inner repeat, position …)
function indexedRepeat(args: Tree[], context: Context): Value {
  let outer: XNode | undefined;
  for (let i = 1; i + 1 < args.length; i += 2) {
    const at = number(evaluate(args[i + 1]!, context));
    const instances = context.host.resolve(outer || context.reader, target(args[i]!));
    outer = instances.find(node => !!node.position && node.position() === at);
    if (!outer) return [];
  }
  return context.host.resolve(outer || context.reader, target(args[0]!));
}

const lazy: Record<string, Lazy> = {
  if: ([condition, then, otherwise], c) => evaluate(truth(evaluate(condition!, c)) ? then! : otherwise!, c),
  coalesce: (args, c) => args.reduce((found, arg) => found || text(evaluate(arg, c)), ""),
  once: ([a], c) => c.reader.text() || evaluate(a!, c),
  "indexed-repeat": indexedRepeat,
  "jr:choice-name": ([value, field], c) => {
    const choice = c.host.choice(target(field!), text(evaluate(value!, c)));
    return choice ? c.host.label(choice) : "";
  },
};
