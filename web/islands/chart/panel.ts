// The panel: what is compared, in plain words. It tells what was changed and shows
// what is.
import { Filters, checks } from "./filters";
import { type Choice, Picker, choicesOf } from "./picker";
import { type Data, type Spec, type Variable, element, t } from "./types";

const selects = ["statistic", "base", "sort", "interval"] as const;
const texts = ["title", "sourceLine", "note"] as const;
type Role = "measure" | "by" | "split" | "second";

export class Panel {
  private variables: Variable[] = [];
  private data?: Data;
  private readonly pickers: Record<Role, Picker>;
  private readonly filters: Filters;

  /** change is told a part of the spec; writing, when somebody is typing it. */
  constructor(private readonly form: HTMLFormElement, private readonly change: (part: Partial<Spec>, writing?: boolean) => void) {
    const picker = (role: Role) => new Picker(this.find(`[data-picker=${role}]`), value => change({ [role]: value }));
    this.pickers = { measure: picker("measure"), by: picker("by"), split: picker("split"), second: picker("second") };
    this.filters = new Filters(this.find("#filter-rows"), filters => change({ filters }));
    this.find("#filter-add").addEventListener("click", () => this.filters.add());
    this.field("source").addEventListener("change", () => {
      const form = this.field("source").value;
      change({
        source: form === "cases" ? { kind: "case" } : { kind: "submission", form },
        measure: "", by: "", split: "", second: "", choices: [], filters: [], kind: "", statistic: "",
      });
    });
    for (const name of selects) {
      // Who sets the order by hand keeps the kind that they see.
      this.field(name).addEventListener("change", () => change({ [name]: this.field(name).value, ...(name === "sort" ? { kind: this.data?.spec.kind } : {}) }));
    }
    this.field("all").addEventListener("change", () => change({ all: this.field("all").checked || undefined }));
    for (const name of texts) this.field(name).addEventListener("input", () => change({ [name]: this.field(name).value }, true));
    for (const button of this.kinds()) button.addEventListener("click", () => this.chooseKind(button));
    form.addEventListener("submit", event => event.preventDefault());
  }

  private find<T extends HTMLElement>(selector: string): T {
    return this.form.querySelector<T>(selector)!;
  }

  private field(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }

  private kinds(): HTMLButtonElement[] {
    return Array.from(this.form.querySelectorAll<HTMLButtonElement>(".kind"));
  }

  private chooseKind(button: HTMLButtonElement): void {
    const kind = button.dataset.kind!;
    const possible = button.getAttribute("aria-disabled") !== "true";
    this.find("#kind-hint").textContent = possible ? "" : button.dataset.need!;
    if (!possible) return;
    const other = this.variables.find(v => v.type === "number" && v.name !== this.data?.spec.measure);
    this.change({ kind, second: kind === "scatter" ? this.data?.spec.second || other?.name : "" });
  }

  /** show puts a spec and what the server made of it on the panel. */
  show(wish: Spec, data: Data): void {
    this.data = data;
    this.variables = data.variables ?? this.variables;
    const { spec } = data;
    const none = (label: string): Choice => ({ value: "", label, section: "", mark: "" });
    const all = choicesOf(this.variables);
    const of = (...types: string[]) => choicesOf(this.variables.filter(v => types.includes(v.type)));
    this.field("source").value = spec.source.kind === "case" ? "cases" : spec.source.form ?? "";
    this.pickers.measure.offer([none(t("chart.live.rows")), ...all], spec.measure);
    this.pickers.by.offer([none(t("chart.live.noGroups")), ...all.filter(c => c.value !== spec.measure)], spec.by ?? "");
    this.pickers.split.offer([none(t("chart.live.noSplit")), ...of("one", "text").filter(c => c.value !== spec.by)], spec.split ?? "");
    this.pickers.second.offer(of("number").filter(c => c.value !== spec.measure), spec.second ?? "");
    this.showSelects(spec, data);
    this.field("all").checked = spec.all ?? false;
    this.find("[data-for=all]").hidden = spec.source.kind === "case";
    for (const name of texts) if (this.field(name) !== document.activeElement) this.field(name).value = wish[name] ?? "";
    this.field("title").placeholder = spec.title;
    this.showChoices(spec);
    const filters = spec.filters ?? [];
    this.filters.show(filters, this.variables);
    this.find("#filter-count").textContent = filters.length ? t("chart.live.filterCount", filters.length) : "";
  }

  private showSelects(spec: Spec, data: Data): void {
    const scatter = spec.kind === "scatter";
    const computed = !scatter && spec.kind !== "boxplot";
    this.find("[data-picker=second]").hidden = !scatter;
    this.find("[data-picker=by]").hidden = scatter;
    this.find("[data-for=interval]").hidden = scatter || this.variables.find(v => v.name === spec.by)?.type !== "time";
    this.find("[data-for=statistic]").hidden = !computed;
    this.find("[data-for=base]").hidden = !computed || spec.statistic !== "share";
    this.find("[data-for=sort]").hidden = scatter;
    for (const name of selects) this.field(name).value = spec[name] ?? "";
    if (!spec.base) this.field("base").value = "answered";
    for (const option of this.find<HTMLSelectElement>("[name=statistic]").options) {
      option.hidden = option.disabled = !(data.statistics ?? []).includes(option.value);
    }
    for (const button of this.kinds()) {
      const kind = button.dataset.kind!;
      const possible = (data.kinds ?? []).includes(kind);
      button.setAttribute("aria-pressed", String(kind === spec.kind));
      button.setAttribute("aria-disabled", String(!possible));
      button.title = possible ? "" : button.dataset.need!;
    }
    this.find("#kind-hint").textContent = "";
  }

  private showChoices(spec: Spec): void {
    const measure = this.variables.find(v => v.name === spec.measure);
    const details = this.find("#choices");
    details.hidden = !(measure?.type === "one" || measure?.type === "many") || spec.statistic === "mean" || spec.statistic === "median";
    const chosen = spec.choices ?? [];
    this.find("#choice-count").textContent = chosen.map(code => measure?.values?.find(v => v.code === code)?.label ?? code).join(" + ");
    if (details.dataset.of === `${spec.measure} ${chosen.join(" ")}`) return; // the boxes already stand so
    checks(this.find("#choice-values"), measure?.values ?? [], chosen, choices => {
      details.dataset.of = `${spec.measure} ${choices.join(" ")}`;
      this.change({ choices });
    });
    details.dataset.of = `${spec.measure} ${chosen.join(" ")}`;
  }
}

/** count says how many rows there are in the chart, of how many. */
export function count(data: Data): string {
  const { n, total, least } = data.result!;
  if (least) return t("chart.live.few", least);
  return n === total ? t("chart.live.n", n.toLocaleString("en-US")) : t("chart.live.nOf", n.toLocaleString("en-US"), total.toLocaleString("en-US"));
}

/** said is a list of sentences as paragraphs. */
export function said(sentences: string[]): HTMLElement[] {
  return sentences.map(sentence => element("p", "hint", [sentence]));
}
