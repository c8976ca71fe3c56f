import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { digestOf } from "./digest";

const sha = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

test("the digest is over the part and the files as they are sent, with the browser's SHA-256 and without", async t => {
  const text = JSON.stringify({ instanceId: "uuid:1", answers: { name: "王秀英" } });
  const picture = new Uint8Array(70_000).map((_, i) => i * 31);
  const want = sha(`${sha(text)}\n${sha(picture)} photo-1.jpg\n${sha("")} 笔记.txt\n`);
  const sent = () => digestOf(text, [["photo-1.jpg", new Blob([picture])], ["笔记.txt", new Blob([])]]);
  assert.equal(await sent(), want);
  const { crypto } = globalThis;
  Object.defineProperty(globalThis, "crypto", { value: { getRandomValues: crypto.getRandomValues }, configurable: true });
  t.after(() => Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true }));
  assert.equal(await sent(), want);
  assert.notEqual(await digestOf(text, []), want);
});
