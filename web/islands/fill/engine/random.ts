// randomize(): the inside-out shuffle with the Park–Miller generator that JavaRosa and
// other clients have, so that a seed gives the same order everywhere.

import { words } from "./digest";
import { type Value, number, text } from "./values";

const modulus = 2147483647;

export function shuffle<T>(values: readonly T[], random: () => number): T[] {
  const shuffled: T[] = [];
  values.forEach((value, i) => {
    const j = Math.min(Math.floor(random() * (i + 1)), i);
    shuffled[i] = shuffled[j]!;
    shuffled[j] = value;
  });
  return shuffled;
}

/**
 * What a value seeds the generator with: a number's whole part; of a text that is no
 * number, the first 64 bits of its SHA-256; 0 of an empty one. All as what remains by the modulus.
 */
export function seedOf(value: Value): number {
  const n = number(value), s = text(value);
  if (!isNaN(n)) return Math.abs(n) < 2 ** 63 ? Math.trunc(n) % modulus : n > 0 ? 1 : -2; // 64 bits at most
  if (s === "") return 0;
  const [high, low] = words(s) as [number, number];
  const rest = (high * 2 + (low >>> 0)) % modulus; // 2^32 leaves 2
  return high < 0 && rest > 0 ? rest - modulus : high > 0 && rest < 0 ? rest + modulus : rest;
}

/** Chance that a seed decides. */
export function seeded(seed: number): () => number {
  let state = seed <= 0 ? seed + modulus - 1 : seed;
  return () => {
    state = state * 16807 % modulus;
    return (state - 1) / (modulus - 1);
  };
}
