// What the person must know before anything else, and at the end what the phone carries.
import { useRef, useState } from "preact/hooks";
import { signInUrl, t } from "../fill/data";
import { size } from "../fill/numbers";
import { moment } from "../fill/dates";
import type { Shell } from "./shell";
import { Sure } from "./sure";

export function Notices({ shell }: { shell: Shell }) {
  const { said, others, person, clockAhead, scarce, damaged, former, store } = shell;
  return <div class="notices">
    {said && <p class={said.bad ? "banner bad" : "banner"} role={said.bad ? "alert" : "status"}>{t(said.key, ...said.args)}</p>}
    {person && (shell.signedOut || shell.outbox?.signedOut) && <p class="banner" role="alert">{t("field.signedOut")} <a href={signInUrl()}>{t("field.signIn")}</a></p>}
    {shell.problem && <p class="banner bad" role="alert">{shell.problem}</p>}
    {others.map(({ id, initial, waiting }) => <p class="banner" key={id}>{t("field.others", waiting, initial)}</p>)}
    {clockAhead !== 0 && <p class="banner bad" role="alert">{t("field.clock", moment(new Date().toISOString()), moment(new Date(Date.now() - clockAhead).toISOString()))}</p>}
    {damaged && <Damage shell={shell} database={damaged.database} />}
    {former.map(({ database, unsent }) => <div class="banner bad" role="alert" key={database}><p>{t("field.former", unsent)}</p>
      <button type="button" class="quiet wide" onClick={() => void shell.rescue(database)}>{t("field.damaged.rescue")}</button></div>)}
    {store && store.unreadable > 0 && <div class="banner bad" role="alert"><p>{t("field.unreadable", store.unreadable)}</p>
      <button type="button" class="quiet wide" onClick={() => void shell.export(shell.kept.filter(({ state }) => state !== "sent"), shell.visits.filter(({ state }) => state !== "sent"))}>{t("field.export.all")}</button></div>}
    {store && !store.lasting && <p class="banner bad" role="alert">{t("field.notLasting")}</p>}
    {scarce !== undefined && <p class="banner bad" role="alert">{t("field.scarce", size(scarce))}</p>}
    {shell.taking?.full && <p class="banner bad" role="alert">{t("field.take.full")}</p>}
    {!isSecureContext && <p class="banner" role="note">{t("field.insecure")}</p>}
    {/MicroMessenger/i.test(navigator.userAgent) && <p class="banner" role="note">{t("field.wechat")}</p>}
  </div>;
}

/** The phone's storage is out of order: first what can be read is saved, then it begins anew. */
function Damage({ shell, database }: { shell: Shell; database: string }) {
  const [asking, setAsking] = useState(false), opener = useRef<HTMLButtonElement>(null);
  return <section class="sheet" role="alert">
    <h2>{t("field.damaged.title")}</h2>
    <p>{t("field.damaged.lead")}</p>
    <button type="button" class="main wide" onClick={() => void shell.rescue(database)}>{t("field.damaged.rescue")}</button>
    <button type="button" class="quiet wide" ref={opener} aria-expanded={asking} onClick={() => setAsking(!asking)}>{t("field.damaged.afresh")}</button>
    {asking && <Sure label={t("field.damaged.afresh")} text={t("field.damaged.sure")} yes={t("field.damaged.yes")} no={t("field.cancel")} opener={opener}
      sure={() => void shell.afresh()} back={() => setAsking(false)} />}
  </section>;
}

/** What is on the phone for where there is no network, and the way in for a file. */
export function Carried({ shell }: { shell: Shell }) {
  const { taking } = shell;
  const choose = (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = "";
    if (file) void shell.import(file);
  };
  return <section class="sheet">
    <h2>{t("field.carried")}</h2>
    {taking && <p class="hint" role="status">{t("field.take.progress", taking.done, taking.of, size(taking.bytes))}</p>}
    {taking && taking.failed > 0 && <p class="hint bad">{t("field.take.some", taking.failed)}</p>}
    {taking?.heavy.map(form => <div class="heavy" key={form.id}>
      <p>{t("field.take.heavy", form.title, size(form.weight))}</p>
      <button type="button" class="quiet" onClick={() => void shell.agree(form.id)}>{t("field.take.agree")}</button>
    </div>)}
    <div class="buttons">
      <button type="button" class="quiet" disabled={!navigator.onLine} onClick={() => void shell.refresh()}>{t("field.refresh")}</button>
      <label class="button quiet">{t("field.import")}<input type="file" accept="application/json,.json" onChange={event => choose(event.currentTarget)} /></label>
    </div>
    <p class="hint">{t("field.import.hint")}</p>
  </section>;
}
