// One visit to the list of what is to be done: whose phone it is now, what was taken along, what waits.
import { uuid } from "../fill/data";
import { canKeep, sameVersion } from "../fill/offline";
import { freshSession, Outbox, post } from "../fill/outbox";
import { Damaged, databaseOf, formerOf, openStore, startAfresh, type Assigned, type FieldVisit, type Kept, type Store, type Task, type VisitOutcome } from "../fill/store";
import { bookOf, type Person } from "../worker/shelf";
import { pack, save, unpack } from "./bundle";
import type { Project, WhoData } from "./data";
import { others, remember, type Other } from "./people";
import { rescue } from "./rescue";
import { get, takeData, takePages, weightOf, type Taking } from "./taking";

/** Something to be said for a while: a key of the catalogue with what belongs in its places. */
export interface Said { key: string; args: (string | number)[]; bad?: boolean }

/** A database in whose place another one was begun, and how many unsent instances it holds alone. */
export interface Former { database: string; unsent: number }

const sentKept = 50, again = 300_000, soon = 15_000, scarceBelow = 100_000_000, clockMayErr = 600_000;

export class Shell {
  person?: Person;
  store?: Store;
  damaged?: Damaged;
  /** Databases that were damaged once and hold what is not in the present one. */
  former: Former[] = [];
  outbox?: Outbox;
  /** Whether it is known who holds the phone, or that nobody does. */
  ready = false;
  signedOut = false;
  tasks: Task[] = [];
  kept: Kept[] = [];
  visits: FieldVisit[] = [];
  projects: Project[] = [];
  others: Other[] = [];
  taking?: Taking;
  /** The addresses of the fill pages that open without a network. */
  carried = new Set<string>();
  /** What the server said against this person or a project. */
  problem = "";
  /** By how much the phone's clock is ahead of the server's, in milliseconds, when that is much. */
  clockAhead = 0;
  /** Bytes that the browser still gives, when they are few. */
  scarce?: number;
  said?: Said;
  private checked = 0;
  private timer?: ReturnType<typeof setTimeout>;
  private refreshing?: Promise<void>;
  private csrf = "";
  private draw = () => {};

  /** Starts; draw is called whenever something shown has changed. */
  begin(draw: () => void): void {
    this.draw = draw;
    const awake = () => {
      if (document.visibilityState === "hidden") return;
      void this.reload();
      if (Date.now() - this.checked > again) void this.refresh();
      else this.sendAll();
    };
    addEventListener("online", () => void this.refresh());
    addEventListener("offline", draw);
    addEventListener("pageshow", awake);
    document.addEventListener("visibilitychange", awake);
    void this.open();
  }

  private async open(): Promise<void> {
    const person = canKeep() ? (await bookOf().catch(() => undefined))?.person : undefined;
    if (person) await this.become(person);
    this.sendAll();
    await this.refresh();
  }

  /** Shows what is kept of a person. */
  private async become(person: Person): Promise<void> {
    this.person = person;
    try { remember(localStorage, person); } catch { /* then the others are not told of what waits */ }
    await this.openStore(person);
    await this.reload();
    this.former = await formerly(person.id, this.kept);
    this.draw();
  }

  private async openStore(person: Person): Promise<void> {
    this.outbox?.stop();
    try {
      this.store = await openStore(person.id);
      this.damaged = undefined;
    } catch (cause) {
      this.store = undefined;
      if (cause instanceof Damaged) this.damaged = cause;
    }
    const { store } = this;
    this.outbox = store && new Outbox({ store, post, session: () => freshSession(person.login), later: (ms, call) => void setTimeout(call, ms),
      changed: what => what === "progress" ? this.draw() : void this.reload() }, this.csrf);
  }

  private line: Promise<void> = Promise.resolve();
  private next?: Promise<void>;

  /** Shows what is on the phone now. However often it is asked for while that is looked up, it is looked up once more. */
  private reload(): Promise<void> {
    return this.next ??= this.line = this.line.then(() => {
      this.next = undefined;
      return this.look();
    });
  }

  private async look(): Promise<void> {
    const { store, person } = this;
    this.others = await others(person?.id).catch(() => this.others);
    try {
      if (person && (store || this.damaged)) await this.read(store).catch(() => this.openAnew(person));
      if (this.store) await this.show(this.store);
    } catch { /* what was read is shown */ }
    this.ready = this.ready || person !== undefined;
    this.draw();
  }

