import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../data";
import { area, distance } from "../engine/geo";
import { corners, isClosed, pointOf, pointsOf } from "../geometry";
import { canLocate, follow, placeText, type Failure } from "../locate";
import { Ground, useMap } from "./ground";
import type { InputProps } from "./input";
import { CoordinatePair } from "./place";

const apart = 10, sure = 30; // metres: between points set while walking; how exact they must be at least

/** A way or a piece of land, point by point while walking it. */
export default function TraceInput(props: InputProps) {
  const { node, filling } = props;
  const shape = node.field.type === "geoshape";
  const points = pointsOf(node.value);
  const closed = shape && isClosed(points);
  const set = (next: string[]) => filling.answer(node.path, next.join("; "));
  const known = useRef(points);
  known.current = points;
  const add = (point: string) => set([...known.current, point]);
  const map = useMap(filling), [here, setHere] = useState<GeolocationCoordinates>();
  return <div class="trace">
    {(map || points.length > 0) && <Ground points={points} closed={closed} map={map} here={closed ? undefined : here} add={closed ? undefined : add} />}
    <Measure points={points} closed={closed} />
    {!closed && <Walk {...props} add={add} here={here} setHere={setHere} last={() => known.current[known.current.length - 1]} />}
    {points.length > 0 && <div class="buttons">
      {shape && !closed && <button type="button" class="quiet" disabled={points.length < 3} onClick={() => set([...points, points[0]!])}>{t("fill.trace.close")}</button>}
      <button type="button" class="quiet" onClick={() => set(points.slice(0, -1))}>{closed ? t("fill.trace.open") : t("fill.trace.undo")}</button>
    </div>}
    {points.length > 0 && <List points={closed ? corners(points) : points} />}
    {!closed && <Typed add={add} open={!canLocate()} />}
  </div>;
}

interface WalkProps extends InputProps { add(point: string): void; last(): string | undefined; here?: GeolocationCoordinates; setHere(here: GeolocationCoordinates): void }

/** Sets points at the place where the phone is: at a press, or by itself while walking. */
function Walk({ id, add, last, here, setHere }: WalkProps) {
  const [failure, setFailure] = useState<Failure>();
  const [walking, setWalking] = useState(false), alone = useRef(false);
  const [on, setOn] = useState(false);
  alone.current = walking;
  useEffect(() => {
    if (!on) return;
    setFailure(undefined);
    return follow(coords => {
      setHere(coords);
      setFailure(undefined);
      const before = last();
      if (alone.current && coords.accuracy <= sure && (!before || distance([pointOf(before), coords]) >= apart)) add(placeText(coords));
    }, why => {
      setFailure(why);
      if (why === "denied") setOn(false);
    });
  }, [on]);
  if (!canLocate()) return <p class="hint">{t("fill.place.insecure")}</p>;
  return <>
    <p class="hint" role="status">{failure === "denied" ? t("fill.place.denied") : failure ? t("fill.place.failed") : !on ? "" : here ? t("fill.place.accuracy", Math.round(here.accuracy)) : t("fill.place.busy")}</p>
    {!on ? <button type="button" id={id} class="quiet" onClick={() => setOn(true)}>{t("fill.trace.start")}</button> : <div class="buttons">
      <button type="button" class="main" id={id} disabled={!here} onClick={() => add(placeText(here!))}>{t("fill.trace.add")}</button>
      <button type="button" class="quiet" aria-pressed={walking} onClick={() => setWalking(!walking)}>{walking ? t("fill.trace.walking") : t("fill.trace.walk", apart)}</button>
    </div>}
  </>;
}

function Typed({ add, open }: { add(point: string): void; open: boolean }) {
  const [shown, setShown] = useState(open), [typed, setTyped] = useState(""), [round, setRound] = useState(0);
  if (!shown) return <button type="button" class="link" onClick={() => setShown(true)}>{t("fill.place.manual")}</button>;
  const press = () => {
    add(typed);
    setTyped("");
    setRound(round + 1);
  };
  return <>
    <CoordinatePair key={round} typed={(latitude, longitude) => setTyped(latitude && longitude && isFinite(Number(latitude)) && isFinite(Number(longitude)) ? `${latitude} ${longitude} 0 0` : "")} />
    <button type="button" class="quiet" disabled={!typed} onClick={press}>{t("fill.trace.addTyped")}</button>
  </>;
}

const mu = 666.67; // square metres

function Measure({ points, closed }: { points: string[]; closed: boolean }) {
  const all = points.map(pointOf);
  const text = closed ? t("fill.trace.area", Math.round(area(all)), (area(all) / mu).toFixed(2)) : points.length > 1 ? t("fill.trace.length", Math.round(distance(all))) : "";
  return <p class="hint">{t("fill.trace.points", closed ? points.length - 1 : points.length)}{text && " · " + text}</p>;
}

const latest = 5;

/** The points set last; all of them when asked for. */
function List({ points }: { points: string[] }) {
  const [whole, setWhole] = useState(false);
  const from = whole ? 0 : Math.max(0, points.length - latest);
  return <>
    <ol class="points" start={from + 1}>{points.slice(from).map((point, i) => {
      const [latitude = "", longitude = "", , accuracy = ""] = point.split(" ");
      return <li key={from + i}><span class="place">{from + i + 1}</span> {latitude}, {longitude} {Number(accuracy) > 0 && <small>{t("fill.place.accuracy", Math.round(Number(accuracy)))}</small>}</li>;
    })}</ol>
    {from > 0 && <button type="button" class="link" onClick={() => setWhole(true)}>{t("fill.trace.all", points.length)}</button>}
  </>;
}
