// One visit to the page: where one is, which instance is open, what is being sent.
import { formLanguage, t, uuid, type CaseRef, type FillData, type Work } from "./data";
import type { Environment, Violation } from "./engine/types";
import { needed } from "./engine/sources";
import { Filling, readsLast } from "./filling";
import { fetchTexts, mediaAddress } from "./files";
import { bringFiles, latest, mendOf, Refused, toMend } from "./mending";
import { freshSession, Outbox, post } from "./outbox";
import type { Entry, Kept, Store } from "./store";
import { Tabs } from "./tabs";

/** Where one is. Kept in the browser's history, so that its back button goes a page back and a reload stays. */
export type Screen =
  | { name: "start"; list?: true } // list: what is on the device comes first, a new one is begun by a button
  | { name: "fill"; id: string; page: number; at?: string }
  | { name: "contents" | "review" | "done"; id: string };

export type Go = (screen: Screen) => void;

interface Removed { kept: Kept; timer: ReturnType<typeof setTimeout>; spared: boolean }

const undoTime = 8_000; // milliseconds

/** complain says a violation: in the form's own words where it has some. */
function complain({ kind, message }: Violation, type: string): string {
  if (message) return message;
  switch (kind) {
    case "required": return t("fill.error.required");
    case "constraint": return t("fill.error.constraint");
    case "choice": return t("fill.error.choice");
  }
  switch (type) {
    case "integer": return t("fill.error.integer");
    case "decimal": case "range": return t("fill.error.decimal");
    case "date": case "time": case "dateTime": return t("fill.error.date");
    case "geopoint": return t("fill.error.place");
    case "geotrace": return t("fill.error.trace");
    case "geoshape": return t("fill.error.shape");
    default: return t("fill.error.type");
  }
}

/** remembered is a value that this browser keeps between visits, where it can. */
function remembered(key: string, make: () => string): string {
  try {
    const known = localStorage.getItem(key);
    if (known !== null) return known;
    const made = make();
    localStorage.setItem(key, made);
    return made;
  } catch {
    return make();
  }
}

export class Visit {
  filling?: Filling;
  /** The screen that waits because another tab has its instance open. */
  elsewhere?: Screen;
  broken = false;
  /** The media file without which the form cannot be opened, and which did not come. */
  lacks = "";
  /** The texts of the form's media files that its lists read. */
  private files?: Record<string, string>;
  /** Why what the address names cannot be begun. */
  trouble = "";
  /** An instance for an assignment, until its first answer is kept. */
  private prepared?: Kept;
  /** The draft that is removed in a moment. */
  removed?: Removed;
  /** What waited and was sent while the list is open. */
  delivered: Kept[] = [];
  readonly outbox: Outbox;
  private readonly tabs: Tabs;
  private readonly languageKey: string;
  private draw = () => {};

  constructor(readonly data: FillData, readonly store: Store, public all: Kept[], public screen: Screen) {
    this.languageKey = "tianye-language-" + data.form.id;
    this.outbox = new Outbox({
      store, post, session: data.link ? async () => ({ csrf: "" }) : () => freshSession(data.user.login),
      later: (ms, call) => void setTimeout(call, ms),
      changed: what => what === "progress" ? this.draw() : void this.reload(),
    }, globalThis.navigator?.onLine === false ? "" : data.csrf);
    this.tabs = new Tabs("tianye-fill", uuid(), id => {
      if (this.filling?.kept.id === id) this.filling.lost = true;
      this.draw();
    });
  }

  /** Starts; draw is called whenever something shown has changed. */
  begin(draw: () => void): void {
    this.draw = draw;
    this.reach(this.screen);
    const away = () => void this.filling?.flush();
    const awake = () => {
      draw();
      if (document.visibilityState === "hidden") return away();
      if (this.outbox.sending === undefined) this.sendAll();
    };
    addEventListener("popstate", event => this.reach((event.state as Screen | null) ?? { name: "start" }));
    addEventListener("pagehide", away);
    addEventListener("online", awake);
    addEventListener("offline", () => {
      this.outbox.renew(); // whoever comes back after a while may have signed in anew
      draw();
    });
    document.addEventListener("visibilitychange", awake);
    this.sendAll();
  }

  /** Goes to what the address names, or begins it: the mending of a submission, an assignment. */
  async enter(address: URLSearchParams): Promise<void> {
    const mend = address.get("mend"), assignment = address.get("assignment"), { screen } = this;
    if (mend) {
      if (screen.name === "start" || !this.all.some(kept => kept.id === screen.id)) await this.enterMending(mend);
    } else if (assignment) await this.enterAssignment(assignment);
    history.replaceState(this.screen, "");
  }

  private async enterMending(submission: string): Promise<void> {
    const under = latest(this.all, kept => kept.mends?.submissionId === submission);
    if (under) this.screen = { name: under.state === "unfinished" ? "review" : "done", id: under.id };
    else await this.mend(submission);
  }

