// extract-signed(): Ed25519 (RFC 8032). Numbers are 16 limbs of 16 bits, the least
// first, modulo 2^255 - 19; limbs may be negative or too large until they are packed.

import { sha512 } from "./digest";

type Field = number[];
type Point = [Field, Field, Field, Field]; // X, Y, Z, T of x = X/Z, y = Y/Z, xy = T/Z

const small = (n: number): Field => [n, ...new Array<number>(15).fill(0)];
const zero = small(0), one = small(1);

function carried(limbs: Field): Field {
  for (let i = 0; i < 16; i++) {
    const over = Math.floor(limbs[i]! / 65536);
    limbs[i]! -= over * 65536;
    if (i < 15) limbs[i + 1]! += over;
    else limbs[0]! += over * 38;
  }
  return limbs;
}

const plus = (a: Field, b: Field): Field => carried(a.map((limb, i) => limb + b[i]!));
const minus = (a: Field, b: Field): Field => carried(a.map((limb, i) => limb - b[i]!));

function times(a: Field, b: Field): Field {
  const product: number[] = new Array(31).fill(0);
  for (let i = 0; i < 16; i++) for (let j = 0; j < 16; j++) product[i + j]! += a[i]! * b[j]!;
  return carried(carried(product.slice(0, 16).map((limb, i) => limb + 38 * (product[i + 16] || 0))));
}

// a to the power whose bits are all 1 but those named.
function power(a: Field, bits: number, ...zeros: number[]): Field {
  let result = a;
  for (let bit = bits - 2; bit >= 0; bit--) {
    result = times(result, result);
    if (!zeros.includes(bit)) result = times(result, a);
  }
  return result;
}

const inverse = (a: Field) => power(a, 255, 2, 4);

function packed(a: Field): Uint8Array {
  let limbs = carried(carried(carried(a.slice())));
  for (let i = 0; i < 2; i++) {
    const less = limbs.map((limb, j) => limb - (j === 0 ? 0xffed : j === 15 ? 0x7fff : 0xffff));
    for (let j = 0; j < 15; j++) {
      const over = Math.floor(less[j]! / 65536);
      less[j]! -= over * 65536;
      less[j + 1]! += over;
    }
    if (less[15]! >= 0) limbs = less;
  }
  return new Uint8Array(new Uint16Array(limbs).buffer);
}

const equal = (a: Uint8Array, b: Uint8Array) => a.every((byte, i) => byte === b[i]);
const same = (a: Field, b: Field) => equal(packed(a), packed(b));

interface Curve { d: Field; root: Field; base: Point }
let known: Curve | undefined;

// d is -121665/121666, root that of -1; the base point's y is 4/5, its x even.
function curve(): Curve {
  if (!known) {
    known = { d: times(minus(zero, small(121665)), inverse(small(121666))), root: power(small(2), 253, 2), base: [zero, one, one, zero] };
    known.base = decoded(packed(times(small(4), inverse(small(5)))))!;
  }
  return known;
}

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = times(minus(y1, x1), minus(y2, x2)), b = times(plus(y1, x1), plus(y2, x2));
  const c = times(times(t1, t2), plus(curve().d, curve().d)), z = times(z1, plus(z2, z2));
  const e = minus(b, a), f = minus(z, c), g = plus(z, c), h = plus(b, a);
  return [times(e, f), times(g, h), times(f, g), times(e, h)];
}

function multiple(point: Point, scalar: Uint8Array): Point {
  let result: Point = [zero, one, one, zero];
  for (let bit = 255; bit >= 0; bit--) {
    result = add(result, result);
    if (scalar[bit >> 3]! >> (bit & 7) & 1) result = add(result, point);
  }
  return result;
}

function decoded(bytes: Uint8Array): Point | undefined {
  const y: Field = [];
  for (let i = 0; i < 16; i++) y.push(bytes[2 * i]! | bytes[2 * i + 1]! << 8);
  const odd = y[15]! >> 15;
  y[15]! &= 0x7fff;
  const { d, root } = curve(), square = times(y, y);
  const u = minus(square, one), v = plus(times(d, square), one);
  const v3 = times(times(v, v), v);
  let x = times(times(u, v3), power(times(u, times(times(v3, v3), v)), 252, 1));
  if (!same(times(v, times(x, x)), u)) x = times(x, root);
  if (!same(times(v, times(x, x)), u)) return undefined;
  if ((packed(x)[0]! & 1) !== odd) x = minus(zero, x);
  return [x, y, one, times(x, y)];
}

function encoded([x, y, z]: Point): Uint8Array {
  const scale = inverse(z), bytes = packed(times(y, scale));
  bytes[31]! |= (packed(times(x, scale))[0]! & 1) << 7;
  return bytes;
}

// The order of the base point, the greatest byte first.
const order = [0x10, ...new Array<number>(15).fill(0), 0x14, 0xde, 0xf9, 0xde, 0xa2, 0xf7, 0x9c, 0xd6, 0x58, 0x12, 0x63, 0x1a, 0x5c, 0xf5, 0xd3, 0xed];

// What remains of a number, the least byte first, when it is divided by the order.
function reduced(bytes: Uint8Array): Uint8Array {
  let rest: number[] = new Array(32).fill(0); // the greatest first
  for (let bit = bytes.length * 8 - 1; bit >= 0; bit--) {
    let carry = bytes[bit >> 3]! >> (bit & 7) & 1;
    for (let i = 31; i >= 0; i--) {
      const twice = rest[i]! * 2 + carry;
      rest[i] = twice & 255;
      carry = twice >> 8;
    }
    const less = rest.slice();
    for (let i = 31; i >= 0; i--) {
      less[i]! -= order[i]!;
      if (i && less[i]! < 0) {
        less[i]! += 256;
        less[i - 1]!--;
      }
    }
    if (less[0]! >= 0) rest = less;
  }
  return Uint8Array.from(rest.reverse());
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(([] as number[]).concat(...parts.map(part => Array.from(part))));
}

/** The message that a signature stands before, when it is the key's; else undefined. */
export function opened(signed: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  if (key.length !== 32 || signed.length < 64) return undefined;
  const r = signed.slice(0, 32), s = signed.slice(32, 64), message = signed.slice(64);
  const point = decoded(key);
  if (!point || !equal(reduced(s), s)) return undefined;
  const hash = new Uint8Array(64), view = new DataView(hash.buffer);
  sha512(joined(r, key, message)).forEach((word, i) => view.setInt32(i * 4, word));
  const [x, y, z, t] = multiple(point, reduced(hash));
  const found = add(multiple(curve().base, s), [minus(zero, x), y, z, minus(zero, t)]);
  return equal(encoded(found), r) ? message : undefined;
}
