// randomize(): the inside-out shuffle with a Park–Miller generator that JavaRosa and
// other clients have, so that a seed gives the same order everywhere.

const modulus = 2147483647;

export function shuffle<T>(values: readonly T[], random: () => number): T[] {
  const shuffled: T[] = [];
  values.forEach((value, i) => {
    const j = Math.floor(random() * (i + 1));
    shuffled[i] = shuffled[j]!;
    shuffled[j] = value;
  });
  return shuffled;
}

/** Chance that a seed decides. */
export function seeded(seed: number): () => number {
  let state = (isNaN(seed) ? 0 : Math.trunc(Math.max(-(2 ** 63), Math.min(seed, 2 ** 63)))) % modulus;
  if (state <= 0) state += modulus - 1;
  return () => {
    state = state * 16807 % modulus;
    return (state - 1) / (modulus - 1);
  };
}
