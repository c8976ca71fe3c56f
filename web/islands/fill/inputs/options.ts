import { useMemo } from "preact/hooks";
import { hasWord } from "../pages";
import type { Choice, Field, Media } from "../engine/types";
import type { InputProps } from "./input";

export interface Option { value: string; label: string; hint?: string; media?: Media; sought?: string }

/** useOptions are a select's choices as they are shown; a list of fifty thousand is read once. */
export function useOptions({ node, filling }: Pick<InputProps, "node" | "filling">): Option[] {
  const { language } = filling.kept;
  const say = ({ name, label }: Choice) => {
    const own = label?.[language];
    return (own && !own.includes("${") ? own : filling.engine.text(node.path, label, language)) || name;
  };
  return useMemo(() => (node.choices ?? []).map(choice => ({ value: choice.name, label: say(choice), media: choice.media })), [node, filling, language]);
}

/** sought gives those options that hold the words, in their label, value or hint. */
export function sought(options: Option[], words: string): Option[] {
  const wanted = words.trim().toLowerCase().split(/\s+/);
  return options.filter(option => {
    option.sought ??= (option.label + " " + option.value + " " + (option.hint ?? "")).toLowerCase();
    return wanted.every(word => option.sought!.includes(word));
  });
}

/** How a select's rows are laid out. */
export interface Layout { columns?: number; packed: boolean; tiles: boolean; search: boolean }

const most = 4; // columns that a phone has room for

/** layoutOf reads a select's appearance, also the names that older forms have for it. */
export function layoutOf(field: Field): Layout {
  const words = (field.appearance ?? "").split(" ");
  const number = /(?:^|\s)(?:columns|(?:quick)?compact)-(\d+)/.exec(field.appearance ?? "");
  const old = words.some(word => /^(quick)?compact(-\d+)?$/.test(word));
  return {
    columns: number ? Math.max(1, Math.min(most, Number(number[1]))) : words.includes("columns") || words.includes("horizontal") ? 2 : undefined,
    packed: words.some(word => /^(columns-pack|horizontal-compact|(quick)?compact)$/.test(word)),
    tiles: hasWord(field, "no-buttons") || old,
    search: ["autocomplete", "search"].some(word => hasWord(field, word)) || /(^|\s)search\(/.test(field.appearance ?? ""),
  };
}
