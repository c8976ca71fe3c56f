import assert from "node:assert/strict";
import { test } from "node:test";
import { placed } from "./background";
import { mediaAddress, fetchTexts } from "./files";
import { corners, pointsOf } from "./geometry";
import { frameAround, gridOf, onto, readFrame, shapeOf, spacing, under } from "./ground";
import { layoutOf, sought } from "./inputs/options";
import { moved } from "./inputs/rank";
import { steps } from "./inputs/range";
import { clock, grouped, size } from "./numbers";
import { windowOf } from "./section";
import type { FillData } from "./data";
import { field } from "./testing";

test("a range's values are exact, also backwards; too many are not listed", () => {
  assert.deepEqual(steps(0, 1, 0.1, 20), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  assert.deepEqual(steps(5, 1, 2, 20), [5, 3, 1]);
  assert.deepEqual(steps(1, 10, 4, 20), [1, 5, 9]);
  assert.deepEqual(steps(0, 100, 1, 20), []);
});

test("a row is carried to another place", () => {
  assert.deepEqual(moved(["a", "b", "c", "d"], 3, 0), ["d", "a", "b", "c"]);
  assert.deepEqual(moved(["a", "b", "c", "d"], 0, 2), ["b", "c", "a", "d"]);
});

test("appearances lay choices out, older forms' too", () => {
  const look = (appearance: string) => layoutOf(field("q", "select_one", { appearance }));
  const plain = { columns: undefined, packed: false, tiles: false, search: false };
  assert.deepEqual(look("likert"), plain);
  assert.deepEqual(look("columns"), { ...plain, columns: 2 });
  assert.deepEqual(look("columns-3 no-buttons"), { ...plain, columns: 3, tiles: true });
  assert.deepEqual(look("columns-9"), { ...plain, columns: 4 });
  assert.deepEqual(look("columns-pack"), { ...plain, packed: true });
  assert.deepEqual(look("quickcompact-2"), { ...plain, columns: 2, tiles: true });
  assert.deepEqual(look("minimal autocomplete"), { ...plain, search: true });
  assert.deepEqual(look("search('villages')"), { ...plain, search: true });
});

test("choices are sought by every word, in label, value and hint", () => {
  const options = [{ value: "hecun", label: "贺村镇" }, { value: "hushan", label: "虎山街道", hint: "江山市 社区" }];
  const found = (words: string) => sought(options, words).map(o => o.value);
  assert.deepEqual(found(""), ["hecun", "hushan"]);
  assert.deepEqual(found("HE"), ["hecun"]);
  assert.deepEqual(found("社区 虎山"), ["hushan"]);
  assert.deepEqual(found("社区 贺村"), []);
});

test("of a long repeat a stretch is drawn, which a jump moves", () => {
  assert.deepEqual(windowOf(8, 4, 0), { from: 0, to: 8, step: 15 });
  assert.deepEqual(windowOf(1000, 4, 0), { from: 0, to: 15, step: 15 });
  assert.deepEqual(windowOf(1000, 4, 776), { from: 765, to: 780, step: 15 });
  assert.deepEqual(windowOf(1000, 4, 5000), { from: 990, to: 1000, step: 15 });
  assert.deepEqual(windowOf(1000, 100, 7), { from: 5, to: 10, step: 5 });
});

test("a path is in the same instances as the one beside it", () => {
  assert.equal(placed("family/where", "family[3]/name"), "family[3]/where");
  assert.equal(placed("homes/rooms/where", "homes[2]/rooms[4]/size"), "homes[2]/rooms[4]/where");
  assert.equal(placed("a/where", "b[1]/a"), "a/where");
});

test("a way is drawn north up on a grid of whole metres, and a press on it is a point", () => {
  const shape = pointsOf("28.70 118.60 0 0; 28.701 118.60 0 0;28.701 118.602 0 0; 28.70 118.60 0 0;");
  assert.equal(shape.length, 4);
  assert.equal(corners(shape).length, 3);
  const one = { latitude: 28.7, longitude: 118.6 }, other = { latitude: 28.701, longitude: 118.6 };
  const frame = frameAround([one, other], 1.6);
  assert.ok(Math.abs(shapeOf(frame) - 1.6) < 1e-6);
  const near = ([x, y]: [number, number]) => [Math.round(x), Math.round(y)];
  assert.deepEqual([near(onto(frame, 320, 200, one)), near(onto(frame, 320, 200, other))], [[160, 180], [160, 20]]); // 111 m of 139 m
  const back = under(frame, 320, 200, ...onto(frame, 320, 200, one));
  assert.ok(Math.abs(back.latitude - one.latitude) < 1e-9 && Math.abs(back.longitude - one.longitude) < 1e-9);
  assert.equal(spacing(frame), 50);
  const { xs, ys } = gridOf(frame);
  assert.deepEqual([xs.length, ys.length], [4, 2]);
  assert.ok(Math.abs(gridOf(frameAround([one], 1.6)).ys.length - 2) <= 1, "sixty metres at least");
});

test("a map's edges are read, and refused when they make no sense", () => {
  const edges = { west: 118.5, south: 28.6, east: 118.7, north: 28.8 };
  assert.deepEqual(readFrame({ ...edges, more: 1 }), edges);
  for (const wrong of [null, 7, {}, { ...edges, west: 119 }, { ...edges, north: "28.8" }, { ...edges, east: 181 }, { ...edges, south: NaN }]) assert.equal(readFrame(wrong), undefined);
});

test("numbers as people read them", () => {
  assert.deepEqual(["1234567.1234", "-999", "1000", ""].map(grouped), ["1,234,567.1234", "-999", "1,000", ""]);
  assert.deepEqual([999, 12_345_678].map(size), ["1 kB", "12.3 MB"]);
  assert.equal(clock(187), "3:07");
});

test("the form's tables are fetched; one that does not come is named, one that the form lacks is not asked for", async () => {
  const data = { media: ["村庄.csv", "prices.xml"], mediaUrl: "/m/" } as FillData;
  const at = (name: string) => mediaAddress(data, name);
  assert.equal(at("村庄.csv"), "/m/%E6%9D%91%E5%BA%84.csv");
  assert.equal(at("lost.csv"), undefined);
  const asked: string[] = [];
  globalThis.fetch = async url => {
    asked.push(String(url));
    return new Response("name,label", { status: asked.length === 1 ? 200 : 503 });
  };
  assert.deepEqual(await fetchTexts(["村庄.csv", "lost.csv"], at), { "村庄.csv": "name,label" });
  await assert.rejects(fetchTexts(["prices.xml"], at), name => name === "prices.xml");
  assert.deepEqual(asked, ["/m/%E6%9D%91%E5%BA%84.csv", "/m/prices.xml"]);
});
