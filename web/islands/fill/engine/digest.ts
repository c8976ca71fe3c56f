// digest(): MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4). In the page, as a
// calculation cannot wait for the browser's own.

/** The bytes of a text in UTF-8. */
export function bytes(s: string): Uint8Array {
  return new TextEncoder().encode(s);
}

// Primes' roots as far as 64 bits behind the point: the constants of SHA-2 are such fractions.
function* primes(): Generator<number> {
  const found: number[] = [];
  for (let n = 2; ; n++) {
    if (found.some(prime => n % prime === 0)) continue;
    found.push(n);
    yield n;
  }
}

type Limbs = number[]; // of 16 bits, the least first

function times(a: Limbs, b: Limbs): Limbs {
  const product: Limbs = new Array(a.length + b.length).fill(0);
  a.forEach((x, i) => {
    let carry = 0;
    for (let j = 0; j < b.length || carry; j++) {
      const sum = product[i + j]! + x * (b[j] || 0) + carry;
      product[i + j] = sum % 65536;
      carry = Math.floor(sum / 65536);
    }
  });
  return product;
}

function exceeds(a: Limbs, b: Limbs): boolean {
  for (let i = Math.max(a.length, b.length) - 1; i >= 0; i--) if ((a[i] || 0) !== (b[i] || 0)) return (a[i] || 0) > (b[i] || 0);
  return false;
}

// The fraction of a prime's root: its upper and lower 32 bits.
function fraction(prime: number, root: number): [number, number] {
  const goal = [...new Array(4 * root).fill(0), prime], x: Limbs = [0, 0, 0, 0, 0];
  for (let bit = 68; bit >= 0; bit--) {
    x[bit >> 4]! |= 1 << (bit & 15);
    let power = x;
    for (let i = 1; i < root; i++) power = times(power, x);
    if (exceeds(power, goal)) x[bit >> 4]! ^= 1 << (bit & 15);
  }
  return [x[3]! << 16 | x[2]!, x[1]! << 16 | x[0]!];
}

let roots: { cube: number[]; square: number[] } | undefined;

// Of the first 80 primes, the cube roots' fractions, and of the first 16, the square roots'.
function constants() {
  if (roots) return roots;
  roots = { cube: [], square: [] };
  const next = primes();
  for (let i = 0; i < 80; i++) {
    const prime = next.next().value as number;
    roots.cube.push(...fraction(prime, 3));
    if (i < 16) roots.square.push(...fraction(prime, 2));
  }
  return roots;
}

const left = (x: number, n: number) => x << n | x >>> (32 - n);

// The message with its padding, as big-endian words (little-endian for MD5).
function padded(data: Uint8Array, block: number, little: boolean): DataView {
  const size = Math.ceil((data.length + 1 + block / 8) / block) * block;
  const all = new Uint8Array(size), view = new DataView(all.buffer);
  all.set(data);
  all[data.length] = 128;
  view.setUint32(size - (little ? 8 : 4), data.length * 8, little);
  view.setUint32(size - (little ? 4 : 8), Math.floor(data.length / 536870912), little);
  return view;
}

const start = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];

function md5(data: Uint8Array): number[] {
  const view = padded(data, 64, true), state = start.slice(0, 4);
  const shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a, b, c, d] = state as [number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f = round === 0 ? b & c | ~b & d : round === 1 ? d & b | ~d & c : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const word = [i, 5 * i + 1, 3 * i + 5, 7 * i][round]! % 16;
      const sum = a + f + Math.floor(Math.abs(Math.sin(i + 1)) * 4294967296) + view.getInt32(block + word * 4, true) | 0;
      [a, d, c, b] = [d, c, b, b + left(sum, shifts[round]![i % 4]!) | 0];
    }
    [a, b, c, d].forEach((x, i) => state[i] = state[i]! + x | 0);
  }
  return state.map(x => left(x, 24) & 0xff00ff00 | left(x, 8) & 0x00ff00ff); // least byte first
}

function sha1(data: Uint8Array): number[] {
  const view = padded(data, 64, false), state = start.slice();
  const w = new Int32Array(80);
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a, b, c, d, e] = state as [number, number, number, number, number];
    for (let i = 0; i < 80; i++) {
      w[i] = i < 16 ? view.getInt32(block + i * 4) : left(w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!, 1);
      const round = Math.floor(i / 20);
      const f = round === 0 ? b & c | ~b & d : round === 2 ? b & c | b & d | c & d : b ^ c ^ d;
      const k = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][round]!;
      [a, b, c, d, e] = [left(a, 5) + f + e + k + w[i]! | 0, a, left(b, 30), c, d];
    }
    [a, b, c, d, e].forEach((x, i) => state[i] = state[i]! + x | 0);
  }
  return state;
}

