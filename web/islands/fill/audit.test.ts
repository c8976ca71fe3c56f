import assert from "node:assert/strict";
import { test } from "node:test";
import { Log } from "./audit";
import { field } from "./testing";

function bench(parameters: Record<string, string> = {}, former = "") {
  let now = 1_000;
  const answers: Record<string, string> = {};
  const log = new Log(field("audit", "audit", { parameters }), "data", "bob", path => answers[path] ?? "", former, () => now);
  const text = async () => (await new Response(log.file()).text()).trimEnd().split("\n");
  return { log, answers, text, pass: (ms: number) => { now += ms; } };
}

test("a question has the time between the last answer before it and its own", async () => {
  const { log, text, pass } = bench();
  pass(2_000);
  log.attend("basic/name");
  pass(1_000);
  log.attend("basic/name");
  pass(4_000);
  log.attend("members[1]/age");
  pass(500);
  log.turn("end screen");
  pass(3_000);
  log.finish();
  assert.deepEqual(await text(), ["event,node,start,end", "form start,,1000,", "question,/data/basic/name,1000,4000", "question,/data/members[1]/age,4000,8500",
    "end screen,,8500,11500", "form save,,11500,", "form exit,,11500,", "form finalize,,11500,"]);
});

test("what is left and gone on with is one log", async () => {
  const { log, text, pass } = bench();
  log.attend("name");
  pass(1_000);
  log.leave();
  log.leave();
  assert.equal(log.isNew, true);
  const former = (await text()).join("\n") + "\n";
  assert.equal(log.isNew, false);
  const again = bench({}, former);
  again.pass(1_000);
  again.log.leave();
  again.pass(5_000);
  again.log.resume();
  again.log.attend("name");
  again.pass(1_000);
  again.log.finish();
  assert.deepEqual((await again.text()).slice(3), ["form save,,2000,", "form exit,,2000,", "form resume,,1000,", "form save,,2000,", "form exit,,2000,",
    "form resume,,7000,", "question,/data/name,7000,8000", "form save,,8000,", "form exit,,8000,", "form finalize,,8000,"]);
});

test("changes and who made them are written when the form asks for that", async () => {
  const { log, answers, text, pass } = bench({ "track-changes": "true", "identify-user": "true", "track-changes-reasons": "on-form-edit" });
  log.attend("name");
  answers.name = '他说"好",\n再见';
  pass(10);
  log.attend("age");
  log.turn();
  log.explain("记错了");
  assert.deepEqual(await text(), ["event,node,start,end,old-value,new-value,user,change-reason", "form start,,1000,,,,bob,",
    'question,/data/name,1000,1000,,"他说""好"", 再见",bob,', "question,/data/age,1000,1010,,,bob,", "change reason,,1010,,,,bob,记错了"]);
});
