package xlsform_test

import (
	"strings"
	"testing"

	"tianye/internal/message"
	"tianye/survey/form"
)

// TestPersonalWays: the column says what exports may keep, in Chinese and in English; what does not
// suit a type is warned of and nothing is kept.
func TestPersonalWays(t *testing.T) {
	d := expect(t, sheets{"survey": {r("type", "name", "label", "personal"),
		r("text", "name", "姓名", "化名"), r("date", "birth", "出生", "YEAR"), r("date", "moved", "迁入", "年月"), r("geopoint", "home", "住处", "大致位置"),
		r("begin group", "family", "家庭", "yes"), r("date", "wedding", "结婚", "month"), r("text", "wife", "妻子"), r("end group"),
		r("text", "address", "住址", "area"), r("integer", "age", "年龄", "no")}}, "warning survey!D10 personalUnfit")
	for path, want := range map[form.Path]form.Keep{"name": form.KeepPseudonym, "birth": form.KeepYear, "moved": form.KeepMonth, "home": form.KeepArea,
		"family": "", "family/wedding": form.KeepMonth, "family/wife": "", "address": ""} {
		if f := d.Find(path); !f.Personal || f.Keep != want {
			t.Errorf("%s: personal %v, keeps %q, want %q", path, f.Personal, f.Keep, want)
		}
	}
	if f := d.Find("age"); f.Personal {
		t.Error("no is yes")
	}
	_, found := read(t, sheets{"survey": {r("type", "name", "label", "personal"), r("text", "a", "甲", "pseudonim")}})
	if len(found) != 1 || found[0].Where() != "survey!D2" || !strings.Contains(message.Sprint(message.English, found[0].Text), "“pseudonym”?") {
		t.Errorf("a near miss: %v", found)
	}
}

// TestConsent: the setting becomes the first question, which must be acknowledged.
func TestConsent(t *testing.T) {
	survey := [][]any{r("type", "name", "label::中文 (zh)", "label::English (en)"), r("text", "a", "甲", "A"), r("note", "n", "${consent}", "${consent}")}
	for name, settings := range map[string][][]any{
		"languages": {r("consent::中文 (zh)", "consent::English (en)"), r("您同意“参加”吗？", "Do you agree?")},
		"bare":      {r("consent", "consent::English (en)"), r("您同意“参加”吗？", "Do you agree?")},
		"Chinese":   {r("知情同意::中文 (zh)", "知情同意::English (en)"), r("您同意“参加”吗？", "Do you agree?")},
	} {
		d := expect(t, sheets{"survey": survey, "settings": settings})
		f := d.Consent()
		if f == nil || d.Fields[0] != f || f.Name != "consent" || f.Type != form.Acknowledge || f.Required == nil || f.Required.Source != "true()" ||
			len(f.Label) != 2 || f.Label["中文 (zh)"] != "您同意“参加”吗？" || f.Label["English (en)"] != "Do you agree?" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	plain := sheets{"survey": {r("type", "name", "label"), r("text", "a", "甲")}, "settings": {r("知情同意"), r("同意吗？")}}
	if f := good(t, plain).Consent(); f == nil || f.Label[""] != "同意吗？" {
		t.Errorf("without languages: %+v", f)
	}
	if good(t, sheets{"survey": {r("type", "name", "label"), r("acknowledge", "consent", "同意")}}).Consent() != nil {
		t.Error("a question of one's own is no consent")
	}
	expect(t, sheets{"survey": {r("type", "name", "label"), r("text", "consent", "甲")}, "settings": {r("consent"), r("x")}}, "error survey!B2 consentTaken")
	expect(t, sheets{"survey": survey, "settings": {r("form_id", "consent::Deutsch (de)"), r("x", "Einverstanden?")}}, "error settings!B2 consentLanguage")
	expect(t, sheets{"survey": survey, "settings": {r("consent"), r("${a} 同意吗？")}}, "error settings!A2 consentReference")
}
