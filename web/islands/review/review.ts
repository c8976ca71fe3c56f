// A submission's page for who reviews: one key a decision, and colleagues to mention.

/** typing tells whether a key belongs to what is being written or chosen. */
function typing(event: KeyboardEvent): boolean {
  const at = event.target as HTMLElement;
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing || at.isContentEditable || at.matches("input:not([type=checkbox]), textarea, select, audio, video")
    || document.querySelector("dialog[open]") !== null;
}

// A box that stays as it was left, from one submission to the next.
for (const box of document.querySelectorAll<HTMLInputElement>("input[data-remember]")) {
  const key = `tianye.${box.dataset.remember}`;
  const kept = localStorage.getItem(key);
  if (kept) box.checked = kept === "yes";
  box.addEventListener("change", () => localStorage.setItem(key, box.checked ? "yes" : "no"));
}

const same: Record<string, string> = { ArrowRight: "j", ArrowLeft: "k" };

document.addEventListener("keydown", event => {
  if (typing(event) || event.repeat) return;
  const key = same[event.key] ?? event.key;
  const target = /^[a-z]$/.test(key) ? document.querySelector<HTMLElement>(`[data-key=${key}]`) : null;
  if (!target) return;
  event.preventDefault();
  const missing = needed(target);
  if (missing) missing.focus();
  else target.click();
});

/** needed is the field that a decision still needs; it may have a reason at an answer instead of a comment. */
function needed(target: HTMLElement): HTMLElement | undefined {
  const form = (target as HTMLButtonElement).form;
  if (!form || !target.dataset.needs) return undefined;
  const written = Array.from(form.elements).some(field => {
    const { name, value } = field as HTMLInputElement;
    return value.trim() !== "" && (name === "comment" || target.dataset.needs === "reason" && name.startsWith("r:"));
  });
  return written ? undefined : form.querySelector<HTMLElement>("[name=comment]") ?? undefined;
}

/** Mentions offers names while "@" and the beginning of one stand before the caret. */
class Mentions {
  private readonly list = document.createElement("ul");
  private found: string[] = [];
  private at = 0;

  constructor(private readonly field: HTMLTextAreaElement, private readonly names: string[]) {
    this.list.className = "mention-list";
    this.list.id = "mentions";
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    field.after(this.list);
    field.setAttribute("aria-controls", this.list.id);
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("input", () => this.offer());
    field.addEventListener("blur", () => (this.list.hidden = true));
    field.addEventListener("keydown", event => this.press(event));
    this.list.addEventListener("pointerdown", event => {
      event.preventDefault();
      const item = (event.target as Element).closest("li");
      if (item) this.take(item.textContent ?? "");
    });
  }

  private begun(): string | undefined {
    return /@([^\s@，。；：！？、]*)$/.exec(this.field.value.slice(0, this.field.selectionStart))?.[1];
  }

  private offer(): void {
    const begun = this.begun();
    this.found = begun === undefined ? [] : this.names.filter(name => name.startsWith(begun) && name !== begun);
    this.at = 0;
    this.show();
  }

  private show(): void {
    this.list.hidden = this.found.length === 0;
    this.list.replaceChildren(...this.found.map((name, i) => {
      const item = document.createElement("li");
      item.textContent = name;
      item.id = `mention-${i}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(i === this.at));
      return item;
    }));
    if (this.found.length > 0) this.field.setAttribute("aria-activedescendant", `mention-${this.at}`);
    else this.field.removeAttribute("aria-activedescendant");
  }

  private press(event: KeyboardEvent): void {
    if (this.list.hidden || event.isComposing) return;
    if (event.key === "Escape") this.found = [];
    else if (event.key === "ArrowDown") this.at = (this.at + 1) % this.found.length;
    else if (event.key === "ArrowUp") this.at = (this.at + this.found.length - 1) % this.found.length;
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.found[this.at]!);
    else return;
    event.preventDefault();
    this.show();
  }

  private take(name: string): void {
    const end = this.field.selectionStart;
    const from = end - (this.begun() ?? "").length;
    this.field.setRangeText(`${name} `, from, end, "end");
    this.found = [];
    this.show();
    this.field.focus();
  }
}

for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-mentions]")) {
  const names = JSON.parse(document.getElementById(field.dataset.mentions!)?.textContent ?? "[]") as string[] | null;
  new Mentions(field, names ?? []);
}
