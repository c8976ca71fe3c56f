package survey_test

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"tianye/internal/id"
	"tianye/survey"
	"tianye/survey/form"
)

// chosenSurvey has selects whose choices come from files of every kind, and from lists of the project.
const chosenSurvey = `
type | name | label | parameters | choice_filter
select_one_from_file villages.csv | village | 村
select_multiple_from_file towns.geojson | towns | 镇
select_one_from_file fields.xml | field | 领域 | value=code label=says
select_one_external hamlet | hamlet | 自然村 | | village=${village}
select_one_from_file cases.csv | which | 案例
select_one_from_file trees.csv | tree | 树
begin_repeat | stops | 走访
select_one_from_file villages.csv | stop | 走到
end_repeat
`

// chosen publishes the form with its files, after a tree was planted.
func (w *world) chosen() (f survey.Form, tree string) {
	w.Helper()
	w.Offer("cases.csv", func(context.Context, id.ProjectID) ([]byte, error) {
		return []byte("name,label\nc1,荷塘村的案例\n" + string(survey.CaseIDOf(quzhou, "uuid:made")) + ",清漾村的案例\n"), nil
	})
	plant := w.publish(book(w, "survey", treeSurvey, "entities", treeEntities, "settings", "form_id\nplant"))
	w.submit(plant, m{"kind": "樟", "height": "7"})
	workbook := book(w, "survey", chosenSurvey, "external_choices", "list_name | name | label | village\nhamlet | h1 | 上塘 | v2", "settings", "form_id | form_title\nchosen | 选")
	f, complaints, err := w.Upload(w.Context(), quzhou, alice, workbook, "选.xlsx", "",
		file("villages.csv", "name,label\nv1,荷塘村\nv2,新宅村\n"),
		file("towns.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"t1","title":"贺村镇"}},{"type":"Feature","properties":{"id":"t2","title":"凤林镇"}}]}`),
		file("fields.xml", `<root><item><code>f1</code><says>农村</says></item></root>`))
	if err != nil {
		w.Fatal(err, complaints)
	}
	if f, err = w.Service.Publish(w.Context(), quzhou, alice, f.ID, f.Revision); err != nil {
		w.Fatal(err)
	}
	_, r, err := w.OpenMedia(w.Context(), quzhou, f.ID, 1, "trees.csv")
	lines := strings.Split(text(w, r, err), "\n")
	tree, _, _ = strings.Cut(lines[1], ",")
	return f, tree
}

// TestChoicesOfFilesAreCalledByTheirTexts: in tables, in exports, and one by one. What the list does
// not have, or no longer, shows as itself.
func TestChoicesOfFilesAreCalledByTheirTexts(t *testing.T) {
	w := here(t)
	f, tree := w.chosen()
	stops := []any{m{"stop": "v1"}, m{"stop": "v2"}}
	w.submit(f, m{"village": "v2", "towns": "t2 t1", "field": "f1", "hamlet": "h1", "which": "c1", "tree": tree, "stops": stops})
	w.submit(f, m{"village": "v1", "which": "c9", "tree": "felled"})
	w.submit(f, m{"which": "uuid:made"})
	got := w.table(w.Service, f, "zh")
	wanted := map[string]string{"village": "one: 新宅村 荷塘村 ·", "towns": "many: 凤林镇+贺村镇 · ·", "field": "one: 农村 · ·", "which": "one: 荷塘村的案例 c9 清漾村的案例", "tree": "one: 樟 felled ·"}
	for name, want := range wanted {
		if show(got, name) != want {
			t.Errorf("%s is %q, not %q", name, show(got, name), want)
		}
	}
	if got := show(got, "hamlet"); !strings.HasSuffix(got, ": 上塘 · ·") {
		t.Error("hamlet", got)
	}
	raw := w.export(survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.CSV, Labels: true})
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatal(rows, err)
	}
	if first, second := strings.Join(rows[1], "|"), strings.Join(rows[2], "|"); !strings.HasSuffix(first, "|新宅村|凤林镇；贺村镇|农村|上塘|荷塘村的案例|樟") || !strings.HasSuffix(second, "|荷塘村||||c9|felled") {
		t.Errorf("%s\n%s", first, second)
	}
	if raw := string(w.export(survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.CSV})); !strings.Contains(raw, ",v2,t2 t1,f1,h1,c1,"+tree) {
		t.Error(raw)
	}
	choices, err := w.Choices(t.Context(), quzhou, f.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[form.Path]string{"stops[2]/stop": "新宅村", "stops/stop": "新宅村", "village": "新宅村", "tree": "", "none": ""} {
		if got := choices.Label(path, "v2", "zh"); got != want {
			t.Errorf("v2 of %s is called %q", path, got)
		}
	}
}

// TestALaterVersionsListGoesFirst: one without the choice leaves it what it was called before.
func TestALaterVersionsListGoesFirst(t *testing.T) {
	w := here(t)
	f, _ := w.chosen()
	w.submit(f, m{"village": "v2"})
	w.submit(f, m{"village": "v1"})
	f, _, err := w.PutMedia(t.Context(), quzhou, alice, f.ID, []survey.MediaFile{file("villages.csv", "name,label\nv1,荷花村\n")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = w.Service.Publish(t.Context(), quzhou, alice, f.ID, f.Revision); err != nil {
		t.Fatal(err)
	}
	if got := show(w.table(w.Service, f, "zh"), "village"); got != "one: 新宅村 荷花村" {
		t.Error(got)
	}
	if raw := string(w.export(survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.CSV, Labels: true})); !strings.Contains(raw, "新宅村") || !strings.Contains(raw, "荷花村") {
		t.Error(raw)
	}
}
