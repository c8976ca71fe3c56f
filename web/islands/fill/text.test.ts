import assert from "node:assert/strict";
import { test } from "node:test";
import { formLanguage, languageTag, speak, t, uuid } from "./data";
import { fromInput, moment, toInput } from "./dates";
import type { Definition } from "./engine/types";
import { asciiDigits } from "./numbers";
import { plain } from "./markdown";
import { fileName } from "./picture";

test("native inputs' values become XForms' lexical forms and back", () => {
  for (const [kind, text, value] of [
    ["date", "2026-04-12", /^2026-04-12$/], ["month", "2026-04", /^2026-04-01$/], ["year", "1999", /^1999-01-01$/],
    ["time", "10:30", /^10:30:00\.000[+-]\d\d:\d\d$/], ["dateTime", "2026-04-12T10:30", /^2026-04-12T10:30:00\.000[+-]\d\d:\d\d$/],
  ] as const) {
    assert.match(fromInput(kind, text), value);
    assert.equal(toInput(kind, fromInput(kind, text)), text);
    assert.equal(fromInput(kind, ""), "");
    assert.equal(toInput(kind, ""), "");
  }
  assert.equal(toInput("dateTime", "not a time"), "");
});

test("a moment of today is its hour", () => {
  const now = new Date(2026, 3, 12, 20, 0);
  assert.equal(moment(new Date(2026, 3, 12, 9, 5).toISOString(), now), "09:05");
  assert.equal(moment(new Date(2026, 3, 11, 9, 5).toISOString(), now), "2026-04-11 09:05");
});

test("a Chinese keyboard's digits are numbers", () => {
  assert.equal(asciiDigits(" １２．５ "), "12.5");
  assert.equal(asciiDigits("－3。2"), "-3.2");
});

test("labels lose their marks where only text can stand", () => {
  assert.equal(plain("**重要：**请*如实*填写\n谢谢"), "重要：请如实填写 谢谢");
  assert.equal(plain("见[**说明**](https://a.cn/b_(1)?q=_x_)和[别处](HTTP://b.cn)"), "见说明和别处");
  assert.equal(plain("[不是](javascript:alert)、[空]()"), "[不是](javascript:alert)、[空]()");
});

test("attachments' names are safe, telling and never the same twice", () => {
  const now = new Date(1_776_000_000_000);
  assert.match(fileName("", "application/pdf", "会议 记录/终稿.PDF", now), /^会议-记录-终稿-[0-9a-z]+\.pdf$/);
  assert.match(fileName("photo", "image/jpeg", "IMG_1.HEIC", now), /^photo-[0-9a-z]+\.jpg$/);
  assert.match(fileName("", "", "???", now), /^file-[0-9a-z]+$/);
});

test("the form's language follows the page's, else the form's default", () => {
  const d = { languages: ["English (en)", "中文 (zh)"], defaultLanguage: "English (en)" } as Definition;
  assert.equal(formLanguage(d, "zh"), "中文 (zh)");
  assert.equal(formLanguage({ ...d, languages: ["English (en)", "Français (fr)"] }, "zh"), "English (en)");
  assert.equal(formLanguage({ ...d, languages: [""], defaultLanguage: "" }, "zh"), "");
  assert.equal(languageTag("中文 (zh-CN)"), "zh-CN");
  assert.equal(languageTag(""), undefined);
});

test("sentences have their places filled in; ids are version 4", () => {
  speak({ "fill.progress": "已答 {0} / {1} 题" });
  assert.equal(t("fill.progress", 3, 12), "已答 3 / 12 题");
  assert.match(uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
