import assert from "node:assert/strict";
import { test } from "node:test";
import type { Definition, Violation } from "./engine/types";
import { Filling } from "./filling";
import { answerAt, mendOf, Refused, toMend } from "./mending";
import { memory, PlainStore, type ToMend } from "./store";
import { field, kept } from "./testing";

const task: ToMend = {
  kind: "mend", id: "s1", project: "p1", formId: "f1", fillUrl: "/p/p1/forms/f1/fill?mend=s1", caseId: "c1", caseTitle: "石梁村", title: "居民问卷",
  receipt: "7K3M-9QXD", instanceId: "uuid:0", revision: 4, version: 1, answers: { name: "王秀英", photo: "photo-1.jpg", members: [{ who: "儿子" }, { who: "女儿" }] },
  attachments: ["photo-1.jpg"], filesUrl: "/p/p1/submissions/s1/files/", comment: "请核对", at: "2026-04-12T02:30:00Z",
  reasons: [{ path: "members[2]/who", label: "谁", text: "写全名" }, { path: "photo", label: "照片", text: "看不清" }],
};
const definition: Definition = { formId: "f", title: "t", defaultLanguage: "", languages: [""],
  fields: [field("name", "text"), field("photo", "image"), field("members", "repeat", { fields: [field("who", "text")] })] };
const environment = { now: () => new Date("2026-04-12T02:30:00Z"), deviceID: "d1", username: "bob", random: () => 0.5 };
const around = { environment, complain: ({ kind }: Violation) => kind, media: () => undefined, limits: { file: 50, all: 100, count: 9 }, changed() {} };

function begin() {
  const store = new PlainStore(memory(), "bob", true);
  const filling = new Filling(definition, kept({ caseId: "c1", answers: task.answers, mends: mendOf(task) }), new Map(), store, around);
  const open = () => filling.reasons().filter(reason => !reason.isMended).map(reason => reason.path);
  const nodeOf = (path: string) => path === "photo" ? filling.view()[1]! : filling.view()[2]!.instances![1]!.children![0]!;
  return { store, filling, open, nodeOf };
}

test("a reason stands at its question until the answer changes", () => {
  const { filling, open, nodeOf } = begin();
  assert.deepEqual(open(), ["members[2]/who", "photo"]);
  assert.equal(filling.reasonAt(nodeOf("members[2]/who")), "写全名");
  filling.answer("members[2]/who", "王小英");
  assert.deepEqual(open(), ["photo"]);
  assert.equal(filling.reasonAt(nodeOf("members[2]/who")), "");
  filling.answer("members[2]/who", "女儿"); // as it was
  assert.deepEqual(open(), ["members[2]/who", "photo"]);
});

test("what is sent names the instance whose place it takes, and no file that the server has", async () => {
  for (const [change, files] of [[false, []], [true, ["photo-2.jpg"]]] as const) {
    const { store, filling } = begin();
    if (change) await filling.attach("photo", "photo-2.jpg", new Blob(["x"]), "photo-1.jpg");
    await filling.finish("f1");
    const { submission, files: sent } = (await store.get("uuid:1"))!;
    assert.deepEqual([submission!.instanceId, submission!.deprecatedId, submission!.mendsRevision, submission!.caseId, sent], ["uuid:1", "uuid:0", 4, "c1", files]);
  }
});

test("an answer is found at its path", () => {
  assert.equal(answerAt(task.answers, "name"), "王秀英");
  assert.equal(answerAt(task.answers, "members[2]/who"), "女儿");
  for (const path of ["members", "members[3]/who", "members/who", "name/who", "nobody", ""]) assert.equal(answerAt(task.answers, path), "", path);
});

test("the newest answers are begun from, without a network those taken along; a refusal counts", async t => {
  const store = new PlainStore(memory(), "bob", true);
  const { fetch } = globalThis;
  t.after(() => { globalThis.fetch = fetch; });
  const asked: string[] = [];
  let answer: () => Promise<Response> = async () => Response.json({ ...task, revision: 5 });
  globalThis.fetch = async url => { asked.push(String(url)); return answer(); };
  assert.equal((await toMend(store, "/p/p1/submissions", "s1")).revision, 5);
  assert.deepEqual(asked, ["/p/p1/submissions/s1/mend"]);
  answer = async () => { throw new TypeError("no network"); };
  await assert.rejects(toMend(store, "/p/p1/submissions", "s1"), TypeError);
  await store.putTasks("p1", [task]);
  assert.equal((await toMend(store, "/p/p1/submissions", "s1")).revision, 4);
  answer = async () => Response.json({ message: "busy" }, { status: 503 });
  assert.equal((await toMend(store, "/p/p1/submissions", "s1")).revision, 4);
  answer = async () => Response.json({ message: "已经审核通过" }, { status: 409 });
  await assert.rejects(toMend(store, "/p/p1/submissions", "s1"), (cause: unknown) => cause instanceof Refused && cause.message === "已经审核通过");
});
