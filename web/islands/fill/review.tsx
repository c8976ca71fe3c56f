import { Fragment, type ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { CaseChoice } from "./cases";
import { t, type CaseRef } from "./data";
import { pageTitle, shownPages } from "./fillpage";
import { Title } from "./frame";
import { Preview } from "./inputs/attachment";
import { plain } from "./markdown";
import { isAsked, isShown, nodesOf, pageOf, progress } from "./pages";
import { sectionTitle, Stretch, windowOf } from "./section";
import type { NodeView } from "./engine/types";
import type { Filling } from "./filling";
import type { Go } from "./visit";

const mostFaults = 50, mostAnswers = 300; // that are shown at once

interface Props { filling: Filling; cases: CaseRef[]; preview: boolean; go: Go; send(): Promise<void> }

/** Everything answered, in order, before it is sent; what is wrong comes first. */
export function Review({ filling, cases, preview, go, send }: Props) {
  const faults = useMemo(() => filling.judge(), []);
  const [busy, setBusy] = useState(false), [why, setWhy] = useState("");
  const list = useRef<HTMLElement>(null);
  const { id } = filling.kept;
  useEffect(() => {
    filling.reviewing = false;
    filling.log?.turn("end screen");
  }, []);
  const open = (path: string) => {
    filling.reviewing = true;
    go({ name: "fill", id, page: Math.max(0, pageOf(filling.pages, path)), at: path });
  };
  const wrong = [...new Set([...faults, ...filling.errors.keys()])];
  const press = async () => {
    if (wrong.length > 0) {
      list.current!.scrollIntoView();
      return list.current!.focus();
    }
    setBusy(true);
    filling.log?.explain(why);
    await send();
    setBusy(false);
  };
  const view = filling.view(), long = progress(view).asked > mostAnswers;
  return <>
    <Title>{t("fill.review")}</Title>
    {filling.kept.refusal?.message && <p class="banner bad" role="alert">{filling.kept.refusal.message}</p>}
    {filling.kept.mends && <ToMend filling={filling} open={open} />}
    {wrong.length > 0 ? <section class="faults" ref={list} tabIndex={-1} aria-label={t("fill.review.faults", wrong.length)}>
      <h2>{t("fill.review.faults", wrong.length)}</h2>
      <ul>{wrong.slice(0, mostFaults).map(path => <li key={path}><button type="button" onClick={() => open(path)}>
        <span>{plain(labelAt(view, path, filling))}</span><small>{filling.errors.get(path)}</small>
      </button></li>)}</ul>
      {wrong.length > mostFaults && <p class="hint">{t("fill.review.moreFaults", wrong.length - mostFaults)}</p>}
    </section> : <p class="hint">{t("fill.review.lead")}</p>}
    <About filling={filling} cases={cases} />
    {shownPages(filling).map((page, i) => <Sheet key={page} title={plain(pageTitle(filling, filling.pages[page]!, i + 1))} closed={long}>
      {() => <Answers nodes={nodesOf(view, filling.pages[page]!)} filling={filling} open={open} />}
    </Sheet>)}
    {filling.kept.mends && filling.log?.asksWhy && <label class="sheet">{t("fill.mend.why")}<input class="line" maxLength={300} value={why} onInput={event => setWhy(event.currentTarget.value)} /></label>}
    <nav class="turn" aria-label={t("fill.pages")}>
      <button type="button" class="quiet" onClick={() => go({ name: "contents", id })}>{t("fill.contents")}</button>
      <button type="button" class="main" disabled={busy} onClick={() => void press()}>{preview ? t("fill.preview.send") : filling.kept.mends ? t("fill.mend.send") : t("fill.send")}</button>
    </nav>
  </>;
}

/** What the reviewer found, with the way to each question. */
function ToMend({ filling, open }: { filling: Filling; open(path: string): void }) {
  const { receipt, comment } = filling.kept.mends!, reasons = filling.reasons();
  const left = reasons.filter(reason => !reason.isMended).length;
  return <section class="faults mends" aria-label={t("fill.mend.title")}>
    <h2>{reasons.length > 0 || comment ? t("fill.mend.title") : t("fill.mend.own")} · {receipt}</h2>
    {comment && <p class="comment">{comment}</p>}
    {reasons.length > 0 && <>
      <p class="hint">{left > 0 ? t("fill.mend.left", left) : t("fill.mend.none")}</p>
      <ul>{reasons.map((reason, i) => <li key={i}><button type="button" onClick={() => open(reason.path)}>
        <span>{plain(labelAt(filling.view(), reason.path, filling) || reason.label)}</span>
        <small>{reason.isMended ? `✓ ${t("fill.mend.done")}` : reason.text}</small>
      </button></li>)}</ul>
    </>}
  </section>;
}

/** The answers of a page; of a long form it is opened by a press. */
function Sheet({ title, closed, children }: { title: string; closed: boolean; children(): ComponentChildren }) {
  const [opened, setOpened] = useState(!closed);
  if (!closed) return <section class="sheet"><h2>{title}</h2>{children()}</section>;
  return <details class="sheet" onToggle={event => setOpened(event.currentTarget.open)}><summary>{title}</summary>{opened && children()}</details>;
}

/** Which case it is about, where the project has cases; to be changed here. */
function About({ filling, cases }: { filling: Filling; cases: CaseRef[] }) {
  const [changing, setChanging] = useState(false);
  const { caseId, caseTitle } = filling.kept;
  if (cases.length === 0 && !caseId) return null;
  return <section class="sheet">
    <p>{caseId ? t("fill.case.about", caseTitle) : t("fill.case.none")}</p>
    {changing ? <CaseChoice cases={cases} chosen={caseId} pick={about => filling.concern(about)} />
      : cases.length > 0 && !filling.kept.assignment && <button type="button" class="link" onClick={() => setChanging(true)}>{t("fill.case.change")}</button>}
  </section>;
}

function Answers({ nodes, filling, open }: { nodes: NodeView[]; filling: Filling; open(path: string): void }) {
  return <>{nodes.filter(isShown).map(node => {
    if (node.field.type === "group") return <Answers key={node.path} nodes={node.children ?? []} filling={filling} open={open} />;
    if (node.field.type === "repeat") return <Instances key={node.path} node={node} filling={filling} open={open} />;
    if (!isAsked(node.field) && node.field.type !== "calculate") return null;
    const { type } = node.field, blob = filling.blobs.get(node.value), pictured = type === "image" && blob;
    return <Fragment key={node.path}>
      <button type="button" class="answer" onClick={() => open(node.path)}>
        <span class="answer-label">{plain(filling.label(node))}</span>
        {pictured ? <Preview type={type} blob={blob} />
          : <span class={node.value === "" ? "answer-value none" : "answer-value"}>{node.value === "" ? t("fill.review.none") : filling.shown(node)}</span>}
      </button>
      {!pictured && <Preview type={type} blob={blob} />}
    </Fragment>;
  })}</>;
}

function Instances({ node, filling, open }: { node: NodeView; filling: Filling; open(path: string): void }) {
  const [first, setFirst] = useState(0);
  const all = node.instances ?? [];
  const { from, to, step } = windowOf(all.length, node.field.fields?.length ?? 0, first);
  return <>
    <Stretch from={from} to={to} step={step} count={all.length} show={setFirst} />
    {all.slice(from, to).map((instance, i) => <div class="instance" key={instance.path}>
      <h3>{plain(sectionTitle(node, filling) || t("fill.repeat.plain"))} {from + i + 1}</h3>
      <Answers nodes={instance.children ?? []} filling={filling} open={open} />
    </div>)}
  </>;
}

/** labelAt names a question, and in which repeat it is: "家庭成员 2 › 年龄". */
function labelAt(nodes: NodeView[], path: string, filling: Filling): string {
  for (const node of nodes) {
    if (node.path === path) return filling.label(node);
    if (!path.startsWith(node.path)) continue;
    for (const [i, instance] of (node.instances ?? []).entries()) {
      const inside = path.startsWith(instance.path + "/") && labelAt(instance.children ?? [], path, filling);
      if (inside) return `${sectionTitle(node, filling) || t("fill.repeat.plain")} ${i + 1} › ${inside}`;
    }
    const inside = labelAt(node.children ?? [], path, filling);
    if (inside) return inside;
  }
  return "";
}
