import assert from "node:assert/strict";
import { test } from "node:test";
import { memory, PlainStore, type ToMend } from "../fill/store";
import type { Project } from "./data";
import { takeData } from "./taking";

const who = { user: { id: "u1", name: "吴博", login: "bob" }, csrf: "x", projects: [{ id: "p1", title: "入户" }] };
const askedAt = async (store: PlainStore) => (await store.note<Project[]>("projects"))![0]!.asked;
const returned = { kind: "mend", id: "s1", project: "p1", attachments: ["a.jpg", "b.jpg"], filesUrl: "/p/p1/submissions/s1/files/" } as ToMend;

test("a picture of what came back that did not come is brought the next time, though nothing has changed", async () => {
  const store = new PlainStore(memory(), "u1", true), asked: string[] = [];
  let cut = true;
  globalThis.fetch = async (path, init) => {
    asked.push(String(path));
    if (path === "/p/p1/field/data") {
      if (new Headers(init?.headers).get("If-None-Match") === '"e1"') return new Response(null, { status: 304 });
      return Response.json({ forms: [], cases: [], assignments: [], returned: [returned] }, { headers: { ETag: '"e1"' } });
    }
    if (cut && String(path).endsWith("b.jpg")) throw new TypeError("network");
    return new Response("x");
  };
  await takeData(store, who);
  assert.deepEqual([...(await store.attachments("s1")).keys()], ["a.jpg"]);
  cut = false;
  asked.length = 0;
  const first = await askedAt(store);
  await takeData(store, who);
  assert.ok(first && (await askedAt(store))! >= first);
  assert.deepEqual([...(await store.attachments("s1")).keys()], ["a.jpg", "b.jpg"]);
  assert.deepEqual(asked, ["/p/p1/field/data", "/p/p1/submissions/s1/files/b.jpg"]);
});

test("a picture that neither comes nor fails is given up", async t => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const store = new PlainStore(memory(), "u1", true);
  globalThis.fetch = async (path, init) => {
    if (path === "/p/p1/field/data") return Response.json({ forms: [], cases: [], assignments: [], returned: [returned] });
    return new Promise((_, reject) => {
      init!.signal!.addEventListener("abort", () => reject(new Error("given up")));
      setImmediate(() => t.mock.timers.tick(300_000));
    });
  };
  assert.deepEqual(await takeData(store, who), { refused: "", missed: false });
  assert.equal((await store.attachments("s1")).size, 0);
});

test("a project whose tasks did not come is to be asked for again, one that is closed to this person is not", async () => {
  const store = new PlainStore(memory(), "u1", true);
  for (const [status, want] of [[503, { refused: "", missed: true }], [403, { refused: "项目已归档", missed: false }]] as const) {
    globalThis.fetch = async () => Response.json({ message: "项目已归档" }, { status });
    assert.deepEqual(await takeData(store, who), want);
  }
});
