import { t } from "../data";
import { plain } from "../markdown";
import { hasWord } from "../pages";
import { asciiDigits } from "../numbers";
import { aria, left, type InputProps } from "./input";

const longestPicker = 200, mostStars = 12;

/** steps are the values from start to end, or none when they are too many to show one by one. */
export function steps(start: number, end: number, step: number, most: number): number[] {
  const count = Math.floor(Math.abs(end - start) / step + 1e-9) + 1;
  if (!(count <= most)) return [];
  const places = (String(step).split(".")[1] ?? "").length;
  return Array.from({ length: count }, (_, i) => Number((start + (end < start ? -i : i) * step).toFixed(places)));
}

/** A slider, and its number beside it; no answer until it is touched. Or stars, or a list. */
export function RangeInput(props: InputProps) {
  const { node, filling, id } = props, { field } = node;
  const { start = "1", end = "10", step = "1" } = field.parameters ?? {};
  const low = Number(start), high = Number(end), by = Math.abs(Number(step)) || 1;
  const stars = hasWord(field, "rating") ? steps(low, high, by, mostStars) : [];
  if (stars.length > 0) return <Stars {...props} values={stars} />;
  const picks = hasWord(field, "picker") ? steps(low, high, by, longestPicker) : [];
  if (picks.length > 0) return <select id={id} class="line" aria-label={plain(filling.label(node))} value={node.value} {...aria(props)} onChange={event => filling.answer(node.path, event.currentTarget.value)}>
    <option value="">{t("fill.choices.pick")}</option>
    {picks.map(value => <option key={value} value={value}>{value}</option>)}
  </select>;
  return <Slider {...props} low={low} high={high} by={by} />;
}

/** Radio buttons drawn as stars. */
function Stars({ node, filling, id, values }: InputProps & { values: number[] }) {
  const given = node.value === "" ? -1 : values.indexOf(Number(node.value));
  return <div class="stars">{values.map((value, i) => <label key={value} class={i <= given ? "on" : ""}>
    <input type="radio" name={id} class="unseen" aria-label={t("fill.range.star", value)} checked={node.value === String(value)} onChange={() => filling.answer(node.path, String(value))} />
    <span aria-hidden="true">{i <= given ? "★" : "☆"}</span>
  </label>)}<output>{node.value}</output></div>;
}

function Slider(props: InputProps & { low: number; high: number; by: number }) {
  const { node, filling, id, low, high, by } = props, { field } = node;
  const upright = hasWord(field, "vertical"), backwards = low > high;
  const set = (event: Event) => filling.answer(node.path, (event.currentTarget as HTMLInputElement).value);
  const apart = Number(field.parameters?.tick_interval) || by;
  const ticks = hasWord(field, "no-ticks") ? [] : steps(low, high, apart, 21);
  return <div class={`range${node.value === "" ? " unset" : ""}${upright ? " upright" : ""}`}>
    <input type="range" id={id} aria-label={plain(filling.label(node))} min={Math.min(low, high)} max={Math.max(low, high)} step={by} {...aria(props)}
      dir={backwards ? "rtl" : undefined} list={ticks.length > 0 ? id + ":ticks" : undefined}
      value={node.value === "" ? field.parameters?.placeholder ?? (low + high) / 2 : node.value} aria-valuetext={node.value || t("fill.range.unset")}
      onInput={set} onClick={set} />
    {ticks.length > 0 && <datalist id={id + ":ticks"}>{ticks.map(value => <option key={value} value={value} />)}</datalist>}
    <input class="line number" inputMode="decimal" aria-label={t("fill.range.number")} placeholder="—" value={node.value}
      onChange={event => filling.answer(node.path, asciiDigits(event.currentTarget.value))} onBlur={() => left(props)} />
    <Ends {...props} />
  </div>;
}

/** What the slider's ends mean, and the marks between that have a name. */
function Ends({ node, filling, low, high }: InputProps & { low: number; high: number }) {
  const list = filling.definition.lists?.[node.field.parameters?.tick_labelset ?? ""];
  const named = (value: number) => {
    const choice = list?.choices.find(c => Number(c.name) === value);
    return choice ? filling.engine.text(node.path, choice.label, filling.kept.language) : "";
  };
  const between = (list?.choices ?? []).filter(c => Number(c.name) !== low && Number(c.name) !== high);
  return <div class="ends" aria-hidden="true">
    <span>{low} {named(low)}</span>{between.map(c => <span key={c.name}>{c.name} {named(Number(c.name))}</span>)}<span>{high} {named(high)}</span>
  </div>;
}
