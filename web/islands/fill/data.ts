// What the server gives the page: the form, who fills it in, and every sentence
// the page says (message catalogue, area "fill").
import type { Definition } from "./engine/types";
import type { Assigned } from "./store";

export interface CaseRef { id: string; title: string; hint?: string }

/** What an instance takes from its assignment. */
export type Work = Pick<Assigned, "id" | "caseId" | "caseTitle" | "note" | "state" | "backCheck" | "earlier">;

/** The JSON of #fill-data. */
export interface FillData {
  project: { id: string; title: string };
  form: { id: string; title: string; version: number; definition: Definition };
  media?: string[];     // the names of the form's media files that are there
  mediaUrl?: string;    // what their addresses begin with
  user: { id: string; name: string; login: string; email?: string; phone?: string };
  limits: { file: number; all: number; count: number };  // of attachments: bytes of one and of all, how many
  cases: CaseRef[];     // what the instance can be about; none: not asked
  caseId?: string;      // chosen by the link that led here
  task?: Work;          // the assignment that the address names
  postUrl: string;
  csrf: string;
  preview: boolean;     // nothing is stored or sent
  closed?: string;      // why nothing new is begun; what is finished is still sent
  gone?: boolean;       // the server does not give the page any more: the worker's kept one is shown
  stamp?: string;       // changes when the page does
  weight?: number;      // bytes of its media that do not follow the project
  demo: boolean;
  language: "zh" | "en";
  listUrl: string;
  homeUrl: string;
  link?: PublicLink;    // by which residents open the page
}

/** A public link; its texts are HTML. */
export interface PublicLink {
  greeting: string; thanks: string; consent: string;
  once: "" | "device" | "code";  // how often one may answer
  used?: string;                 // the receipt of what this device has sent, where it may once
  codeUrl: string;
  boardUrl?: string;             // of a suggestion box
}

let sentences: Record<string, string> = {};

/** speak sets the sentences that t says. */
export function speak(all: Record<string, string>): void {
  sentences = all;
}

/** t says a key of the catalogue, with its places {0}, {1} filled in. */
export function t(key: string, ...args: (string | number)[]): string {
  const pattern = sentences[key] ?? key;
  return pattern.replace(/\{(\d)\}/g, (place, n) => String(args[Number(n)] ?? place));
}

/** signInUrl signs in and comes back to this page. */
export function signInUrl(): string {
  return "/sign-in?next=" + encodeURIComponent(location.pathname + location.search);
}

/** embedded reads one of the page's JSON elements. */
export function embedded<T>(id: string): T {
  return JSON.parse(document.getElementById(id)!.textContent!) as T;
}

/** formLanguage picks the form's language that matches the page's: "中文 (zh)" for zh. */
export function formLanguage(definition: Definition, page: string): string {
  const code = (language: string) => (/\(([^)]*)\)\s*$/.exec(language)?.[1] ?? language).toLowerCase();
  const match = definition.languages.find(language => code(language).split("-")[0] === page);
  if (match !== undefined) return match;
  return definition.languages.includes(definition.defaultLanguage) ? definition.defaultLanguage : definition.languages[0] ?? "";
}

/** languageTag is the BCP 47 tag of a form's language, where its name tells. */
export function languageTag(language: string): string | undefined {
  return /\(([A-Za-z-]+)\)\s*$/.exec(language)?.[1];
}

export function uuid(): string {
  // crypto.randomUUID is missing where the page is not served over TLS.
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6]! & 0x0f) | 0x40;
  b[8] = (b[8]! & 0x3f) | 0x80;
  const hex = Array.from(b, x => x.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
