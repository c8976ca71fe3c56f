import { useRef, useState } from "preact/hooks";
import { t } from "./data";
import { Markdown, plain } from "./markdown";
import { hasWord, isShown } from "./pages";
import { elementId, Question } from "./question";
import type { NodeView } from "./engine/types";
import type { Filling } from "./filling";

interface Props { nodes: NodeView[]; filling: Filling; depth: number; table?: boolean }

/** Everything shown of some nodes, in order. */
export function Section({ nodes, filling, depth, table }: Props) {
  return <>{nodes.filter(isShown).map(node => {
    switch (node.field.type) {
      case "group": return <Group key={node.path} node={node} filling={filling} depth={depth} />;
      case "repeat": return <Repeat key={node.path} node={node} filling={filling} depth={depth} />;
      default: return <Question key={node.path} node={node} filling={filling} language={filling.kept.language} error={filling.errors.get(node.path)} table={table} />;
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
  return hint ? <p class="hint"><Markdown text={hint} /></p> : null;
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

export function Repeat({ node, filling, depth }: NodeProps) {
  const title = plain(sectionTitle(node, filling) || t("fill.repeat.plain"));
  const instances = node.instances ?? [];
  const box = useRef<HTMLElement>(null);
  const Heading = depth > 1 ? "h3" : "h2";
  const add = () => {
    filling.add(node.path);
    // The new one is drawn by the time this runs.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(".instance:last-of-type [tabindex]")?.focus());
  };
  return <section class="group repeat" id={elementId(node.path)} ref={box}>
    {depth > 1 && <h2>{title}</h2>}
    <SectionHint node={node} filling={filling} />
    {instances.length === 0 && <p class="hint">{t("fill.repeat.none")}</p>}
    {instances.map((instance, i) => <div class="instance" key={instance.path}>
      <div class="instance-head">
        <Heading tabIndex={-1}>{title} <span class="place">{i + 1}</span></Heading>
        {!node.fixedCount && <RemoveButton name={`${title} ${i + 1}`} remove={() => filling.remove(node.path, i + 1)} />}
      </div>
      <Section nodes={instance.children ?? []} filling={filling} depth={depth + 1} />
    </div>)}
    {!node.fixedCount && <button type="button" class="quiet wide" onClick={add}>{t("fill.repeat.add", title)}</button>}
  </section>;
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
