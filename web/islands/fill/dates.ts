// Between the native inputs' values and XForms' lexical forms, in the phone's time zone.

import type { Field } from "./engine/types";
import { hasWord } from "./pages";

/** dateKind is how exact a date question asks: date, month, year; else its type. */
export function dateKind(field: Field): string {
  if (field.type !== "date") return field.type;
  return hasWord(field, "month-year") ? "month" : hasWord(field, "year") ? "year" : "date";
}

/** isForeign: asked in another calendar than the phone's. */
export function isForeign(field: Field): boolean {
  return ["ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian", "buddhist"].some(word => hasWord(field, word));
}

const two = (n: number) => String(Math.floor(n)).padStart(2, "0");

function zone(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  return (minutes < 0 ? "-" : "+") + two(Math.abs(minutes) / 60) + ":" + two(Math.abs(minutes) % 60);
}

/** "10:30" as "10:30:00.000+08:00"; seconds are kept where the input gives them. */
function fullTime(text: string, at: Date): string {
  const [hour = "00", minute = "00", second = "00"] = text.split(":");
  return `${hour}:${minute}:${second.padEnd(2, "0").slice(0, 2)}.000${zone(at)}`;
}

/** fromInput gives a native input's value its lexical form. kind: date, month, year, time, dateTime. */
export function fromInput(kind: string, text: string): string {
  if (text === "") return "";
  switch (kind) {
    case "month": return text + "-01";
    case "year": return /^\d{4}$/.test(text) ? text + "-01-01" : text;
    case "time": return fullTime(text, new Date());
    case "dateTime": {
      const [date, time = "00:00"] = text.split("T");
      return `${date}T${fullTime(time, new Date(text))}`;
    }
    default: return text;
  }
}

/** toInput is the reverse. */
export function toInput(kind: string, value: string): string {
  switch (kind) {
    case "month": return value.slice(0, 7);
    case "year": return value.replace(/^(\d{4})-.*/, "$1");
    case "time": return value.slice(0, 5);
    case "dateTime": {
      const at = new Date(value);
      if (value === "" || isNaN(at.getTime())) return "";
      return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
    }
    default: return value.slice(0, 10);
  }
}

/** readable is a lexical date or time as people write it. */
export function readable(kind: string, value: string): string {
  return toInput(kind, value).replace("T", " ");
}

/** moment is an ISO time for a list: the hour when it was today, else the day too. */
export function moment(iso: string, now = new Date()): string {
  const local = toInput("dateTime", iso);
  const [day = "", time = ""] = local.split("T");
  return toInput("dateTime", now.toISOString()).startsWith(day) ? time : `${day} ${time}`;
}
