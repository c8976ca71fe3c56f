// What the team gave this person to do: what came back to be mended, and the assignments.
import { useState } from "preact/hooks";
import { t } from "../fill/data";
import { moment } from "../fill/dates";
import type { Assigned, FieldVisit, ToMend, VisitOutcome } from "../fill/store";
import { arranged, isLate, isOpen, sentSince, type Order } from "./order";
import type { Shell } from "./shell";

export function ToMendList({ shell }: { shell: Shell }) {
  const all = shell.tasks.filter((task): task is ToMend => task.kind === "mend");
  if (all.length === 0) return null;
  return <section class="sheet">
    <h2>{t("field.mend", all.length)}</h2>
    <ul class="kept">{all.map(task => {
      const begun = shell.kept.find(kept => kept.mends?.submissionId === task.id && kept.state !== "sent");
      return <li key={task.id}><a class="row-link" href={begun ? opened(task.fillUrl, "instance", begun.id) : opened(task.fillUrl, "mend", task.id)}>
        <span>{task.caseTitle || task.title}</span>
        <small>{[task.caseTitle && task.title, task.receipt, t("field.mend.at", moment(task.at))].filter(Boolean).join(" · ")}</small>
        {task.reasons.map(({ path, label, text }) => <small class="bad" key={path}>{label ? t("field.mend.reason", label, text) : text}</small>)}
        {task.comment && <small>{task.comment}</small>}
        <small class="go">{begun ? begun.state === "unfinished" ? t("field.mend.begun") : t("field.mend.waiting") : t("field.mend.open")}</small>
      </a></li>;
    })}</ul>
  </section>;
}

/** opened is a fill page's address, to open something there. */
export const opened = (fillUrl: string, what: "instance" | "mend" | "assignment", id: string) => `${fillUrl.split("?")[0]}?${what}=${encodeURIComponent(id)}`;

const shownFirst = 20;

export function Tasks({ shell }: { shell: Shell }) {
  const [order, setOrder] = useState<Order>("due");
  const [wanted, setWanted] = useState("");
  const [all, setAll] = useState(false);
  const given = shell.tasks.filter((task): task is Assigned => task.kind === "assignment");
  // What was taken back or handed on is still seen where a draft of it is.
  const drafted = (task: Assigned) => shell.kept.some(kept => kept.assignment === task.id && kept.state !== "sent");
  const open = given.filter(task => isOpen(task) || drafted(task));
  const done = given.length - open.length;
  if (open.length === 0 && done === 0) return null;
  const late = open.filter(task => isLate(task) && !sentSince(task, shell.kept, shell.projects)).length;
  const found = arranged(open.filter(({ caseTitle, place, note }) => `${caseTitle} ${place} ${note}`.includes(wanted.trim())), order);
  const shown = all || wanted ? found : found.slice(0, shownFirst);
  return <section class="sheet">
    <h2>{t("field.tasks", open.length)}{late > 0 && <span class="mark late">{t("field.tasks.late", late)}</span>}</h2>
    {open.length > 1 && <div class="switch" role="group" aria-label={t("field.tasks.order")}>
      <button type="button" aria-pressed={order === "due"} onClick={() => setOrder("due")}>{t("field.tasks.byDue")}</button>
      <button type="button" aria-pressed={order === "place"} onClick={() => setOrder("place")}>{t("field.tasks.byPlace")}</button>
    </div>}
    {open.length > 8 && <input class="line" type="search" aria-label={t("field.tasks.search")} placeholder={t("field.tasks.search")} value={wanted} onInput={event => setWanted(event.currentTarget.value)} />}
    {open.length === 0 && <p class="hint">{t("field.tasks.allDone", done)}</p>}
    {found.length === 0 && wanted && <p class="hint">{t("field.tasks.noneFound")}</p>}
    <ul class="kept">{shown.map((task, i) => <li key={task.id}>
      {order === "place" && task.place !== shown[i - 1]?.place && <h3 class="place-head">{task.place || t("field.tasks.nowhere")}</h3>}
      <Task task={task} shell={shell} placed={order === "place"} />
    </li>)}</ul>
    {shown.length < found.length && <button type="button" class="quiet wide" onClick={() => setAll(true)}>{t("field.more", found.length - shown.length)}</button>}
    {done > 0 && open.length > 0 && <p class="hint">{t("field.tasks.done", done)}</p>}
  </section>;
}

