import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../data";
import { canLocate, locate, type Failure } from "../locate";
import { asciiDigits } from "../numbers";
import { aria, left, type InputProps } from "./input";

const good = 10; // metres: better than this is not waited for, where the form does not say

/** Asks the phone where it is, and keeps the best answer. */
function useLocating(enough: number, found: (value: string) => void) {
  const [state, setState] = useState<"idle" | "busy" | Failure>("idle");
  const stop = useRef<() => void>(() => {});
  useEffect(() => () => stop.current(), []);
  const start = () => {
    setState("busy");
    stop.current = locate(enough, found, why => {
      stop.current = () => {};
      setState(why ?? "idle");
    });
  };
  return { state, start, stop: () => stop.current() };
}

export function PlaceInput(props: InputProps) {
  const { node, filling, id } = props;
  const locating = useLocating(Number(node.field.parameters?.["capture-accuracy"]) || good, value => filling.answer(node.path, value));
  const able = canLocate();
  const [manual, setManual] = useState(!able);
  const [latitude = "", longitude = "", , accuracy = ""] = node.value.split(" ");
  const refused = locating.state === "denied" || locating.state === "failed";
  const poor = Number(node.field.parameters?.["warning-accuracy"]);
  return <div class="place-input">
    {able && (locating.state === "busy"
      ? <button type="button" class="quiet" onClick={locating.stop}>{t("fill.place.enough")}</button>
      : <button type="button" class="quiet" id={id} {...aria(props)} aria-required={undefined} aria-invalid={undefined} onClick={locating.start}>{node.value ? t("fill.place.again") : t("fill.place.locate")}</button>)}
    <p class="hint" role="status">
      {locating.state === "busy" && t("fill.place.busy") + " "}
      {node.value !== "" && Number(accuracy) > 0 && t("fill.place.accuracy", Math.round(Number(accuracy)))}
      {poor > 0 && Number(accuracy) > poor && " " + t("fill.place.poor")}
      {locating.state === "denied" && t("fill.place.denied")}
      {locating.state === "failed" && t("fill.place.failed")}
      {!able && t("fill.place.insecure")}
    </p>
    {node.value !== "" && !manual && !refused && <p class="coordinates">{latitude}, {longitude}</p>}
    {manual || refused ? <Coordinates {...props} /> : <button type="button" class="link" onClick={() => setManual(true)}>{t("fill.place.manual")}</button>}
  </div>;
}

/** Latitude and longitude typed in; an answer once both are there. */
function Coordinates(props: InputProps) {
  const { node, filling } = props;
  const [latitude = "", longitude = ""] = node.value.split(" ");
  return <CoordinatePair latitude={latitude} longitude={longitude} left={() => left(props)}
    typed={(latitude, longitude) => filling.answer(node.path, latitude && longitude ? `${latitude} ${longitude} 0 0` : "")} />;
}

interface PairProps { latitude?: string; longitude?: string; typed(latitude: string, longitude: string): void; left?(): void }

/** Two fields for a place. */
export function CoordinatePair({ latitude = "", longitude = "", typed, left }: PairProps) {
  const known = useRef({ latitude, longitude });
  const set = (part: "latitude" | "longitude", text: string) => {
    known.current = { ...known.current, [part]: asciiDigits(text) };
    typed(known.current.latitude, known.current.longitude);
  };
  const field = (part: "latitude" | "longitude", label: string, value: string) => <label>{label}
    <input class="line number" inputMode="text" defaultValue={value} onChange={event => set(part, event.currentTarget.value)} onBlur={left} />
  </label>;
  return <div class="pair">{field("latitude", t("fill.place.latitude"), latitude)}{field("longitude", t("fill.place.longitude"), longitude)}</div>;
}
