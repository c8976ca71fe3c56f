import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { Outbox, type Post, type Wiring } from "./outbox";
import { memory, PlainStore, type FieldVisit } from "./store";
import { waiting } from "./testing";

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

// What the server says that it has: the same as web/receipt.go.
async function digestOf(type: string, body: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!type.startsWith("multipart/")) return sha256(sha256(body) + "\n");
  const form = await new Response(body, { headers: { "Content-Type": type } }).formData();
  let lines = sha256(form.get("submission") as string) + "\n";
  for (const file of form.getAll("file") as File[]) lines += `${sha256(new Uint8Array(await file.arrayBuffer()))} ${file.name}\n`;
  return sha256(lines);
}

interface Arrived { csrf: string; id: string; files: string[] }
type Answer = { status: number; body?: unknown; retryAfter?: string };

// A server that answers from a script, then accepts; and an outbox that speaks to it over HTTP.
async function bench(t: TestContext, script: Answer[], session: Awaited<ReturnType<Wiring["session"]>> = { csrf: "fresh" }) {
  const arrived: Arrived[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", chunk => chunks.push(chunk as Buffer));
    request.on("end", async () => {
      const whole = Uint8Array.from(Buffer.concat(chunks));
      const text = Buffer.concat(chunks).toString();
      arrived.push({ csrf: String(request.headers["x-csrf-token"]), id: /"instanceId":"([^"]*)"/.exec(text)?.[1] ?? "", files: [...text.matchAll(/name="file"; filename="([^"]*)"/g)].map(m => m[1]!) });
      const answer = script.shift() ?? { status: 201, body: { receipt: "7K3M-9QXD", submissionUrl: "/s/1", digest: await digestOf(request.headers["content-type"] ?? "", whole) } };
      response.writeHead(answer.status, answer.retryAfter ? { "Retry-After": answer.retryAfter } : {});
      response.end(JSON.stringify(answer.body ?? {}));
    });
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post: Post = async (url, body, csrf) => {
    try {
      const reply = await fetch(origin + url, { method: "POST", body, headers: { "X-CSRF-Token": csrf, Connection: "close", ...typeof body === "string" ? { "Content-Type": "application/json" } : {} } });
      return { status: reply.status, body: await reply.json(), retryAfter: Number(reply.headers.get("Retry-After")) || undefined };
    } catch {
      return { status: 0, body: null };
    }
  };
  const store = new PlainStore(memory(), "bob", true);
  const alarms: { ms: number; call: () => void }[] = [];
  const outbox = new Outbox({ store, post, session: async () => session, later: (ms, call) => void alarms.push({ ms, call }), changed() {} }, "stale");
  return { arrived, server, store, alarms, outbox };
}

const busy: Answer = { status: 503 };
const visit: FieldVisit = { id: "v1", assignment: "a1", title: "前程村", postUrl: "/p/p1/assignments/a1/visits", at: "2026-04-12T02:30:00.000Z", outcome: "notHome", note: "", state: "waiting" };

test("a page that is old asks for a session before it sends, not after it was refused", async t => {
  const { arrived, store, outbox } = await bench(t, []);
  await store.put(waiting("uuid:1"));
  outbox.renew();
  await outbox.sendAll();
  assert.deepEqual(arrived.map(a => a.csrf), ["fresh"]);
});

test("what waits is sent with its attachments; only the receipt stays", async t => {
  const { arrived, store, outbox } = await bench(t, []);
  await store.put(waiting("uuid:1", { files: ["a.jpg"] }));
  await store.attach("uuid:1", "a.jpg", new Blob(["x"]));
  await store.attach("uuid:1", "replaced.jpg", new Blob(["y"]));
  await outbox.sendAll();
  assert.deepEqual(arrived, [{ csrf: "stale", id: "uuid:1", files: ["a.jpg"] }]);
  const after = (await store.get("uuid:1"))!;
  assert.equal(after.state, "sent");
  assert.equal(after.receipt, "7K3M-9QXD");
  assert.deepEqual(after.answers, {});
  assert.equal(after.submission, undefined);
  assert.equal((await store.attachments("uuid:1")).size, 0);
});

