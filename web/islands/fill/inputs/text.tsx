import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../data";
import { hasWord } from "../pages";
import { dateKind, fromInput, isForeign, toInput } from "../dates";
import { asciiDigits, grouped } from "../numbers";
import { aria, left, type InputProps } from "./input";

// Whether the style sheet has a box grow with its text; else it is measured at each key.
const grows = typeof CSS !== "undefined" && CSS.supports("field-sizing", "content");

/** useDraft keeps what is being typed, as typed, while the control has the focus; shown is how the answer stands otherwise. */
export function useDraft(value: string, set: (text: string) => void, left: () => void, shown = value) {
  const [draft, setDraft] = useState<string | undefined>();
  return {
    value: draft ?? shown,
    onFocus() { if (shown !== value) setDraft(value); },
    onInput(event: InputEvent) {
      const text = (event.currentTarget as HTMLInputElement).value;
      setDraft(text);
      // Half-typed pinyin is no answer yet.
      if (!event.isComposing) set(text);
    },
    onCompositionEnd(event: CompositionEvent) { set((event.currentTarget as HTMLInputElement).value); },
    onBlur() {
      setDraft(undefined);
      left();
    },
  };
}

export function TextInput(props: InputProps) {
  const { node, filling, id } = props, { field } = node;
  const box = useRef<HTMLTextAreaElement>(null);
  const rows = Number(field.body?.rows) || (hasWord(field, "multiline") ? 3 : 1), long = rows > 1;
  const draft = useDraft(node.value, text => filling.answer(node.path, text), () => left(props));
  useLayoutEffect(() => {
    const area = box.current;
    if (!area || grows) return;
    area.style.height = "auto";
    if (area.value) area.style.height = area.scrollHeight + 2 + "px"; // has the browser lay out the page
  }, [draft.value]);
  if (hasWord(field, "masked")) return <Masked {...props} draft={draft} />;
  if (hasWord(field, "numbers")) return <input id={id} class="line" inputMode="decimal" {...draft} {...aria(props)} />;
  if (hasWord(field, "url")) return <input id={id} class="line" type="url" autocapitalize="off" placeholder="https://" {...draft} {...aria(props)} />;
  const oneLine = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.isComposing || long) return;
    event.preventDefault();
    box.current!.blur();
  };
  return <textarea ref={box} id={id} class="line" rows={rows} style={grows ? { minHeight: `calc(${rows}lh + 22px)` } : undefined} enterkeyhint={long ? undefined : "done"} onKeyDown={oneLine} {...draft} {...aria(props)} />;
}

/** A text that those who look on should not read. */
function Masked(props: InputProps & { draft: ReturnType<typeof useDraft> }) {
  const [open, setOpen] = useState(false);
  return <div class="beside">
    <input id={props.id} class="line" type={open ? "text" : "password"} autocomplete="off" {...props.draft} {...aria(props)} />
    <button type="button" class="quiet" aria-pressed={open} onClick={() => setOpen(!open)}>{open ? t("fill.masked.hide") : t("fill.masked.show")}</button>
  </div>;
}

export function NumberInput(props: InputProps) {
  const { node, filling, id } = props, { field } = node;
  const set = (text: string) => filling.answer(node.path, asciiDigits(text));
  const commas = hasWord(field, "thousands-sep");
  const draft = useDraft(node.value, text => set(commas ? text.replace(/[,，]/g, "") : text), () => left(props), commas ? grouped(node.value) : node.value);
  const input = <input id={id} class="line number" inputMode={field.type === "integer" ? "numeric" : "decimal"} autocomplete="off" aria-label={hasWord(field, "bearing") ? t("fill.bearing.degrees") : undefined} {...draft} {...aria(props)} />;
  if (!hasWord(field, "counter")) return input;
  const by = (step: number) => set(String((parseInt(node.value, 10) || 0) + step));
  return <div class="counter">
    <button type="button" class="square" aria-label={t("fill.counter.less")} onClick={() => by(-1)}>−</button>
    {input}
    <button type="button" class="square" aria-label={t("fill.counter.more")} onClick={() => by(1)}>+</button>
  </div>;
}

export function DateInput(props: InputProps) {
  const { node, filling, id } = props, { field } = node;
  const kind = dateKind(field);
  const set = (text: string) => filling.answer(node.path, fromInput(kind, kind === "year" ? asciiDigits(text) : text));
  const draft = useDraft(toInput(kind, node.value), set, () => left(props));
  if (kind === "date" && hasWord(field, "no-calendar")) return <DayParts {...props} />;
  const type = kind === "dateTime" ? "datetime-local" : kind === "year" ? "text" : kind;
  const input = <input id={id} class="line date" type={type} inputMode={kind === "year" ? "numeric" : undefined}
    max={kind === "date" ? "9999-12-31" : undefined} {...draft} {...aria(props)} />;
  return isForeign(field) ? <>{input}<p class="hint">{t("fill.date.gregorian")}</p></> : input;
}

/** Year, month and day as numbers; an answer once all three are there. */
function DayParts(props: InputProps) {
  const { node, filling, id } = props;
  const typed = useRef(node.value.split("-"));
  const known = node.value.split("-");
  const set = (at: number, text: string) => {
    typed.current[at] = asciiDigits(text).padStart(at === 0 ? 4 : 2, "0");
    const [year = "", month = "", day = ""] = typed.current;
    filling.answer(node.path, [year, month, day].every(part => Number(part) > 0) ? `${year}-${month}-${day}` : "");
  };
  const part = (at: number, label: string) => <label>{label}
    <input id={at === 0 ? id : undefined} class="line number" inputMode="numeric" defaultValue={known[at]?.replace(/^0+/, "")} {...aria(props)}
      onChange={event => set(at, event.currentTarget.value)} onBlur={() => left(props)} />
  </label>;
  return <div class="pair three">{part(0, t("fill.date.year"))}{part(1, t("fill.date.month"))}{part(2, t("fill.date.day"))}</div>;
}
