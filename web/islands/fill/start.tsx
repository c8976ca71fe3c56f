import { useState } from "preact/hooks";
import { CaseChoice } from "./cases";
import { signInUrl, t, type CaseRef, type FillData } from "./data";
import { moment } from "./dates";
import { Title, Toast } from "./frame";
import { RemoveButton } from "./section";
import type { Kept } from "./store";
import type { Visit } from "./visit";

/** What one can go on with, what waits to be sent, and a new one. */
export function Start({ visit }: { visit: Visit }) {
  const { data, all, outbox, removed, screen } = visit, listed = screen.name === "start" && screen.list === true;
  const mine = all.filter(kept => kept.id !== removed?.kept.id).sort((a, b) => b.changed.localeCompare(a.changed));
  const unfinished = mine.filter(kept => kept.state === "unfinished" && kept.form === data.form.id);
  const waiting = mine.filter(kept => kept.state === "waiting" || kept.state === "refused");
  const sent = mine.filter(kept => kept.state === "sent");
  return <>
    <Title quiet>{data.form.title}</Title>
    <p class="hint">{data.project.title} · {data.user.name}</p>
    {visit.trouble && <p class="banner bad" role="alert">{visit.trouble}</p>}
    <div class="delivered" role="status">{visit.delivered.map(kept => <p class="banner" key={kept.id}>{t("fill.delivered", kept.caseTitle || kept.title, kept.receipt ?? "")}</p>)}</div>
    {waiting.length > 0 && <section class="sheet">
      <h2>{t("fill.waiting", waiting.length)}</h2>
      <ul class="kept">{waiting.map(kept => <li key={kept.id}><button type="button" onClick={() => visit.resume(kept)}>
        <Line kept={kept} state={outbox.sending?.id === kept.id ? t("fill.sending") : kept.refusal?.message || t(kept.state === "refused" ? "fill.refused.plain" : "fill.waiting.state")} bad={kept.state === "refused"} />
      </button></li>)}</ul>
      {outbox.signedOut ? <p class="banner">{t("fill.signedOut")} <a href={signInUrl()}>{t("fill.signIn")}</a></p>
        : <button type="button" class="quiet wide" disabled={outbox.sending !== undefined} onClick={() => void outbox.sendAll()}>{navigator.onLine ? t("fill.retry") : t("fill.retry.offline")}</button>}
    </section>}
    {unfinished.length > 0 && <section class="sheet">
      <h2>{t("fill.unfinished")}</h2>
      <ul class="kept">{unfinished.map(kept => <li key={kept.id}>
        <button type="button" onClick={() => visit.resume(kept)}><Line kept={kept} state={t("fill.progress", kept.answered, kept.asked)} /></button>
        <RemoveButton name={kept.excerpt || moment(kept.changed)} remove={() => visit.drop(kept)} />
      </li>)}</ul>
    </section>}
    {listed && mine.length === 0 && <p class="hint">{t("fill.list.none")}</p>}
    {data.closed ? <p class="banner" role="status">{data.closed}</p> : <NewOne data={data} begin={about => void visit.start(about)} main={unfinished.length === 0} folded={listed} />}
    {sent.length > 0 && <details class="sheet" open={listed}><summary>{t("fill.sent", sent.length)}</summary>
      <ul class="kept">{sent.map(kept => <li key={kept.id}><button type="button" onClick={() => visit.resume(kept)}><Line kept={kept} state={kept.receipt ?? ""} /></button></li>)}</ul>
    </details>}
    {listed && <p><a class="button quiet wide" href="/field">{t("fill.toTasks")}</a></p>}
    {removed && <Toast text={t("fill.unfinished.removed")} undo={() => visit.spare()} />}
  </>;
}

function Line({ kept, state, bad }: { kept: Kept; state: string; bad?: boolean }) {
  return <>
    <span>{kept.caseTitle || kept.excerpt || kept.title}</span>
    <small>{[kept.caseTitle && kept.excerpt, moment(kept.changed)].filter(Boolean).join(" · ")}</small>
    <small class={bad ? "bad" : ""}>{state}</small>
  </>;
}

/** Begins a new instance; where the project has cases, it is said first which it is about. */
function NewOne({ data, begin, main, folded }: { data: FillData; begin(about?: CaseRef): void; main: boolean; folded: boolean }) {
  const { cases } = data;
  const [chosen, setChosen] = useState(data.caseId);
  const [missing, setMissing] = useState(false);
  const [wanted, want] = useState(false);
  const pick = (about?: CaseRef) => {
    setChosen(about?.id ?? "");
    setMissing(false);
  };
  const press = () => cases.length > 0 && chosen === undefined ? setMissing(true) : begin(cases.find(c => c.id === chosen));
  if (folded && !wanted && cases.length > 0) return <button type="button" class="quiet wide" onClick={() => want(true)}>{t("fill.begin.new")}</button>;
  return <section class={cases.length > 0 ? "sheet" : ""}>
    {cases.length > 0 && <CaseChoice cases={cases} chosen={chosen} pick={pick} />}
    {missing && <p class="error" role="alert">{t("fill.case.missing")}</p>}
    <button type="button" class={main ? "main wide" : "quiet wide"} onClick={press}>{main ? t("fill.begin") : t("fill.begin.new")}</button>
  </section>;
}
