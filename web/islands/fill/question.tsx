import { Component, type ComponentChildren } from "preact";
import { lacking } from "./cascade";
import { t } from "./data";
import { Markdown, plain } from "./markdown";
import { hasWord } from "./pages";
import type { Field, NodeView, Text } from "./engine/types";
import type { Filling } from "./filling";
import type { InputProps } from "./inputs/input";
import { AttachmentInput } from "./inputs/attachment";
import { AcknowledgeInput, MinimalSelect, RankInput, SelectMultiple, SelectOne } from "./inputs/choices";
import { PlaceInput } from "./inputs/place";
import { RangeInput } from "./inputs/range";
import { DateInput, NumberInput, TextInput } from "./inputs/text";

interface Props { node: NodeView; filling: Filling; language: string; error?: string; table?: boolean }

/** elementId is the id of a question's element; paths have no spaces. */
export const elementId = (path: string) => "q:" + path;

const inserts = (text?: Text) => text !== undefined && Object.values(text).some(s => s.includes("${"));

function refersToAnswers({ field, choices }: NodeView): boolean {
  return inserts(field.label) || inserts(field.hint) || inserts(field.guidance) || (choices ?? []).some(c => inserts(c.label));
}

const offersNothing = ({ field, choices }: NodeView) => field.choiceFilter !== undefined && choices?.length === 0;

function inputOf(field: Field): (props: InputProps) => ComponentChildren {
  switch (field.type) {
    case "integer": case "decimal": return NumberInput;
    case "range": return RangeInput;
    case "select_one": return hasWord(field, "minimal") ? MinimalSelect : SelectOne;
    case "select_multiple": return SelectMultiple;
    case "rank": return RankInput;
    case "date": case "time": case "dateTime": return DateInput;
    case "geopoint": return PlaceInput;
    case "image": case "file": return AttachmentInput;
    case "acknowledge": return AcknowledgeInput;
    default: return TextInput;
  }
}

/** Whether the input is several controls, which a fieldset holds together. */
function isComposite(field: Field): boolean {
  return ["range", "select_multiple", "rank", "geopoint", "image", "file", "acknowledge"].includes(field.type)
    || (field.type === "select_one" && !hasWord(field, "minimal"));
}

/** Says what to answer first, where the answers so far leave nothing to choose from. */
function Nothing({ node, filling }: { node: NodeView; filling: Filling }) {
  const first = lacking(filling.view(), node);
  return <p class="hint">{first === "answered" ? t("fill.choices.nothing") : first === "unknown" ? t("fill.choices.before") : t("fill.choices.after", plain(filling.label(first)))}</p>;
}

const clearable = ["range", "select_one", "rank", "geopoint"];

/** One question, or a note or shown calculation. Drawn again only when something of it changed. */
export class Question extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    const { node, error, language, filling } = this.props;
    return node !== next.node || error !== next.error || language !== next.language || filling !== next.filling || refersToAnswers(next.node) || offersNothing(next.node);
  }

  override render({ node, filling, language, error, table }: Props) {
    const { field, path } = node;
    const say = (text?: Text) => filling.engine.text(path, text, language);
    const label = say(field.label), hint = say(field.hint), guidance = say(field.guidance);
    if (field.type === "note" || hasWord(field, "label")) return <div class="note" id={elementId(path)}><Markdown text={label} />{hint && <p class="hint"><Markdown text={hint} /></p>}</div>;
    const id = "in:" + path, hintId = "hint:" + path, errorId = "error:" + path;
    const describedBy = [hint && hintId, error && errorId].filter(Boolean).join(" ") || undefined;
    const fixed = node.readonly || field.type === "calculate";
    const Input = inputOf(field);
    const marks = <>
      {node.required && !fixed && <span class="mark">{t("fill.required")}</span>}
      {field.personal && <span class="mark personal">{t("fill.personal")}</span>}
    </>;
    const title = <><Markdown text={label || field.name} />{marks}</>;
    const body = <>
      {hint && <p class="hint" id={hintId}><Markdown text={hint} /></p>}
      {guidance && <details class="guidance"><summary>{t("fill.guidance")}</summary><p><Markdown text={guidance} /></p></details>}
      {fixed ? <output class="fixed">{filling.shown(node) || "—"}</output>
        : offersNothing(node) ? <Nothing node={node} filling={filling} />
        : <Input node={node} filling={filling} id={id} describedBy={describedBy} invalid={error !== undefined} table={table} />}
      {!fixed && !node.required && node.value !== "" && clearable.includes(field.type) && !hasWord(field, "minimal")
        && <button type="button" class="link clear" onClick={() => filling.answer(path, "")}>{t("fill.clear")}</button>}
      {error && <p class="error" id={errorId} role="alert">{error}</p>}
    </>;
    const outer = { id: elementId(path), class: error ? "question wrong" : "question" };
    if (fixed) return <div {...outer}><p class="label">{title}</p>{body}</div>;
    if (isComposite(field)) return <fieldset {...outer} aria-describedby={describedBy}><legend class="label">{title}</legend>{body}</fieldset>;
    return <div {...outer}><label class="label" for={id}>{title}</label>{body}</div>;
  }
}
