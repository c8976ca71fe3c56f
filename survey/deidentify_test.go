package survey_test

import (
	"strings"
	"testing"

	"tianye/survey"
)

const dwelling = `type | name | label | personal
start | started | |
deviceid | device | |
username | user | |
text | name | 姓名 | pseudonym
date | birth | 出生 | year
date | moved | 迁入 | month
geopoint | home | 住处 | area
geopoint | well | 水井 |
geotrace | path | 小路 |
text | phone | 电话 | yes
begin repeat | children | 子女 | yes
text | child | 姓名 |
date | born | 出生 | year
end repeat
begin repeat | guests | 客人 | yes
text | guest | 姓名 |
end repeat
text | note | 备注 |`

// TestDeidentified: what is kept of each answer, in a sheet and in JSON Lines; the same person has
// the same id in another form of the project.
func TestDeidentified(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", dwelling, "settings", "form_id|form_title\nhousehold|住户"))
	w.submit(f, m{"started": "2026-04-12T08:40:11+08:00", "device": "dev-1", "user": "bob", "name": "王 小明", "birth": "1961-05-03", "moved": "1999-12-31",
		"home": "28.97432 118.86123 60.5 4.2", "well": "28.97432 118.86123 60.5 4.2", "path": "28.97432 118.86123 0 0;28.97441 118.86124 0 0;28.99 118.9 0 0",
		"phone": "13800001111", "children": []any{m{"child": "王小红", "born": "1990-01-02"}}, "guests": []any{m{"guest": "李四"}}, "note": "井水清"})
	e := survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.JSONLines, Secret: "s"}
	line := string(w.export(e))
	for _, want := range []string{`"birth":"1961"`, `"moved":"1999-12"`, `"home":"29 118.9"`, `"well":"28.97 118.86"`, `"path":"28.97 118.86;28.99 118.9"`,
		`"children":[{"born":"1990"}]`, `"note":"井水清"`, `"received":"2026-04-12"`, `"started":"2026-04-12"`} {
		if !strings.Contains(line, want) {
			t.Errorf("no %s in %s", want, line)
		}
	}
	sheets := ""
	for _, format := range []survey.Format{survey.XLSX, survey.CSV} {
		e.Format = format
		raw := w.export(e)
		if format == survey.XLSX {
			_, all := w.workbook(raw, nil)
			for name, sheet := range all {
				sheets += name + "\n" + sheet + "\n"
			}
			if !strings.Contains(sheets, "1990") {
				t.Error("the kept answer in a personal repeat is not in the workbook")
			}
		} else {
			sheets += string(raw)
		}
	}
	for _, secret := range []string{"王", "李四", "13800001111", "1961-", "28.974", "dev-1", "bob", "guests", "08:40"} {
		if strings.Contains(line+sheets, secret) {
			t.Errorf("%s is left in %s", secret, line+sheets)
		}
	}
	other := w.publish(book(t, "survey", "type|name|label|personal\ntext|who|谁|化名", "settings", "form_id|form_title\nother|另一份"))
	w.submit(other, m{"who": " 王  小明"})
	id := survey.NewPseudonyms("s", quzhou).Of("answer", "王 小明")
	e.Filter.FormID, e.Format = other.ID, survey.JSONLines
	if again := string(w.export(e)); len(id) != 12 || !strings.Contains(line, `"name":"`+id+`"`) || !strings.Contains(again, `"who":"`+id+`"`) {
		t.Errorf("%s is not in %s and %s", id, line, again)
	}
	if survey.NewPseudonyms("other", quzhou).Of("answer", "王 小明") == id || survey.NewPseudonyms("s", "elsewhere").Of("answer", "王 小明") == id {
		t.Error("another server or project gives the same id")
	}
	e.Filter.FormID, e.Format = f.ID, survey.XLSX
	e.About = func(changes []survey.Reduced) (string, [][2]string) {
		lines := [][2]string{{"head", ""}}
		for _, c := range changes {
			lines = append(lines, [2]string{c.What, c.Left.Key})
		}
		return "about", lines
	}
	names, all := w.workbook(w.export(e), nil)
	w.same("about", all[names[len(names)-1]], `head
#receipt|submission.keptPseudonym
#enumerator|submission.keptPseudonym
#received|submission.keptDay
#started|submission.keptDay
#ended|submission.keptDay
started|submission.keptDay
device|submission.keptNothing
user|submission.keptNothing
name|submission.keptPseudonym
birth|submission.keptYear
moved|submission.keptMonth
home|submission.keptArea
well|submission.keptKilometre
path|submission.keptKilometre
phone|submission.keptNothing
children/child|submission.keptNothing
children/born|submission.keptYear
guests|submission.keptNothing`)
	e.Labels = true
	if _, all := w.workbook(w.export(e), nil); !strings.Contains(all["about"], "\n电话|submission.keptNothing") {
		t.Error(all["about"])
	}
	e.Personal = true
	if names, _ := w.workbook(w.export(e), nil); names[len(names)-1] == "about" {
		t.Error("a full export says that it is de-identified")
	}
	e.Format = survey.JSONLines
	if full := string(w.export(e)); !strings.Contains(full, "王") {
		t.Error("the full export is not full: " + full)
	}
}