/** SHA-256 as 32-bit words. */
export function sha256(data: Uint8Array): number[] {
  const view = padded(data, 64, false), { cube, square } = constants();
  const state = square.slice(0, 16).filter((_, i) => i % 2 === 0);
  const w = new Int32Array(64), right = (x: number, n: number) => left(x, 32 - n);
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const x = w[i - 15]!, y = w[i - 2]!;
      w[i] = i < 16 ? view.getInt32(block + i * 4)
        : w[i - 16]! + (right(x, 7) ^ right(x, 18) ^ x >>> 3) + w[i - 7]! + (right(y, 17) ^ right(y, 19) ^ y >>> 10);
      const one = h + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + (e & f ^ ~e & g) + cube[2 * i]! + w[i]! | 0;
      const two = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
      [a, b, c, d, e, f, g, h] = [one + two | 0, a, b, c, d + one | 0, e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => state[i] = state[i]! + x | 0);
  }
  return state;
}

type Long = [number, number]; // upper and lower 32 bits

function sum(...terms: Long[]): Long {
  let low = 0, high = 0;
  for (const [h, l] of terms) {
    low += l >>> 0;
    high += h >>> 0;
  }
  return [high + Math.floor(low / 4294967296) | 0, low | 0];
}

const rotated = ([h, l]: Long, n: number): Long =>
  n < 32 ? [h >>> n | l << (32 - n), l >>> n | h << (32 - n)] : [l >>> (n - 32) | h << (64 - n), h >>> (n - 32) | l << (64 - n)];
const shifted = ([h, l]: Long, n: number): Long => [h >>> n, l >>> n | h << (32 - n)];
const mixed = (a: Long, b: Long, c: Long): Long => [a[0] ^ b[0] ^ c[0], a[1] ^ b[1] ^ c[1]];
const both = (f: (i: 0 | 1) => number): Long => [f(0), f(1)];

/** SHA-512, or SHA-384 with its other beginning, as 32-bit words. */
export function sha512(data: Uint8Array, first = 0): number[] {
  const view = padded(data, 128, false), { cube, square } = constants();
  const long = (all: number[], i: number): Long => [all[2 * i]!, all[2 * i + 1]!];
  const state = [0, 1, 2, 3, 4, 5, 6, 7].map(i => long(square, first + i));
  const w: Long[] = [];
  for (let block = 0; block < view.byteLength; block += 128) {
    let [a, b, c, d, e, f, g, h] = state as [Long, Long, Long, Long, Long, Long, Long, Long];
    for (let i = 0; i < 80; i++) {
      const x = w[i - 15]!, y = w[i - 2]!;
      w[i] = i < 16 ? [view.getInt32(block + i * 8), view.getInt32(block + i * 8 + 4)]
        : sum(w[i - 16]!, mixed(rotated(x, 1), rotated(x, 8), shifted(x, 7)), w[i - 7]!, mixed(rotated(y, 19), rotated(y, 61), shifted(y, 6)));
      const one = sum(h, mixed(rotated(e, 14), rotated(e, 18), rotated(e, 41)), both(n => e[n] & f[n] ^ ~e[n] & g[n]), long(cube, i), w[i]!);
      const two = sum(mixed(rotated(a, 28), rotated(a, 34), rotated(a, 39)), both(n => a[n] & b[n] ^ a[n] & c[n] ^ b[n] & c[n]));
      [a, b, c, d, e, f, g, h] = [sum(one, two), a, b, c, sum(d, one), e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => state[i] = sum(state[i]!, x));
  }
  return ([] as number[]).concat(...state);
}

const algorithms: Record<string, (data: Uint8Array) => number[]> = {
  "MD5": md5, "SHA-1": sha1, "SHA-256": sha256,
  "SHA-384": data => sha512(data, 8).slice(0, 12), "SHA-512": data => sha512(data),
};

/** Words in hexadecimal digits. */
export function hexOf(words: number[]): string {
  return words.map(word => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** The digest of a text in "hex" or "base64"; "" of an unknown algorithm or encoding. */
export function digest(s: string, algorithm: string, encoding: string): string {
  const hash = algorithms[algorithm];
  if (!hash) return "";
  const hex = hexOf(hash(bytes(s)));
  if (encoding === "hex") return hex;
  return encoding === "base64" ? btoa(hex.replace(/../g, pair => String.fromCharCode(parseInt(pair, 16)))) : "";
}

/** The SHA-256 of a text, as 32-bit words. */
export function words(s: string): number[] {
  return sha256(bytes(s));
}
