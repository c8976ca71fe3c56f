import { useState } from "preact/hooks";
import { t } from "../data";
import { Markdown, plain } from "../markdown";
import { elementId, hasWord } from "../pages";
import { aria, type InputProps } from "./input";
import { layoutOf, useOptions, type Option } from "./options";
import { LongRows } from "./rows";

const longestScale = 7, longestNative = 100;

/** bringNext brings what follows a question answered by one tap into view. */
function bringNext(path: string): void {
  requestAnimationFrame(() => document.getElementById(elementId(path))?.nextElementSibling?.scrollIntoView({ behavior: "smooth", block: "center" }));
}

/** One choice or several: rows, a scale, or a list that opens. */
export function SelectInput(props: InputProps) {
  const { node, filling, id } = props, { field } = node;
  const multiple = field.type === "select_multiple";
  const options = useOptions(props), layout = layoutOf(field);
  const chosen = node.value === "" ? [] : multiple ? node.value.split(" ") : [node.value];
  const pick = (value: string, on = true) => {
    const next = multiple ? (node.choices ?? []).map(c => c.name).filter(name => name === value ? on : chosen.includes(name)).join(" ") : value;
    filling.answer(node.path, next);
    filling.leave(node.path);
    if (!multiple && /(^|\s)quick/.test(field.appearance ?? "")) bringNext(node.path);
  };
  if (isScale(props)) return <Scale {...props} options={options} chosen={chosen} multiple={multiple} pick={pick} />;
  const rows = { name: id, options, chosen, multiple, layout, filling, pick };
  if (!hasWord(field, "minimal")) return <LongRows {...rows} />;
  if (isNative(props)) return <select id={id} class="line" value={node.value} onChange={event => pick(event.currentTarget.value)} {...aria(props)}>
    <option value="">{t("fill.choices.pick")}</option>
    {options.map(o => <option key={o.value} value={o.value}>{plain(o.label)}</option>)}
  </select>;
  return <Drop {...props} picked={options.filter(o => chosen.includes(o.value))}>{close => <LongRows {...rows} layout={{ ...layout, search: layout.search || options.length > longestNative }} pick={(value, on) => {
    pick(value, on);
    if (!multiple) close();
  }} />}</Drop>;
}

/** isNative: a short list of words that opens, as the phone has it. */
export function isNative({ node: { field, choices = [] } }: Pick<InputProps, "node">): boolean {
  return hasWord(field, "minimal") && field.type !== "select_multiple" && choices.length <= longestNative
    && !layoutOf(field).search && !choices.some(choice => choice.media);
}

/** A list that opens below what is chosen. */
function Drop({ picked, children, ...props }: InputProps & { picked: Option[]; children(close: () => void): preact.ComponentChildren }) {
  const [open, setOpen] = useState(false);
  return <div class="drop">
    <button type="button" id={props.id} class="line" aria-expanded={open} {...aria(props)} aria-required={undefined} onClick={() => setOpen(!open)}>
      {picked.map(o => plain(o.label)).join("、") || t("fill.choices.pick")}
    </button>
    {open && children(() => setOpen(false))}
  </div>;
}

function isScale({ node, table }: InputProps): boolean {
  return (node.choices ?? []).length <= longestScale && (table || ["likert", "list-nolabel", "list"].some(word => hasWord(node.field, word)));
}

interface ScaleProps extends InputProps { options: Option[]; chosen: string[]; multiple: boolean; pick(value: string, on: boolean): void }

/** A scale in one row, its labels wrapping below the marks. */
function Scale({ id, options, chosen, multiple, pick }: ScaleProps) {
  return <div class="scale">{options.map(o => <label key={o.value} class={chosen.includes(o.value) ? "on" : ""}>
    <input type={multiple ? "checkbox" : "radio"} name={id} checked={chosen.includes(o.value)} onChange={event => pick(o.value, event.currentTarget.checked)} />
    <span><Markdown text={o.label} /></span>
  </label>)}</div>;
}

export function AcknowledgeInput(props: InputProps) {
  const { node, filling, id } = props;
  return <label class={node.value === "OK" ? "row on alone" : "row alone"}>
    <input type="checkbox" id={id} checked={node.value === "OK"} {...aria(props)}
      onChange={event => filling.answer(node.path, event.currentTarget.checked ? "OK" : "")} />
    <span>{t("fill.acknowledge")}</span>
  </label>;
}
