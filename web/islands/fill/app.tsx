import { useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import { formLanguage, languageTag, t, uuid, type CaseRef, type FillData } from "./data";
import { Done, WouldSend } from "./done";
import type { Violation } from "./engine/types";
import { Filling } from "./filling";
import { Contents, FillPage, shownPages } from "./fillpage";
import { Bar, LanguageSwitch, Title, type Go, type Screen } from "./frame";
import { freshSession, Outbox, post } from "./outbox";
import { Review } from "./review";
import { Start } from "./start";
import type { Kept, Store } from "./store";
import { Tabs } from "./tabs";

/** complain says a violation: in the form's own words where it has some. */
function complain({ kind, message }: Violation, type: string): string {
  if (message) return message;
  switch (kind) {
    case "required": return t("fill.error.required");
    case "constraint": return t("fill.error.constraint");
    case "choice": return t("fill.error.choice");
  }
  switch (type) {
    case "integer": return t("fill.error.integer");
    case "decimal": case "range": return t("fill.error.decimal");
    case "date": case "time": case "dateTime": return t("fill.error.date");
    case "geopoint": return t("fill.error.place");
    default: return t("fill.error.type");
  }
}

/** remembered is a value that this browser keeps between visits, where it can. */
function remembered(key: string, make: () => string): string {
  try {
    const known = localStorage.getItem(key);
    if (known !== null) return known;
    const made = make();
    localStorage.setItem(key, made);
    return made;
  } catch {
    return make();
  }
}

function newKept(data: FillData, language: string, about: CaseRef | undefined, id = "uuid:" + uuid()): Kept {
  const now = new Date().toISOString();
  return { id, form: data.form.id, version: data.form.version, title: data.form.title, caseId: about?.id ?? "", caseTitle: about?.title ?? "",
    language, state: "unfinished", started: now, changed: now, answers: {}, page: 0, excerpt: "", answered: 0, asked: 0, postUrl: data.postUrl,
    pageUrl: location.pathname + location.search };
}

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
  }, []);
  return online;
}

interface Props { data: FillData; store: Store; kept: Kept[]; first: Screen }

