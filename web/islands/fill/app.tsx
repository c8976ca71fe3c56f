import { useEffect, useReducer } from "preact/hooks";
import { Background, hasBackground } from "./kinds";
import { languageTag, t } from "./data";
import { Done, WouldSend } from "./done";
import { Contents, FillPage, shownPages } from "./fillpage";
import { Bar, LanguageSwitch, Title } from "./frame";
import { PublicDone, PublicStart } from "./public";
import { Review } from "./review";
import { Start } from "./start";
import type { Visit } from "./visit";

export function App({ visit }: { visit: Visit }) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => visit.begin(() => redraw(0)), []);
  const { data, screen, filling, elsewhere, go } = visit;
  const asking = screen.name === "fill" && !filling?.lost && !elsewhere ? filling : undefined;
  const running = filling && !filling.lost && !elsewhere && hasBackground(filling.definition) ? filling : undefined;
  const left = screen.name === "start" || screen.name === "done";
  return <>
    <Bar data={data} filling={asking} lasting={visit.store.lasting}>
      {asking && <LanguageSwitch filling={asking} choose={language => visit.speak(language)} />}
      {asking && asking.pages.length > 1 && <button type="button" class="link" onClick={() => go({ name: "contents", id: asking.kept.id })}>{t("fill.contents")}</button>}
      {left ? !data.link && <a class="link" href={data.homeUrl}>{t("fill.toHome")}</a> : <button type="button" class="link" onClick={() => go({ name: "start", list: true })}>{t("fill.pause")}</button>}
    </Bar>
    <main lang={filling && languageTag(filling.kept.language)}>
      {asking?.updated && <p class="banner" role="status">{t("fill.updated", asking.kept.version)}</p>}
      {asking?.log?.locates && <p class="banner">{t("fill.background.place")}</p>}
      {running && <div class="background" hidden={!asking}><Background filling={running} /></div>}
      <Body visit={visit} />
    </main>
  </>;
}

function Body({ visit }: { visit: Visit }) {
  const { data, screen, filling, elsewhere, go } = visit;
  if (visit.broken && visit.lacks) return <div class="done">
    <p role="alert">{t("fill.media.missing", visit.lacks)}</p>
    <button type="button" class="main" onClick={() => visit.reach(screen)}>{t("fill.retry")}</button>
  </div>;
  if (visit.broken) return <p class="banner bad" role="alert">{t("fill.broken")}</p>;
  if (elsewhere || filling?.lost) return <Elsewhere take={() => visit.reach(elsewhere ?? screen, true)} />;
  if (screen.name === "start") return data.link ? <PublicStart visit={visit} /> : <Start visit={visit} />;
  if (screen.name === "done") {
    const kept = visit.all.find(k => k.id === screen.id);
    if (!kept) return null;
    if (data.preview) return <WouldSend submission={kept.submission!} again={() => void visit.start()} />;
    return data.link ? <PublicDone visit={visit} kept={kept} /> : <Done visit={visit} kept={kept} />;
  }
  if (!filling || filling.kept.id !== screen.id) return null;
  switch (screen.name) {
    case "contents": return <Contents filling={filling} go={go} />;
    case "review": return <Review filling={filling} cases={data.cases} preview={data.preview} go={go} send={() => visit.send()} />;
    case "fill": {
      // What was relevant may no longer be.
      const shown = shownPages(filling);
      const page = shown.find(i => i >= screen.page) ?? shown[shown.length - 1] ?? 0;
      return <FillPage key={filling.kept.id + page + (screen.at ?? "")} filling={filling} page={page} at={screen.at} go={go} />;
    }
  }
}

function Elsewhere({ take }: { take(): void }) {
  return <div class="done">
    <Title>{t("fill.elsewhere.title")}</Title>
    <p>{t("fill.elsewhere.lead")}</p>
    <button type="button" class="main" onClick={take}>{t("fill.elsewhere.take")}</button>
  </div>;
}
