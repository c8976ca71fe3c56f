// The vectors of Go's survey/instance: what it says of each form must be said here too.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { open } from "./engine";
import type { Answers, Definition, Environment, NodeView } from "./types";

interface Expectation {
  values?: Record<string, string | null>;
  relevant?: Record<string, boolean>; required?: Record<string, boolean>; readonly?: Record<string, boolean>;
  choices?: Record<string, string[]>; labels?: Record<string, string[]>; repeats?: Record<string, number>; text?: Record<string, string>;
  violations?: { path: string; kind: string }[];
  answers?: Answers; instanceName?: string;
}
interface Step { set?: [string, string]; addRepeat?: string; removeRepeat?: [string, number]; load?: Answers; expect?: Expectation }
interface Vector { name: string; now: string; judge?: boolean; files?: Record<string, string>; lastSaved?: Answers; language?: string; form: Definition; steps?: Step[]; expect?: Expectation }

const folder = "../survey/instance/testdata/vectors"; // tests run in web/

for (const file of readdirSync(folder).filter(name => name.endsWith(".json"))) {
  const vectors = JSON.parse(readFileSync(`${folder}/${file}`, "utf8")) as Vector[];
  // "judge" is of answers that came from elsewhere, which only the server takes.
  for (const vector of vectors) if (!vector.judge) test(`${file}: ${vector.name}`, () => run(vector));
}

function run({ now, form, steps = [], expect, files, lastSaved, language }: Vector): void {
  process.env.TZ = zone(now);
  const environment: Environment = {
    now: () => new Date(now), random: () => 0.5, files, lastSaved, language,
    deviceID: "device-1", username: "bob", email: "bob@example.org", phoneNumber: "13800000000", instanceID: "uuid:1",
  };
  const shown = language || form.defaultLanguage;
  let engine = open(form, environment);
  for (const step of [...steps, { expect }] as Step[]) {
    if (step.set) engine.set(...step.set);
    if (step.addRepeat) engine.addRepeat(step.addRepeat);
    if (step.removeRepeat) engine.removeRepeat(...step.removeRepeat);
    if (step.load) engine = open(form, environment, step.load);
    const seen = engine.view();
    for (const language of [shown + "!", shown]) engine.speak(language); // evaluates everything
    assert.deepEqual(engine.view(), seen, "evaluating everything gives what evaluating the changed gave");
    if (step.expect) check(step.expect);
  }

  function check(expected: Expectation): void {
    const views = flatten(engine.view(), {});
    for (const [path, value] of Object.entries(expected.values || {})) assert.equal(views[path] ? views[path]!.value : null, value, path);
    compare(expected.relevant, path => views[path]!.relevant);
    compare(expected.required, path => views[path]!.required);
    compare(expected.readonly, path => views[path]!.readonly);
    compare(expected.repeats, path => views[path]!.instances!.length);
    compare(expected.choices, path => (views[path]!.choices || []).map(choice => choice.name));
    compare(expected.labels, path => (views[path]!.choices || []).map(choice => engine.text(path, choice.label, shown)));
    compare(expected.text, path => engine.text(path, views[path]!.field.label, shown));
    if (expected.violations) assert.deepEqual(engine.validate().map(({ path, kind }) => ({ path, kind })), expected.violations);
    if (expected.answers) assert.deepEqual(engine.answers(), expected.answers);
    if (expected.instanceName) assert.equal(engine.name(), expected.instanceName);
  }
}

function compare<V>(expected: Record<string, V> | undefined, got: (path: string) => V): void {
  for (const path in expected) assert.deepEqual(got(path), expected[path], path);
}

function flatten(views: NodeView[], into: Record<string, NodeView>): Record<string, NodeView> {
  for (const view of views) {
    into[view.path] = view;
    flatten([...(view.children || []), ...(view.instances || [])], into);
  }
  return into;
}

// The zone that the clock of the vector is in; its names' signs are the other way round.
function zone(now: string): string {
  const [, sign, hours] = /([+-])(\d\d):00$/.exec(now) || [];
  return sign ? `Etc/GMT${sign === "+" ? "-" : "+"}${Number(hours)}` : "UTC";
}
