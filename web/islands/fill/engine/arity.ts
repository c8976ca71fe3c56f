// How many arguments each function takes; with any other number, as an unknown
// function, it gives the empty text.

const byRange = {
  "0-0": "random pi last current true false today now version",
  "0-1": "string string-length normalize-space uuid number position name local-name namespace-uri",
  "1-1": "base64-decode int floor ceiling abs sum sqrt exp exp10 log log10 sin cos tan asin acos atan count count-non-empty instance id lang"
    + " count-selected jr:itext property once not boolean boolean-from-string date date-time decimal-date-time decimal-time area enclosed-area intersects",
  "1-2": "round randomize",
  "2-2": "substring-before substring-after contains starts-with ends-with regex extract-signed pow atan2 selected is-selected selected-at"
    + " jr:choice-name format-date format-date-time geofence",
  "2-3": "substr substring digest",
  "3-3": "translate if",
  "3-11": "indexed-repeat",
  "4-4": "pulldata",
  "0-": "concat",
  "1-": "join min max coalesce depend distance",
  "2-": "checklist weighted-checklist",
};

const ranges: Record<string, [number, number]> = {};
for (const [range, names] of Object.entries(byRange)) {
  const [least, most] = range.split("-");
  for (const name of names.split(" ")) ranges[name] = [Number(least), most ? Number(most) : Infinity];
}

export function admits(name: string, count: number): boolean {
  const range = ranges[name];
  if (!range || (name === "indexed-repeat" && count % 2 === 0) || (name === "weighted-checklist" && count % 2)) return false;
  return count >= range[0] && count <= range[1];
}
