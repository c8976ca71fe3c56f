// Every instance of this person on the phone, and what becomes of it.
import { useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { t } from "../fill/data";
import { moment } from "../fill/dates";
import type { FieldVisit, Kept } from "../fill/store";
import type { Shell } from "./shell";
import { Sure } from "./sure";
import { opened, visitLine, visitState } from "./tasks";

const shownFirst = 30;
const rank: Record<Kept["state"], number> = { refused: 0, waiting: 1, unfinished: 2, sent: 3 };

export function Queue({ shell }: { shell: Shell }) {
  const [shown, setShown] = useState(shownFirst);
  const { outbox } = shell;
  const mine = shell.kept.filter(({ state }) => state !== "sent").sort((a, b) => rank[a.state] - rank[b.state] || b.changed.localeCompare(a.changed));
  const sent = shell.kept.filter(({ state }) => state === "sent").sort((a, b) => b.changed.localeCompare(a.changed));
  const waiting = mine.filter(({ state }) => state === "waiting").length + shell.visits.filter(({ state }) => state === "waiting").length;
  const unsent = shell.visits.filter(({ state }) => state !== "sent");
  // What waits is seen at its task, as long as that is there.
  const visits = unsent.filter(({ state, assignment }) => state === "refused" || !shell.tasks.some(({ id }) => id === assignment));
  return <section class="sheet">
    <h2 id="queue" tabIndex={-1}>{t("field.queue", mine.length)}</h2>
    {mine.length === 0 && <p class="hint">{emptyHint(waiting)}</p>}
    {waiting > 0 && <button type="button" class="main wide" disabled={!navigator.onLine || outbox?.sending !== undefined} onClick={() => shell.sendAll()}>
      {navigator.onLine ? t("field.send.all", waiting) : t("field.send.offline", waiting)}</button>}
    <ul class="kept">{mine.slice(0, shown).map(kept => <li key={kept.id}><Line kept={kept} shell={shell} /></li>)}</ul>
    {mine.length > shown && <button type="button" class="quiet wide" onClick={() => setShown(shown + 100)}>{t("field.more", mine.length - shown)}</button>}
    {visits.length > 0 && <><h3>{t("field.visits", visits.length)}</h3>
      <ul class="kept">{visits.map(visit => <li key={visit.id}><VisitLine visit={visit} shell={shell} /></li>)}</ul></>}
    {(mine.length > 1 || unsent.length > 0) && <button type="button" class="link" onClick={() => void shell.export(mine, unsent)}>{t("field.export.all")}</button>}
    {sent.length > 0 && <details><summary>{t("field.sent", sent.length)}</summary>
      <ul class="kept">{sent.map(kept => <li key={kept.id}><Sent kept={kept} /></li>)}</ul>
    </details>}
  </section>;
}

/** emptyHint is said where no instance waits, though visits may. */
export const emptyHint = (visits: number) => visits > 0 ? t("field.queue.visits", visits) : t("field.queue.none");

function Sent({ kept }: { kept: Kept }) {
  const inside = <><span>{kept.caseTitle || kept.title}</span>
    <small>{[kept.caseTitle && kept.title, moment(kept.changed), kept.receipt].filter(Boolean).join(" · ")}</small>
    {kept.flagged && <small>{t("field.state.flagged")}</small>}</>;
  return kept.receiptUrl ? <a class="row-link" href={kept.receiptUrl}>{inside}</a> : <p class="row-text">{inside}</p>;
}

function Line({ kept, shell }: { kept: Kept; shell: Shell }) {
  const [open, setOpen] = useState(false);
  const { outbox } = shell, underWay = outbox?.sending?.id === kept.id;
  return <>
    <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
      <span>{kept.caseTitle || kept.excerpt || kept.title}</span>
      <small>{[(kept.caseTitle || kept.excerpt) && kept.title, moment(kept.changed)].filter(Boolean).join(" · ")}</small>
      <State kept={kept} share={underWay ? outbox!.sending!.share : undefined} />
    </button>
    {open && <Acts underWay={underWay} lost={t("field.delete.lost")} remove={() => shell.remove(kept)}>
      <a class="button quiet" href={opened(kept.pageUrl, "instance", kept.id)}>{kept.state === "unfinished" ? t("field.continue") : kept.state === "refused" ? t("field.mendIt") : t("field.look")}</a>
      {kept.state !== "unfinished" && <button type="button" class="quiet" disabled={underWay} onClick={() => void outbox?.send(kept.id)}>{t("field.send")}</button>}
      <button type="button" class="quiet" onClick={() => void shell.export([kept])}>{t("field.export")}</button>
    </Acts>}
  </>;
}

/** What can be done with something on the phone; last, that it is deleted after a question. */
function Acts({ underWay, lost, remove, children }: { underWay: boolean; lost: string; remove(): Promise<void>; children: ComponentChildren }) {
  const [asking, setAsking] = useState(false), opener = useRef<HTMLButtonElement>(null);
  const sure = () => void remove().then(() => document.getElementById("queue")?.focus());
  return <>
    <div class="buttons acts">
      {children}
      <button type="button" class="quiet danger" ref={opener} aria-expanded={asking} disabled={underWay} onClick={() => setAsking(!asking)}>{t("field.delete")}</button>
    </div>
    {asking && <Sure label={t("field.delete")} text={lost} yes={t("field.delete.yes")} no={t("field.delete.no")} opener={opener} sure={sure} back={() => setAsking(false)} />}
  </>;
}

function VisitLine({ visit, shell }: { visit: FieldVisit; shell: Shell }) {
  const { outbox } = shell, underWay = outbox?.sending?.id === visit.id;
  return <>
    <p class="row-text"><span>{visit.title}</span><small>{visitLine(visit.at, visit.outcome, visit.note)}</small>
      <small class={visit.state === "refused" ? "bad" : "go"}>{visitState(visit)}</small></p>
    <Acts underWay={underWay} lost={t("field.visit.lost")} remove={() => shell.removeVisit(visit)}>
      <button type="button" class="quiet" disabled={underWay} onClick={() => void outbox?.sendVisit(visit.id)}>{t("field.send")}</button>
    </Acts>
  </>;
}

function State({ kept, share }: { kept: Kept; share?: number }) {
  if (share !== undefined) return <small class="go">{t("field.state.sending", Math.round(share * 100))}</small>;
  switch (kept.state) {
    case "unfinished": return <small>{t("field.state.unfinished", kept.answered, kept.asked)}</small>;
    case "refused": return <small class="bad">{t("field.state.refusedFor", refusal(kept))}</small>;
    default: return <><small class="go">{t("field.state.waiting")}</small>{kept.refusal?.message && <small class="bad">{kept.refusal.message}</small>}</>;
  }
}

function refusal({ refusal }: Kept): string {
  if (refusal?.unreadable) return t("field.state.unreadable", refusal.unreadable);
  return [refusal?.message, ...refusal?.details.map(({ text }) => text) ?? []].filter(Boolean).join(" ") || t("field.state.refused");
}
