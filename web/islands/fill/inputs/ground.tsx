import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../data";
import { pointOf } from "../geometry";
import { frameAround, gridOf, onto, readFrame, shapeOf, spacing, under, type Frame } from "../ground";
import type { Filling } from "../filling";

interface Map { frame: Frame; image: string }

const pictures = ["map.png", "map.jpg", "map.jpeg", "map.webp"];

/** useMap gives the form's own map, where it brings one. */
export function useMap(filling: Filling): Map | undefined {
  const [map, setMap] = useState<Map>();
  useEffect(() => {
    const at = (name: string) => filling.file({ [filling.kept.language]: name });
    const image = pictures.map(at).find(Boolean), edges = at("map.json");
    if (!image || !edges) return;
    let gone = false;
    fetch(edges, { credentials: "same-origin" }).then(answer => answer.json()).then(value => {
      const frame = readFrame(value);
      if (frame && !gone) setMap({ frame, image });
    }).catch(() => { /* then it is drawn on a blank grid */ });
    return () => { gone = true; };
  }, [filling]);
  return map;
}

const width = 320, blank = 1.6; // units; the shape of a blank sheet
const nearest = 8; // times

interface Props { points: string[]; closed: boolean; map?: Map; here?: GeolocationCoordinates; add?(point: string): void }

/** The way as seen from above, north up. A press on it sets a point, when add is given. */
export function Ground({ points, closed, map, here, add }: Props) {
  const [zoom, setZoom] = useState(1);
  const box = useRef<HTMLDivElement>(null);
  const all = points.map(pointOf);
  const frame = map?.frame ?? frameAround(here ? [...all, here] : all, blank);
  const height = width / shapeOf(frame), scale = 1 / zoom;
  const at = all.map(point => onto(frame, width, height, point));
  const path = at.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(" ");
  const last = at[at.length - 1] ?? (here && onto(frame, width, height, here));
  useEffect(() => { // what is looked at stays in the middle
    const { current } = box;
    if (!current || !last) return;
    current.scrollLeft = (last[0] / width) * current.scrollWidth - current.clientWidth / 2;
    current.scrollTop = (last[1] / height) * current.scrollHeight - current.clientHeight / 2;
  }, [zoom]);
  const press = (event: MouseEvent) => {
    const { left, top, width: wide, height: high } = (event.currentTarget as Element).getBoundingClientRect();
    const { latitude, longitude } = under(frame, wide, high, event.clientX - left, event.clientY - top);
    add?.(`${latitude.toFixed(7)} ${longitude.toFixed(7)} 0 0`);
  };
  const grid = map ? undefined : gridOf(frame);
  return <div class="ground">
    <div class="ground-box" ref={box} tabIndex={0} role="group" aria-label={t("fill.trace.sketch", points.length)}>
      <svg class={add ? "sketch open" : "sketch"} viewBox={`0 0 ${width} ${height.toFixed(1)}`} style={{ width: `${zoom * 100}%` }} role="img" aria-label={t("fill.trace.sketch", points.length)} onClick={press}>
        {map && <image href={map.image} width={width} height={height} preserveAspectRatio="none" />}
        {grid?.xs.map(x => <line key={`x${x}`} x1={x * width} x2={x * width} y1={0} y2={height} />)}
        {grid?.ys.map(y => <line key={`y${y}`} x1={0} x2={width} y1={y * height} y2={y * height} />)}
        {closed ? <polygon points={path} stroke-width={2.5 * scale} /> : <polyline points={path} stroke-width={2.5 * scale} />}
        {at.map(([x, y], i) => <circle key={i} cx={x} cy={y} r={(i === 0 || i === at.length - 1 ? 5 : 3) * scale} class={i === 0 ? "first" : ""} />)}
        {here && [onto(frame, width, height, here)].map(([x, y]) => <circle key="here" class="here" cx={x} cy={y} r={6 * scale} />)}
      </svg>
    </div>
    <p class="hint">↑ {t("fill.trace.north")}{grid && " · " + t("fill.trace.grid", spacing(frame))}{add && " · " + t("fill.trace.press")}</p>
    {map && <div class="buttons">
      <button type="button" class="quiet" aria-label={t("fill.trace.nearer")} disabled={zoom >= nearest} onClick={() => setZoom(zoom * 2)}>＋</button>
      <button type="button" class="quiet" aria-label={t("fill.trace.farther")} disabled={zoom === 1} onClick={() => setZoom(zoom / 2)}>－</button>
    </div>}
  </div>;
}
