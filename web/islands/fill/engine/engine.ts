// A form being filled in: what the fill page asks of it.

import type { Answers, Definition, Engine, Environment, NodeView, Text, Violation } from "./types";
import { text, truth } from "./values";
import { reference } from "./plan";
import type { Node } from "./tree";
import { Model, maxText } from "./model";
import { fits, isAsked } from "./check";
import { dateTimeText } from "./dates";

export function open(definition: Definition, environment: Environment, saved?: Answers): Engine {
  return new Filling(new Model(definition, environment, saved));
}

class Filling implements Engine {
  constructor(private model: Model) {}

  view(): NodeView[] {
    return this.show(this.model.top).children!;
  }

  private show(node: Node): NodeView {
    if (node.view) return node.view;
    const { relevant, value } = node;
    const { field, isSection, hasChoices } = node.meta;
    const below = () => node.kids.filter(kid => !kid.meta.hidden).map(kid => this.show(kid));
    const view: NodeView = node.view = { path: node.path(), field, relevant, required: relevant && node.required, readonly: relevant && node.readonly, value };
    if (hasChoices && relevant) view.choices = this.model.choicesOf(node);
    if (node.series) {
      view.instances = below();
      if (field.repeatCount) view.fixedCount = true;
    } else if (isSection) {
      view.children = below();
    }
    return view;
  }

  set(path: string, value: string): void {
    const node = this.locate(path);
    if (node.meta.isSection || node.meta.hidden) throw wrong(path);
    if (node.meta.units.value || node.value === value) return;
    this.model.set(node, value);
  }

  addRepeat(path: string): void {
    const series = this.repeat(path);
    this.model.resize(series, series.kids.length + 1);
    this.model.settle();
  }

  removeRepeat(path: string, position: number): void {
    const series = this.repeat(path);
    if (!series.kids[position - 1]) throw wrong(path);
    this.model.remove(series, position);
    this.model.settle();
  }

  private repeat(path: string): Node {
    const node = this.locate(path);
    if (!node.series || node.meta.field.repeatCount) throw wrong(path);
    return node;
  }

  validate(path?: string): Violation[] {
    const found: Violation[] = [];
    this.locate(path || "").each(node => {
      const violation = this.judge(node);
      if (violation) found.push(violation);
    });
    return found;
  }

  check(path: string): Violation | undefined {
    return this.judge(this.locate(path));
  }

  clearUnoffered(): string[] {
    const cleared: string[] = [];
    const { unsettled } = this.model;
    this.model.unsettled = new Set();
    for (const node of unsettled) {
      if (!node.value || !node.relevant) continue;
      const kept = node.value.split(" ").filter(name => this.model.offers(node, name)).join(" ");
      if (kept === node.value) continue;
      this.model.assign(node, kept);
      cleared.push(node.path());
    }
    this.model.settle();
    return cleared.length ? cleared.concat(this.clearUnoffered()) : cleared; // other filters may read what was cleared
  }

  // The first rule that an answer breaks: required, or type, choice, constraint.
  private judge(node: Node): Violation | undefined {
    const { field, isSection, hasChoices } = node.meta;
    const { value } = node;
    if (isSection || !node.relevant) return undefined;
    const asked = isAsked(field);
    if (value === "") return asked && node.required ? this.violation(node, "required", field.requiredMessage) : undefined;
    if (!node.meta.units.value && (!fits(field, value) || isTooLong(value))) return this.violation(node, "type");
    if (!asked) return undefined;
    const chosen = hasChoices && !node.meta.units.value ? value.split(/\s+/).filter(Boolean) : [];
    if (chosen.some((name, i) => chosen.indexOf(name) < i || !this.model.offers(node, name))) return this.violation(node, "choice");
    const holds = !field.constraint || truth(this.model.evaluate(field.constraint.root, node));
    return holds ? undefined : this.violation(node, "constraint", field.constraintMessage);
  }

  private violation(node: Node, kind: Violation["kind"], message?: Text): Violation {
    return { path: node.path(), kind, message: this.fill(node, message, this.model.definition.defaultLanguage) };
  }

  text(path: string, text: Text | undefined, language: string): string {
    const said = this.model.pick(text, language);
    return said.includes("${") ? this.fill(this.locate(path), text, language) : said;
  }

  private fill(node: Node, text: Text | undefined, language: string): string {
    const { model } = this;
    return model.pick(text, language).replace(reference, (_, name: string) => {
      const found = model.named(node, name)[0];
      return found ? found.text() : "";
    });
  }

  speak(language: string): void {
    this.model.speak(language);
  }

  name(): string {
    const { definition: { instanceName }, top } = this.model;
    return instanceName ? text(this.model.evaluate(instanceName.root, top)) : "";
  }

  snapshot(): Answers {
    return this.model.top.answers();
  }

  answers(): Answers {
    return this.model.top.answers(dateTimeText(this.model.environment.now()));
  }

  /** The node at a path; a repeat without a position is its series. */
  private locate(path: string): Node {
    let node: Node | undefined = this.model.top;
    for (const part of path ? path.split("/") : []) {
      const [, name, position] = /^([^[]+)(?:\[(\d+)])?$/.exec(part) || [];
      node = node && name && !node.series ? node.kid(name) : undefined;
      if (node && position) node = node.series ? node.kids[+position - 1] : undefined;
    }
    if (!node) throw wrong(path);
    return node;
  }
}

function isTooLong(value: string): boolean {
  return value.length > maxText && Array.from(value).length > maxText;
}

function wrong(path: string): Error {
  return new Error("not at " + path);
}
