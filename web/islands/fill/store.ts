// Where instances wait in the browser: unfinished, waiting to be sent, or sent
// (then only the receipt is left); and what was taken along to be done.
import type { Answers } from "./engine/types";
import { IndexedStore, openDatabase } from "./database";
import { memory, PlainStore } from "./plain";

export type State = "unfinished" | "waiting" | "refused" | "sent";

/** What the server said against an instance; or the file of it that the phone cannot read any more. */
export interface Refusal { message: string; code?: string; details: { where: string; text: string }[]; unreadable?: string }

/** The part "submission" of what is sent. */
export interface Submission {
  instanceId: string; formId: string; version: number; caseId: string; language: string; deviceId: string;
  started: string; ended: string; answers: Answers;
  assignment?: string;    // that it was made for
  deprecatedId?: string;  // the instance that it takes the place of
  mendsRevision?: number; // of the submission that came back, as the answers were begun from
}

/** One instance as the browser keeps it. */
export interface Kept {
  id: string;               // "uuid:…", stays the same however often it is sent
  form: string;             // the Form's id
  version: number;
  title: string;            // the form's
  caseId: string;
  caseTitle: string;
  language: string;         // the form's, as chosen
  state: State;
  started: string;          // ISO times
  changed: string;
  answers: Answers;         // everything entered, relevant or not
  page: number;             // where the enumerator was
  excerpt: string;          // first answers, to tell instances apart
  answered: number;
  asked: number;
  postUrl: string;
  pageUrl: string;          // where it is filled in
  assignment?: string;      // the assignment that it was begun from
  mends?: Mends;            // the submission whose place it takes
  entry?: Entry;            // by a public link: what goes with the answers
  submission?: Submission;  // from "waiting" on
  files?: string[];         // attachments that belong to it
  refusal?: Refusal;
  receipt?: string;
  receiptUrl?: string;
  tracking?: string;        // of a suggestion: by which its answer is looked up
  flagged?: boolean;        // received, with a mark: in the grace period, or over a quota
}

/** What residents give before the form: their code, and when they agreed to the consent. */
export interface Entry { code?: string; agreed?: string }

/** The submission that an instance mends, as it was begun from. */
export interface Mends {
  submissionId: string;
  instanceId: string;
  revision: number;
  receipt: string;
  files: string[];          // that the server has: they are not sent again
  reasons: (ReasonToMend & { was: string })[]; // the answers at which the reviewer found fault
  comment: string;
}

export interface ReasonToMend { path: string; label: string; text: string }

interface Work {
  id: string;
  project: string;
  formId: string;
  fillUrl: string;
  caseId: string;
  caseTitle: string;
}

/** What somebody found where they were sent. */
export type VisitOutcome = "notHome" | "refused" | "moved" | "other";

/** An assignment as it was taken along. */
export interface Assigned extends Work {
  kind: "assignment";
  place: string;
  due: string;              // a day, 2026-04-30; "" none
  note: string;
  state: string;
  backCheck: boolean;
  handedTo?: string;        // the name of who has it now
  withdrawn?: string;       // why
  earlier?: { at: string; answers: Answers } | null;     // what the case answered before
  visits: { id: string; at: string; outcome: string; note: string }[];
}

/** A submission that came back to be mended; its files are kept as the attachments of its id. */
export interface ToMend extends Work {
  kind: "mend";             // its id is the submission's
  title: string;            // the form's
  receipt: string;
  instanceId: string;
  revision: number;
  version: number;
  answers: Answers;
  attachments: string[];    // names; each lies at filesUrl + name
  filesUrl: string;
  reasons: ReasonToMend[];
  comment: string;
  at: string;
}

export type Task = Assigned | ToMend;

/** An assignment's visit that found nobody to ask. It is sent as instances are. */
export interface FieldVisit {
  id: string;               // made here, stays the same
  assignment: string;
  title: string;            // of the case
  postUrl: string;
  at: string;
  outcome: VisitOutcome;
  note: string;
  state: "waiting" | "refused" | "sent";
  refusal?: string;
}

