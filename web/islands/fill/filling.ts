// One instance being filled in: the engine, what was found wrong, its
// attachments, and the saving of all that at every answer.
import { open } from "./engine/engine";
import { t, type CaseRef } from "./data";
import type { Answers, Definition, Engine, Environment, NodeView, Text, Violation } from "./engine/types";
import { fieldAt, hasWord, isAttachment, isSection, leaves, onPage, pages, progress, type Page } from "./pages";
import { dateKind, readable } from "./dates";
import { corners, pointsOf } from "./geometry";
import { grouped, size } from "./numbers";
import { plain } from "./markdown";
import { answerAt, nodeAt } from "./mending";
import type { Kept, Mends, Store } from "./store";
import type { Log } from "./audit";

const pause = 150, manyErrors = 50;

/** What a filling asks of the page. */
export interface Surroundings {
  environment: Environment;
  /** Says what a violation is, of a question of that type. */
  complain(violation: Violation, type: string): string;
  /** The address of one of the form's media files, or undefined when there is no such file. */
  media(name: string): string | undefined;
  /** Of attachments: the most bytes that one and all together may have, and how many there may be. */
  limits: { file: number; all: number; count: number };
  changed(): void;
}

export class Filling {
  engine: Engine;
  readonly pages: Page[];
  /** What is shown as wrong, by path. */
  readonly errors = new Map<string, string>();
  /** The last removal, until something else changes. */
  undo?: () => void;
  /** Whether the last save failed. */
  unsaved = false;
  /** Whether it was begun with an earlier version of the form. */
  updated = false;
  /** Whether another tab has taken the instance. */
  lost = false;
  /** Whether the page shown was opened from the check of the answers. */
  reviewing = false;
  /** The question that is to be seen: it may be in a stretch of a repeat that is not drawn. */
  revealed?: { path: string };
  /** What the case answered before, to be looked at. */
  earlier?: Answers;
  /** The note of the assignment that it is made for. */
  note?: string;
  /** Writes down how the form is filled in, where it asks for that. */
  log?: Log;
  /** Where the server, not the engine, found fault: until answered anew. */
  private readonly told = new Set<string>();
  private timer?: ReturnType<typeof setTimeout>;
  /** The files that the store has not taken: they are in this page alone. */
  private readonly unstored = new Set<string>();

  constructor(
    readonly definition: Definition,
    readonly kept: Kept,
    readonly blobs: Map<string, Blob>,
    private readonly store: Store,
    private readonly around: Surroundings,
  ) {
    this.engine = open(definition, around.environment, Object.keys(kept.answers).length > 0 ? kept.answers : undefined);
    this.pages = pages(definition);
    for (const { where, text } of kept.refusal?.details ?? []) {
      this.errors.set(where, text);
      this.told.add(where);
    }
  }

  view(): NodeView[] {
    return this.engine.view();
  }

  label(node: NodeView): string {
    return this.engine.text(node.path, node.field.label, this.kept.language) || node.field.name;
  }

  /** A file of the form, in the instance's language. */
  file(text: Text | undefined): string | undefined {
    const name = text && (text[this.kept.language] || this.engine.text("", text, this.kept.language));
    return name ? this.around.media(name) : undefined;
  }

  /** Whether the form has a file of that name. */
  has(name: string): boolean {
    return this.around.media(name) !== undefined;
  }

  /** What a reviewer found wrong, and whether the answer was changed since. */
  reasons(): (Mends["reasons"][number] & { isMended: boolean })[] {
    const { reasons = [] } = this.kept.mends ?? {}, view = this.view();
    return reasons.map(reason => ({ ...reason, isMended: (nodeAt(view, reason.path)?.value ?? "") !== reason.was }));
  }

  /** What a reviewer found wrong at a question, until its answer changes. */
  reasonAt({ path, value }: NodeView): string | undefined {
    return this.kept.mends?.reasons.filter(reason => reason.path === path && reason.was === value).map(reason => reason.text).join(" ");
  }

  /** What was answered before at a place where something else is answered now. */
  earlierAt({ path, value }: NodeView): string {
    const before = this.earlier ? answerAt(this.earlier, path) : "";
    return before === value ? "" : before;
  }

  /** Hears of every answer, after it is set. */
  heard?: (path: string) => void;
  /** Ends what runs beside the answers, before they are sent. */
  closing?: () => Promise<void>;