function Task({ task, shell, placed }: { task: Assigned; shell: Shell; placed: boolean }) {
  const [noting, setNoting] = useState(false);
  const form = shell.projects.flatMap(({ forms }) => forms).find(({ id }) => id === task.formId);
  const begun = shell.kept.find(kept => kept.assignment === task.id && kept.state !== "sent");
  const sent = begun ? undefined : sentSince(task, shell.kept, shell.projects), kept = begun ?? sent;
  const own = shell.visits.filter(visit => visit.assignment === task.id);
  const told = task.visits.filter(visit => !own.some(({ id }) => id === visit.id)).sort((a, b) => b.at.localeCompare(a.at)), [last] = told;
  return <>
    <a class="row-link" href={kept ? opened(task.fillUrl, "instance", kept.id) : opened(task.fillUrl, "assignment", task.id)}>
      <span>{task.backCheck && <span class="mark">{t("field.tasks.backCheck")}</span>}{task.caseTitle || form?.title}</span>
      <small>{[!placed && task.place, task.caseTitle && form?.title].filter(Boolean).join(" · ")}</small>
      {task.due && !sent && <small class={isLate(task) ? "bad" : ""}>{t(isLate(task) ? "field.tasks.overdue" : "field.tasks.due", task.due)}</small>}
      {task.note && <small>{task.note}</small>}
      {task.handedTo && <small class="bad">{t("field.tasks.handedTo", task.handedTo)}</small>}
      {task.withdrawn !== undefined && <small class="bad">{t("field.tasks.withdrawn", task.withdrawn)}</small>}
      {last && <small>{visitLine(last.at, last.outcome, last.note)}{told.length > 1 && t("field.visit.times", told.length)}</small>}
      {own.map(visit => <small key={visit.id} class={visit.state === "refused" ? "bad" : ""}>{visitLine(visit.at, visit.outcome, visit.note)} · {visitState(visit)}</small>)}
      <small class="go">{sent ? t("field.tasks.sent", sent.receipt ?? "") : !begun ? isOpen(task) && t("field.tasks.open") : begun.state === "unfinished" ? t("field.tasks.begun", begun.answered, begun.asked) : t("field.state.waiting")}</small>
    </a>
    {noting ? <VisitForm save={(outcome, note) => shell.visited(task, outcome, note)} close={() => setNoting(false)} />
      : isOpen(task) && !sent && <button type="button" class="link" onClick={() => setNoting(true)}>{t("field.visit.note")}</button>}
  </>;
}

const outcomes: VisitOutcome[] = ["notHome", "refused", "moved", "other"];

function outcomeName(outcome: string): string {
  switch (outcome) {
    case "notHome": return t("field.visit.notHome");
    case "refused": return t("field.visit.refused");
    case "moved": return t("field.visit.moved");
    default: return t("field.visit.other");
  }
}

export const visitLine = (at: string, outcome: string, note: string) => [moment(at), outcomeName(outcome), note].filter(Boolean).join(" · ");

export function visitState({ state, refusal }: FieldVisit): string {
  switch (state) {
    case "sent": return t("field.state.sent");
    case "refused": return refusal || t("field.state.refused");
    default: return [t("field.state.waiting"), refusal].filter(Boolean).join(" · ");
  }
}

function VisitForm({ save, close }: { save(outcome: VisitOutcome, note: string): Promise<boolean>; close(): void }) {
  const [outcome, setOutcome] = useState<VisitOutcome>();
  const [note, setNote] = useState("");
  const [lacks, setLacks] = useState("");
  const put = async () => {
    if (!outcome) return setLacks(t("field.visit.choose"));
    if (outcome === "other" && note.trim() === "") return setLacks(t("field.visit.what"));
    if (await save(outcome, note.trim())) close();
  };
  return <fieldset class="visit">
    <legend>{t("field.visit.how")}</legend>
    <div class="rows">{outcomes.map(one => <label class={one === outcome ? "row on" : "row"} key={one}>
      <input type="radio" name="outcome" checked={one === outcome} onChange={() => setOutcome(one)} /><span>{outcomeName(one)}</span>
    </label>)}</div>
    <input class="line" maxLength={500} aria-label={t("field.visit.remark")} placeholder={t("field.visit.remark")} value={note} onInput={event => setNote(event.currentTarget.value)} />
    {lacks && <p class="error" role="alert">{lacks}</p>}
    <div class="buttons">
      <button type="button" class="main" onClick={() => void put()}>{t("field.visit.save")}</button>
      <button type="button" class="quiet" onClick={close}>{t("field.cancel")}</button>
    </div>
  </fieldset>;
}