  // What is on the phone alone: whether it can be read tells whether the database is sound.
  private async read(store?: Store): Promise<void> {
    if (!store) throw this.damaged;
    this.kept = await store.list();
    this.damaged = undefined;
  }

  private async show(store: Store): Promise<void> {
    [this.tasks, this.visits] = await Promise.all([store.tasks(), store.visits()]);
    this.projects = await store.note<Project[]>("projects") ?? [];
    await this.tidy(store);
    await this.weigh();
  }

  /** A database that was let go of is opened again. One that opens and still cannot be read is damaged. */
  private async openAnew(person: Person): Promise<void> {
    await this.openStore(person);
    const { store } = this;
    if (store) await this.read(store).catch(cause => {
      if (store.lasting) this.damaged = new Damaged(databaseOf(person.id), cause);
      throw cause;
    });
  }

  /** Looks up what is kept for where there is no network. */
  private async weigh(): Promise<void> {
    if (!canKeep() || !this.person) return;
    const { pages } = await bookOf(), forms = this.projects.flatMap(project => project.forms).filter(form => !form.closed);
    const mine = forms.filter(({ fillUrl }) => pages[fillUrl]?.user === this.person!.id);
    this.carried = new Set(mine.map(({ fillUrl }) => fillUrl));
    const bytes = mine.reduce((sum, { fillUrl }) => sum + weightOf(pages[fillUrl]!), 0);
    // A former version's page opens too, but what is to be taken along is the present one.
    const done = mine.filter(({ fillUrl, stamp }) => sameVersion(pages[fillUrl]!.stamp, stamp)).length;
    if (!this.taking || done < this.taking.done) this.taking = { done, of: forms.length, bytes, failed: 0, full: false, heavy: [] };
  }

  /** Forgets receipts beyond the latest ones, and visits that are received. */
  private async tidy(store: Store): Promise<void> {
    const sent = this.kept.filter(({ state }) => state === "sent").sort((a, b) => b.changed.localeCompare(a.changed)).slice(sentKept);
    for (const { id } of sent) await store.remove(id);
    this.kept = this.kept.filter(kept => !sent.includes(kept));
    const day = 86_400_000, told = this.visits.filter(visit => visit.state === "sent" && Date.now() - Date.parse(visit.at) > day);
    for (const { id } of told) await store.removeVisit(id);
  }

  /** Asks the server what there is to do, takes it along, and sends what waits. */
  refresh(): Promise<void> {
    this.refreshing ??= this.update().finally(() => {
      this.refreshing = undefined;
      this.ready = true;
      this.draw();
    });
    return this.refreshing;
  }