  answer(path: string, value: string): void {
    this.undo = undefined;
    this.errors.delete(path);
    this.told.delete(path);
    this.log?.attend(path);
    this.engine.set(path, value);
    // A town of another county is no answer any more.
    for (const gone of this.engine.clearUnoffered()) this.errors.delete(gone);
    this.recheck();
    this.heard?.(path);
    this.touch();
  }

  /** Sets what is not asked. It is kept with the next answer: alone it is nothing. */
  put(path: string, value: string): void {
    this.engine.set(path, value);
    this.around.changed();
    if (Object.keys(this.kept.answers).length > 0) this.later();
  }

  /** A question has been left: its answer is judged. That it has none is said later, on the page's end. */
  leave(path: string): void {
    const violation = this.engine.check(path);
    if (!violation || violation.kind === "required") return;
    this.errors.set(path, this.say(violation));
    this.around.changed();
  }

  private say(violation: Violation): string {
    return this.around.complain(violation, fieldAt(this.definition, violation.path)?.type ?? "");
  }

  // Where much is wrong, what is on another page is judged again when that is left or the answers are checked.
  private recheck(): void {
    const here = this.errors.size > manyErrors ? this.pages[this.kept.page] : undefined;
    for (const path of [...this.errors.keys()]) {
      if (this.told.has(path) || here && !onPage(here, path)) continue;
      const violation = this.engine.check(path);
      if (!violation) this.errors.delete(path);
      else this.errors.set(path, this.say(violation));
    }
  }

  /** Judges what a page holds and shows it; gives the paths at fault, in order. */
  judge(page?: Page): string[] {
    const found = page ? page.roots.flatMap(root => this.engine.validate(root)) : this.engine.validate();
    for (const path of [...this.errors.keys()]) if (!this.told.has(path) && (!page || onPage(page, path))) this.errors.delete(path);
    for (const violation of found) this.errors.set(violation.path, this.say(violation));
    this.around.changed();
    return found.map(violation => violation.path);
  }

  add(path: string): void {
    this.undo = undefined;
    this.engine.addRepeat(path);
    this.touch();
  }

  remove(path: string, position: number): void {
    const before = this.engine.snapshot();
    this.engine.removeRepeat(path, position);
    for (const wrong of [...this.errors.keys()]) if (wrong.startsWith(path + "[")) this.errors.delete(wrong);
    this.undo = () => {
      this.undo = undefined;
      this.engine = open(this.definition, this.around.environment, before);
      this.touch();
    };
    this.touch();
  }

  /** Answers with a file; before is the one that it takes the place of. */
  async attach(path: string, name: string, blob: Blob, before = ""): Promise<void> {
    this.blobs.set(name, blob);
    this.unstored.add(name);
    this.answer(path, name);
    try {
      await this.keepFiles();
      if (before && before !== name) await this.detach(before);
    } catch {
      this.unsaved = true;
      this.around.changed();
    }
  }

  /** Takes a file away again. */
  unattach(path: string, name: string): void {
    this.answer(path, "");
    void this.detach(name).catch(() => { /* it goes with the instance */ });
  }

  // Forgets a file that no answer names any more.
  private async detach(name: string): Promise<void> {
    this.blobs.delete(name);
    this.unstored.delete(name);
    await this.store.drop(this.kept.id, name);
  }

  get limits() { return this.around.limits; }

  /** How many bytes the attachments have together. */
  get weight(): number {
    let sum = 0;
    for (const blob of this.blobs.values()) sum += blob.size;
    return sum;
  }

  speak(language: string): void {
    this.kept.language = this.around.environment.language = language;
    this.engine.speak(language);
    this.recheck();
    this.touch();
  }

  /** Says which case the instance is about; undefined: none. */
  concern(about?: CaseRef): void {
    Object.assign(this.kept, { caseId: about?.id ?? "", caseTitle: about?.title ?? "" });
    this.touch();
  }

  turn(page: number): void {
    this.log?.turn();
    if (this.kept.page === page) return;
    this.kept.page = page;
    if (Object.keys(this.kept.answers).length > 0) this.later();
  }

  private touch(): void {
    this.around.changed();
    this.later();
  }

  private later(): void {
    this.timer ??= setTimeout(() => void this.save(), pause);
  }

  /** Saves now what has changed since the last save. */
  async flush(): Promise<void> {
    if (this.timer !== undefined) await this.save();
  }

