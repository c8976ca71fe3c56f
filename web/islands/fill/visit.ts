// One visit to the page: where one is, which instance is open, what is being sent.
import { formLanguage, t, uuid, type CaseRef, type FillData } from "./data";
import type { Environment, Violation } from "./engine/types";
import { needed } from "./engine/sources";
import { Filling, readsLast } from "./filling";
import { fetchTexts, mediaAddress } from "./files";
import { freshSession, Outbox, post } from "./outbox";
import type { Kept, Store } from "./store";
import { Tabs } from "./tabs";

/** Where one is. Kept in the browser's history, so that its back button goes a page back and a reload stays. */
export type Screen =
  | { name: "start" }
  | { name: "fill"; id: string; page: number; at?: string }
  | { name: "contents" | "review" | "done"; id: string };

export type Go = (screen: Screen) => void;

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
  /** What waited and was sent while the list is open. */
  delivered: Kept[] = [];
  readonly outbox: Outbox;
  private readonly tabs: Tabs;
  private readonly languageKey: string;
  private draw = () => {};

  constructor(readonly data: FillData, readonly store: Store, public all: Kept[], public screen: Screen) {
    this.languageKey = "tianye-language-" + data.form.id;
    this.outbox = new Outbox({
      store, post, session: () => freshSession(data.user.login),
      later: (ms, call) => void setTimeout(call, ms),
      changed: () => void this.reload(),
    }, data.csrf);
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
    addEventListener("offline", draw);
    document.addEventListener("visibilitychange", awake);
    this.sendAll();
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
      // Its case was chosen before a first answer was kept: it is chosen again.
      if (!stored && data.cases.length > 0 && !data.caseId) return this.show({ name: "start" }, force);
      const kept = stored ?? this.fresh(data.cases.find(c => c.id === data.caseId), next.id);
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
    this.filling = new Filling(definition, kept, blobs, store, { environment, complain, limits: data.limits, media: name => mediaAddress(data, name), changed: () => this.draw() });
    this.filling.updated = updated;
  }

  /** Begins a new instance. */
  async start(about?: CaseRef): Promise<void> {
    const kept = this.fresh(about);
    try {
      await this.open(kept);
    } catch {
      this.broken = true;
      return this.draw();
    }
    this.go({ name: "fill", id: kept.id, page: 0 });
  }

  resume(kept: Kept): void {
    this.go(kept.state === "unfinished" ? { name: "fill", id: kept.id, page: kept.page } : { name: "done", id: kept.id });
  }

  /** Opens again what the server refused. */
  async fix(kept: Kept): Promise<void> {
    await this.store.put({ ...kept, state: "unfinished", submission: undefined });
    if (kept.form !== this.data.form.id) location.assign(kept.pageUrl);
    else this.go({ name: "review", id: kept.id });
  }

  async remove(kept: Kept): Promise<void> {
    await this.store.remove(kept.id);
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
