// What the vectors cannot show of functions: all lengths of a digest, signatures of keys made anew.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { bytes, digest } from "./digest";
import { geofence, intersects, points } from "./geo";
import { seedOf, seeded, shuffle } from "./random";
import { opened } from "./signed";

test("a digest of any length is what others make of it", () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 127, 128, 129, 1000]) {
    const s = "村a".repeat(length).slice(0, length);
    for (const algorithm of ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"]) {
      const hash = () => createHash(algorithm.replace("-", "").toLowerCase()).update(s);
      assert.equal(digest(s, algorithm, "hex"), hash().digest("hex"), `${algorithm} of ${length}`);
      assert.equal(digest(s, algorithm, "base64"), hash().digest("base64"));
    }
  }
});

test("a signed message is given when nothing in it was changed", () => {
  for (let length = 0; length < 300; length += 99) {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const key = new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32));
    const message = bytes("村".repeat(length));
    const signed = new Uint8Array(Buffer.concat([sign(null, message, privateKey), message]));
    assert.deepEqual(opened(signed, key), message);
    for (const at of [3, 40, signed.length - 1]) {
      const changed = signed.slice();
      changed[at]! ^= 1;
      assert.equal(opened(changed, key), undefined, `byte ${at}`);
    }
  }
  assert.equal(opened(new Uint8Array(63), new Uint8Array(32)), undefined);
});

test("a seed gives the order that other clients have", () => {
  const order = (seed: number) => shuffle([0, 1, 2, 3, 4, 5], seeded(seed)).join("");
  assert.equal(order(1), order(1));
  assert.notEqual(order(1), order(2));
  assert.equal(order(0), order(2147483646)); // the generator has no zero
  assert.deepEqual(shuffle([], seeded(1)), []);
});

test("a text seeds as the first 64 bits of its digest", () => {
  for (const s of ["a", "村", "seed", "x1", "x2", "x3", "x4"]) {
    const wanted = createHash("sha256").update(s).digest().readBigInt64BE() % BigInt(2147483647);
    assert.equal(seedOf(s), Number(wanted), s);
  }
  assert.deepEqual([seedOf(""), seedOf("7.9"), seedOf(-3), seedOf(Infinity)], [0, 7, -3, 1]);
});

test("what is no position makes no line", () => {
  assert.equal(points(["91 0"]), undefined);
  assert.equal(points(["1 2;x"]), undefined);
  assert.equal(points(["1 2 3 4 5"]), undefined);
  assert.equal(points(["1 2 0 0; 3 4 0 0;", "", " "])!.length, 2);
});

test("a fence need not be closed, a closed line does not cross itself at its end", () => {
  const [square, bow] = [points(["0 0;0 4;4 4;4 0"])!, points(["0 0;4 4;4 0;0 4"])!];
  assert.ok(geofence(points(["1 1"])![0]!, square));
  assert.ok(!geofence(points(["5 1"])![0]!, square));
  assert.ok(!intersects([...square, square[0]!]));
  assert.ok(intersects(bow));
});