  // A network that seems to be there and fails is tried again.
  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), soon);
  }

  private async update(): Promise<void> {
    const got = await get<WhoData>("/field/data");
    this.signedOut = got.status === 401;
    this.problem = got.status === 403 ? got.message : "";
    if (got.status === 0 || got.status >= 500) this.later();
    if (got.status !== 200 || !got.body?.user) return this.reload();
    this.checked = Date.now();
    const ahead = Date.now() - got.date;
    this.clockAhead = Math.abs(ahead) > clockMayErr ? ahead : 0;
    const { user, csrf } = got.body;
    this.csrf = csrf;
    if (this.person?.id !== user.id || !this.outbox) await this.become(user);
    this.outbox?.renew(csrf);
    const { store } = this;
    if (!store) return;
    this.sendAll();
    try {
      const { refused, missed } = await takeData(store, got.body);
      this.problem = refused;
      if (missed) this.later();
      await this.reload();
      await this.take();
      if (this.taking && this.taking.failed > 0 && !this.taking.full) this.later();
    } catch (cause) {
      this.tell((cause as Error).name === "QuotaExceededError" ? "field.full" : "field.take.failed", [], true);
    }
    const { usage = 0, quota = Infinity } = await navigator.storage?.estimate?.() ?? {};
    this.scarce = quota - usage < scarceBelow ? Math.max(0, quota - usage) : undefined;
  }

  private async take(): Promise<void> {
    const agreed = await this.store!.note<string[]>("agreed") ?? [];
    const forms = this.projects.flatMap(project => project.forms).filter(form => !form.closed);
    await takePages(forms, this.person!, agreed, taking => {
      this.taking = { ...taking };
      this.draw();
    });
    await this.weigh();
  }

  /** Takes a form's many media files along too. */
  async agree(form: string): Promise<void> {
    const agreed = await this.store!.note<string[]>("agreed") ?? [];
    await this.store!.putNote("agreed", [...agreed, form]);
    await this.take();
  }

  sendAll(): void {
    void this.outbox?.sendAll().catch(() => { /* it cannot be read: that is shown */ }).then(() => this.reload());
  }

  async remove(kept: Kept): Promise<void> {
    await this.store!.remove(kept.id);
    await this.reload();
  }

  /** Notes that a visit brought no answers; it is sent as soon as that can be. */
  async visited(task: Assigned, outcome: VisitOutcome, note: string): Promise<boolean> {
    const visit: FieldVisit = { id: uuid(), assignment: task.id, title: task.caseTitle, postUrl: `/p/${task.project}/assignments/${task.id}/visits`,
      at: new Date().toISOString(), outcome, note, state: "waiting" };
    try {
      await this.store!.putVisit(visit);
    } catch {
      this.tell("field.full", [], true);
      return false;
    }
    await this.reload();
    void this.outbox!.sendVisit(visit.id).then(() => this.reload());
    return true;
  }

  async removeVisit({ id }: FieldVisit): Promise<void> {
    await this.store!.removeVisit(id);
    await this.reload();
  }

  /** Gives instances, and visits, as a file. */
  async export(all: Kept[], visits: FieldVisit[] = []): Promise<void> {
    const { file, instances, lostFiles } = await pack(this.store!, all, this.person!, visits);
    this.give(file);
    this.tell(lostFiles > 0 ? "field.exported.lacks" : visits.length > 0 ? "field.exported.visits" : "field.exported", [instances, lostFiles > 0 ? lostFiles : visits.length], lostFiles > 0);
  }

  private give(file: Blob): void {
    save(file, `tianye-${new Date().toISOString().slice(0, 10)}-${uuid().slice(0, 6)}.json`);
  }

  async import(file: File): Promise<void> {
    try {
      const came = await unpack(this.store!, await new Response(file).text(), this.person!);
      if (came === "unreadable") this.tell("field.import.unreadable", [], true);
      else if (came === "otherPerson") this.tell("field.import.other", [], true);
      else this.tell(came.visits > 0 ? "field.import.visits" : "field.import.done", [came.taken, came.known, came.visits]);
    } catch {
      this.tell("field.full", [], true);
    }
    await this.reload();
    this.former = await formerly(this.person!.id, this.kept);
    this.sendAll();
  }

  /** Gives what a damaged database, or a former one, still holds as a file. */
  async rescue(database: string): Promise<void> {
    try {
      const { kept, visits, files, lost } = await rescue(database);
      const unsent = kept.filter(({ state }) => state !== "sent"), waiting = visits.filter(({ state }) => state !== "sent");
      const { file } = await pack({ attachments: async id => files.get(id) ?? new Map<string, Blob>() }, unsent, this.person!, waiting);
      if (unsent.length + waiting.length > 0) this.give(file);
      this.tell("field.damaged.rescued", [unsent.length, lost], lost > 0 || unsent.length === 0);
    } catch {
      this.tell("field.damaged.nothing", [], true);
    }
  }

  /** Begins an empty database; the damaged one stays where it is. */
  async afresh(): Promise<void> {
    startAfresh(this.person!.id);
    await this.become(this.person!);
    await this.refresh();
  }

  tell(key: string, args: (string | number)[] = [], bad = false): void {
    this.said = { key, args, bad };
    this.draw();
  }
}

/** formerly looks into the databases in whose place others were begun; known is what the present one holds. */
async function formerly(person: string, known: Kept[]): Promise<Former[]> {
  const all = await Promise.all(formerOf(person).map(async (database): Promise<Former> => {
    const { kept } = await rescue(database, true).catch(() => ({ kept: [] as Kept[] }));
    return { database, unsent: kept.filter(({ id, state }) => state !== "sent" && !known.some(one => one.id === id)).length };
  }));
  return all.filter(({ unsent }) => unsent > 0);
}
