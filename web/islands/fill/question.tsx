import { Component } from "preact";
import { lacking } from "./cascade";
import { t } from "./data";
import { Markdown, plain } from "./markdown";
import { elementId, hasWord, isAttachment } from "./pages";
import type { NodeView, Text } from "./engine/types";
import type { Filling } from "./filling";
import { isNative } from "./inputs/choices";
import { inputOf } from "./kinds";
import { MediaView } from "./media";

interface Props { node: NodeView; filling: Filling; language: string; error?: string; reason?: string; earlier?: string; table?: boolean }

const offersNothing = ({ choices }: NodeView) => choices?.length === 0;

/** Whether the input is several controls, which a fieldset holds together. */
function isComposite(node: NodeView): boolean {
  const { field } = node;
  return ["range", "rank", "geopoint", "geotrace", "geoshape", "acknowledge"].includes(field.type) || isAttachment(field)
    || hasWord(field, "no-calendar") || hasWord(field, "bearing") || (/^select/.test(field.type) && !isNative({ node }));
}

/** Says what to answer first, where the answers so far leave nothing to choose from. */
function Nothing({ node, filling }: { node: NodeView; filling: Filling }) {
  const { file, choiceFilter } = node.field;
  if (file && !filling.has(file)) return <p class="hint">{t("fill.choices.noFile", file)}</p>;
  if (!choiceFilter) return <p class="hint">{t("fill.choices.nothing")}</p>;
  const first = lacking(filling.view(), node);
  return <p class="hint">{first === "answered" ? t("fill.choices.nothing") : first === "unknown" ? t("fill.choices.before") : t("fill.choices.after", plain(filling.label(first)))}</p>;
}

/** An answer that is not to be changed. */
function Fixed({ node, filling }: { node: NodeView; filling: Filling }) {
  const { field, value } = node;
  if (hasWord(field, "url") && /^https?:\/\//.test(value)) return <a class="fixed" href={value} target="_blank" rel="noopener noreferrer">{value}</a>;
  return <output class="fixed">{filling.shown(node) || "—"}</output>;
}

const clearable = ["range", "select_one", "select_one_external", "rank", "geopoint", "geotrace", "geoshape"];

/** One question, or a note or shown calculation. Drawn again only when something of it changed: where its texts hold answers, its node changes with these. */
export class Question extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    const { node, error, reason, earlier, language, filling } = this.props;
    return node !== next.node || error !== next.error || reason !== next.reason || earlier !== next.earlier || language !== next.language || filling !== next.filling || offersNothing(next.node);
  }

  override render({ node, filling, language, error, reason, earlier, table }: Props) {
    const { field, path } = node;
    const say = (text?: Text) => filling.engine.text(path, text, language);
    const label = say(field.label), hint = say(field.hint), guidance = say(field.guidance);
    if (field.type === "note" || hasWord(field, "label")) return label.trim() || hint || field.media ? <div class="note" id={elementId(path)}>
      <Markdown text={label} />{hint && <p class="hint"><Markdown text={hint} /></p>}<MediaView media={field.media} filling={filling} alt={plain(label)} />
    </div> : null;
    const id = "in:" + path, hintId = "hint:" + path, errorId = "error:" + path, reasonId = "reason:" + path;
    const describedBy = [hint && hintId, reason && reasonId, error && errorId].filter(Boolean).join(" ") || undefined;
    const fixed = node.readonly || field.type === "calculate";
    const Input = inputOf(field);
    const marks = <>
      {node.required && !fixed && <span class="mark">{t("fill.required")}</span>}
      {field.personal && <span class="mark personal">{t("fill.personal")}</span>}
    </>;
    const title = <><Markdown text={label || field.name} />{marks}</>;
    const body = <>
      <MediaView media={field.media} filling={filling} alt={plain(label)} />
      {reason && <p class="reason" id={reasonId}>{t("fill.mend.reason", reason)}</p>}
      {hint && <p class="hint" id={hintId}><Markdown text={hint} /></p>}
      <MediaView media={field.hintMedia} filling={filling} alt={plain(hint || label)} />
      {guidance && <details class="guidance"><summary>{t("fill.guidance")}</summary><p><Markdown text={guidance} /></p></details>}
      {fixed ? <Fixed node={node} filling={filling} />
        : offersNothing(node) ? <Nothing node={node} filling={filling} />
        : <Input node={node} filling={filling} id={id} describedBy={describedBy} invalid={error !== undefined} table={table} />}
      {!fixed && !node.required && node.value !== "" && clearable.includes(field.type) && !hasWord(field, "minimal")
        && <button type="button" class="link clear" onClick={() => filling.answer(path, "")}>{t("fill.clear")}</button>}
      {earlier && !fixed && !isAttachment(field) && <details class="earlier"><summary>{t("fill.earlier")}</summary>
        <p>{filling.shown({ ...node, value: earlier })}</p>
        <button type="button" class="quiet" onClick={() => filling.answer(path, earlier)}>{t("fill.earlier.use")}</button>
      </details>}
      {error && <p class="error" id={errorId} role="alert">{error}</p>}
    </>;
    const outer = { id: elementId(path), class: "question" + (hasWord(field, "consent") ? " consent" : "") + (error ? " wrong" : "") };
    if (fixed) return <div {...outer}><p class="label">{title}</p>{body}</div>;
    if (isComposite(node)) return <fieldset {...outer} aria-describedby={describedBy}><legend class="label">{title}</legend>{body}</fieldset>;
    return <div {...outer}><label class="label" for={id}>{title}</label>{body}</div>;
  }
}
