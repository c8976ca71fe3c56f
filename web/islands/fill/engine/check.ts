// What is wrong with an answer by its question's type, as survey/instance has it.

import type { Field } from "./types";
import { isTime, moment } from "./dates";

const lexical: Record<string, (value: string, field: Field) => boolean> = {
  integer: value => /^[-+]?\d{1,18}$/.test(value),
  decimal: isDecimal,
  range: inRange,
  select_one: isOne, select_one_external: isOne,
  date: isDate, today: isDate,
  time: isTime,
  dateTime: isDateTime, start: isDateTime, end: isDateTime,
  geopoint: isPoint, "start-geopoint": isPoint, "background-geopoint": isPoint,
  geotrace: value => pointsOf(value).length > 1, geoshape: isShape,
  image: isFileName, audio: isFileName, video: isFileName, file: isFileName, "background-audio": isFileName, osm: isFileName,
  acknowledge: value => value === "OK",
};

/** Whether a field is shown with something to answer; as form.Type.IsAsked. */
export function isAsked({ type }: Field): boolean {
  return !/^(group|repeat|note|calculate|hidden|string|start|end|today|deviceid|username|email|phonenumber|simserial|subscriberid|audit|start-geopoint|background-.*)$/.test(type);
}

/** Whether an answer is one of its question's type. */
export function fits(field: Field, value: string): boolean {
  const test = lexical[field.type];
  return !test || test(value, field);
}

function isDecimal(value: string): boolean {
  return value.length <= 330 && /^[-+]?(\d+\.?\d*|\.\d+)$/.test(value) && isFinite(+value);
}

// XLSForm's parameters start, end and step; 0, 10 and 1 when not given.
function inRange(value: string, { parameters = {} }: Field): boolean {
  const parameter = (name: string, otherwise: number) => (isDecimal(parameters[name] || "") ? +parameters[name]! : otherwise);
  const start = parameter("start", 0), end = parameter("end", 10), step = parameter("step", 1);
  if (!isDecimal(value) || +value < Math.min(start, end) || +value > Math.max(start, end)) return false;
  const steps = (+value - start) / step;
  return !step || Math.abs(steps - Math.round(steps)) <= 1e-9 * Math.max(1, Math.abs(steps));
}

function isDate(value: string): boolean {
  return value.length === 10 && !!moment(value);
}

function isDateTime(value: string): boolean {
  return value.length > 10 && !!moment(value);
}

// Latitude, longitude, and perhaps altitude and accuracy.
function isPoint(value: string): boolean {
  const parts = value.split(" ");
  return parts.length > 1 && parts.length < 5 && parts.every(isDecimal) && Math.abs(+parts[0]!) <= 90 && Math.abs(+parts[1]!) <= 180;
}

function isOne(value: string): boolean {
  return !/[ \t\r\n]/.test(value);
}

// The latitudes and longitudes of points parted by semicolons; none when one is no point.
function pointsOf(value: string): string[] {
  const points = value.trim().replace(/;$/, "").split(";").map(point => point.trim());
  return points.every(isPoint) ? points.map(point => point.split(" ").slice(0, 2).join(" ")) : [];
}

function isShape(value: string): boolean {
  const points = pointsOf(value);
  return points.length > 3 && points[0] === points[points.length - 1];
}

function isFileName(value: string): boolean {
  return !/[/\\]/.test(value) && value !== "." && value !== "..";
}
