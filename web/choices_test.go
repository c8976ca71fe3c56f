package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tianye/charts"
	"tianye/internal/id"
	"tianye/survey"
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
	csv := alice.Get(w.Base()+"/submissions/export?"+url.Values{"form": {string(f.ID)}, "format": {"csv"}, "labels": {"1"}}.Encode()).Want(t, http.StatusOK).Body
	if !strings.Contains(csv, ",新宅村,荷塘村") {
		t.Error(csv)
	}
	for by, want := range map[string]string{"village": "新宅村", "which": "荷塘村"} {
		spec, err := json.Marshal(charts.Spec{Source: charts.Source{Kind: id.KindSubmission, Form: f.ID}, Measure: by})
		if err != nil {
			t.Fatal(err)
		}
		body := alice.Get(w.Base()+"/charts/data?variables=1&spec="+url.QueryEscape(string(spec))).Want(t, http.StatusOK).Body
		if strings.Count(body, `"`+want+`"`) < 2 || strings.Contains(body, `"v2"`) && !strings.Contains(body, `"label":"新宅村"`) {
			t.Errorf("%s: %s", by, body)
		}
	}
}

// TestRankingsAreComparedByWhatIsFirst: everyone ranks every choice.
func TestRankingsAreComparedByWhatIsFirst(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(workbook(t, sheets{
		"survey":   {{"type", "name", "label"}, {"rank need", "needs", "最需要什么"}},
		"choices":  {{"list_name", "name", "label"}, {"need", "road", "修路"}, {"need", "water", "通水"}},
		"settings": {{"form_id", "form_title"}, {"rank", "需要"}},
	}), "rank.xlsx")
	w.Submit(f, "", "uuid:1", map[string]any{"needs": "water road"})
	w.Submit(f, "", "uuid:2", map[string]any{"needs": "water road"})
	w.Submit(f, "", "uuid:3", map[string]any{})
	spec, err := json.Marshal(charts.Spec{Source: charts.Source{Kind: id.KindSubmission, Form: f.ID}, Measure: "needs"})
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		Spec      charts.Spec
		Result    charts.Result
		Variables []struct{ Name, Label, Type string }
	}
	body := w.As("ana").Get(w.Base()+"/charts/data?variables=1&spec="+url.QueryEscape(string(spec))).Want(t, http.StatusOK).Body
	if err := json.Unmarshal([]byte(body), &data); err != nil {
		t.Fatal(err)
	}
	shares := map[string]float64{}
	for i, category := range data.Result.Categories {
		shares[category.Label] = data.Result.Series[0].Cells[i].Value
	}
	if data.Result.N != 2 || shares["通水"] != 1 || shares["修路"] != 0 || data.Spec.Title != "最需要什么（排在第一的）" || data.Variables[0].Type != "one" || strings.Contains(body, "为多选") {
		t.Error(shares, body)
	}
}

// TestTracesAreMeasured: by the sphere that expressions measure them on.
func TestTracesAreMeasured(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(workbook(t, sheets{
		"survey":   {{"type", "name", "label"}, {"geotrace", "way", "路"}, {"geoshape", "field", "田"}},
		"settings": {{"form_id", "form_title"}, {"trace", "线"}},
	}), "trace.xlsx")
	sub := w.Submit(f, "", "uuid:1", map[string]any{"way": "28 118 0 0; 28 118.001 0 0", "field": "28 118 0 0; 28 118.001 0 0; 28.001 118.001 0 0; 28 118 0 0"})
	w.As("alice").Get(w.Base()+"/submissions/"+string(sub.ID)).Want(t, http.StatusOK).Shows(t, "2 个点，长 98 米", "3 个点，面积 5471 平方米")
}

