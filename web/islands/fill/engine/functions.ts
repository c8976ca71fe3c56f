// The functions of the ODK XForms specification, "XPath functions". Characters are
// Unicode code points throughout.

import type { Tree } from "./types";
import { type Context, evaluate } from "./evaluate";
import { type Value, nodes, number, numeral, text, texts, truth } from "./values";
import * as dates from "./dates";
import { admits } from "./arity";
import { more } from "./more";
import { matches } from "./pattern";

type Lazy = (args: Tree[], context: Context) => Value;
type Eager = (args: Value[], context: Context) => Value;

export function call(name: string, args: Tree[], context: Context): Value {
  if (!admits(name, args.length)) return "";
  if (lazy[name]) return lazy[name]!(args, context);
  const known = functions[name] || more[name];
  return known ? known(args.map(arg => evaluate(arg, context)), context) : "";
}

/** The texts of all arguments; of node-sets, of all their nodes. */
function all(args: Value[]): string[] {
  return ([] as string[]).concat(...args.map(texts));
}

function words(value: Value | undefined): string[] {
  return text(value).split(/\s+/).filter(Boolean);
}

function characters(value: Value | undefined): string[] {
  return Array.from(text(value));
}

function halfUp(n: number): number {
  const below = Math.floor(n);
  return n - below >= 0.5 ? below + 1 : below;
}

// A negative number of decimals rounds to tens, hundreds …
function round([value, decimals]: Value[]): number {
  const n = number(value);
  const places = decimals === undefined ? 0 : Math.trunc(number(decimals));
  if (isNaN(places) || (Math.abs(places) > 30 && Math.abs(n) !== Infinity)) return NaN;
  return isFinite(n) && n ? shift(halfUp(shift(n, places)), -places) : n;
}

// Moves the decimal point in the digits that one would write, so that 1.005 by two places is 100.5.
function shift(n: number, places: number): number {
  const [mantissa, exponent] = n.toExponential().split("e") as [string, string];
  return Number(mantissa + "e" + (Number(exponent) + places));
}

// As Go's math.Pow, so that a browser and the server write the same digits.
function pow(base: number, exponent: number): number {
  const size = Math.abs(exponent);
  if (base === 1) return 1;
  if (!base || !isFinite(base) || !(size <= 1024)) return Math.pow(base, exponent);
  let whole = size === 0.5 ? 0 : Math.ceil(size - 0.5);
  const part = size - whole;
  let power = size === 0.5 ? Math.sqrt(base) : part ? Math.exp(part * Math.log(base)) : 1;
  for (let square = base; whole; whole = Math.floor(whole / 2), square *= square) {
    if (whole % 2) power *= square;
  }
  return exponent < 0 ? 1 / power : power;
}

// NaN among nothing, and when one is no number.
function extreme(args: Value[], pick: (...n: number[]) => number): number {
  const numbers = all(args).map(numeral);
  return numbers.length ? numbers.reduce((a, b) => pick(a, b)) : NaN;
}

function moment(value: Value | undefined): Date | undefined {
  if (typeof value === "boolean") return undefined;
  return (typeof value !== "number" && dates.moment(text(value))) || dates.fromDays(number(value));
}

function written(value: Value | undefined, write: (at: Date) => string): string {
  const at = moment(value);
  return at ? write(at) : "";
}

const formatted: Eager = ([value, pattern], c) => written(value, at => dates.format(at, text(pattern), c.host.chinese));

function substring([value, from, length]: Value[]): string {
  const start = halfUp(number(from));
  const end = length === undefined ? Infinity : start + halfUp(number(length));
  return characters(value).filter((_, i) => i + 1 >= start && i + 1 < end).join("");
}

function translate([value, from, to]: Value[]): string {
  const source = characters(from), target = characters(to);
  return characters(value).map(c => (source.includes(c) ? target[source.indexOf(c)] || "" : c)).join("");
}

function uuid([length]: Value[], { host }: Context): string {
  const digit = (n: number) => Math.floor(host.environment.random() * n);
  if (length === undefined) {
    return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, c => (c === "x" ? digit(16) : 8 + digit(4)).toString(16));
  }
  let made = "";
  while (made.length < Math.min(number(length), 1000)) {
    const n = digit(62); // A to Z, a to z, 0 to 9
    made += String.fromCharCode(n < 26 ? n + 65 : n < 52 ? n + 71 : n - 4);
  }
  return made;
}

/** What a checklist counts: of an argument, or of each node of one, whether it is true or above 0. */
function ticks(value: Value): number[] {
  if (value === true) return [1];
  return texts(value).map(s => (s === "true" || numeral(s) > 0 ? 1 : 0));
}

function within(total: number, least: Value, most: Value): boolean {
  return (number(least) === -1 || total >= number(least)) && (number(most) === -1 || total <= number(most));
}

function checklist([least, most, ...rest]: Value[]): boolean {
  return within(([] as number[]).concat(...rest.map(ticks)).reduce((a, b) => a + b, 0), least!, most!);
}

function weightedChecklist([least, most, ...rest]: Value[]): boolean {
  let total = 0;
  for (let i = 0; i + 1 < rest.length; i += 2) {
    const weights = texts(rest[i + 1]);
    ticks(rest[i]!).forEach((tick, j) => {
      if (tick && weights.length) total += numeral(weights[Math.min(j, weights.length - 1)]!);
    });
  }
  return within(total, least!, most!);
}