  /** Begins to mend a submission, from its newest answers. */
  async mend(submission: string): Promise<void> {
    this.trouble = "";
    try {
      const task = await toMend(this.store, this.data.postUrl, submission);
      const kept: Kept = { ...this.fresh({ id: task.caseId, title: task.caseTitle }), version: task.version, answers: task.answers, mends: mendOf(task) };
      await this.store.put(kept);
      this.screen = { name: "review", id: kept.id };
      void bringFiles(this.store, task).catch(() => { /* then they are not shown */ });
    } catch (cause) {
      this.trouble = cause instanceof Refused ? cause.message : t("fill.mend.missing");
      this.screen = { name: "start" };
    }
  }

  private async enterAssignment(assignment: string): Promise<void> {
    const task = await this.work(assignment), { screen, all } = this;
    if (screen.name !== "start" && all.some(kept => kept.id === screen.id)) return;
    const under = latest(all, kept => kept.assignment === assignment);
    if (under) this.screen = under.state === "unfinished" ? { name: "fill", id: under.id, page: under.page } : { name: "done", id: under.id };
    else if (task && task.state !== "withdrawn" && !this.data.gone) {
      const about = task.caseId ? { id: task.caseId, title: task.caseTitle } : undefined;
      this.prepared = { ...this.fresh(about, screen.name === "fill" ? screen.id : undefined), assignment };
      this.screen = { name: "fill", id: this.prepared.id, page: 0 };
    } else {
      this.trouble = t("fill.task.missing");
      this.screen = { name: "start" };
    }
  }

  private sendAll(): void {
    if (!this.data.preview) void this.outbox.sendAll();
  }

  private async reload(): Promise<void> {
    const waited = new Set(this.all.filter(kept => kept.state !== "sent").map(kept => kept.id));
    this.all = await this.store.list();
    if (this.screen.name === "start") this.delivered.push(...this.all.filter(kept => kept.state === "sent" && waited.has(kept.id)));
    this.draw();
  }

  go: Go = next => {
    history.pushState(next, "");
    this.reach(next);
  };

  /** Goes to a screen; force takes its instance from another tab. */
  reach(next: Screen, force = false): void {
    this.show(next, force).then(() => { this.broken = false; }, () => { this.broken = true; }).then(this.draw);
  }

  private async show(next: Screen, force: boolean): Promise<void> {
    this.elsewhere = undefined;
    if (next.name === "start") await this.leave();
    else if (this.filling?.kept.id !== next.id || this.filling.lost) {
      const { data } = this;
      const stored = await this.store.get(next.id);
      // Its case was chosen, or the consent given, before a first answer was kept: that is asked again.
      const prepared = this.prepared?.id === next.id ? this.prepared : undefined;
      if (!stored && !prepared && (data.link || data.cases.length > 0 && !data.caseId)) return this.show({ name: "start" }, force);
      const kept = stored ?? prepared ?? this.fresh(data.cases.find(c => c.id === data.caseId), next.id);
      if (kept.state !== "unfinished") {
        await this.leave();
        next = { name: "done", id: kept.id };
      } else if (!force && await this.tabs.isElsewhere(next.id)) {
        this.elsewhere = next;
        return;
      } else {
        await this.open(kept);
        // A receipt's place in the history, of what has been opened again since.
        if (next.name === "done") next = { name: "review", id: next.id };
      }
    }
    if (next.name !== "start") this.delivered = [];
    this.screen = next;
  }

  private async leave(): Promise<void> {
    this.filling?.log?.leave();
    await this.filling?.flush();
    this.filling = undefined;
    this.tabs.release();
    await this.reload();
  }

  private fresh(about: CaseRef | undefined, id = "uuid:" + uuid()): Kept {
    const { form, postUrl } = this.data, now = new Date().toISOString();
    return { id, form: form.id, version: form.version, title: form.title, caseId: about?.id ?? "", caseTitle: about?.title ?? "",
      language: this.language(), state: "unfinished", started: now, changed: now, answers: {}, page: 0, excerpt: "", answered: 0, asked: 0,
      postUrl, pageUrl: location.pathname + location.search };
  }

  private language(): string {
    const { definition } = this.data.form;
    const matching = formLanguage(definition, this.data.language);
    const last = remembered(this.languageKey, () => matching);
    return definition.languages.includes(last) ? last : matching;
  }

