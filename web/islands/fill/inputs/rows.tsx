import { useState } from "preact/hooks";
import { t } from "../data";
import { Markdown, plain } from "../markdown";
import { MediaView } from "../media";
import type { Filling } from "../filling";
import { sought, type Layout, type Option } from "./options";

export interface RowsProps {
  name: string;
  options: Option[];
  chosen: string[];
  multiple?: boolean;
  layout?: Layout;
  filling?: Filling;     // where the options have pictures
  pick(value: string, on: boolean): void;
}

/** Big rows to tap, each a native radio button or checkbox. */
export function Rows({ name, options, chosen, multiple, layout, filling, pick }: RowsProps) {
  const { columns, packed, tiles } = layout ?? {};
  const looks = ["rows", packed ? "packed" : columns && "columns", tiles && "tiles"].filter(Boolean).join(" ");
  const picked = new Set(chosen);
  return <div class={looks} style={columns && !packed ? { gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` } : undefined}>{options.map(({ value, label, hint, media }) => {
    const on = picked.has(value);
    const image = filling?.file(media?.image);
    const row = <label key={value} class={on ? "row on" : "row"}>
      <input type={multiple ? "checkbox" : "radio"} name={name} value={value} checked={on}
        onChange={event => pick(value, event.currentTarget.checked)} />
      <span>{image && <img class="picture" src={image} alt={plain(label)} loading="lazy" />}<Markdown text={label} />{hint && <small>{hint}</small>}</span>
    </label>;
    const played = media && { ...media, image: undefined! };
    return filling && (media?.audio || media?.video || media?.["big-image"]) ? <div key={value} class="row-media">{row}<MediaView media={played} filling={filling} alt={plain(label)} /></div> : row;
  })}</div>;
}

const many = 12, few = 8, further = 40;

/** Rows with a filter above them when there are many. */
export function LongRows(props: RowsProps) {
  const [wanted, setWanted] = useState("");
  const [most, setMost] = useState(few);
  const { options, chosen } = props;
  if (options.length <= many && !props.layout?.search) return <Rows {...props} />;
  const picked = new Set(chosen);
  const found = sought(options, wanted), others = found.filter(o => !picked.has(o.value));
  const shown = [...options.filter(o => picked.has(o.value)), ...others.slice(0, most)];
  return <div class="long">
    <input class="line" type="search" value={wanted} placeholder={t("fill.choices.filter", options.length)} aria-label={t("fill.choices.filter", options.length)}
      onInput={event => setWanted(event.currentTarget.value)} />
    <Rows {...props} options={shown} />
    <p class="hint" role="status">{found.length === 0 ? t("fill.choices.none") : ""}</p>
    {others.length > most && <button type="button" class="link" onClick={() => setMost(most + further)}>{t("fill.choices.more", others.length - most)}</button>}
  </div>;
}
