// One instance being filled in: the engine, what was found wrong, its
// attachments, and the saving of all that at every answer.
import { open } from "./engine/engine";
import type { CaseRef } from "./data";
import type { Answers, Definition, Engine, Environment, NodeView, Violation } from "./engine/types";
import { fieldAt, leaves, pages, progress, type Page } from "./pages";
import { dateKind, readable } from "./dates";
import { plain } from "./markdown";
import type { Kept, Store } from "./store";

const pause = 150;

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
  /** Where the server, not the engine, found fault: until answered anew. */
  private readonly told = new Set<string>();
  private timer?: ReturnType<typeof setTimeout>;

  constructor(
    readonly definition: Definition,
    private readonly environment: Environment,
    readonly kept: Kept,
    readonly blobs: Map<string, Blob>,
    private readonly store: Store,
    private readonly complain: (violation: Violation, type: string) => string,
    private readonly changed: () => void,
  ) {
    this.engine = open(definition, environment, Object.keys(kept.answers).length > 0 ? kept.answers : undefined);
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

  answer(path: string, value: string): void {
    this.undo = undefined;
    this.errors.delete(path);
    this.told.delete(path);
    this.engine.set(path, value);
    // A town of another county is no answer any more.
    for (const gone of this.engine.clearUnoffered()) this.errors.delete(gone);
    this.recheck();
    this.touch();
  }

  /** A question has been left: its answer is judged. That it has none is said later, on the page's end. */
  leave(path: string): void {
    const violation = this.engine.check(path);
    if (!violation || violation.kind === "required") return;
    this.errors.set(path, this.say(violation));
    this.changed();
  }

  private say(violation: Violation): string {
    return this.complain(violation, fieldAt(this.definition, violation.path)?.type ?? "");
  }

  private recheck(): void {
    for (const path of [...this.errors.keys()]) {
      if (this.told.has(path)) continue;
      const violation = this.engine.check(path);
      if (!violation) this.errors.delete(path);
      else this.errors.set(path, this.say(violation));
    }
  }

  /** Judges what a page holds and shows it; gives the paths at fault, in order. */
  judge(page?: Page): string[] {
    const found = page ? page.roots.flatMap(root => this.engine.validate(root)) : this.engine.validate();
    for (const violation of found) this.errors.set(violation.path, this.say(violation));
    this.changed();
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
      this.engine = open(this.definition, this.environment, before);
      this.touch();
    };
    this.touch();
  }

  async attach(path: string, name: string, blob: Blob): Promise<void> {
    this.blobs.set(name, blob);
    this.answer(path, name);
    try {
      await this.store.attach(this.kept.id, name, blob);
    } catch {
      this.unsaved = true;
      this.changed();
    }
  }

  speak(language: string): void {
    this.kept.language = language;
    this.recheck();
    this.touch();
  }

  /** Says which case the instance is about; undefined: none. */
  concern(about?: CaseRef): void {
    Object.assign(this.kept, { caseId: about?.id ?? "", caseTitle: about?.title ?? "" });
    this.touch();
  }

  turn(page: number): void {
    if (this.kept.page === page) return;
    this.kept.page = page;
    if (Object.keys(this.kept.answers).length > 0) this.later();
  }

  private touch(): void {
    this.changed();
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
      if (!this.unsaved) return;
      this.unsaved = false;
    } catch {
      this.unsaved = true;
    }
    this.changed();
  }

  private describe(): void {
    const view = this.view();
    const firsts: string[] = [];
    leaves(view, node => {
      if (firsts.length < 2 && node.value !== "" && !node.readonly && ["text", "select_one", "integer", "date"].includes(node.field.type)) firsts.push(this.shown(node));
    });
    Object.assign(this.kept, progress(view), { answers: this.engine.snapshot(), changed: new Date().toISOString(), excerpt: firsts.join(" · ").slice(0, 60) });
  }

  /** An answer as people read it. */
  shown(node: NodeView): string {
    const { field, value } = node;
    switch (field.type) {
      case "select_one": case "select_multiple": case "rank": {
        const names = field.type === "select_one" ? [value] : value.split(" ");
        return names.map(name => {
          const choice = node.choices?.find(c => c.name === name);
          return choice ? plain(this.engine.text(node.path, choice.label, this.kept.language)) || name : name;
        }).join(field.type === "rank" ? " → " : "、");
      }
      case "date": case "time": case "dateTime": return readable(dateKind(field), value);
      case "acknowledge": return value === "" ? "" : "✓";
      case "geopoint": return value.split(" ").slice(0, 2).join(", ");
      default: return value === "NaN" ? "" : value;
    }
  }

  /** Ends the instance: from now on it waits to be sent. */
  async finish(formId: string): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.describe();
    const answers: Answers = this.engine.answers();
    const files: string[] = [];
    leaves(this.view(), node => {
      if ((node.field.type === "image" || node.field.type === "file") && node.value !== "") files.push(node.value);
    });
    const { kept } = this;
    const submission = {
      instanceId: kept.id, formId, version: kept.version, caseId: kept.caseId, language: kept.language,
      deviceId: this.environment.deviceID, started: kept.started, ended: new Date().toISOString(), answers,
    };
    await this.store.put({ ...kept, state: "waiting", files, submission, refusal: undefined });
  }
}
