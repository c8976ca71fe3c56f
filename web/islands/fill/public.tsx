// What residents see who open a public link: the greeting, the consent and the code before the form, the
// thanks after it. Between them is the same form as members fill in.
import { useEffect, useState } from "preact/hooks";
import { t, type FillData, type PublicLink } from "./data";
import { moment } from "./dates";
import { Refused, Sending, Waiting } from "./done";
import { Title } from "./frame";
import type { Entry, Kept } from "./store";
import type { Screen, Visit } from "./visit";

const patience = 8_000; // milliseconds for a network that neither answers nor fails

/** codeIn is the code that a printed slip's QR code holds behind #; "" for what others put there. */
export const codeIn = (hash: string) => /^#([2-9A-HJKMNP-Z]{8})$/i.exec(hash)?.[1] ?? "";

/** Prose is what the link's makers wrote; the server has made safe HTML of it. */
function Prose({ html }: { html: string }) {
  return html ? <div class="prose" dangerouslySetInnerHTML={{ __html: html }} /> : null;
}

/** checked is why a code cannot be used, as far as the network tells; nothing: it can, or the server will say so later. */
async function checked(link: PublicLink, code: string): Promise<string | undefined> {
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), patience);
  try {
    const reply = await fetch(link.codeUrl, { method: "POST", body: new URLSearchParams({ code }), headers: { Accept: "application/json" }, signal: stop.signal });
    return reply.status >= 400 && reply.status < 500 ? (await reply.json() as { message: string }).message : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function Code({ code, set, wrong }: { code: string; set(code: string): void; wrong?: string }) {
  return <section class="sheet">
    <label class="label" for="code">{t("fill.public.code")}</label>
    <input class="line code" id="code" value={code} maxLength={12} autocomplete="off" autocapitalize="characters" spellcheck={false}
      aria-invalid={wrong ? "true" : undefined} aria-describedby="code-hint" onInput={event => set(event.currentTarget.value)} />
    <p class="hint" id="code-hint">{t("fill.public.codeHint")}</p>
    {wrong && <p class="error" role="alert">{wrong}</p>}
  </section>;
}

/** isOver tells whether a place in the history is the thanks for what was sent: where one may answer once, or has a code, the page begins anew. */
export const isOver = (once: PublicLink["once"], was: Screen, all: Kept[]) => once !== "" && was.name === "done" && !all.some(({ id, state }) => id === was.id && state !== "sent");

/** The language of the page; the form's own is chosen in the form. */
function OtherLanguage({ data }: { data: FillData }) {
  const other = data.language === "en" ? "zh" : "en";
  return <form method="post" action="/language" class="other-language">
    <input type="hidden" name="next" value={location.pathname} />
    <button class="link" name="language" value={other} lang={other === "zh" ? "zh-CN" : "en"}>{other === "zh" ? "中文" : "English"}</button>
  </form>;
}

/** The page that the link opens. */
export function PublicStart({ visit }: { visit: Visit }) {
  const { data, all, outbox } = visit, link = data.link!;
  const begun = all.filter(kept => kept.state === "unfinished"), waiting = all.filter(kept => kept.state === "waiting" || kept.state === "refused");
  const sent = all.find(kept => kept.state === "sent");
  const used = link.used || (link.once === "device" ? sent?.receipt : undefined);
  return <>
    <Title quiet>{data.project.title}</Title>
    <Prose html={link.greeting} />
    <div role="status">
      {visit.delivered.map(kept => <p class="banner" key={kept.id}>{t("fill.delivered", kept.title, kept.receipt ?? "")}</p>)}
      {data.closed && <p class="banner">{data.closed}</p>}
      {used && <p class="banner">{t("fill.public.used", used)}</p>}
    </div>
    {used && sent?.tracking && <section class="done"><Tracking number={sent.tracking} /></section>}
    {waiting.length > 0 && <section class="sheet">
      <h2>{t("fill.waiting", waiting.length)}</h2>
      <ul class="kept">{waiting.map(kept => <li key={kept.id}><button type="button" onClick={() => visit.resume(kept)}>
        <span>{kept.excerpt || kept.title}</span><small>{moment(kept.changed)}</small><small class={kept.state === "refused" ? "bad" : ""}>{kept.refusal?.message || t(kept.state === "refused" ? "fill.refused.plain" : "fill.waiting.state")}</small>
      </button></li>)}</ul>
      <button type="button" class="quiet wide" disabled={outbox.sending !== undefined} onClick={() => void outbox.sendAll()}>{navigator.onLine ? t("fill.retry") : t("fill.retry.offline")}</button>
    </section>}
    {begun.map(kept => <button type="button" key={kept.id} class="main wide" onClick={() => visit.resume(kept)}>{t("fill.public.resume", kept.answered, kept.asked)}</button>)}
    {!data.closed && !used && begun.length === 0 && <Begin link={link} begin={entry => void visit.start(undefined, entry)} />}
    {link.boardUrl && <p><a class="button quiet wide" href={link.boardUrl}>{t("fill.public.board")}</a></p>}
    <OtherLanguage data={data} />
  </>;
}

/** What is asked before the form: the consent, and the code. */
function Begin({ link, begin }: { link: PublicLink; begin(entry: Entry): void }) {
  const [agreed, agree] = useState(false), [code, setCode] = useState(codeIn(location.hash)), [wrong, setWrong] = useState<string>(), [lacks, setLacks] = useState(false), [busy, setBusy] = useState(false);
  const press = async () => {
    if (link.consent && !agreed) return setLacks(true);
    const entry: Entry = link.consent ? { agreed: new Date().toISOString() } : {};
    if (link.once === "code") {
      setBusy(true);
      const why = code.trim() === "" ? t("fill.public.codeMissing") : await checked(link, code);
      setBusy(false);
      setWrong(why);
      if (why) return;
      entry.code = code.trim();
    }
    begin(entry);
  };
  return <>
    {link.consent && <section class="sheet">
      <h2>{t("fill.public.consent")}</h2>
      <Prose html={link.consent} />
      <label class="row alone"><input type="checkbox" checked={agreed} onChange={event => { agree(event.currentTarget.checked); setLacks(false); }} /><span>{t("fill.public.agree")}</span></label>
      {lacks && <p class="error" role="alert">{t("fill.public.agreeFirst")}</p>}
    </section>}
    {link.once === "code" && <Code code={code} set={value => { setCode(value); setWrong(undefined); }} wrong={wrong} />}
    <button type="button" class="main wide" disabled={busy} onClick={() => void press()}>{t("fill.begin")}</button>
  </>;
}

/** After sending: the thanks with the receipt; or that it waits; or why it was refused, and what can be done. */
export function PublicDone({ visit, kept }: { visit: Visit; kept: Kept }) {
  const { data, outbox } = visit, link = data.link!;
  const share = outbox.sending?.id === kept.id ? outbox.sending.share : undefined;
  useEffect(() => { if (kept.state === "sent" && location.hash) history.replaceState(history.state, "", location.pathname); }, [kept.state]);
  return <div class="done">
    {kept.state === "sent" ? <Thanks link={link} kept={kept} />
      : share !== undefined ? <Sending share={share} />
      : kept.state !== "refused" ? <Waiting outbox={outbox} why={kept.refusal?.message} />
      : kept.refusal?.code?.startsWith("publiclink.code") ? <OtherCode visit={visit} kept={kept} />
      : <Refused kept={kept} fix={() => void visit.fix(kept)} retry={() => void outbox.send(kept.id)} />}
    <div class="stack">
      {link.boardUrl && <a href={link.boardUrl}>{t("fill.public.board")}</a>}
      {link.once !== "device" && kept.state === "sent" && <button type="button" class="link" onClick={() => void visit.anew()}>{t("fill.again")}</button>}
    </div>
  </div>;
}

function Thanks({ link, kept }: { link: PublicLink; kept: Kept }) {
  return <>
    <div class="seal" aria-hidden="true">✓</div>
    <Title>{t("fill.public.thanks")}</Title>
    <Prose html={link.thanks} />
    <p class="receipt-label">{t("fill.receipt.number")}</p>
    <p class="receipt">{kept.receipt}</p>
    {kept.tracking && <Tracking number={kept.tracking} />}
    <p class="hint">{t("fill.receipt.time", moment(kept.changed))}</p>
  </>;
}

function Tracking({ number }: { number: string }) {
  return <>
    <p class="receipt-label">{t("fill.public.tracking")}</p>
    <p class="receipt tracking">{number}</p>
    <p class="hint">{t("fill.public.trackingHint")}</p>
  </>;
}

/** Another code for what was refused for its code: the answers stay. */
function OtherCode({ visit, kept }: { visit: Visit; kept: Kept }) {
  const [code, setCode] = useState(kept.entry?.code ?? "");
  const again = async () => {
    const entry = { ...kept.entry, code: code.trim() };
    await visit.store.update(kept.id, now => now.state !== "refused" ? undefined
      : { ...now, entry, state: "waiting", refusal: undefined, submission: now.submission && { ...now.submission, ...entry } });
    await visit.outbox.send(kept.id);
  };
  return <>
    <Title>{t("fill.refused.title")}</Title>
    <Code code={code} set={setCode} wrong={kept.refusal?.message} />
    <p class="hint">{t("fill.refused.lead")}</p>
    <button type="button" class="main" onClick={() => void again()}>{t("fill.retry")}</button>
  </>;
}
