import { useEffect, useState } from "preact/hooks";
import { t } from "./data";
import { Title, Toast } from "./frame";
import { Markdown, plain } from "./markdown";
import { elementId, find, hasWord, isSeen, isShown, nodesOf, onPage, pageOf, progress, type Page } from "./pages";
import { Repeat, Section, SectionHint, sectionTitle } from "./section";
import type { NodeView } from "./engine/types";
import type { Filling } from "./filling";
import type { Go } from "./visit";

/** shownPages are the numbers of the pages that have something to see now. */
export function shownPages(filling: Filling): number[] {
  const view = filling.view();
  return filling.pages.flatMap((page, i) => isSeen(view, page) ? [i] : []);
}

/** pageTitle names a page by its section's label. */
export function pageTitle(filling: Filling, page: Page, place: number): string {
  const view = filling.view();
  const node = page.within !== undefined ? find(view, page.within) : page.section && nodesOf(view, page).find(n => n.field === page.section);
  const title = node && sectionTitle(node, filling);
  if (title && page.part) return `${title}（${page.part}）`;
  return title || (filling.pages.length === 1 ? filling.kept.title : t("fill.page", place));
}

/** reveal brings a question into view and gives it the focus. */
function reveal(path: string): void {
  const element = document.getElementById(elementId(path));
  if (!element) return;
  element.scrollIntoView({ block: "center" });
  const control = element.querySelector<HTMLElement>("input, textarea, select, button");
  control?.focus({ preventScroll: true });
}

interface Props { filling: Filling; page: number; at?: string; go: Go }

/** One page of questions. */
export function FillPage({ filling, page, at, go }: Props) {
  const [faults, setFaults] = useState(0);
  useEffect(() => {
    filling.turn(page);
    if (at) reveal(at);
  }, []);
  if (at && filling.revealed?.path !== at) filling.revealed = { path: at };
  const { id } = filling.kept;
  const shown = shownPages(filling);
  const before = shown.filter(i => i < page).pop(), after = shown.find(i => i > page);
  const here = filling.pages[page]!;
  const nodes = nodesOf(filling.view(), here);
  const onward = () => go(after === undefined ? { name: "review", id } : { name: "fill", id, page: after });
  const next = () => {
    const wrong = filling.judge(here).filter(path => onPage(here, path));
    setFaults(wrong.length);
    if (wrong.length === 0) return onward();
    filling.revealed = { path: wrong[0]! };
    requestAnimationFrame(() => reveal(wrong[0]!));
  };
  const left = [...filling.errors.keys()].filter(path => onPage(here, path)).length;
  const warned = faults > 0 && left > 0;
  const toMend = filling.reasons().filter(reason => !reason.isMended).length;
  return <>
    {toMend > 0 && <p class="banner">{t("fill.mend.left", toMend)} <button type="button" class="link" onClick={() => go({ name: "review", id })}>{t("fill.mend.see")}</button></p>}
    {before === undefined && filling.note && <p class="banner">{filling.note}</p>}
    {shown.length > 1 && <p class="where">{t("fill.page.of", shown.indexOf(page) + 1, shown.length)}</p>}
    <Title quiet={at !== undefined}><Markdown text={pageTitle(filling, here, shown.indexOf(page) + 1)} /></Title>
    {filling.kept.caseTitle && <p class="case">{t("fill.case.about", filling.kept.caseTitle)}</p>}
    {nodes.map(node => node.field !== here.section ? <Section key={node.path} nodes={[node]} filling={filling} depth={1} /> : <PageSection key={node.path} node={node} filling={filling} />)}
    {warned && <div class="warning"><p role="alert">{t("fill.next.faults", left)}</p><button type="button" class="link" onClick={onward}>{t("fill.next.anyway")}</button></div>}
    <nav class="turn" aria-label={t("fill.pages")}>
      {before !== undefined && <button type="button" class="quiet" onClick={() => go({ name: "fill", id, page: before })}>{t("fill.previous")}</button>}
      <button type="button" class={filling.reviewing ? "quiet" : "main"} onClick={next}>{after === undefined ? t("fill.review") : t("fill.next")}</button>
    </nav>
    {filling.reviewing && <div class="return"><button type="button" class="main" onClick={() => go({ name: "review", id })}>{t("fill.review.return")}</button></div>}
    {filling.undo && <Toast text={t("fill.repeat.removed")} undo={filling.undo} />}
  </>;
}

/** The section that names its page: without a heading of its own. */
function PageSection({ node, filling }: { node: NodeView; filling: Filling }) {
  if (!isShown(node)) return null;
  if (node.field.type === "repeat") return <Repeat node={node} filling={filling} depth={1} />;
  return <div><SectionHint node={node} filling={filling} /><Section nodes={node.children ?? []} filling={filling} depth={1} table={hasWord(node.field, "table-list")} /></div>;
}

/** The table of contents. */
export function Contents({ filling, go }: { filling: Filling; go: Go }) {
  useEffect(() => filling.log?.turn("jump"), []);
  const view = filling.view(), { id } = filling.kept;
  const faults = new Map<number, number>();
  for (const path of filling.errors.keys()) {
    const on = pageOf(filling.pages, path);
    faults.set(on, (faults.get(on) ?? 0) + 1);
  }
  return <>
    <Title>{t("fill.contents")}</Title>
    <ol class="contents">{shownPages(filling).map((page, i) => {
      const here = filling.pages[page]!;
      const { asked, answered } = progress(nodesOf(view, here));
      const wrong = faults.get(page) ?? 0;
      return <li key={page}><button type="button" aria-current={page === filling.kept.page ? "page" : undefined} onClick={() => go({ name: "fill", id, page })}>
        <span>{plain(pageTitle(filling, here, i + 1))}</span>
        <small class={wrong > 0 ? "bad" : ""}>{wrong > 0 ? t("fill.contents.faults", wrong) : asked > 0 && answered === asked ? t("fill.contents.complete") : `${answered}/${asked}`}</small>
      </button></li>;
    })}</ol>
    <nav class="turn" aria-label={t("fill.pages")}><button type="button" class="main" onClick={() => go({ name: "review", id })}>{t("fill.review")}</button></nav>
  </>;
}
