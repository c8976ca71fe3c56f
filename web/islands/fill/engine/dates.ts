// Dates and times in XForms' lexical forms. A date is a whole number of days since
// 1970-01-01, a date with time counts in fractions of days from that moment in UTC.

const day = 86400000;
const shape = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const clock = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?$/;

function pad(n: number, width = 2): string {
  return String(n).padStart(width, "0");
}

function milliseconds(h: string, m: string, s = "0", fraction = "0"): number {
  if (+h > 23 || +m > 59 || +s > 59) return NaN;
  return +h * 3600000 + +m * 60000 + +s * 1000 + Math.floor(Number("0." + fraction) * 1000);
}

function offset(zone: string): number {
  if (zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone[0] === "-" ? -minutes : minutes) * 60000;
}

/** Days since 1970-01-01 of a date or a date with time; NaN for anything else. */
export function days(value: string): number {
  const at = moment(value);
  if (!at) return NaN;
  return value.length > 10 ? at.getTime() / day : Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / day;
}

/** A date (its midnight here) or a date with time (here, unless it says where). */
export function moment(value: string): Date | undefined {
  const m = shape.exec(value);
  if (!m) return undefined;
  const [, y, mo, d, h = "0", mi = "0", s, fraction, zone] = m;
  const whole = new Date(Date.UTC(+y!, +mo! - 1, +d!));
  const time = milliseconds(h, mi, s, fraction);
  if (whole.getUTCMonth() !== +mo! - 1 || whole.getUTCDate() !== +d! || isNaN(time)) return undefined;
  if (zone) return new Date(whole.getTime() + time - offset(zone));
  const here = new Date(+y!, +mo! - 1, +d!);
  return new Date(here.getTime() + time);
}

/** The fraction of the day of a time such as "06:00:00.000+08:00"; NaN for anything else. */
export function timeOfDay(value: string): number {
  const m = clock.exec(value);
  return m ? milliseconds(m[1]!, m[2]!, m[3], m[4]) / day : NaN;
}

export function isTime(value: string): boolean {
  return !isNaN(timeOfDay(value));
}

export function fromDays(n: number): Date | undefined {
  if (!isFinite(n)) return undefined;
  if (n !== Math.floor(n)) return new Date(Math.round(n * day));
  const at = new Date(n * day);
  return new Date(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
}

export function dateText(at: Date): string {
  return `${pad(at.getFullYear(), 4)}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

export function dateTimeText(at: Date): string {
  const east = -at.getTimezoneOffset();
  const size = Math.abs(east);
  const zone = (east < 0 ? "-" : "+") + pad(Math.floor(size / 60)) + ":" + pad(size % 60);
  return `${dateText(at)}T${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}.${pad(at.getMilliseconds(), 3)}${zone}`;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const weekdays = "Sun Mon Tue Wed Thu Fri Sat".split(" ");

const pieces: Record<string, (at: Date) => string | number> = {
  Y: at => pad(at.getFullYear(), 4),
  y: at => pad(at.getFullYear() % 100),
  m: at => pad(at.getMonth() + 1),
  n: at => at.getMonth() + 1,
  b: at => months[at.getMonth()]!,
  d: at => pad(at.getDate()),
  e: at => at.getDate(),
  a: at => weekdays[at.getDay()]!,
  H: at => pad(at.getHours()),
  h: at => at.getHours(),
  M: at => pad(at.getMinutes()),
  S: at => pad(at.getSeconds()),
  3: at => pad(at.getMilliseconds(), 3),
};

/** A date in a format such as "%Y年%n月%e日". */
export function format(at: Date, pattern: string): string {
  return pattern.replace(/%(.)/g, (whole, piece: string) => (pieces[piece] ? String(pieces[piece]!(at)) : whole));
}
