import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { hasWord } from "../pages";
import { dateKind, fromInput, toInput } from "../dates";
import { aria, left, type InputProps } from "./input";

/** useDraft keeps what is being typed, as typed, while the control has the focus. */
function useDraft(value: string, set: (text: string) => void, left: () => void) {
  const [draft, setDraft] = useState<string | undefined>();
  return {
    value: draft ?? value,
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
  const { node, filling, id } = props;
  const box = useRef<HTMLTextAreaElement>(null);
  const long = hasWord(node.field, "multiline");
  const draft = useDraft(node.value, text => filling.answer(node.path, text), () => left(props));
  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = area.scrollHeight + 2 + "px";
  }, [draft.value]);
  if (hasWord(node.field, "numbers")) return <input id={id} class="line" inputMode="decimal" {...draft} {...aria(props)} />;
  const oneLine = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.isComposing || long) return;
    event.preventDefault();
    box.current!.blur();
  };
  return <textarea ref={box} id={id} class="line" rows={long ? 3 : 1} enterkeyhint={long ? undefined : "done"} onKeyDown={oneLine} {...draft} {...aria(props)} />;
}

/** asciiDigits turns the full-width digits of a Chinese keyboard into plain ones. */
export function asciiDigits(text: string): string {
  return text.replace(/[０-９．－]/g, c => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/。/g, ".").trim();
}

export function NumberInput(props: InputProps) {
  const { node, filling, id } = props;
  const draft = useDraft(node.value, text => filling.answer(node.path, asciiDigits(text)), () => left(props));
  return <input id={id} class="line number" inputMode={node.field.type === "integer" ? "numeric" : "decimal"} autocomplete="off" {...draft} {...aria(props)} />;
}

export function DateInput(props: InputProps) {
  const { node, filling, id } = props;
  const kind = dateKind(node.field);
  const set = (text: string) => filling.answer(node.path, fromInput(kind, kind === "year" ? asciiDigits(text) : text));
  const draft = useDraft(toInput(kind, node.value), set, () => left(props));
  const type = kind === "dateTime" ? "datetime-local" : kind === "year" ? "text" : kind;
  return <input id={id} class="line date" type={type} inputMode={kind === "year" ? "numeric" : undefined}
    max={kind === "date" ? "9999-12-31" : undefined} {...draft} {...aria(props)} />;
}
