import { signInUrl, t } from "./data";
import { Title } from "./frame";
import { moment } from "./dates";
import type { Outbox } from "./outbox";
import type { Kept, Submission } from "./store";
import type { Visit } from "./visit";


/** After sending: the receipt, or why it still waits, or why it was refused. */
export function Done({ visit, kept }: { visit: Visit; kept: Kept }) {
  const { data, outbox, go } = visit;
  const again = () => data.cases.length > 0 ? go({ name: "start" }) : void visit.start();
  const share = outbox.sending?.id === kept.id ? outbox.sending.share : undefined;
  const given = kept.assignment || kept.mends, next = kept.state === "sent" ? "main" : "quiet";
  return <div class="done">
    {kept.state === "sent" ? <Receipt kept={kept} />
      : share !== undefined ? <Sending share={share} />
      : kept.state === "refused" ? <Refused kept={kept} again={kept.mends && (() => void visit.mendAgain(kept.mends!.submissionId))} fix={() => void visit.fix(kept)} retry={() => void outbox.send(kept.id)} />
      : <Waiting outbox={outbox} why={kept.refusal?.message} />}
    <div class="stack">
      {given ? <a class={"button " + next} href="/field">{t("fill.toTasks")}</a> : <button type="button" class={next} onClick={again}>{t("fill.again")}</button>}
      {kept.receiptUrl && <>
        <a href={kept.receiptUrl}>{t("fill.receipt.see")}</a>
        <a href={location.pathname + "?mend=" + kept.receiptUrl.split("/").pop()}>{t("fill.mend.change")}</a>
      </>}
      <button type="button" class="link" onClick={() => go({ name: "start", list: true })}>{t("fill.toStart")}</button>
      {!given && <a href={data.listUrl}>{t("fill.toList")}</a>}
    </div>
  </div>;
}

function Receipt({ kept }: { kept: Kept }) {
  return <>
    <div class="seal" aria-hidden="true">✓</div>
    <Title>{t("fill.receipt.title")}</Title>
    <p class="receipt-label">{t("fill.receipt.number")}</p>
    <p class="receipt">{kept.receipt}</p>
    <p class="hint">{t("fill.receipt.time", moment(kept.changed))}{kept.caseTitle && ` · ${kept.caseTitle}`}</p>
    {kept.flagged && <p class="hint">{t("fill.receipt.flagged")}</p>}
  </>;
}

export function Sending({ share }: { share: number }) {
  const percent = Math.round(share * 100);
  return <>
    <Title>{t("fill.sending")}</Title>
    <div class="progress wide" role="progressbar" aria-label={t("fill.sending")} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}><div style={{ width: `${percent}%` }} /></div>
    <p class="hint">{percent}%</p>
  </>;
}

/** What waits; why: what the server said against its sender. */
export function Waiting({ outbox, why }: { outbox: Outbox; why?: string }) {
  return <>
    <Title>{t("fill.waiting.title")}</Title>
    <p>{t("fill.waiting.lead")}</p>
    <p class="hint" role="status">{outbox.signedOut ? t("fill.signedOut") : why && navigator.onLine ? why : navigator.onLine ? t("fill.waiting.busy") : t("fill.waiting.offline")}</p>
    {outbox.signedOut ? <a class="button main" href={signInUrl()}>{t("fill.signIn")}</a>
      : <button type="button" class="main" onClick={() => void outbox.sendAll()}>{t("fill.retry")}</button>}
  </>;
}

export function Refused({ kept, again, fix, retry }: { kept: Kept; again?(): void; fix(): void; retry(): void }) {
  return <>
    <Title>{t("fill.refused.title")}</Title>
    <p role="alert">{kept.refusal?.message || t("fill.refused.plain")}</p>
    {kept.refusal && kept.refusal.details.length > 0 && <ul>{kept.refusal.details.map(d => <li key={d.where}>{d.text}</li>)}</ul>}
    <p class="hint">{t("fill.refused.lead")}</p>
    <button type="button" class="main" onClick={fix}>{t("fill.refused.fix")}</button>
    {again && <button type="button" class="quiet" onClick={again}>{t("fill.mend.again")}</button>}
    <button type="button" class="quiet" onClick={retry}>{t("fill.retry")}</button>
  </>;
}

/** The end of a preview: what would have been sent. */
export function WouldSend({ submission, again }: { submission: Submission; again(): void }) {
  return <div class="done left">
    <Title>{t("fill.preview.end")}</Title>
    <p class="hint">{t("fill.preview.lead")}</p>
    <pre tabIndex={0}>{JSON.stringify(submission, null, 2)}</pre>
    <button type="button" class="main" onClick={again}>{t("fill.preview.again")}</button>
  </div>;
}