  private async open(kept: Kept): Promise<void> {
    this.tabs.take(kept.id);
    if (this.removed?.kept.id === kept.id) this.spare();
    const { data, store } = this, { definition } = data.form;
    this.lacks = "";
    this.files ??= await fetchTexts(needed(definition), name => mediaAddress(data, name)).catch(name => {
      this.lacks = String(name);
      throw name;
    });
    const environment: Environment = {
      now: () => new Date(), deviceID: remembered("tianye-device", () => "tianye:" + uuid()), username: data.user.login, email: data.user.email,
      phoneNumber: data.user.phone, instanceID: kept.id, language: kept.language, random: Math.random, files: this.files, lastSaved: readsLast(definition) ? await store.last(data.form.id) : undefined,
    };
    const updated = kept.version !== data.form.version;
    kept.version = data.form.version;
    const blobs = await store.attachments(kept.id);
    if (kept.mends) (await store.attachments(kept.mends.submissionId)).forEach((blob, name) => { if (!blobs.has(name)) blobs.set(name, blob); });
    const filling = new Filling(definition, kept, blobs, store, { environment, complain, limits: data.limits, media: name => mediaAddress(data, name), changed: () => this.draw() });
    filling.updated = updated;
    await this.assigned(filling);
    if (definition.audit && !data.preview) filling.log = await (await import("./audit")).startLog(filling, data.user.login);
    this.filling = filling;
  }

  /** An assignment, as the server gave it with the page or as it was taken along. */
  private async work(assignment: string): Promise<Work | undefined> {
    if (this.data.task?.id === assignment) return this.data.task;
    const task = await this.store.task(assignment);
    return task?.kind === "assignment" ? task : undefined;
  }

  /** Gives an instance what its assignment says. */
  private async assigned(filling: Filling): Promise<void> {
    const task = filling.kept.assignment && await this.work(filling.kept.assignment);
    if (!task) return;
    filling.note = [task.backCheck ? t("fill.task.backCheck") : "", task.note && t("fill.task.note", task.note)].filter(Boolean).join(" ");
    if (!task.backCheck) filling.earlier = task.earlier?.answers;
  }

  /** Begins a new instance. */
  async start(about?: CaseRef, entry?: Entry): Promise<void> {
    const kept = { ...this.fresh(about), entry };
    try {
      await this.open(kept);
    } catch {
      this.broken = true;
      return this.draw();
    }
    this.go({ name: "fill", id: kept.id, page: 0 });
  }

  /** Begins anew by a link. Where everybody has a code, what was sent before is not for the next one to see. */
  async anew(): Promise<void> {
    if (this.data.link?.once === "code") for (const { id, state } of this.all) if (state === "sent") await this.store.remove(id);
    this.go({ name: "start" });
  }

  resume(kept: Kept): void {
    this.go(kept.state === "unfinished" ? { name: "fill", id: kept.id, page: kept.page } : { name: "done", id: kept.id });
  }

  /** Opens again what the server refused; what another tab has opened or sent meanwhile stays as it is. */
  async fix(kept: Kept): Promise<void> {
    await this.store.update(kept.id, now => now.state === "refused" ? { ...now, state: "unfinished", submission: undefined } : undefined);
    if (kept.form !== this.data.form.id) location.assign(kept.pageUrl);
    else this.go({ name: "review", id: kept.id });
  }

  /** Begins again from a submission's newest answers, which were changed meanwhile. */
  async mendAgain(submission: string): Promise<void> {
    await this.mend(submission);
    this.go(this.screen);
  }

  /** Removes a draft when the next one is, or after a while; until then, or by opening it, it is had back. */
  drop(kept: Kept): void {
    if (this.removed) void this.bury(this.removed);
    const removed: Removed = { kept, spared: false, timer: setTimeout(() => void this.bury(removed), undoTime) };
    this.removed = removed;
    this.draw();
  }

  /** Spares what was to be removed. */
  spare(): void {
    if (!this.removed) return;
    clearTimeout(this.removed.timer);
    this.removed.spared = true;
    this.removed = undefined;
    this.draw();
  }

  private async bury(removed: Removed): Promise<void> {
    clearTimeout(removed.timer);
    const { id, changed } = removed.kept, now = await this.store.get(id), elsewhere = await this.tabs.isElsewhere(id);
    if (now?.changed === changed && !elsewhere && !removed.spared) await this.store.remove(id);
    if (this.removed === removed) this.removed = undefined;
    await this.reload();
  }

  /** Ends the open instance and sends it; in a preview only shows it. */
  async send(): Promise<void> {
    const filling = this.filling!, { id } = filling.kept;
    try {
      await filling.finish(this.data.form.id);
    } catch {
      filling.unsaved = true;
      return this.draw();
    }
    this.filling = undefined;
    this.tabs.release();
    if (!this.data.preview) void this.outbox.send(id);
    this.screen = { name: "done", id };
    history.replaceState(this.screen, "");
    await this.reload();
  }

  /** Chooses the form's language, for this instance and the next. */
  speak(language: string): void {
    try { localStorage.setItem(this.languageKey, language); } catch { /* then it is chosen again next time */ }
    this.filling!.speak(language);
  }
}
