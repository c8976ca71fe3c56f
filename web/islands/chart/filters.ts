// The conditions of a chart: a variable, and the values or the range that count.
import { Picker, choicesOf } from "./picker";
import { type Filter, type Label, type Variable, element, t } from "./types";

export class Filters {
  private filters: Filter[] = [];
  private variables: Variable[] = [];

  constructor(private readonly root: HTMLElement, private readonly onChange: (filters: Filter[]) => void) {}

  /** show puts the conditions on the page, unless they are those that stand there. */
  show(filters: Filter[], variables: Variable[]): void {
    const same = variables === this.variables && JSON.stringify(filters) === JSON.stringify(this.complete());
    this.variables = variables;
    if (same) return;
    this.filters = filters.map(f => ({ ...f }));
    this.render();
  }

  add(): void {
    this.filters.push({ variable: "", values: [] });
    this.render();
    this.root.querySelector<HTMLInputElement>(".filter-row:last-child input")?.focus();
  }

  /** complete are the conditions that say something. */
  private complete(): Filter[] {
    return this.filters.filter(f => f.variable && f.values.length > 0);
  }

  private told(): void {
    this.onChange(this.complete().map(f => ({ ...f })));
  }

  private render(): void {
    this.root.replaceChildren(...this.filters.map((filter, i) => this.row(filter, i)));
  }

  private row(filter: Filter, at: number): HTMLElement {
    const place = element("div", "picker", [element("label", "", [t("chart.live.filterVariable")])]);
    const picker = new Picker(place, name => {
      this.filters[at] = { variable: name, values: [] };
      this.render();
      this.told();
    });
    picker.offer(choicesOf(this.variables), filter.variable);
    const remove = element("button", "btn btn-sm btn-icon", ["✕"], { type: "button", "aria-label": t("chart.live.removeFilter") });
    remove.addEventListener("click", () => {
      this.filters.splice(at, 1);
      this.render();
      this.told();
    });
    const row = element("div", "filter-row", [element("div", "filter-head", [place, remove])]);
    const variable = this.variables.find(v => v.name === filter.variable);
    if (variable) row.append(variable.type === "number" || variable.type === "time" ? this.range(filter, variable) : this.values(filter, variable));
    return row;
  }

  private values(filter: Filter, variable: Variable): HTMLElement {
    return checks(element("div", "filter-values"), variable.values ?? [], filter.values, values => {
      filter.values = values;
      this.told();
    });
  }

  private range(filter: Filter, variable: Variable): HTMLElement {
    const [from = "", to = ""] = (filter.values[0] ?? "").split("..");
    const type = variable.type === "time" ? "date" : "number";
    const inputs = [[from, t("chart.live.from")], [to, t("chart.live.to")]].map(([value, label]) => {
      const input = element("input", "form-control", [], { type, value: value!, step: "any" });
      return { input, label: element("label", "", [label!, input]) };
    });
    for (const { input } of inputs) {
      input.addEventListener("change", () => {
        const [low, high] = inputs.map(i => i.input.value);
        filter.values = low || high ? [`${low}..${high}`] : [];
        this.told();
      });
    }
    return element("div", "filter-range", inputs.map(i => i.label));
  }
}

/** checks fills a box with a tick for each value; what is ticked is told by its codes. */
export function checks(box: HTMLElement, values: Label[], chosen: string[], onChange: (codes: string[]) => void): HTMLElement {
  const inputs = values.map(value => element("input", "form-check-input", [], { type: "checkbox", value: value.code }));
  inputs.forEach(input => {
    input.checked = chosen.includes(input.value);
    input.addEventListener("change", () => onChange(inputs.filter(i => i.checked).map(i => i.value)));
  });
  box.replaceChildren(...values.map((value, i) => element("label", "", [inputs[i]!, value.label])));
  return box;
}
