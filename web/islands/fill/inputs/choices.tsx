import { useState } from "preact/hooks";
import { t } from "../data";
import { Markdown, plain } from "../markdown";
import { hasWord } from "../pages";
import { aria, labelOf, type InputProps } from "./input";

export interface Option { value: string; label: string; hint?: string }

interface RowsProps {
  name: string;
  options: Option[];
  chosen: string[];
  multiple?: boolean;
  columns?: boolean;
  pick(value: string, on: boolean): void;
  left?(): void;
}

/** Big rows to tap, each a native radio button or checkbox. */
export function Rows({ name, options, chosen, multiple, columns, pick, left }: RowsProps) {
  return <div class={columns ? "rows columns" : "rows"}>{options.map(({ value, label, hint }) => {
    const on = chosen.includes(value);
    return <label key={value} class={on ? "row on" : "row"}>
      <input type={multiple ? "checkbox" : "radio"} name={name} value={value} checked={on}
        onChange={event => pick(value, event.currentTarget.checked)} onBlur={left} />
      <span><Markdown text={label} />{hint && <small>{hint}</small>}</span>
    </label>;
  })}</div>;
}

const many = 12, few = 8, further = 40;

/** Rows with a filter above them when there are many. */
export function LongRows(props: RowsProps) {
  const [wanted, setWanted] = useState("");
  const [most, setMost] = useState(few);
  if (props.options.length <= many) return <Rows {...props} />;
  const words = wanted.trim().toLowerCase();
  const matches = (o: Option) => (o.label + " " + o.value + " " + (o.hint ?? "")).toLowerCase().includes(words);
  const picked = props.options.filter(o => props.chosen.includes(o.value));
  const others = props.options.filter(o => !props.chosen.includes(o.value) && matches(o));
  const options = [...picked, ...others.slice(0, most)];
  return <div class="long">
    <input class="line" type="search" value={wanted} placeholder={t("fill.choices.filter", props.options.length)} aria-label={t("fill.choices.filter", props.options.length)}
      onInput={event => setWanted(event.currentTarget.value)} />
    <Rows {...props} options={options} />
    <p class="hint" role="status">{others.length === 0 && words ? t("fill.choices.none") : ""}</p>
    {others.length > most && <button type="button" class="link" onClick={() => setMost(most + further)}>{t("fill.choices.more", others.length - most)}</button>}
  </div>;
}

function optionsOf(props: InputProps): Option[] {
  return (props.node.choices ?? []).map(c => ({ value: c.name, label: labelOf(props, c.name) }));
}

const wide = (props: InputProps) => /(^|\s)(columns\S*|horizontal\S*|quickcompact|compact\S*)(\s|$)/.test(props.node.field.appearance ?? "");

export function SelectOne(props: InputProps) {
  const { node, filling, id } = props;
  const answer = (value: string) => {
    filling.answer(node.path, value);
    filling.leave(node.path);
  };
  const options = optionsOf(props);
  if (isScale(props)) return <Scale {...props} options={options} answer={answer} />;
  return <LongRows name={id} options={options} chosen={[node.value]} columns={wide(props)} pick={answer} />;
}

export function MinimalSelect(props: InputProps) {
  const { node, filling, id } = props;
  const choose = (value: string) => {
    filling.answer(node.path, value);
    filling.leave(node.path);
  };
  return <select id={id} class="line" value={node.value} onChange={event => choose(event.currentTarget.value)} {...aria(props)}>
    <option value="">{t("fill.choices.pick")}</option>
    {optionsOf(props).map(o => <option key={o.value} value={o.value}>{plain(o.label)}</option>)}
  </select>;
}

const longestScale = 7;

function isScale({ node, table }: InputProps): boolean {
  return (node.choices ?? []).length <= longestScale && (table || ["likert", "list-nolabel"].some(word => hasWord(node.field, word)));
}

/** A scale in one row, its labels wrapping below the marks. */
function Scale({ id, node, options, answer }: InputProps & { options: Option[]; answer(value: string): void }) {
  return <div class="scale">{options.map(o => <label key={o.value} class={node.value === o.value ? "on" : ""}>
    <input type="radio" name={id} checked={node.value === o.value} onChange={() => answer(o.value)} />
    <span><Markdown text={o.label} /></span>
  </label>)}</div>;
}

export function SelectMultiple(props: InputProps) {
  const { node, filling, id } = props;
  const chosen = node.value === "" ? [] : node.value.split(" ");
  const pick = (value: string, on: boolean) => {
    const now = (node.choices ?? []).map(c => c.name).filter(name => name === value ? on : chosen.includes(name));
    filling.answer(node.path, now.join(" "));
    filling.leave(node.path);
  };
  return <LongRows name={id} options={optionsOf(props)} chosen={chosen} multiple columns={wide(props)} pick={pick} />;
}

/** Choices to be put in order; no answer until moved or confirmed. */
export function RankInput(props: InputProps) {
  const { node, filling } = props;
  const [said, setSaid] = useState("");
  const offered = (node.choices ?? []).map(c => c.name);
  const ranked = node.value === "" ? [] : node.value.split(" ").filter(name => offered.includes(name));
  const order = [...ranked, ...offered.filter(name => !ranked.includes(name))];
  const move = (from: number, by: number) => {
    const next = [...order];
    const [name] = next.splice(from, 1);
    next.splice(from + by, 0, name!);
    filling.answer(node.path, next.join(" "));
    setSaid(t("fill.rank.moved", plain(labelOf(props, name!)), from + by + 1));
  };
  const button = (i: number, by: number, sign: string, name: string) =>
    <button type="button" class="square" aria-label={name} disabled={i + by < 0 || i + by >= order.length} onClick={() => move(i, by)}>{sign}</button>;
  return <div class={node.value === "" ? "rank unset" : "rank"}>
    <ol>{order.map((name, i) => {
      const label = plain(labelOf(props, name));
      return <li key={name}>
        <span class="place">{node.value === "" ? "–" : i + 1}</span><span>{label}</span>
        {button(i, -1, "↑", t("fill.rank.up", label))}{button(i, 1, "↓", t("fill.rank.down", label))}
      </li>;
    })}</ol>
    {node.value === "" && <button type="button" class="quiet" onClick={() => filling.answer(node.path, order.join(" "))}>{t("fill.rank.confirm")}</button>}
    <p class="unseen" role="status">{said}</p>
  </div>;
}

export function AcknowledgeInput(props: InputProps) {
  const { node, filling, id } = props;
  return <label class={node.value === "OK" ? "row on alone" : "row alone"}>
    <input type="checkbox" id={id} checked={node.value === "OK"} {...aria(props)}
      onChange={event => filling.answer(node.path, event.currentTarget.checked ? "OK" : "")} />
    <span>{t("fill.acknowledge")}</span>
  </label>;
}
