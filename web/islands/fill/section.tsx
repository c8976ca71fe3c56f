import { useRef, useState } from "preact/hooks";
import { t } from "./data";
import { asciiDigits } from "./numbers";
import { Markdown, plain } from "./markdown";
import { elementId, hasWord, isShown } from "./pages";
import { MediaView } from "./media";
import { Question } from "./question";
import type { NodeView } from "./engine/types";
import type { Filling } from "./filling";

interface Props { nodes: NodeView[]; filling: Filling; depth: number; table?: boolean }

/** Everything shown of some nodes, in order. */
export function Section({ nodes, filling, depth, table }: Props) {
  return <>{nodes.filter(isShown).map(node => {
    switch (node.field.type) {
      case "group": return <Group key={node.path} node={node} filling={filling} depth={depth} />;
      case "repeat": return <Repeat key={node.path} node={node} filling={filling} depth={depth} />;
      default: return <Question key={node.path} node={node} filling={filling} language={filling.kept.language} error={filling.errors.get(node.path)} reason={filling.reasonAt(node)} earlier={filling.earlierAt(node)} table={table} />;
    }
  })}</>;
}

interface NodeProps { node: NodeView; filling: Filling; depth: number }

/** sectionTitle is a section's label, or "" when it has none: such a group only holds things together. */
export function sectionTitle(node: NodeView, filling: Filling): string {
  return node.field.label ? filling.engine.text(node.path, node.field.label, filling.kept.language) : "";
}

export function SectionHint({ node, filling }: { node: NodeView; filling: Filling }) {
  const hint = filling.engine.text(node.path, node.field.hint, filling.kept.language);
  return <>{hint && <p class="hint"><Markdown text={hint} /></p>}<MediaView media={node.field.media} filling={filling} alt={plain(sectionTitle(node, filling))} /></>;
}

function Group({ node, filling, depth }: NodeProps) {
  const title = sectionTitle(node, filling);
  const inside = <Section nodes={node.children ?? []} filling={filling} depth={title ? depth + 1 : depth} table={hasWord(node.field, "table-list")} />;
  if (!title) return inside;
  const Heading = depth > 1 ? "h3" : "h2";
  return <section class="group" id={elementId(node.path)}>
    <Heading><Markdown text={title} /></Heading>
    <SectionHint node={node} filling={filling} />
    {inside}
  </section>;
}

const longest = 60, least = 5; // questions, and instances at least, that are drawn at once

/** windowOf is which of a repeat's instances are drawn: all, or a stretch of those of a long one. */
export function windowOf(count: number, fields: number, from: number): { from: number; to: number; step: number } {
  const step = Math.max(least, Math.floor(longest / Math.max(1, fields)));
  if (count <= step * 2) return { from: 0, to: count, step };
  const begin = Math.min(Math.max(0, from), count - 1);
  return { from: begin - begin % step, to: Math.min(count, begin - begin % step + step), step };
}

export function Repeat({ node, filling, depth }: NodeProps) {
  const title = plain(sectionTitle(node, filling) || t("fill.repeat.plain"));
  const instances = node.instances ?? [];
  const box = useRef<HTMLElement>(null);
  const [first, setFirst] = useState(0);
  const shown = useRef<object>();
  const wanted = positionIn(filling.revealed?.path, node.path);
  if (shown.current !== filling.revealed) {
    shown.current = filling.revealed;
    if (wanted > 0) setFirst(wanted - 1);
  }
  const { from, to, step } = windowOf(instances.length, node.field.fields?.length ?? 0, first);
  const Heading = depth > 1 ? "h3" : "h2";
  const show = (at: number) => {
    setFirst(at);
    // It is drawn by the time this runs.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-at="${at}"] [tabindex]`)?.focus());
  };
  const add = () => {
    filling.add(node.path);
    show(instances.length);
  };
  return <section class="group repeat" id={elementId(node.path)} ref={box}>
    {depth > 1 && <h2>{title}</h2>}
    <SectionHint node={node} filling={filling} />
    {instances.length === 0 && <p class="hint">{t("fill.repeat.none")}</p>}
    <Stretch from={from} to={to} step={step} count={instances.length} show={show} />
    {instances.slice(from, to).map((instance, i) => <div class="instance" key={instance.path} data-at={from + i}>
      <div class="instance-head">
        <Heading tabIndex={-1}>{title} <span class="place">{from + i + 1}</span></Heading>
        {!node.fixedCount && <RemoveButton name={`${title} ${from + i + 1}`} remove={() => filling.remove(node.path, from + i + 1)} />}
      </div>
      <Section nodes={instance.children ?? []} filling={filling} depth={depth + 1} />
    </div>)}
    {to - from > 1 && <Stretch from={from} to={to} step={step} count={instances.length} show={show} />}
    {!node.fixedCount && <button type="button" class="quiet wide" onClick={add}>{t("fill.repeat.add", title)}</button>}
  </section>;
}

/** positionIn is the position, from 1, that a path has in a repeat; 0 when it is not in it. */
function positionIn(path: string | undefined, repeat: string): number {
  return path?.startsWith(repeat + "[") ? parseInt(path.slice(repeat.length + 1), 10) : 0;
}

interface StretchProps { from: number; to: number; step: number; count: number; show(at: number): void }

/** Goes through a long repeat, stretch by stretch or to a number. */
export function Stretch({ from, to, step, count, show }: StretchProps) {
  if (to - from === count) return null;
  const jump = (text: string) => {
    const wanted = parseInt(asciiDigits(text), 10);
    if (wanted >= 1) show(Math.min(wanted, count) - 1);
  };
  return <div class="stretch">
    <button type="button" class="square" aria-label={t("fill.repeat.before")} disabled={from === 0} onClick={() => show(from - step)}>←</button>
    <span>{t("fill.repeat.stretch", from + 1, to, count)}</span>
    <input class="line number" inputMode="numeric" aria-label={t("fill.repeat.jump")} placeholder={t("fill.repeat.jump")} onChange={event => jump(event.currentTarget.value)} />
    <button type="button" class="square" aria-label={t("fill.repeat.after")} disabled={to === count} onClick={() => show(to)}>→</button>
  </div>;
}

const focus = (button: HTMLElement | null) => button?.focus();

/** A button that asks before it does. */
export function RemoveButton({ name, remove }: { name: string; remove(): void }) {
  const [asking, setAsking] = useState(false);
  if (!asking) return <button type="button" class="link" aria-label={t("fill.remove.what", name)} onClick={() => setAsking(true)}>{t("fill.remove")}</button>;
  return <span class="ask" role="group" aria-label={t("fill.remove.sure", name)}>
    <button type="button" class="quiet danger" ref={focus} onClick={() => { setAsking(false); remove(); }}>{t("fill.remove.yes")}</button>
    <button type="button" class="quiet" onClick={() => setAsking(false)}>{t("fill.remove.no")}</button>
  </span>;
}
