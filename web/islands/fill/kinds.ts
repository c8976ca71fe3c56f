// Which control draws which question.
import type { ComponentChildren } from "preact";
import type { Definition, Field } from "./engine/types";
import type { Filling } from "./filling";
import { AttachmentInput, Canvas, isDrawn, isRecorded, Recorder } from "./inputs/attachment";
import { AcknowledgeInput, SelectInput } from "./inputs/choices";
import type { InputProps } from "./inputs/input";
import { PlaceInput } from "./inputs/place";
import { RangeInput } from "./inputs/range";
import { DateInput, NumberInput, TextInput } from "./inputs/text";
import { eachField, hasWord } from "./pages";
import { part, type Part } from "./part";

const RankInput = part<InputProps>(() => import("./inputs/rank"));
const TraceInput = part<InputProps>(() => import("./inputs/trace"));
const BarcodeInput = part<InputProps>(() => import("./inputs/barcode"));
const BearingInput = part<InputProps>(() => import("./inputs/bearing"));
export const Background = part<{ filling: Filling }>(() => import("./background"));

export function inputOf(field: Field): (props: InputProps) => ComponentChildren {
  switch (field.type) {
    case "integer": return NumberInput;
    case "decimal": return hasWord(field, "bearing") ? BearingInput : NumberInput;
    case "range": return RangeInput;
    case "select_one": case "select_multiple": case "select_one_external": return SelectInput;
    case "rank": return RankInput;
    case "date": case "time": case "dateTime": return DateInput;
    case "geopoint": return PlaceInput;
    case "geotrace": case "geoshape": return TraceInput;
    case "image": case "audio": case "video": case "file": case "osm": return AttachmentInput;
    case "barcode": return BarcodeInput;
    case "acknowledge": return AcknowledgeInput;
    default: return TextInput;
  }
}

const backgrounds = new WeakMap<Definition, boolean>(); // asked at every drawing

/** hasBackground tells whether a form records something without asking. */
export function hasBackground(definition: Definition): boolean {
  let has = backgrounds.get(definition);
  if (has !== undefined) return has;
  has = false;
  eachField(definition, (_, { type }) => { has = has || ["start-geopoint", "background-geopoint", "background-audio", "email", "phonenumber"].includes(type); });
  backgrounds.set(definition, has);
  return has;
}

/** bringParts loads what this form's questions are drawn with, so that it is there without a network. */
export async function bringParts(definition: Definition): Promise<unknown> {
  const wanted = new Set<Part<any>>();
  eachField(definition, (_, field) => {
    const input = inputOf(field);
    if ("load" in input) wanted.add(input as Part<any>);
    if (isDrawn(field)) wanted.add(Canvas);
    if (isRecorded(field)) wanted.add(Recorder);
  });
  if (hasBackground(definition)) wanted.add(Background);
  return Promise.all([...Array.from(wanted, part => part.load()), ...definition.audit ? [import("./audit")] : []]);
}
