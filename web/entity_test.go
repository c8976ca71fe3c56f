package web_test

import (
	"net/http"
	"strings"
	"testing"

	"tianye/casebase"
	"tianye/internal/id"
	"tianye/survey"
)

// village registers cases, or follows up one of them.
func (w *world) village(formID, entityID, question string) survey.Form {
	w.Helper()
	entities := [][]string{{"list_name", "label"}, {"cases", "${title}"}}
	if entityID != "" {
		entities = [][]string{{"list_name", "label", "entity_id"}, {"cases", "${title}", entityID}}
	}
	return w.Publish(workbook(w, sheets{
		"survey":   {{"type", "name", "label", "save_to"}, {question, "which", "哪个村", ""}, {"text", "title", "村名", ""}, {"integer", "people", "人口", "人口"}, {"text", "note", "备注", ""}},
		"entities": entities,
		"settings": {{"form_id", "form_title", "version"}, {formID, "村情", "1"}},
	}), formID+".xlsx")
}

func villageXML(form, instance, entity, which, title, people string) string {
	return `<data id="` + form + `" version="1" xmlns:orx="http://openrosa.org/xforms"><which>` + which + `</which><title>` + title + `</title><people>` + people + `</people><note/>` +
		`<orx:meta><orx:instanceID>` + instance + `</orx:instanceID><entity xmlns="http://www.opendatakit.org/xforms/entities" ` + entity + `><label>` + title + `</label></entity></orx:meta></data>`
}

func (w *world) cases() map[string]casebase.Case {
	w.Helper()
	list, err := w.Cases.List(w.Context(), w.Project.ID, casebase.Filter{}, casebase.Sort{By: casebase.SortTitle}, casebase.Page{})
	if err != nil {
		w.Fatal(err)
	}
	all := map[string]casebase.Case{}
	for _, one := range list.Cases {
		c, err := w.Cases.Get(w.Context(), w.Project.ID, one.ID)
		if err != nil {
			w.Fatal(err)
		}
		all[c.Title] = c
	}
	return all
}

func (w *world) only(state survey.ReviewState) survey.ListItem {
	w.Helper()
	list, err := w.Surveys.List(w.Context(), w.Project.ID, survey.Filter{States: []survey.ReviewState{state}}, "", 10)
	if err != nil || list.Total != 1 {
		w.Fatalf("%d submissions are %s: %v", list.Total, state, err)
	}
	return list.Items[0]
}

// TestClientsMakeCases: the entities of the list "cases" are the project's cases.
func TestClientsMakeCases(t *testing.T) {
	w := newWorld(t)
	w.village("register", "", "text")
	w.village("follow", "${which}", "select_one_from_file cases.csv")
	_, c := w.app("吴博的手机")
	register := villageXML("register", "uuid:1", `dataset="cases" id="5d1c" create="1"`, "", "荷塘村", "812")
	for range 2 { // the second time it is here already
		c.send(register).Want(t, http.StatusCreated)
	}
	made, ok := w.cases()["荷塘村"]
	if people, _ := made.Attribute("人口"); !ok || people.Value != "812" || made.Revision != 1 {
		t.Fatalf("%+v", w.cases())
	}
	if item := w.only(survey.Received); item.CaseID != made.ID {
		t.Errorf("the submission is tied to %q", item.CaseID)
	}
	w.As("rui").Get(w.Base()+"/cases/"+string(made.ID)).Want(t, http.StatusOK).Shows(t, "荷塘村", "人口", "812", "村情")

	// Clients name the case by their own id when they made it, by ours when it is from the list.
	c.send(villageXML("follow", "uuid:2", `dataset="cases" id="5d1c" update="1"`, "5d1c", "荷塘村", "820")).Want(t, http.StatusCreated)
	c.send(villageXML("follow", "uuid:3", `dataset="cases" id="`+string(made.ID)+`" update="1"`, string(made.ID), "新荷塘村", "830")).Want(t, http.StatusCreated)
	c.send(register).Want(t, http.StatusCreated) // late, and without effect
	if now := w.cases()["新荷塘村"]; now.ID != made.ID || now.Revision != 3 || now.UpdatedBy == w.Users["alice"].ID {
		t.Errorf("%+v", w.cases())
	}

	// What is gone cannot be changed; the submission is kept, and says so.
	c.send(villageXML("follow", "uuid:4", `dataset="cases" id="none" update="1"`, "none", "别的村", "1")).Want(t, http.StatusCreated)
	w.As("rui").Get(w.Base()+"/submissions/"+string(w.only(survey.HasIssues).ID)).Want(t, http.StatusOK).Shows(t, "所选的案例不存在")
}

// TestClientsChangeNoOtherCases: an app key has the rights that the forms give, whatever
// is written to it.
func TestClientsChangeNoOtherCases(t *testing.T) {
	w := newWorld(t)
	w.village("register", "", "text")
	w.Publish(workbook(w, sheets{"survey": {{"type", "name", "label"}, {"text", "which", "哪个村"}, {"text", "title", "村名"}, {"text", "people", "人口"}, {"text", "note", "备注"}},
		"settings": {{"form_id", "form_title", "version"}, {"plain", "无案例", "1"}}}), "plain.xlsx")
	_, c := w.app("吴博的手机")
	c.send(villageXML("register", "uuid:1", `dataset="cases" id="5d1c" create="1"`, "", "荷塘村", "812")).Want(t, http.StatusCreated)
	made := w.cases()["荷塘村"]
	for form, entity := range map[string]string{"plain": `dataset="cases" id="` + string(made.ID) + `" create="1" update="1"`, "register": `dataset="cases" id="` + string(made.ID) + `" update="1"`} {
		c.send(villageXML(form, "uuid:"+form, entity, "", "改名村", "1")).Want(t, http.StatusCreated)
	}
	if now := w.cases(); len(now) != 1 || now["荷塘村"].Revision != made.Revision {
		t.Errorf("%+v", now)
	}
}

// TestThePageMakesCases: the same form on the fill page does the same.
func TestThePageMakesCases(t *testing.T) {
	w := newWorld(t)
	register := w.village("register", "", "text")
	follow := w.village("follow", "${which}", "select_one_from_file cases.csv")
	bob, path := w.As("bob"), w.Base()+"/submissions"
	for range 2 {
		bob.Send(path, incoming(register, "uuid:1", map[string]any{"title": "荷塘村", "people": "812"})).Want(t, http.StatusCreated)
	}
	made := w.cases()["荷塘村"]
	bob.Send(path, incoming(follow, "uuid:2", map[string]any{"which": string(made.ID), "title": "荷塘村", "people": "900"})).Want(t, http.StatusCreated)
	now := w.cases()["荷塘村"]
	if people, _ := now.Attribute("人口"); now.ID != made.ID || people.Value != "900" || now.UpdatedBy != w.Users["bob"].ID || len(w.cases()) != 1 {
		t.Errorf("%+v", w.cases())
	}
	if _, err := w.Cases.Get(t.Context(), w.Project.ID, id.CaseID(strings.Repeat("0", 26))); err == nil {
		t.Error("a case that nobody made")
	}
}
