package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tianye/charts"
	"tianye/internal/id"
)

// TestChoicesOfFiles: the submission page, exports and charts call a choice from a file by its text, and
// a case by its title.
func TestChoicesOfFiles(t *testing.T) {
	w := newWorld(t)
	hetang := w.Case("荷塘村")
	f := w.Publish(workbook(t, sheets{
		"survey":   {{"type", "name", "label"}, {"select_one_from_file villages.csv", "village", "哪个村"}, {"select_one_from_file cases.csv", "which", "哪个案例"}},
		"settings": {{"form_id", "form_title"}, {"chosen", "选村"}},
	}), "chosen.xlsx")
	alice := w.As("alice")
	path := w.Base() + "/forms/" + string(f.ID)
	alice.Leads(alice.Upload(path+"/media", "media", "villages.csv", []byte("name,label\nv2,新宅村\n"), nil))
	f, err := w.Surveys.Form(t.Context(), w.Project.ID, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	if f, err = w.Surveys.Publish(t.Context(), w.Project.ID, w.Users["alice"].ID, f.ID, f.Revision); err != nil {
		t.Fatal(err)
	}
	sub := w.Submit(f, "", "uuid:1", map[string]any{"village": "v2", "which": string(hetang.ID)})
	page := w.Base() + "/submissions/" + string(sub.ID)
	alice.Get(page).Want(t, http.StatusOK).Shows(t, "新宅村", "荷塘村").Hides(t, string(hetang.ID)+"</", ">v2<")
	alice.Get(page+"/correct").Want(t, http.StatusOK).Shows(t, "新宅村", "荷塘村")
	csv := alice.Get(w.Base() + "/submissions/export?" + url.Values{"form": {string(f.ID)}, "format": {"csv"}, "labels": {"1"}}.Encode()).Want(t, http.StatusOK).Body
	if !strings.Contains(csv, ",新宅村,荷塘村") {
		t.Error(csv)
	}
	for by, want := range map[string]string{"village": "新宅村", "which": "荷塘村"} {
		spec, err := json.Marshal(charts.Spec{Source: charts.Source{Kind: id.KindSubmission, Form: f.ID}, Measure: by})
		if err != nil {
			t.Fatal(err)
		}
		body := alice.Get(w.Base() + "/charts/data?variables=1&spec=" + url.QueryEscape(string(spec))).Want(t, http.StatusOK).Body
		if strings.Count(body, `"`+want+`"`) < 2 || strings.Contains(body, `"v2"`) && !strings.Contains(body, `"label":"新宅村"`) {
			t.Errorf("%s: %s", by, body)
		}
	}
}