test("a busy server is tried again, each time later, with the same id", async t => {
  const { arrived, store, alarms, outbox } = await bench(t, [busy, busy, { status: 429, retryAfter: "90" }]);
  await store.put(waiting("uuid:1"));
  assert.equal(await outbox.send("uuid:1"), "later");
  assert.equal(await outbox.send("uuid:1"), "later");
  assert.equal(await outbox.send("uuid:1"), "later");
  assert.deepEqual(alarms.map(a => a.ms), [5_000, 10_000, 90_000]);
  assert.equal((await store.get("uuid:1"))!.state, "waiting");
  alarms[2]!.call();
  assert.equal(await outbox.send("uuid:1"), "sent");
  assert.ok(arrived.every(a => a.id === "uuid:1"));
});

test("no network keeps everything and stops at the first", async t => {
  const { server, store, alarms, outbox } = await bench(t, []);
  await new Promise(resolve => server.close(resolve));
  await store.put(waiting("uuid:1"));
  await store.put(waiting("uuid:2"));
  await outbox.sendAll();
  assert.equal(alarms.length, 1);
  assert.deepEqual((await store.list()).map(k => k.state), ["waiting", "waiting"]);
});

test("an answer that is no receipt, such as a portal's page, does not count as sent", async t => {
  const { store, outbox } = await bench(t, [{ status: 200, body: {} }, { status: 201, body: {} }]);
  await store.put(waiting("uuid:1"));
  assert.equal(await outbox.send("uuid:1"), "later");
  assert.equal(await outbox.send("uuid:1"), "later");
  assert.equal((await store.get("uuid:1"))!.state, "waiting");
});

test("an old CSRF token is renewed once", async t => {
  const { arrived, store, outbox } = await bench(t, [{ status: 403, body: { code: "web.csrf" } }]);
  await store.put(waiting("uuid:1"));
  assert.equal(await outbox.send("uuid:1"), "sent");
  assert.deepEqual(arrived.map(a => a.csrf), ["stale", "fresh"]);
});

test("an ended session, or another person's, keeps what waits and says so", async t => {
  for (const script of [[{ status: 401 }], [{ status: 403, body: { code: "web.csrf" } }]]) {
    const { store, outbox } = await bench(t, script, "signedOut");
    await store.put(waiting("uuid:1"));
    assert.equal(await outbox.send("uuid:1"), "signedOut");
    assert.equal(outbox.signedOut, true);
    assert.equal((await store.get("uuid:1"))!.state, "waiting");
    assert.equal(await outbox.send("uuid:1"), "sent");
    assert.equal(outbox.signedOut, false);
  }
});

test("a refusal is kept with its reasons, and the answers too; others are still sent", async t => {
  const details = [{ where: "members[2]/age", text: "年龄应在 18 到 120 岁之间。" }];
  const { store, outbox } = await bench(t, [{ status: 422, body: { code: "survey.breaksRules", message: "有答案不符合要求。", details } }]);
  await store.put(waiting("uuid:1", { answers: { name: "王秀英" } }));
  await store.put(waiting("uuid:2"));
  await outbox.sendAll();
  const refused = (await store.get("uuid:1"))!;
  assert.equal(refused.state, "refused");
  assert.deepEqual(refused.refusal, { message: "有答案不符合要求。", code: "survey.breaksRules", details });
  assert.deepEqual(refused.answers, { name: "王秀英" });
  assert.equal((await store.get("uuid:2"))!.state, "sent");
});

test("two calls at once send an instance once", async t => {
  const { arrived, store, outbox } = await bench(t, []);
  await store.put(waiting("uuid:1"));
  await Promise.all([outbox.sendAll(), outbox.sendAll(), outbox.send("uuid:1")]);
  assert.equal(arrived.length, 1);
});

test("a receipt for something else than was sent removes nothing", async t => {
  const { store, outbox } = await bench(t, [{ status: 201, body: { receipt: "7K3M-9QXD", digest: "0".repeat(64) } }, { status: 201, body: { receipt: "7K3M-9QXD" } }]);
  await store.put(waiting("uuid:1", { files: ["a.jpg"] }));
  await store.attach("uuid:1", "a.jpg", new Blob(["x"]));
  for (const outcome of ["later", "later", "sent"]) {
    const there = (await store.attachments("uuid:1")).size;
    assert.equal(there, 1);
    assert.equal(await outbox.send("uuid:1"), outcome);
  }
  assert.equal((await store.attachments("uuid:1")).size, 0);
});