  private async save(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.lost) return;
    this.describe();
    try {
      await this.store.put(this.kept);
      await this.keepLog();
      await this.keepFiles();
      if (!this.unsaved) return;
      this.unsaved = false;
    } catch {
      this.unsaved = true;
    }
    this.around.changed();
  }

  private async keepLog(): Promise<void> {
    if (this.log?.isNew) await this.store.attach(this.kept.id, this.log.name, this.log.file());
  }

  // What did not go in before goes in as soon as there is room.
  private async keepFiles(): Promise<void> {
    for (const name of this.unstored) {
      await this.store.attach(this.kept.id, name, this.blobs.get(name)!);
      this.unstored.delete(name);
    }
  }

  private describe(): void {
    const view = this.view();
    const firsts: string[] = [];
    leaves(view, node => {
      if (node.field.type === "text" && hasWord(node.field, "masked")) return;
      if (firsts.length < 2 && node.value !== "" && !node.readonly && ["text", "select_one", "integer", "date"].includes(node.field.type)) firsts.push(this.shown(node));
    });
    Object.assign(this.kept, progress(view), { answers: this.engine.snapshot(), changed: new Date().toISOString(), excerpt: firsts.join(" · ").slice(0, 60) });
  }

  /** An answer as people read it. */
  shown(node: NodeView): string {
    const { field, value } = node;
    switch (field.type) {
      case "select_one": case "select_one_external": case "select_multiple": case "rank": {
        const names = field.type.startsWith("select_one") ? [value] : value.split(" ");
        return names.map(name => {
          const choice = node.choices?.find(c => c.name === name);
          return choice ? plain(this.engine.text(node.path, choice.label, this.kept.language)) || name : name;
        }).join(field.type === "rank" ? " → " : "、");
      }
      case "date": case "time": case "dateTime": return readable(dateKind(field), value);
      case "acknowledge": return value === "" ? "" : "✓";
      case "geopoint": return value.split(" ").slice(0, 2).join(", ");
      case "geotrace": return value && t("fill.trace.points", pointsOf(value).length);
      case "geoshape": return value && t("fill.trace.points", corners(pointsOf(value)).length);
      case "text": return hasWord(field, "masked") ? value.replace(/[^]/g, "•") : value;
      case "image": case "audio": case "video": case "file": case "osm": return this.attachment(node);
      case "integer": case "decimal": return value === "NaN" ? "" : hasWord(field, "thousands-sep") ? grouped(value) : value;
      default: return value === "NaN" ? "" : value;
    }
  }

  /** Whether the server has the file already. */
  private isHeld(name: string): boolean {
    return this.kept.mends?.files.includes(name) ?? false;
  }

  /** An attachment's size; a document has its name too, other names only tell the question's. */
  private attachment({ field, value }: NodeView): string {
    const blob = this.blobs.get(value), about = this.isHeld(value) ? t("fill.mend.held") : blob ? size(blob.size) : t("fill.file.missing");
    return value && (field.type === "file" || field.type === "osm" ? `${value} · ${about}` : about);
  }

  /** Ends the instance: from now on it waits to be sent. */
  async finish(formId: string): Promise<void> {
    await this.closing?.();
    clearTimeout(this.timer);
    this.timer = undefined;
    this.describe();
    await this.keepFiles();
    const answers: Answers = this.engine.answers();
    const { kept } = this, files = attached(this.view()).filter(name => !this.isHeld(name));
    if (this.log) {
      this.log.finish();
      await this.keepLog();
      files.push(this.log.name);
    }
    const submission = {
      instanceId: kept.id, formId, version: kept.version, caseId: kept.caseId, language: kept.language,
      deviceId: this.around.environment.deviceID, started: kept.started, ended: new Date().toISOString(), answers,
      ...kept.entry,
      ...kept.mends && { deprecatedId: kept.mends.instanceId, mendsRevision: kept.mends.revision },
    };
    await this.store.put({ ...kept, state: "waiting", files, submission, refusal: undefined });
    if (readsLast(this.definition)) await this.store.putLast(kept.form, answers).catch(() => { /* then the next begins without */ });
  }
}

/** The files that the answers name, also where nothing is shown of it. */
function attached(nodes: NodeView[]): string[] {
  return nodes.flatMap(node => {
    if (!node.relevant) return [];
    if (isSection(node.field)) return attached(node.instances ?? node.children ?? []);
    return isAttachment(node.field) && node.value !== "" ? [node.value] : [];
  });
}

/** readsLast tells whether a form reads the answers of the instance before. */
export function readsLast({ externals = [] }: Definition): boolean {
  return externals.some(external => external.source === "jr://instance/last-saved");
}
