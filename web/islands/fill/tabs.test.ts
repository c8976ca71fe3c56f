import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Tabs } from "./tabs";

function tab(t: TestContext, me: string) {
  let lost!: (id: string) => void;
  const taken = new Promise<string>(resolve => { lost = resolve; });
  const tabs = new Tabs("tabs of " + t.name, me, lost);
  t.after(() => tabs.close());
  return { tabs, taken };
}

test("a second tab learns that an instance is open, and may take it over", async t => {
  const first = tab(t, "first"), second = tab(t, "second");
  first.tabs.take("uuid:1");
  assert.equal(await second.tabs.isElsewhere("uuid:1", 10_000), true);
  second.tabs.take("uuid:1");
  assert.equal(await first.taken, "uuid:1");
});

test("an instance that no tab has open is free, and so is one let go", async t => {
  const first = tab(t, "first"), second = tab(t, "second");
  first.tabs.take("uuid:1");
  assert.equal(await second.tabs.isElsewhere("uuid:2"), false);
  first.tabs.release();
  assert.equal(await second.tabs.isElsewhere("uuid:1"), false);
});
