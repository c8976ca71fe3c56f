import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOf, sameVersion } from "../fill/offline";
import { needsOf } from "./shelf";

const page = `<link rel="stylesheet" href="/static/fill.css?v=aa11"><script src="/static/fill.js?v=bb22"></script>
<script type="application/json" id="parts">["/static/fill-ABCD1234.js"]</script>
<script type="application/json" id="fill-data">{"media":["地图.png","cases.csv"],"mediaUrl":"/p/p1/forms/f1/versions/2/media/","form":{"title":"\\u003c/script\\u003e"}}</script>`;

test("a page needs the program's files that it names and its form's media", () => {
  assert.deepEqual(needsOf(page), ["/static/fill.css?v=aa11", "/static/fill.js?v=bb22", "/static/fill-ABCD1234.js",
    "/p/p1/forms/f1/versions/2/media/%E5%9C%B0%E5%9B%BE.png", "/p/p1/forms/f1/versions/2/media/cases.csv"]);
  assert.deepEqual(needsOf(page, true).filter(path => path.includes("media")), []);
});

test("a page without a form needs the program's files alone", () => {
  assert.deepEqual(needsOf(`<script src="/static/field.js?v=1"></script><a href="/p/p1">x</a>`), ["/static/field.js?v=1"]);
});

test("the fill page and the list have a form's page kept alike: with many media once that is agreed to", () => {
  const form = { id: "f1", stamp: "s1", weight: 20_000_001 };
  assert.deepEqual(kindOf(form, []), { stamp: "s1-lean", lean: true });
  assert.deepEqual(kindOf(form, ["f1"]), { stamp: "s1", lean: false });
  assert.deepEqual(kindOf({ ...form, weight: 20_000_000 }, []), { stamp: "s1", lean: false });
  assert.ok(sameVersion("s1-lean", "s1") && sameVersion("s1", "s1") && !sameVersion("s1", "s2"));
});