// TestWhatConcernsTheCaseIsSaidOnce: at the question that chose it.
func TestWhatConcernsTheCaseIsSaidOnce(t *testing.T) {
	w := newWorld(t)
	w.village("follow", "${which}", "select_one_from_file cases.csv")
	_, c := w.app("吴博的手机")
	c.send(villageXML("follow", "uuid:1", `dataset="cases" id="none" update="1"`, "none", "别的村", "1")).Want(t, http.StatusCreated)
	page := w.As("rui").Get(w.Base()+"/submissions/"+string(w.only(survey.HasIssues).ID)).Want(t, http.StatusOK).Hides(t, "cases:").Shows(t, "哪个村: 所选的案例不存在")
	if n := strings.Count(page.Body, "所选的案例不存在"); n != 1 {
		t.Errorf("it is said %d times", n)
	}
}

// TestManyFormsAreFoldedOnACasesPage: three are offered at once.
func TestManyFormsAreFoldedOnACasesPage(t *testing.T) {
	w := newWorld(t)
	c := w.Case("荷塘村")
	for _, name := range []string{"甲", "乙", "丙"} {
		w.village("form"+name, "", "text")
	}
	page := w.As("alice").Get(w.Base()+"/cases/"+string(c.ID)).Want(t, http.StatusOK)
	page.Hides(t, "填写其他问卷")
	w.village("more", "", "text")
	page = w.As("alice").Get(w.Base()+"/cases/"+string(c.ID)).Want(t, http.StatusOK).Shows(t, "填写其他问卷（1 份）")
	if before, folded, _ := strings.Cut(page.Body, "填写其他问卷"); strings.Count(before, "/fill?case=") != 3 || strings.Count(folded, "/fill?case=") != 1 {
		t.Error(page.Body)
	}
}

// TestFormsThatNameTheirCaseAreNotAskedForIt: neither those that make one nor those that have it chosen.
func TestFormsThatNameTheirCaseAreNotAskedForIt(t *testing.T) {
	w := newWorld(t)
	c := w.Case("荷塘村")
	plain := w.Publish(visit(t), "visit.xlsx")
	fill := func(f survey.Form) string { return w.Base() + "/forms/" + string(f.ID) + "/fill?case=" + string(c.ID) }
	w.As("bob").Get(fill(plain)).Want(t, http.StatusOK).Holds(t, `"cases":[{"id":"`+string(c.ID)+`"`, `"caseId":"`)
	for _, f := range []survey.Form{w.village("register", "", "text"), w.village("choose", "", "select_one_from_file cases.csv")} {
		page := w.As("bob").Get(fill(f)).Want(t, http.StatusOK).Holds(t, `"cases":[]`)
		if strings.Contains(page.Body, `"caseId":`) {
			t.Error("the case of the link is taken")
		}
	}
}

// TestAStaleUpdateOfACaseIsNoted: of two phones that had the same revision, the second overwrites the
// first, and says so.
func TestAStaleUpdateOfACaseIsNoted(t *testing.T) {
	w := newWorld(t)
	w.village("follow", "${which}", "select_one_from_file cases.csv")
	hetang := w.Case("荷塘村")
	_, c := w.app("吴博的手机")
	update := func(instance, base, people string) {
		entity := `dataset="cases" id="` + string(hetang.ID) + `" update="1" baseVersion="` + base + `"`
		c.send(villageXML("follow", instance, entity, string(hetang.ID), "荷塘村", people)).Want(t, http.StatusCreated)
	}
	update("uuid:1", "1", "99")
	update("uuid:2", "2", "98")
	if list, err := w.Surveys.List(t.Context(), w.Project.ID, survey.Filter{States: []survey.ReviewState{survey.Received}}, "", 10); err != nil || list.Total != 2 {
		t.Fatal(list, err)
	}
	update("uuid:3", "2", "77")
	stale := w.only(survey.HasIssues)
	w.As("rui").Get(w.Base()+"/submissions/"+string(stale.ID)).Want(t, http.StatusOK).Shows(t, "案例: 填报时手机上是案例的第 2 版，收到时案例已是第 3 版")
	if people, _ := w.cases()["荷塘村"].Attribute("人口"); stale.CaseID != hetang.ID || people.Value != "77" {
		t.Errorf("%+v %+v", stale, people)
	}
}
