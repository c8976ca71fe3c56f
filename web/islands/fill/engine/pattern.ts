// regex(): the whole text must match; a pattern that cannot be used refuses nothing.
// Patterns are written in RE2's syntax, which the server has; what JavaScript writes
// otherwise is put in its words.

const compiled = new Map<string, RegExp | undefined>();

export function matches(value: string, pattern: string): boolean {
  if (!compiled.has(pattern)) compiled.set(pattern, compile(pattern));
  const known = compiled.get(pattern);
  return !known || known.test(value);
}

function compile(pattern: string): RegExp | undefined {
  if (/(^|[^\\])(\\\\)*(\\[1-9]|\(\?<?[=!])/.test(pattern)) return undefined; // RE2 does not look around or back
  let flags = "";
  const source = pattern
    .replace(/^\(\?([ims]+)\)/, (_, set: string) => { flags = set; return ""; })
    .replace(/\\x\{([0-9a-fA-F]+)\}/g, "\\u{$1}")
    .replace(/\\([pP])\{?\^?(Han|Latin|Hiragana|Katakana)\}?/g, "\\$1{Script=$2}")
    .replace(/\\([pP])([LMNPSZC])/g, "\\$1{$2}")
    .replace(/\\A/g, "^").replace(/\\z/g, "$").replace(/\(\?P</g, "(?<");
  // Without "u" JavaScript allows escapes of any sign, as RE2 does.
  for (const mode of ["u", ""]) {
    try {
      new RegExp(source, flags + mode); // else "a)(b" would pass
      return new RegExp(`^(?:${source})$`, flags + mode);
    } catch (e) {
      continue;
    }
  }
  return undefined;
}
