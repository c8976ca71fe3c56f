import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { CaseChoice } from "./cases";
import { t, type CaseRef } from "./data";
import { pageTitle, shownPages } from "./fillpage";
import { Title } from "./frame";
import { Picture } from "./inputs/attachment";
import { plain } from "./markdown";
import { isAsked, isShown, nodesOf, pageOf } from "./pages";
import { sectionTitle } from "./section";
import type { NodeView } from "./engine/types";
import type { Filling } from "./filling";
import type { Go } from "./visit";

interface Props { filling: Filling; cases: CaseRef[]; preview: boolean; go: Go; send(): Promise<void> }

/** Everything answered, in order, before it is sent; what is wrong comes first. */
export function Review({ filling, cases, preview, go, send }: Props) {
  const faults = useMemo(() => filling.judge(), []);
  const [busy, setBusy] = useState(false);
  const list = useRef<HTMLElement>(null);
  const { id } = filling.kept;
  useEffect(() => { filling.reviewing = false; }, []);
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
    await send();
    setBusy(false);
  };
  const view = filling.view();
  return <>
    <Title>{t("fill.review")}</Title>
    {filling.kept.refusal?.message && <p class="banner bad" role="alert">{filling.kept.refusal.message}</p>}
    {wrong.length > 0 ? <section class="faults" ref={list} tabIndex={-1} aria-label={t("fill.review.faults", wrong.length)}>
      <h2>{t("fill.review.faults", wrong.length)}</h2>
      <ul>{wrong.map(path => <li key={path}><button type="button" onClick={() => open(path)}>
        <span>{plain(labelAt(view, path, filling))}</span><small>{filling.errors.get(path)}</small>
      </button></li>)}</ul>
    </section> : <p class="hint">{t("fill.review.lead")}</p>}
    <About filling={filling} cases={cases} />
    {shownPages(filling).map((page, i) => <section class="sheet" key={page}>
      <h2>{plain(pageTitle(filling, filling.pages[page]!, i + 1))}</h2>
      <Answers nodes={nodesOf(view, filling.pages[page]!)} filling={filling} open={open} />
    </section>)}
    <nav class="turn" aria-label={t("fill.pages")}>
      <button type="button" class="quiet" onClick={() => go({ name: "contents", id })}>{t("fill.contents")}</button>
      <button type="button" class="main" disabled={busy} onClick={() => void press()}>{preview ? t("fill.preview.send") : t("fill.send")}</button>
    </nav>
  </>;
}

/** Which case it is about, where the project has cases; to be changed here. */
function About({ filling, cases }: { filling: Filling; cases: CaseRef[] }) {
  const [changing, setChanging] = useState(false);
  const { caseId, caseTitle } = filling.kept;
  if (cases.length === 0 && !caseId) return null;
  return <section class="sheet">
    <p>{caseId ? t("fill.case.about", caseTitle) : t("fill.case.none")}</p>
    {changing ? <CaseChoice cases={cases} chosen={caseId} pick={about => filling.concern(about)} />
      : cases.length > 0 && <button type="button" class="link" onClick={() => setChanging(true)}>{t("fill.case.change")}</button>}
  </section>;
}

function Answers({ nodes, filling, open }: { nodes: NodeView[]; filling: Filling; open(path: string): void }) {
  return <>{nodes.filter(isShown).map(node => {
    if (node.field.type === "group") return <Answers key={node.path} nodes={node.children ?? []} filling={filling} open={open} />;
    if (node.field.type === "repeat") return (node.instances ?? []).map((instance, i) => <div class="instance" key={instance.path}>
      <h3>{plain(sectionTitle(node, filling) || t("fill.repeat.plain"))} {i + 1}</h3>
      <Answers nodes={instance.children ?? []} filling={filling} open={open} />
    </div>);
    if (!isAsked(node.field) && node.field.type !== "calculate") return null;
    return <button type="button" class="answer" key={node.path} onClick={() => open(node.path)}>
      <span class="answer-label">{plain(filling.label(node))}</span>
      <span class={node.value === "" ? "answer-value none" : "answer-value"}>{node.value === "" ? t("fill.review.none") : filling.shown(node)}</span>
      {node.field.type === "image" && <Picture blob={filling.blobs.get(node.value)} />}
    </button>;
  })}</>;
}

/** labelAt names a question, and in which repeat it is: "家庭成员 2 › 年龄". */
function labelAt(nodes: NodeView[], path: string, filling: Filling): string {
  for (const node of nodes) {
    if (node.path === path) return filling.label(node);
    for (const [i, instance] of (node.instances ?? []).entries()) {
      const inside = labelAt(instance.children ?? [], path, filling);
      if (inside) return `${sectionTitle(node, filling) || t("fill.repeat.plain")} ${i + 1} › ${inside}`;
    }
    const inside = labelAt(node.children ?? [], path, filling);
    if (inside) return inside;
  }
  return "";
}
