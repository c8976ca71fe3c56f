// What is wrong with an answer.

import type { Choice, Field, Violation } from "./types";
import { isTime, moment } from "./dates";

const lexical: Record<string, (value: string) => boolean> = {
  integer: value => /^[-+]?\d+$/.test(value),
  decimal: isDecimal,
  range: isDecimal,
  date: value => value.length === 10 && !!moment(value),
  time: isTime,
  dateTime: value => value.length > 10 && !!moment(value),
  geopoint: isPoint,
};

function isDecimal(value: string): boolean {
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(value);
}

// Latitude, longitude, and perhaps altitude and accuracy.
function isPoint(value: string): boolean {
  const parts = value.split(" ");
  return parts.length >= 2 && parts.length <= 4 && parts.every(isDecimal) && Math.abs(+parts[0]!) <= 90 && Math.abs(+parts[1]!) <= 180;
}

/** What is wrong with an answer's form, before the form's own rules are asked. */
export function misfit(field: Field, value: string, offered: Choice[]): Violation["kind"] | undefined {
  const fits = lexical[field.type];
  if (fits && !fits(value)) return "type";
  if (!field.list) return undefined;
  const names = field.type === "select_one" ? [value] : value.split(" ");
  return names.every(name => offered.some(choice => choice.name === name)) ? undefined : "choice";
}
