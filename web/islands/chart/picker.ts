// A field whose choices, in groups, can be searched: the ARIA pattern of a combobox
// with a list.
import { type Variable, element, t } from "./types";

export interface Choice { value: string; label: string; section: string; mark: string }

const marks: Record<string, string> = {
  number: t("chart.live.type.number"), time: t("chart.live.type.time"), one: t("chart.live.type.one"), many: t("chart.live.type.many"), text: t("chart.live.type.text"),
};

/** choicesOf are variables as a picker offers them. */
export function choicesOf(variables: Variable[]): Choice[] {
  return variables.map(v => ({ value: v.name, label: v.label, section: v.section, mark: marks[v.type] ?? "" }));
}

let made = 0;

export class Picker {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private choices: Choice[] = [];
  private shown: { choice: Choice; option: HTMLElement }[] = [];
  private active = -1;
  value = "";

  /** root holds a label; the field and its list are put below it. */
  constructor(root: HTMLElement, private readonly onPick: (value: string) => void) {
    const id = `picker-${++made}`;
    this.input = element("input", "form-select", [], {
      id, role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
    });
    const label = root.querySelector("label")!;
    label.htmlFor = id;
    this.list = element("div", "picker-list", [], { id: `${id}-list`, role: "listbox", "aria-label": label.textContent ?? "" });
    this.list.hidden = true;
    root.append(this.input, this.list);
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("input", () => this.open(this.input.value));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", event => this.key(event));
    this.list.addEventListener("mousedown", event => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", event => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.pick(this.shown.find(s => s.option === option)!.choice);
    });
  }

  /** offer sets what can be chosen and what is. */
  offer(choices: Choice[], value: string): void {
    this.choices = choices;
    this.value = value;
    if (this.list.hidden) this.input.value = this.label();
  }

  private label(): string {
    return this.choices.find(c => c.value === this.value)?.label ?? this.value;
  }

  private open(search = ""): void {
    if (!search && !this.list.hidden && this.input.value === this.label()) return;
    const words = search.trim().toLowerCase();
    const found = this.choices.filter(c => !words || `${c.label} ${c.section}`.toLowerCase().includes(words));
    const groups = new Map<string, HTMLElement>();
    this.list.replaceChildren();
    this.shown = found.map((choice, i) => {
      let group = groups.get(choice.section);
      if (!group) {
        group = element("div", "", [], { role: "group", "aria-label": choice.section || choice.label });
        if (choice.section) group.append(element("div", "picker-group", [choice.section], { "aria-hidden": "true" }));
        groups.set(choice.section, group);
        this.list.append(group);
      }
      const option = element("div", "picker-option", [element("span", "", [choice.label])], {
        role: "option", id: `${this.input.id}-${i}`, "aria-selected": String(choice.value === this.value),
      });
      if (choice.mark) option.append(element("span", "muted", [choice.mark]));
      group.append(option);
      return { choice, option };
    });
    if (found.length === 0) this.list.append(element("div", "picker-none", [t("chart.live.noMatch")]));
    if (this.list.hidden) this.input.select();
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(words ? 0 : Math.max(0, found.findIndex(c => c.value === this.value)));
  }

  private close(): void {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.input.value = this.label();
  }

  private mark(at: number): void {
    this.shown[this.active]?.option.classList.remove("active");
    this.active = at;
    const option = this.shown[at]?.option;
    if (!option) return;
    option.classList.add("active");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  private pick(choice: Choice): void {
    const changed = choice.value !== this.value;
    this.value = choice.value;
    this.close();
    if (changed) this.onPick(choice.value);
  }

  private key(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      event.preventDefault();
      if (this.list.hidden) this.open();
      else this.mark(Math.min(this.shown.length - 1, Math.max(0, this.active + step)));
    } else if (event.key === "Enter") {
      event.preventDefault(); // never sends the form
      const found = this.shown[this.active];
      if (this.list.hidden) this.open();
      else if (found) this.pick(found.choice);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
  }
}
