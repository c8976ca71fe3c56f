// What the server says of a chart, and the sentences of the page.

export interface Filter { variable: string; values: string[] }

/** A chart's description. "" leaves kind, statistic and title to the program. */
export interface Spec {
  source: { kind: string; form?: string };
  measure: string;
  choices?: string[];
  second?: string;
  by?: string;
  split?: string;
  interval?: string;
  statistic: string;
  base?: string;
  kind: string;
  sort?: string;
  filters?: Filter[];
  all?: boolean; // of submissions: with those that do not count by the review
  title: string;
  sourceLine?: string;
  note?: string;
}

export interface Label { code: string; label: string }
export interface Cell { value: number; empty?: boolean; hidden?: boolean; n: number; of?: number; box?: [number, number, number, number, number] }
export interface Point { x: number; y: number; label?: string }
export interface Series extends Label { cells?: Cell[]; points?: Point[] }
export interface Result {
  categories: Label[] | null;
  series: Series[] | null;
  n: number;
  total: number;
  unit?: string;
  measure: string;
  second?: string;
  by: string;
  split?: string;
  shares?: boolean;
  notes?: string[];
  least?: number; // n and total are hidden: they are fewer
}

export interface Variable { name: string; label: string; section: string; type: string; unit?: string; values?: Label[] }

export interface Data {
  spec: Spec; // complete
  option?: object;
  height: number; // of the drawing, in CSS pixels
  result?: Result;
  value: string; // what the numbers are: the statistic
  problem?: string;
  kinds: string[] | null;
  statistics: string[] | null;
  variables?: Variable[] | null;
}

/** embedded reads one of the page's JSON elements. */
export function embedded<T>(id: string): T {
  return JSON.parse(document.getElementById(id)!.textContent!) as T;
}

const sentences = embedded<Record<string, string>>("chart-words");

/** t says a key of the catalogue, with its places {0}, {1} filled in. */
export function t(key: string, ...args: (string | number)[]): string {
  return (sentences[key] ?? key).replace(/\{(\d)\}/g, (place, n) => String(args[Number(n)] ?? place));
}

/** element makes an element with a class, what is in it, and its attributes. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K, look: string, content: (Node | string)[] = [], attributes: Record<string, string> = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (look) made.className = look;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}