test("what the server stumbles over does not hold up the others", async t => {
  const { arrived, store, alarms, outbox } = await bench(t, [{ status: 500 }]);
  await store.put(waiting("uuid:1"));
  await store.put(waiting("uuid:2"));
  await outbox.sendAll();
  assert.deepEqual(arrived.map(a => a.id), ["uuid:1", "uuid:2"]);
  assert.deepEqual((await store.list()).map(k => k.state), ["waiting", "sent"]);
  assert.equal(alarms.length, 1);
});

test("a refusal that comes after another tab's receipt changes nothing", async t => {
  const { store, outbox } = await bench(t, [{ status: 422, body: { code: "survey.breaksRules", message: "附件不全" } }]);
  await store.put(waiting("uuid:1"));
  const read = store.get.bind(store);
  store.get = async id => {
    const kept = await read(id);
    store.get = read;
    await store.update(id, one => ({ ...one, state: "sent", receipt: "7K3M-9QXD" }));
    return kept;
  };
  await outbox.send("uuid:1");
  assert.equal((await store.get("uuid:1"))!.state, "sent");
});

test("a receipt does not empty what was opened again meanwhile", async t => {
  const { store, outbox } = await bench(t, []);
  await store.put(waiting("uuid:1", { answers: { name: "王秀英" } }));
  const read = store.get.bind(store);
  store.get = async id => {
    const kept = await read(id);
    store.get = read;
    await store.update(id, one => ({ ...one, state: "unfinished", submission: undefined }));
    return kept;
  };
  await outbox.send("uuid:1");
  assert.deepEqual((await store.get("uuid:1"))!.answers, { name: "王秀英" });
});

test("a file that cannot be read any more is told, and others are sent", async t => {
  const { store, outbox } = await bench(t, []);
  await store.put(waiting("uuid:1", { files: ["a.jpg"] }));
  await store.put(waiting("uuid:2"));
  const broken = new Response(new ReadableStream({ start(c) { c.error(new Error("NotReadableError")); } })).body as unknown as Blob;
  const attachments = store.attachments.bind(store);
  store.attachments = async id => id === "uuid:1" ? new Map([["a.jpg", broken]]) : attachments(id);
  await outbox.sendAll();
  assert.deepEqual((await store.list()).map(k => [k.state, k.refusal?.unreadable]), [["refused", "a.jpg"], ["sent", undefined]]);
});

test("visits that brought no answers are sent after the instances, and once", async t => {
  const { arrived, store, outbox } = await bench(t, [busy, { status: 200, body: { login: "portal" } }, { status: 201, body: { id: "v1" } }]);
  await store.putVisit(visit);
  for (const state of ["waiting", "waiting", "sent", "sent"]) {
    await outbox.sendAll();
    assert.equal((await store.visits())[0]!.state, state);
  }
  assert.equal(arrived.length, 3);
});

test("a visit that is refused can be sent again; what is said against its sender refuses it not", async t => {
  const barred = { status: 403, body: { code: "web.mustChange", message: "密码", access: true } }, wrong = { status: 422, body: { code: "assignment.visitNote", message: "备注" } };
  const { store, outbox } = await bench(t, [barred, wrong, { status: 200, body: { id: "v1" } }]);
  await store.putVisit(visit);
  for (const [state, refusal] of [["waiting", "密码"], ["refused", "备注"], ["sent", undefined]]) {
    await outbox.sendVisit("v1");
    const [after] = await store.visits();
    assert.deepEqual([after!.state, after!.refusal], [state, refusal]);
  }
});

test("what refuses is the server alone: not a proxy, not an answer to a request that was cut off", async t => {
  const script: Answer[] = [{ status: 400, body: { code: "web.bodyUnreadable", message: "…" } }, { status: 400 }, { status: 403, body: "blocked" }, { status: 404 }];
  const { store, outbox } = await bench(t, script);
  await store.put(waiting("uuid:1"));
  for (let i = 0; i < 4; i++) assert.equal(await outbox.send("uuid:1"), "later");
  assert.equal((await store.get("uuid:1"))!.state, "waiting");
  assert.equal(await outbox.send("uuid:1"), "sent");
});

