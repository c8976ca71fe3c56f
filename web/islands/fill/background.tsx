// What a form records without asking: where the filling in began, where one was when
// a question was answered, the sound meanwhile, whose phone it is. It is always said.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { t } from "./data";
import { canLocate, locate, type Failure } from "./locate";
import { clock } from "./numbers";
import { eachField, find } from "./pages";
import { fileName } from "./picture";
import { record, type Recording } from "./inputs/record";
import type { Field } from "./engine/types";
import type { Filling } from "./filling";

const good = 10, soon = 120_000; // metres; milliseconds in which an instance still begins

interface Found { path: string; field: Field }

function ofType(filling: Filling, ...types: string[]): Found[] {
  const all: Found[] = [];
  eachField(filling.definition, (path, field) => { if (types.includes(field.type)) all.push({ path, field }); });
  return all;
}

/** placed gives a path the positions of another one, where both are in the same repeats. */
export function placed(path: string, beside: string): string {
  const names = path.split("/"), steps = beside.split("/");
  let same = true;
  return names.map((name, i) => {
    same = same && steps[i]?.replace(/\[\d+\]$/, "") === name;
    return same ? steps[i] : name;
  }).join("/");
}

/** All that this filling does unasked, each with its notice. */
export default function Background({ filling }: { filling: Filling }) {
  const { start, triggered, sounds, mine } = useMemo(() => ({
    start: Date.now() - Date.parse(filling.kept.started) > soon ? [] : ofType(filling, "start-geopoint").filter(({ path }) => find(filling.view(), path)?.value === ""),
    triggered: ofType(filling, "background-geopoint"), sounds: ofType(filling, "background-audio"), mine: ofType(filling, "email", "phonenumber"),
  }), [filling]);
  return <>
    {(start.length > 0 || triggered.length > 0) && <Places filling={filling} start={start} triggered={triggered} />}
    {sounds.map(({ path, field }) => <Sound key={path} filling={filling} path={path} field={field} />)}
    {mine.map(({ path, field }) => <Mine key={path} filling={filling} path={path} field={field} />)}
  </>;
}

/** Where one is: at the beginning, and each time when what triggers it is answered. */
function Places({ filling, start, triggered }: { filling: Filling; start: Found[]; triggered: Found[] }) {
  const [state, setState] = useState<"" | "busy" | Failure>("");
  const [metres, setMetres] = useState(0);
  useEffect(() => {
    const running = new Map<string, () => void>();
    const take = (path: string) => {
      if (!canLocate() || running.has(path)) return;
      setState("busy");
      running.set(path, locate(good, place => {
        filling.put(path, place);
        setMetres(Math.round(Number(place.split(" ")[3])));
      }, why => {
        running.delete(path);
        if (running.size === 0) setState(why ?? "");
      }));
    };
    for (const { path } of start) take(path);
    filling.heard = path => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      for (const found of triggered) if (found.field.triggers?.includes(name)) take(placed(found.path, path));
    };
    return () => {
      filling.heard = undefined;
      running.forEach(stop => stop());
    };
  }, [filling]);
  return <p class="banner" role="status">{!canLocate() ? t("fill.background.insecure") : state === "busy" ? t("fill.background.busy")
    : state !== "" ? t("fill.background.none") : metres > 0 ? t("fill.background.done", metres) : t("fill.background.place")}</p>;
}

/** isDue: every quarter of a minute what was heard is kept, of a long recording every two minutes. */
const isDue = (seconds: number) => seconds % (seconds < 300 ? 15 : 120) === 0;

/** The sound while the form is filled in: never begun without a press. */
function Sound({ filling, path, field }: { filling: Filling; path: string; field: Field }) {
  const [state, setState] = useState<"" | "running" | "no" | "denied">("");
  const [seconds, setSeconds] = useState(0);
  const running = useRef<Recording>(), name = useRef(""), heard = useRef(0);
  const had = find(filling.view(), path)?.value ?? "";
  const end = async () => {
    const recording = running.current;
    running.current = undefined;
    if (!recording) return;
    const blob = await recording.stop();
    if (blob.size > 0) await filling.attach(path, name.current, blob);
  };
  useEffect(() => {
    filling.closing = end;
    return () => {
      filling.closing = undefined;
      void end();
    };
  }, [filling]);
  const start = async () => {
    heard.current = 0;
    try {
      running.current = await record("audio", field.parameters?.quality, parts => {
        const type = parts[0]?.type.split(";")[0] ?? "", size = parts.reduce((sum, part) => sum + part.size, 0);
        setSeconds(++heard.current);
        name.current ||= fileName(field.name, type, "");
        if (isDue(heard.current)) void filling.attach(path, name.current, new Blob(parts, { type }));
        if (size > filling.limits.file * 0.95) void end().then(() => setState(""));
      });
      setState("running");
    } catch {
      setState("denied");
    }
  };
  if (state === "running") return <p class="banner recording" role="status"><span class="dot" aria-hidden="true" />{t("fill.background.recording")} <span aria-hidden="true">{clock(seconds)}</span>
    <button type="button" class="link" onClick={() => void end().then(() => setState("no"))}>{t("fill.record.stop")}</button></p>;
  if (typeof MediaRecorder === "undefined" || !navigator.mediaDevices) return <p class="banner">{t("fill.background.noSound")}</p>;
  return <div class="banner"><p>{state === "denied" ? t("fill.audio.denied") : had ? t("fill.background.sound.had") : t("fill.background.sound")}</p>
    {state !== "no" && <div class="buttons">
      <button type="button" class="quiet" onClick={() => void start()}>{had ? t("fill.audio.again") : t("fill.audio.record")}</button>
      {!had && <button type="button" class="link" onClick={() => setState("no")}>{t("fill.background.sound.no")}</button>}
    </div>}
  </div>;
}

/** The enumerator's telephone or mail address, known from the account or asked once on this device. */
function Mine({ filling, path, field }: { filling: Filling; path: string; field: Field }) {
  const key = "tianye-" + field.type;
  const [value] = useState(() => {
    try { return localStorage.getItem(key) ?? ""; } catch { return ""; }
  });
  const known = find(filling.view(), path)?.value ?? "";
  useEffect(() => { if (value && !known) filling.put(path, value); }, []);
  const set = (text: string) => {
    filling.put(path, text.trim());
    try { localStorage.setItem(key, text.trim()); } catch { /* then it is asked again next time */ }
  };
  if (value || known && known !== value) return null;
  return <label class="banner mine">{field.type === "email" ? t("fill.background.email") : t("fill.background.phone")}
    <input class="line" type={field.type === "email" ? "email" : "tel"} onChange={event => set(event.currentTarget.value)} /></label>;
}