export function App({ data, store, kept: found, first }: Props) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const [screen, setScreen] = useState<Screen>(first);
  const [all, setAll] = useState(found);
  const [broken, setBroken] = useState(false);
  const [elsewhere, setElsewhere] = useState<Screen>();
  const filling = useRef<Filling>();
  const online = useOnline();
  const languageKey = "tianye-language-" + data.form.id;
  const language = () => {
    const { definition } = data.form;
    const last = remembered(languageKey, () => formLanguage(definition, data.language));
    return definition.languages.includes(last) ? last : formLanguage(definition, data.language);
  };

  const reload = async () => setAll(await store.list());
  const outbox = useMemo(() => new Outbox({
    store, post, session: () => freshSession(data.user.login),
    later: (ms, call) => void setTimeout(call, ms),
    changed: () => void reload(),
  }, data.csrf), []);
  const tabs = useMemo(() => new Tabs("tianye-fill", uuid(), () => {
    filling.current!.lost = true;
    redraw(0);
  }), []);

  const show = async (next: Screen, force = false) => {
    setElsewhere(undefined);
    if (next.name === "start") {
      await filling.current?.flush();
      filling.current = undefined;
      tabs.release();
      await reload();
    } else if (filling.current?.kept.id !== next.id || filling.current.lost) {
      const kept = await store.get(next.id) ?? newKept(data, language(), data.cases.find(c => c.id === data.caseId), next.id);
      if (kept.state !== "unfinished") {
        filling.current = undefined;
        await reload();
        return setScreen({ name: "done", id: kept.id });
      }
      if (!force && await tabs.isElsewhere(next.id)) return setElsewhere(next);
      await open(kept);
    }
    // A receipt's place in the history, of what has been opened again since.
    setScreen(next.name === "done" ? { name: "review", id: next.id } : next);
    redraw(0);
  };
  const reach = (next: Screen, force = false) => void show(next, force).catch(() => setBroken(true));
  const open = async (kept: Kept) => {
    tabs.take(kept.id);
    const environment = { now: () => new Date(), deviceID: remembered("tianye-device", () => "tianye:" + uuid()), username: data.user.login, random: Math.random };
    const updated = kept.version !== data.form.version;
    kept.version = data.form.version;
    const blobs = await store.attachments(kept.id);
    filling.current = new Filling(data.form.definition, environment, kept, blobs, store, complain, () => redraw(0));
    filling.current.updated = updated;
  };
  const go: Go = next => {
    history.pushState(next, "");
    reach(next);
  };
  const begin = async (about?: CaseRef) => {
    const kept = newKept(data, language(), about);
    await open(kept);
    go({ name: "fill", id: kept.id, page: 0 });
  };
  const resume = async (kept: Kept) => {
    if (kept.state === "unfinished") go({ name: "fill", id: kept.id, page: kept.page });
    else go({ name: "done", id: kept.id });
  };
  const fix = async (kept: Kept) => {
    const again: Kept = { ...kept, state: "unfinished", submission: undefined };
    await store.put(again);
    if (kept.form !== data.form.id) return location.assign(kept.pageUrl);
    go({ name: "review", id: kept.id });
  };
  const send = async () => {
    const { current } = filling;
    try {
      await current!.finish(data.form.id);
    } catch {
      current!.unsaved = true;
      return redraw(0);
    }
    const { id } = current!.kept;
    if (!data.preview) {
      filling.current = undefined;
      tabs.release();
      void outbox.send(id);
    }
    await reload();
    history.replaceState({ name: "done", id }, "");
    setScreen({ name: "done", id });
  };

  useEffect(() => {
    reach(first);
    const back = (event: PopStateEvent) => reach((event.state as Screen | null) ?? { name: "start" });
    const away = () => void filling.current?.flush();
    const awake = () => {
      if (document.visibilityState === "hidden") return away();
      if (!data.preview && outbox.sending === undefined) void outbox.sendAll();
    };
    addEventListener("popstate", back);
    addEventListener("pagehide", away);
    addEventListener("online", awake);
    document.addEventListener("visibilitychange", awake);
    if (!data.preview) void outbox.sendAll();
  }, []);

  const { current } = filling;
  const speak = (chosen: string) => {
    try { localStorage.setItem(languageKey, chosen); } catch { /* then it is chosen again next time */ }
    current!.speak(chosen);
  };
  const body = () => {
    if (broken) return <p class="banner bad" role="alert">{t("fill.broken")}</p>;
    if (elsewhere) return <Elsewhere take={() => reach(elsewhere, true)} />;
    if (current?.lost) return <Elsewhere take={() => reach(screen, true)} />;
    if (screen.name === "start") return <Start data={data} all={all} outbox={outbox} online={online}
      begin={about => void begin(about)} open={kept => void resume(kept)} remove={async kept => { await store.remove(kept.id); await reload(); }} />;
    if (screen.name === "done") {
      const kept = all.find(k => k.id === screen.id);
      if (!kept) return null;
      if (data.preview) return <WouldSend submission={kept.submission!} again={() => void begin()} />;
      return <Done data={data} kept={kept} outbox={outbox} online={online} again={() => data.cases.length > 0 ? go({ name: "start" }) : void begin()} fix={() => void fix(kept)} toStart={() => go({ name: "start" })} />;
    }
    if (!current || current.kept.id !== screen.id) return null;
    switch (screen.name) {
      case "contents": return <Contents key="contents" filling={current} go={go} />;
      case "review": return <Review key="review" filling={current} preview={data.preview} go={go} send={send} />;
      case "fill": {
        // What was relevant may no longer be.
        const shown = shownPages(current);
        const page = shown.find(i => i >= screen.page) ?? shown[shown.length - 1] ?? 0;
        return <FillPage key={page + (screen.at ?? "")} filling={current} page={page} at={screen.at} go={go} />;
      }
    }
  };
  const asking = screen.name === "fill" && current && !current.lost && !elsewhere;
  return <>
    <Bar data={data} filling={asking ? current : undefined} online={online} lasting={store.lasting}>
      {asking && <LanguageSwitch filling={current} choose={speak} />}
      {asking && current.pages.length > 1 && <button type="button" class="link" onClick={() => go({ name: "contents", id: current.kept.id })}>{t("fill.contents")}</button>}
      {screen.name === "start" || screen.name === "done" ? <a class="link" href={data.listUrl}>{t("fill.leave")}</a> : <button type="button" class="link" onClick={() => go({ name: "start" })}>{t("fill.pause")}</button>}
    </Bar>
    <main lang={screen.name === "start" ? undefined : languageTag(current?.kept.language ?? "")}>{asking && current.updated && <p class="banner" role="status">{t("fill.updated", current.kept.version)}</p>}{body()}</main>
  </>;
}

function Elsewhere({ take }: { take(): void }) {
  return <div class="done">
    <Title>{t("fill.elsewhere.title")}</Title>
    <p>{t("fill.elsewhere.lead")}</p>
    <button type="button" class="main" onClick={take}>{t("fill.elsewhere.take")}</button>
  </div>;
}