test("what is said against the sender refuses no answers: they wait, the reason told, and other projects' go", async t => {
  for (const code of ["web.noProject", "web.forbidden", "web.mustChange", "secondfactor.mustHave", "bin.archived"]) {
    const barred = { status: code === "web.noProject" ? 404 : 403, body: { code, message: "…", access: true } };
    const { arrived, store, alarms, outbox } = await bench(t, [barred]);
    await store.put(waiting("uuid:1"));
    await store.put(waiting("uuid:2"));
    await store.put(waiting("uuid:3", { postUrl: "/p/p2/submissions" }));
    await outbox.sendAll();
    assert.deepEqual(arrived.map(a => a.id), ["uuid:1", "uuid:3"], code);
    assert.deepEqual((await store.list()).map(k => [k.state, k.refusal?.code]), [["waiting", code], ["waiting", undefined], ["sent", undefined]]);
    assert.equal(alarms.length, 0);
    await outbox.sendAll();
    assert.deepEqual((await store.list()).map(k => [k.state, k.refusal]), [["sent", undefined], ["sent", undefined], ["sent", undefined]]);
  }
});

test("where another person has signed in, what waits is not tried as theirs", async t => {
  const { arrived, store, outbox } = await bench(t, [{ status: 404, body: { code: "web.noProject", message: "…", access: true } }], "signedOut");
  await store.put(waiting("uuid:1"));
  await store.put(waiting("uuid:2"));
  await outbox.sendAll();
  assert.equal(outbox.signedOut, true);
  assert.equal(arrived.length, 1);
  assert.deepEqual((await store.list()).map(k => [k.state, k.refusal]), [["waiting", undefined], ["waiting", undefined]]);
});

test("an outbox that is stopped sends nothing more, also not by its alarm", async t => {
  const { arrived, store, alarms, outbox } = await bench(t, [busy]);
  await store.put(waiting("uuid:1"));
  await outbox.send("uuid:1");
  outbox.stop();
  alarms[0]!.call();
  assert.equal(await outbox.send("uuid:1"), "later");
  await outbox.sendAll();
  assert.equal(arrived.length, 1);
});

test("a receipt for what was sent before it was changed does not remove what waits now", async t => {
  const { store, outbox } = await bench(t, []);
  const former = waiting("uuid:1", { state: "refused" });
  await store.put(former);
  const read = store.get.bind(store);
  // While it is on its way another tab opens it, changes it and finishes it.
  store.get = async id => {
    store.get = read;
    await store.put({ ...former, state: "waiting", submission: { ...former.submission!, answers: { name: "李四" } } });
    return former;
  };
  assert.equal(await outbox.send("uuid:1"), "later");
  assert.deepEqual((await store.get("uuid:1"))!.submission!.answers, { name: "李四" });
  assert.equal(await outbox.send("uuid:1"), "sent");
});

test("a file that the phone lacks is told, not left out", async t => {
  const { arrived, store, outbox } = await bench(t, []);
  await store.put(waiting("uuid:1", { files: ["a.jpg"] }));
  assert.equal(await outbox.send("uuid:1"), "refused");
  assert.equal((await store.get("uuid:1"))!.refusal!.unreadable, "a.jpg");
  assert.equal(arrived.length, 0);
});

test("an upload's progress is told apart from a change of what is kept", async t => {
  const store = new PlainStore(memory(), "bob", true), told: string[] = [];
  await store.put(waiting("uuid:1"));
  const post: Post = async (url, body, csrf, progress) => {
    for (let share = 0; share < 1; share += 0.25) progress(share);
    return { status: 503, body: null };
  };
  await new Outbox({ store, post, session: async () => ({ csrf: "x" }), later() {}, changed: what => void told.push(what) }, "x").sendAll();
  assert.deepEqual(told, ["progress", "progress", "progress", "progress", "progress", "state"]);
});

test("what is too large for a proxy is told", async t => {
  const { store, outbox } = await bench(t, [{ status: 413 }]);
  await store.put(waiting("uuid:1"));
  assert.equal(await outbox.send("uuid:1"), "refused");
});
