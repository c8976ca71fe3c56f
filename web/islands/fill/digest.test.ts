import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { digestOf, Unreadable } from "./digest";

const sha256 = (data: string) => createHash("sha256").update(data).digest("hex");

test("the digest is of the hashes of what is sent, with and without the browser's own SHA-256", async () => {
  const submission = JSON.stringify({ instanceId: "uuid:1", answers: { name: "王秀英" } }), photo = "x".repeat(1000);
  const expected = sha256(`${sha256(submission)}\n${sha256(photo)} 照片-1.jpg\n`);
  const take = () => digestOf(submission, [["照片-1.jpg", new Blob([photo])]]);
  assert.equal(await take(), expected);
  const { crypto } = globalThis;
  Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
  try {
    assert.equal(await take(), expected);
  } finally {
    Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
  }
});

test("without files it is of the submission alone; another order is another digest", async () => {
  assert.equal(await digestOf("{}", []), sha256(sha256("{}") + "\n"));
  const a: [string, Blob] = ["a", new Blob(["1"])], b: [string, Blob] = ["b", new Blob(["2"])];
  assert.notEqual(await digestOf("{}", [a, b]), await digestOf("{}", [b, a]));
});

test("a file that cannot be read is named", async () => {
  const broken = new Response(new ReadableStream({ start(c) { c.error(new Error()); } })).body as unknown as Blob;
  await assert.rejects(digestOf("{}", [["a.jpg", broken]]), (cause: Unreadable) => cause.file === "a.jpg");
});