function selected([chosen, value]: Value[]): boolean {
  const [wanted, further] = words(value);
  return wanted === undefined ? !words(chosen).length : !further && words(chosen).includes(wanted);
}

const ofNumbers: Record<string, (...n: number[]) => number> = {
  floor: Math.floor, ceiling: Math.ceil, abs: Math.abs, pow, sqrt: Math.sqrt, exp: Math.exp,
  exp10: n => pow(10, n!), log: Math.log, log10: Math.log10, int: Math.trunc, pi: () => Math.PI,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, asin: Math.asin, acos: Math.acos, atan: Math.atan, atan2: Math.atan2,
};

// Of these, the only argument may be left out for the context node.
const ofOne: Record<string, (value: Value) => Value> = {
  string: text,
  number,
  "string-length": a => characters(a).length,
  "normalize-space": a => text(a).split(/[ \t\r\n]+/).filter(Boolean).join(" "),
  name: a => (nodes(a).length ? nodes(a)[0]!.name : ""),
};
ofOne["local-name"] = a => text(ofOne.name!(a)).replace(/^[^:]*:/, "");

const functions: Record<string, Eager> = {
  concat: args => all(args).join(""),
  join: ([separator, ...rest]) => all(rest).join(text(separator)),
  substr: ([s, from, to]) => characters(s).slice(number(from), to === undefined ? undefined : number(to)).join(""),
  substring,
  "substring-before": ([a, b]) => text(a).slice(0, Math.max(0, text(a).indexOf(text(b)))),
  "substring-after": ([a, b]) => text(a).includes(text(b)) ? text(a).slice(text(a).indexOf(text(b)) + text(b).length) : "",
  contains: ([a, b]) => text(a).includes(text(b)),
  "starts-with": ([a, b]) => text(a).startsWith(text(b)),
  "ends-with": ([a, b]) => text(a).endsWith(text(b)),
  translate,
  regex: ([a, b]) => matches(text(a), text(b)),
  round,
  min: args => extreme(args, Math.min),
  max: args => extreme(args, Math.max),
  sum: args => all(args).reduce((total, s) => (s === "" ? total : total + numeral(s)), 0),
  count: ([a]) => nodes(a).length,
  "count-non-empty": ([a]) => nodes(a).filter(node => node.text() !== "").length,
  selected,
  "is-selected": selected,
  "selected-at": ([a, b]) => (number(b) >= 0 && words(a)[Math.trunc(number(b))]) || "",
  "count-selected": ([a]) => words(a).length,
  not: ([a]) => !truth(a),
  true: () => true,
  false: () => false,
  boolean: ([a]) => truth(a),
  "boolean-from-string": ([a]) => /^(true|1)$/.test(text(a)),
  checklist,
  "weighted-checklist": weightedChecklist,
  today: (_, c) => dates.dateText(c.host.environment.now()),
  now: (_, c) => dates.dateTimeText(c.host.environment.now()),
  date: ([a]) => written(a, dates.dateText),
  "date-time": ([a]) => written(a, dates.dateTimeText),
  "format-date": formatted,
  "format-date-time": formatted,
  "decimal-date-time": ([a]) => { const at = moment(a); return at ? dates.daysAt(at) : NaN; },
  "decimal-time": ([a]) => dates.timeOfDay(text(a)),
  position: ([a], c) => (a === undefined ? c.position : nodes(a).length ? nodes(a)[0]!.place() : NaN),
  last: (_, c) => c.size,
  current: (_, c) => [c.reader],
  instance: ([a], c) => { const top = c.host.instance(text(a)); return top ? [top] : []; },
  uuid,
  random: (_, c) => c.host.environment.random(),
};
for (const name of Object.keys(ofNumbers)) functions[name] = args => ofNumbers[name]!(...args.map(number));
for (const name of Object.keys(ofOne)) functions[name] = (args, c) => ofOne[name]!(args.length ? args[0]! : [c.node]);

// indexed-repeat(field, repeat, position, inner repeat, position …)
function indexedRepeat([field, ...rest]: Tree[], context: Context): Value {
  const repeats: [Tree, number][] = [];
  for (let i = 0; i + 1 < rest.length; i += 2) repeats.push([rest[i]!, Math.trunc(number(evaluate(rest[i + 1]!, context)))]);
  return repeats.some(([, at]) => isNaN(at)) ? [] : context.host.indexed(context.reader, field!, repeats);
}

function coalesce(args: Tree[], context: Context): Value {
  for (const arg of args) {
    const value = evaluate(arg, context);
    if (text(value) !== "") return value;
  }
  return "";
}

const lazy: Record<string, Lazy> = {
  if: ([condition, then, otherwise], c) => evaluate(truth(evaluate(condition!, c)) ? then! : otherwise!, c),
  coalesce,
  depend: ([a], c) => evaluate(a!, c),
  once: ([a], c) => c.reader.text() || evaluate(a!, c),
  "indexed-repeat": indexedRepeat,
  "jr:choice-name": ([value, field], c) => c.host.choiceName(field!, text(evaluate(value!, c))),
};
