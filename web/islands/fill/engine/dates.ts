// Dates and times in XForms' lexical forms. As a number, a date is the days since
// 1970-01-01 on the calendar, a dateTime the days and fraction on the clock here.

const day = 86400000;
const time = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?$/;

function pad(n: number, width = 2): string {
  return String(n).padStart(width, "0");
}

// The moment of a clock's milliseconds since 1970-01-01, as the clock here shows it.
function here(clock: number): Date {
  const u = new Date(clock), at = new Date(2000, 0, 1);
  at.setFullYear(u.getUTCFullYear(), u.getUTCMonth(), u.getUTCDate());
  at.setHours(u.getUTCHours(), u.getUTCMinutes(), u.getUTCSeconds(), u.getUTCMilliseconds());
  return at;
}

/** A day of the calendar as milliseconds of a clock; NaN for anything else. */
function calendar(value: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(value) && value > "0001" ? Date.parse(value) : NaN;
  return !isNaN(at) && new Date(at).toISOString().startsWith(value) ? at : NaN; // some take February 30 for March 2
}

/** A time as milliseconds of the clock that it was written by, and its offset. */
function clockTime(value: string): [number, string | undefined] {
  const m = time.exec(value);
  if (!m || +m[1]! > 23 || +m[2]! > 59 || +(m[3] || 0) > 59) return [NaN, undefined];
  return [+m[1]! * 3600000 + +m[2]! * 60000 + +(m[3] || 0) * 1000 + +((m[4] || "") + "00").slice(0, 3), m[5]];
}

/** A date (its midnight here) or a dateTime (here, unless it says where). */
export function moment(value: string): Date | undefined {
  const start = calendar(value.slice(0, 10));
  if (isNaN(start) || value.length === 10) return isNaN(start) ? undefined : here(start);
  const [clock, zone] = clockTime(value.slice(11));
  if (value[10] !== "T" || isNaN(clock)) return undefined;
  if (!zone) return here(start + clock);
  const east = zone === "Z" ? 0 : +(zone[0] + "1") * (+zone.slice(1, 3) * 60 + +zone.slice(4));
  return new Date(start + clock - east * 60000);
}

/** The days since 1970-01-01 that the clock here shows at a moment. */
export function daysAt(at: Date): number {
  return (at.getTime() - at.getTimezoneOffset() * 60000) / day;
}

/** The days of a date or a dateTime; NaN for anything else. */
export function days(value: string): number {
  const at = moment(value);
  return at ? daysAt(at) : NaN;
}

/** The inverse of daysAt, within the years 1 to 9999. */
export function fromDays(n: number): Date | undefined {
  return n >= -719162 && n < 2932897 ? here(Math.floor(n * day + 0.5)) : undefined;
}

/** The fraction of the day of a time, or of a dateTime here; NaN for anything else. */
export function timeOfDay(value: string): number {
  const n = value[10] === "T" ? days(value) : clockTime(value)[0] / day;
  return n - Math.floor(n);
}

export function isTime(value: string): boolean {
  return !isNaN(clockTime(value)[0]);
}

export function dateText(at: Date): string {
  return format(at, "%Y-%m-%d");
}

export function dateTimeText(at: Date): string {
  const east = -at.getTimezoneOffset();
  const size = Math.abs(east);
  return format(at, "%Y-%m-%dT%H:%M:%S.%3") + (east < 0 ? "-" : "+") + pad(Math.floor(size / 60)) + ":" + pad(size % 60);
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const weekdays = "Sun Mon Tue Wed Thu Fri Sat".split(" ");

const pieces: Record<string, (at: Date, chinese: boolean) => string | number> = {
  "%": () => "%",
  Y: at => pad(at.getFullYear(), 4),
  y: at => pad(at.getFullYear() % 100),
  m: at => pad(at.getMonth() + 1),
  n: at => at.getMonth() + 1,
  b: (at, chinese) => (chinese ? at.getMonth() + 1 + "月" : months[at.getMonth()]!),
  d: at => pad(at.getDate()),
  e: at => at.getDate(),
  a: (at, chinese) => (chinese ? "周" + "日一二三四五六"[at.getDay()]! : weekdays[at.getDay()]!),
  H: at => pad(at.getHours()),
  h: at => at.getHours(),
  M: at => pad(at.getMinutes()),
  S: at => pad(at.getSeconds()),
  3: at => pad(at.getMilliseconds(), 3),
  W: week,
  j: at => pad(dayOfYear(at), 3),
};

function dayOfYear(at: Date): number {
  return Math.round((Date.UTC(2000, at.getMonth(), at.getDate()) - Date.UTC(2000, 0, 1)) / day) + (at.getMonth() > 1 && !isLeap(at.getFullYear()) ? 0 : 1);
}

const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

// ISO 8601's: the year's first week is that of its first Thursday.
function week(at: Date): number {
  const thursday = new Date(at.getTime());
  thursday.setDate(at.getDate() + 3 - (at.getDay() + 6) % 7);
  return Math.floor((dayOfYear(thursday) - 1) / 7) + 1;
}

/** A moment in a format such as "%Y年%n月%e日". */
export function format(at: Date, pattern: string, chinese = false): string {
  return pattern.replace(/%([^])/g, (whole, piece: string) => (pieces[piece] ? String(pieces[piece]!(at, chinese)) : whole));
}
