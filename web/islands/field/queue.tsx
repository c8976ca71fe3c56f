// Every instance of this person on the phone, and what becomes of it.
import { useState } from "preact/hooks";
import { t } from "../fill/data";
import { moment } from "../fill/dates";
import type { Kept } from "../fill/store";
import type { Shell } from "./shell";
import { opened } from "./tasks";

const shownFirst = 30;
const rank: Record<Kept["state"], number> = { refused: 0, waiting: 1, unfinished: 2, sent: 3 };

export function Queue({ shell }: { shell: Shell }) {
  const [shown, setShown] = useState(shownFirst);
  const { outbox } = shell;
  const mine = shell.kept.filter(({ state }) => state !== "sent").sort((a, b) => rank[a.state] - rank[b.state] || b.changed.localeCompare(a.changed));
  const sent = shell.kept.filter(({ state }) => state === "sent").sort((a, b) => b.changed.localeCompare(a.changed));
  const waiting = mine.filter(({ state }) => state === "waiting").length + shell.visits.filter(({ state }) => state === "waiting").length;
  return <section class="sheet">
    <h2>{t("field.queue", mine.length)}</h2>
    {mine.length === 0 && <p class="hint">{t("field.queue.none")}</p>}
    {waiting > 0 && <button type="button" class="main wide" disabled={!navigator.onLine || outbox?.sending !== undefined} onClick={() => shell.sendAll()}>
      {navigator.onLine ? t("field.send.all", waiting) : t("field.send.offline", waiting)}</button>}
    <ul class="kept">{mine.slice(0, shown).map(kept => <li key={kept.id}><Line kept={kept} shell={shell} /></li>)}</ul>
    {mine.length > shown && <button type="button" class="quiet wide" onClick={() => setShown(shown + 100)}>{t("field.more", mine.length - shown)}</button>}
    {mine.length > 1 && <button type="button" class="link" onClick={() => void shell.export(mine)}>{t("field.export.all")}</button>}
    {sent.length > 0 && <details><summary>{t("field.sent", sent.length)}</summary>
      <ul class="kept">{sent.map(kept => <li key={kept.id}><Sent kept={kept} /></li>)}</ul>
    </details>}
  </section>;
}

function Sent({ kept }: { kept: Kept }) {
  const inside = <><span>{kept.caseTitle || kept.title}</span>
    <small>{[kept.caseTitle && kept.title, moment(kept.changed), kept.receipt].filter(Boolean).join(" · ")}</small>
    {kept.flagged && <small>{t("field.state.flagged")}</small>}</>;
  return kept.receiptUrl ? <a class="row-link" href={kept.receiptUrl}>{inside}</a> : <p class="row-text">{inside}</p>;
}

function Line({ kept, shell }: { kept: Kept; shell: Shell }) {
  const [open, setOpen] = useState(false);
  const [removing, setRemoving] = useState(false);
  const { outbox } = shell, underWay = outbox?.sending?.id === kept.id;
  return <>
    <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
      <span>{kept.caseTitle || kept.excerpt || kept.title}</span>
      <small>{[(kept.caseTitle || kept.excerpt) && kept.title, moment(kept.changed)].filter(Boolean).join(" · ")}</small>
      <State kept={kept} share={underWay ? outbox!.sending!.share : undefined} />
    </button>
    {open && !removing && <div class="buttons acts">
      <a class="button quiet" href={opened(kept.pageUrl, "instance", kept.id)}>{kept.state === "unfinished" ? t("field.continue") : kept.state === "refused" ? t("field.mendIt") : t("field.look")}</a>
      {kept.state !== "unfinished" && <button type="button" class="quiet" disabled={underWay} onClick={() => void outbox?.send(kept.id)}>{t("field.send")}</button>}
      <button type="button" class="quiet" onClick={() => void shell.export([kept])}>{t("field.export")}</button>
      <button type="button" class="quiet danger" disabled={underWay} onClick={() => setRemoving(true)}>{t("field.delete")}</button>
    </div>}
    {open && removing && <div class="sure" role="alertdialog" aria-label={t("field.delete")}>
      <p class="bad">{t("field.delete.lost")}</p>
      <div class="buttons">
        <button type="button" class="quiet danger" onClick={() => void shell.remove(kept)}>{t("field.delete.yes")}</button>
        <button type="button" class="main" onClick={() => setRemoving(false)}>{t("field.delete.no")}</button>
      </div>
    </div>}
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
