// The values of expressions and their conversions: XPath 1.0's, widened as the ODK
// XForms specification says: dates count as days, see dates.ts.

import { days } from "./dates";

/** What a path walks over: a node of the instance, or an element of a secondary one. */
export interface XNode {
  readonly name: string;
  text(): string;
  up(): XNode | undefined;
  /** The children with a name; "*" is all. */
  down(name: string): XNode[];
  readonly attributes?: XNode[];
  /** Its place among its siblings of the same name, from 1. */
  place(): number;
}

export type Value = string | number | boolean | XNode[];

// Plain decimal digits, however large or small: XPath has no exponents.
function digits(n: number): string {
  const [mantissa, exponent] = String(Math.abs(n)).split("e");
  if (!exponent) return String(n);
  const [whole, fraction = ""] = mantissa!.split(".");
  const shift = Number(exponent);
  const all = whole + fraction;
  const plain = shift < 0 ? "0." + "0".repeat(-shift - 1) + all : all + "0".repeat(shift - fraction.length);
  return (n < 0 ? "-" : "") + plain;
}

export function text(value: Value | undefined): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.length ? value[0]!.text() : "";
  return typeof value === "number" ? digits(value) : String(value);
}

export function number(value: Value | undefined): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return numeral(text(value));
}

export function numeral(s: string): number {
  return /^[ \t\r\n]*-?(\d+\.?\d*|\.\d+)[ \t\r\n]*$/.test(s) ? Number(s) : days(s);
}

/** Of a node-set whether it holds an answer: an unanswered question and an absent one are the same. */
export function truth(value: Value | undefined): boolean {
  if (typeof value === "number") return value !== 0 && !isNaN(value);
  if (typeof value === "boolean") return value;
  return texts(value).some(s => s !== "");
}

export function nodes(value: Value | undefined): XNode[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of all nodes, or the one text of any other value. */
export function texts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.map(node => node.text()) : [text(value)];
}

