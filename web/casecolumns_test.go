package web_test

import (
	"net/http"
	"strings"
	"testing"

	"tianye/casebase"
)

// TestColumnsOfCases: every attribute has a column of its own, beside those of the system.
func TestColumnsOfCases(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(workbook(t, sheets{"survey": {{"type", "name", "label"}, {"select_one_from_file cases.csv", "c", "案例"}}, "settings": {{"form_id", "form_title"}, {"c", "案例"}}}), "c.xlsx")
	var attributes []casebase.Attribute
	for _, name := range []string{"name", "label", "__version", "入户 日期", "入户_日期", "入户/日期", "2024", "attribute_name"} {
		attributes = append(attributes, casebase.Attribute{Name: name, Type: casebase.TypeText, Value: "=" + name})
	}
	if _, err := w.Cases.Create(t.Context(), w.Users["alice"].ID, w.Project.ID, casebase.Edit{Title: "荷塘村", Attributes: attributes}); err != nil {
		t.Fatal(err)
	}
	csv := w.As("bob").Get(w.Base()+"/forms/"+string(f.ID)+"/versions/1/media/cases.csv").Want(t, http.StatusOK).Body
	lines := strings.Split(strings.TrimSpace(csv), "\n")
	header, values := strings.Split(lines[0], ","), strings.Split(lines[1], ",")
	got := map[string]string{}
	for i, column := range header {
		if _, twice := got[column]; twice {
			t.Errorf("%s is there twice", column)
		}
		got[column] = values[i]
	}
	for column, value := range map[string]string{"label": "荷塘村", "__version": "1", "attribute_name_2": "=name", "attribute_label": "=label", "attribute___version": "=__version",
		"入户_日期": "=入户_日期", "_2024": "=2024", "attribute_name": "=attribute_name"} {
		if got[column] != value {
			t.Errorf("%s is %q, want %q", column, got[column], value)
		}
	}
	if len(header) != 11 || got["入户_日期_2"]+got["入户_日期_3"] == "" {
		t.Error(lines[0])
	}
}
