import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../data";
import { aria, left, type InputProps } from "./input";
import { asciiDigits } from "./text";

const good = 10;        // metres: better than this is not waited for
const patience = 30_000;

/** Asks the phone where it is, and keeps the best answer; browsers do so over TLS alone. */
function useLocating(found: (value: string) => void) {
  const [state, setState] = useState<"idle" | "busy" | "denied" | "failed">("idle");
  const stop = useRef<() => void>(() => {});
  useEffect(() => () => stop.current(), []);
  const start = () => {
    let best = Infinity;
    setState("busy");
    const watch = navigator.geolocation.watchPosition(({ coords }) => {
      if (coords.accuracy >= best) return;
      best = coords.accuracy;
      found([coords.latitude.toFixed(7), coords.longitude.toFixed(7), (coords.altitude ?? 0).toFixed(1), best.toFixed(1)].join(" "));
      if (best <= good) stop.current();
    }, error => {
      stop.current();
      if (best === Infinity) setState(error.code === 1 ? "denied" : "failed");
    }, { enableHighAccuracy: true, timeout: patience, maximumAge: 0 });
    const timer = setTimeout(() => stop.current(), patience);
    stop.current = () => {
      navigator.geolocation.clearWatch(watch);
      clearTimeout(timer);
      setState("idle");
      stop.current = () => {};
    };
  };
  return { state, start, stop: () => stop.current() };
}

export function PlaceInput(props: InputProps) {
  const { node, filling, id } = props;
  const locating = useLocating(value => filling.answer(node.path, value));
  const able = window.isSecureContext && "geolocation" in navigator;
  const [manual, setManual] = useState(!able);
  const [latitude = "", longitude = "", , accuracy = ""] = node.value.split(" ");
  const refused = locating.state === "denied" || locating.state === "failed";
  return <div class="place-input">
    {able && (locating.state === "busy"
      ? <button type="button" class="quiet" onClick={locating.stop}>{t("fill.place.enough")}</button>
      : <button type="button" class="quiet" id={id} {...aria(props)} onClick={locating.start}>{node.value ? t("fill.place.again") : t("fill.place.locate")}</button>)}
    <p class="hint" role="status">
      {locating.state === "busy" && t("fill.place.busy") + " "}
      {node.value !== "" && Number(accuracy) > 0 && t("fill.place.accuracy", Math.round(Number(accuracy)))}
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
  const typed = useRef({ latitude, longitude });
  const set = (part: "latitude" | "longitude", text: string) => {
    typed.current = { ...typed.current, [part]: asciiDigits(text) };
    const { latitude, longitude } = typed.current;
    filling.answer(node.path, latitude && longitude ? `${latitude} ${longitude} 0 0` : "");
  };
  const field = (part: "latitude" | "longitude", label: string, value: string) => <label>{label}
    <input class="line number" defaultValue={value} onChange={event => set(part, event.currentTarget.value)} onBlur={() => left(props)} />
  </label>;
  return <div class="pair">{field("latitude", t("fill.place.latitude"), latitude)}{field("longitude", t("fill.place.longitude"), longitude)}</div>;
}