export interface Store {
  /** Whether what is kept outlives the page. */
  readonly lasting: boolean;
  /** How many instances are there that cannot be read any more, as far as list has found. */
  readonly unreadable: number;
  list(): Promise<Kept[]>;
  get(id: string): Promise<Kept | undefined>;
  put(kept: Kept): Promise<void>;
  /** Changes an instance in one step, by what it is then; undefined leaves it. Without instance nothing happens. */
  update(id: string, change: (kept: Kept) => Kept | undefined): Promise<void>;
  /** Removes an instance with its attachments. */
  remove(id: string): Promise<void>;
  attach(id: string, name: string, blob: Blob): Promise<void>;
  attachments(id: string): Promise<Map<string, Blob>>;
  detach(id: string): Promise<void>;
  /** Removes one attachment. */
  drop(id: string, name: string): Promise<void>;
  /** The answers of the instance of a form that was finished last. */
  last(form: string): Promise<Answers | undefined>;
  putLast(form: string, answers: Answers): Promise<void>;
  tasks(): Promise<Task[]>;
  task(id: string): Promise<Task | undefined>;
  /** Takes the tasks of a project, in the place of those that were there. */
  putTasks(project: string, tasks: Task[]): Promise<void>;
  visits(): Promise<FieldVisit[]>;
  putVisit(visit: FieldVisit): Promise<void>;
  removeVisit(id: string): Promise<void>;
  /** Something else that is remembered of this person. */
  note<T>(key: string): Promise<T | undefined>;
  putNote(key: string, value: unknown): Promise<void>;
}

/** What opening tells when the browser cannot read what is kept. */
export class Damaged extends Error {
  constructor(readonly database: string, cause: unknown) { super(String(cause)); }
}

const prefix = "tianye-fill-";

/** databaseOf names a person's database: another one once it was damaged. */
export function databaseOf(wallet: string): string {
  let place = "";
  try { place = localStorage.getItem("tianye-place-" + wallet) ?? ""; } catch { /* then it is the first */ }
  return prefix + wallet + place;
}

/** formerOf names the databases that were begun before the present one, and left as they were. */
export function formerOf(wallet: string): string[] {
  const first = prefix + wallet, now = Number(databaseOf(wallet).slice(first.length + 1)) || 1;
  return Array.from({ length: now - 1 }, (_, i) => i === 0 ? first : `${first}.${i + 1}`);
}

/** startAfresh leaves a damaged database as it is and begins another one. */
export function startAfresh(wallet: string): void {
  const now = Number(databaseOf(wallet).slice((prefix + wallet + ".").length) || 1);
  localStorage.setItem("tianye-place-" + wallet, "." + (now + 1));
}

/** openStore opens the best that this browser has, for one person's instances. It rejects with Damaged. */
export async function openStore(wallet: string): Promise<Store> {
  if (typeof indexedDB === "undefined") return plainStore(prefix + wallet);
  const name = databaseOf(wallet);
  try {
    return new IndexedStore(await openDatabase(name));
  } catch (cause) {
    // Private windows of some browsers refuse every database: that is no damage.
    if (!await canOpen()) return plainStore(prefix + wallet);
    return openDatabase(name).then(db => new IndexedStore(db), () => { throw new Damaged(name, cause); });
  }
}

async function canOpen(): Promise<boolean> {
  try {
    (await openDatabase("tianye-trial")).close();
    indexedDB.deleteDatabase("tianye-trial");
    return true;
  } catch {
    return false;
  }
}

function plainStore(name: string): Store {
  try {
    localStorage.setItem(name, "");
    localStorage.removeItem(name);
    return new PlainStore(localStorage, name, true);
  } catch {
    return new PlainStore(memory(), name, false);
  }
}

export { memory, PlainStore } from "./plain";
