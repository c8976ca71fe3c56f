import { t } from "../data";
import { aria, left, type InputProps } from "./input";
import { asciiDigits } from "./text";

/** A slider, and its number beside it; no answer until it is touched. */
export function RangeInput(props: InputProps) {
  const { node, filling, id } = props;
  const { start = "1", end = "10", step = "1" } = node.field.parameters ?? {};
  const low = Number(start), high = Number(end);
  const backwards = low > high;
  const set = (event: Event) => filling.answer(node.path, (event.currentTarget as HTMLInputElement).value);
  const attributes = { min: Math.min(low, high), max: Math.max(low, high), step: Math.abs(Number(step)) || 1 };
  return <div class={node.value === "" ? "range unset" : "range"}>
    <input type="range" id={id} aria-label={filling.label(node)} {...attributes} {...aria(props)} dir={backwards ? "rtl" : undefined}
      value={node.value === "" ? (low + high) / 2 : node.value} aria-valuetext={node.value || t("fill.range.unset")}
      onInput={set} onClick={set} />
    <input class="line number" inputMode="decimal" aria-label={t("fill.range.number")} placeholder="—" value={node.value}
      onChange={event => filling.answer(node.path, asciiDigits(event.currentTarget.value))} onBlur={() => left(props)} />
    <div class="ends" aria-hidden="true"><span>{start}</span><span>{end}</span></div>
  </div>;
}
