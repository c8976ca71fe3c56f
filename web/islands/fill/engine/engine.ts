// A form being filled in: what the fill page asks of it.

import type { Answers, Definition, Engine, Environment, NodeView, Text, Violation } from "./types";
import { evaluate, truth } from "./evaluate";
import { reference } from "./plan";
import type { Node } from "./tree";
import { Model } from "./model";
import { misfit } from "./check";
import { dateTimeText } from "./dates";

export function open(definition: Definition, environment: Environment, saved?: Answers): Engine {
  return new Filling(new Model(definition, environment, saved));
}

class Filling implements Engine {
  constructor(private model: Model) {}

  view(): NodeView[] {
    return this.show(this.model.top, "").children!;
  }

  private show(node: Node, path: string): NodeView {
    if (node.view) return node.view;
    const { relevant, required, readonly, value } = node;
    const { field, isSection } = node.meta;
    const view: NodeView = { path, field, relevant, required, readonly, value };
    const inside = path && path + "/";
    if (field.list) view.choices = field.choiceFilter ? node.choices || [] : this.model.choicesOf(node.meta);
    if (node.series) {
      view.instances = node.kids.map(kid => this.show(kid, `${path}[${kid.at}]`));
      if (field.repeatCount) view.fixedCount = true;
    } else if (isSection) {
      view.children = node.kids.map(kid => this.show(kid, inside + kid.name));
    }
    node.view = view;
    return view;
  }

  set(path: string, value: string): void {
    const node = this.locate(path);
    if (node.meta.isSection) throw new Error("not a question: " + path);
    this.model.assign(node, value);
    const { value: calculation } = node.meta.units;
    if (calculation) this.model.mark(calculation, node);
    this.model.settle();
  }

  addRepeat(path: string): void {
    const series = this.locate(path);
    if (!series.series || series.meta.field.repeatCount) return;
    this.model.resize(series, series.kids.length + 1);
    this.model.settle();
  }

  removeRepeat(path: string, position: number): void {
    const series = this.locate(path);
    if (!series.kids[position - 1] || !series.series || series.meta.field.repeatCount) return;
    this.model.remove(series, position);
    this.model.settle();
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
    this.model.top.each(node => {
      const { choices, value, relevant } = node;
      if (!choices || !value || !relevant) return;
      const kept = value.split(" ").filter(name => choices.some(choice => choice.name === name)).join(" ");
      if (kept === value) return;
      this.model.assign(node, kept);
      cleared.push(node.path());
    });
    this.model.settle();
    return cleared.length ? cleared.concat(this.clearUnoffered()) : cleared; // other filters may read what was cleared
  }

  private judge(node: Node): Violation | undefined {
    const { field, isSection } = node.meta;
    if (isSection || !node.relevant) return undefined;
    if (node.value === "") return node.required ? this.violation(node, "required", field.requiredMessage) : undefined;
    const kind = misfit(field, node.value, field.choiceFilter ? node.choices || [] : this.model.choicesOf(node.meta));
    if (kind) return this.violation(node, kind, undefined);
    if (!field.constraint) return undefined;
    const holds = truth(evaluate(field.constraint.root, { host: this.model, reader: node, node, position: 1, size: 1 }));
    return holds ? undefined : this.violation(node, "constraint", field.constraintMessage);
  }

  private violation(node: Node, kind: Violation["kind"], message: Text | undefined): Violation {
    return { path: node.path(), kind, message: this.fill(node, message, this.model.definition.defaultLanguage) };
  }

  text(path: string, text: Text | undefined, language: string): string {
    return this.fill(this.locate(path), text, language);
  }

  private fill(node: Node, text: Text | undefined, language: string): string {
    const { model } = this;
    return model.pick(text, language).replace(reference, (_, name: string) => {
      const meta = model.plan.named.get(name);
      const found = meta && node.resolve(meta)[0];
      return found ? found.text() : "";
    });
  }

  snapshot(): Answers {
    return this.model.top.answers(false);
  }

  answers(): Answers {
    const { model } = this;
    model.top.each(node => {
      if (node.meta.field.type === "end") model.assign(node, dateTimeText(model.environment.now()));
    });
    model.settle();
    return model.top.answers(true);
  }

  /** The node at a path; a repeat without a position is its series, or on the way the first instance. */
  private locate(path: string): Node {
    let node: Node | undefined = this.model.top;
    for (const part of path ? path.split("/") : []) {
      if (node && node.series) node = node.kids[0];
      const [, name, position] = /^([^[]*)(?:\[(\d+)\])?$/.exec(part) || [];
      node = node && node.kid(name!);
      if (node && position) node = node.kids[+position - 1];
    }
    if (!node) throw new Error("no such field: " + path);
    return node;
  }
}
