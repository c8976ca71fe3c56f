package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tianye/casebase"
	"tianye/internal/id"
	"tianye/survey"
)

// CaseIn makes a case in a county.
func (w *world) CaseIn(county, title string) casebase.Case {
	w.Helper()
	c, err := w.Cases.Create(w.Context(), w.Users["alice"].ID, w.Project.ID, casebase.Edit{Title: title,
		Attributes: []casebase.Attribute{{Name: "县", Type: casebase.TypeChoice, Value: county}}})
	if err != nil {
		w.Fatal(err)
	}
	return c
}

func countyFields(title, county string) url.Values {
	return url.Values{"revision": {"1"}, "title": {title}, "state": {"draft"}, "text": {"写了很久的正文"},
		"attribute-name": {"县"}, "attribute-type": {"choice"}, "attribute-value": {county}}
}

// TestLimitedMembersKeepCasesWithinTheLimit: a case that would leave the limit is refused with a
// sentence, and what was typed stays.
func TestLimitedMembersKeepCasesWithinTheLimit(t *testing.T) {
	w := newWorld(t)
	near := w.CaseIn("江山市", "清湖村")
	rui, path := w.limit("rui", "江山市"), w.Base()+"/cases"
	rui.Get(path+"/new").Want(t, http.StatusOK).Holds(t, `value="县"`, `value="江山市"`)
	for _, to := range []string{path, path + "/" + string(near.ID)} {
		for _, county := range []string{"开化县", ""} {
			rui.Post(to, countyFields("清湖村", county)).Want(t, http.StatusForbidden).Shows(t, "案例的“县”须为：江山市", "写了很久的正文")
		}
	}
	rui.Leads(rui.Post(path, countyFields("新村", "江山市"))).Shows(t, "新村")
	rui.Upload(path+"/import/preview", "file", "a.csv", []byte("名称,县\n远村,开化县\n"), nil).Want(t, http.StatusOK).Shows(t, "案例的“县”须为：江山市")
	rui.Upload(path+"/import", "file", "a.csv", []byte("名称,县\n远村,开化县\n"), nil).Want(t, http.StatusUnprocessableEntity).Shows(t, "案例的“县”须为：江山市")
	if all := w.cases(); len(all) != 2 || all["清湖村"].Revision != 1 {
		t.Errorf("%+v", all)
	}
}

// TestLimitedMembersSubmitWithinTheLimit: for a case beyond the limit as for none that there is;
// what was acknowledged is acknowledged again though its case has left the limit since.
func TestLimitedMembersSubmitWithinTheLimit(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	near, far := w.CaseIn("江山市", "清湖村"), w.CaseIn("开化县", "幽谷村")
	bob, path := w.limit("bob", "江山市"), w.Base()+"/submissions"
	sub := func(caseID id.CaseID, instance string) map[string]any {
		body := incoming(f, instance, goodVisit())
		body["caseId"] = caseID
		return body
	}
	for _, c := range []id.CaseID{far.ID, id.CaseID(id.New(now))} {
		code, where := bob.JSON().Send(path, sub(c, "uuid:far")).Want(t, http.StatusUnprocessableEntity).Problem(t)
		if code != "submission.noCase" || where["case"] == "" {
			t.Errorf("%s %v", code, where)
		}
	}
	first, _ := receipt(t, bob.Send(path, sub(near.ID, "uuid:near")).Want(t, http.StatusCreated))
	own, at := receipt(t, bob.Send(path, sub("", "uuid:own")).Want(t, http.StatusCreated))
	bob.Get(at).Want(t, http.StatusOK)
	bob.Get(path).Want(t, http.StatusOK).Shows(t, first, own)
	w.limit("rui", "江山市").Get(path).Want(t, http.StatusOK).Shows(t, first).Hides(t, own)
	w.As("rui").Get(at).Want(t, http.StatusNotFound)
	w.As("alice").Get(path).Want(t, http.StatusOK).Shows(t, first, own)

	w.As("alice").Post(w.Base()+"/cases/"+string(near.ID), countyFields("清湖村", "开化县")).Want(t, http.StatusSeeOther)
	if again, to := receipt(t, bob.Send(path, sub(near.ID, "uuid:near")).Want(t, http.StatusCreated)); again != first {
		t.Errorf("%s, then %s", first, again)
	} else {
		bob.Get(to).Want(t, http.StatusNotFound)
	}
	bob.Get(path).Want(t, http.StatusOK).Shows(t, own).Hides(t, first)
}

// TestCorrectionsStayWithinTheLimit: a correction moves no submission to where its corrector does
// not reach.
func TestCorrectionsStayWithinTheLimit(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	near, far := w.CaseIn("江山市", "清湖村"), w.CaseIn("开化县", "幽谷村")
	sub := w.Submit(f, near.ID, "uuid:1", goodVisit())
	rui, path := w.limit("rui", "江山市"), w.Base()+"/submissions/"+string(sub.ID)
	rui.Get(path+"/correct").Want(t, http.StatusOK).Shows(t, "清湖村").Hides(t, "幽谷村", string(far.ID))
	for _, to := range []string{string(far.ID), ""} {
		rui.Post(path+"/correct", url.Values{"revision": {"1"}, "reason": {"核对"}, "case": {to}}).Want(t, http.StatusUnprocessableEntity)
	}
	if now := w.only(survey.Received); now.CaseID != near.ID {
		t.Errorf("%+v", now)
	}
}

// TestEntitiesBeyondTheLimitAreNoted: the submission is kept and says what was not done.
func TestEntitiesBeyondTheLimitAreNoted(t *testing.T) {
	w := newWorld(t)
	register := w.Publish(workbook(t, sheets{
		"survey":   {{"type", "name", "label", "save_to"}, {"text", "title", "村名", ""}, {"text", "county", "县", "县"}},
		"entities": {{"list_name", "label"}, {"cases", "${title}"}},
		"settings": {{"form_id", "form_title", "version"}, {"register", "登记", "1"}},
	}), "register.xlsx")
	follow := w.village("follow", "${which}", "select_one_from_file cases.csv")
	far := w.CaseIn("开化县", "幽谷村")
	bob, rui, path := w.limit("bob", "江山市"), w.As("rui"), w.Base()+"/submissions"

	_, at := receipt(t, bob.Send(path, incoming(register, "uuid:1", map[string]any{"title": "清湖村", "county": "江山市"})).Want(t, http.StatusCreated))
	bob.Get(at).Want(t, http.StatusOK).Shows(t, "清湖村").Hides(t, "须为")
	_, at = receipt(t, bob.Send(path, incoming(register, "uuid:2", map[string]any{"title": "远村", "county": "开化县"})).Want(t, http.StatusCreated))
	for _, who := range []*client{bob, rui} {
		who.Get(at).Want(t, http.StatusOK).Shows(t, "远村", "案例的“县”须为：江山市")
	}
	_, at = receipt(t, bob.Send(path, incoming(follow, "uuid:3", map[string]any{"which": string(far.ID), "title": "改名村", "people": "900"})).Want(t, http.StatusCreated))
	bob.Get(at).Want(t, http.StatusOK).Shows(t, "改名村", "所选的案例不存在").Hides(t, "幽谷村")
	rui.Get(at).Want(t, http.StatusOK).Shows(t, "幽谷村", "所选的案例不存在")
	if all := w.cases(); len(all) != 2 || all["幽谷村"].Revision != 1 || all["清湖村"].Revision != 1 {
		t.Errorf("%+v", all)
	}
	bob.Get(w.formPath(follow)+"/versions/1/media/cases.csv").Want(t, http.StatusOK).Hides(t, "幽谷村", string(far.ID), "开化县")
	if page := bob.Get(w.formPath(register)+"/fill").Want(t, http.StatusOK); strings.Contains(page.Body, "幽谷村") {
		t.Error("the fill page offers a case beyond the limit")
	}
}

func (w *world) formPath(f survey.Form) string { return w.Base() + "/forms/" + string(f.ID) }

// TestLimitedMembersChangeTheirOwnChartsOnly: others' stay as they are and can be copied; what
// every chart is of is said on it.
func TestLimitedMembersChangeTheirOwnChartsOnly(t *testing.T) {
	w := newScopeWorld(t)
	gallery, ana, scope := w.Base()+"/charts", w.As("ana"), "县 江山市"
	theirs, own := gallery+"/"+string(w.near.chart), ""
	body := map[string]any{"spec": w.spec(w.near), "revision": w.near.chartRevision}
	for _, to := range []string{"", "/move", "/delete"} {
		code, _ := ana.JSON().Send(theirs+to, body).Want(t, http.StatusForbidden).Problem(t)
		if code != "chart.problem.notTheirs" {
			t.Errorf("%s: %s", to, code)
		}
	}
	ana.Post(theirs+"/delete", nil).Want(t, http.StatusForbidden).Shows(t, "是其他人做的", "另存为新图")
	ana.Post(gallery+"/"+w.near.deleted[":chart"]+"/restore", nil).Want(t, http.StatusForbidden)
	ana.Get(w.Base()+"/bin").Want(t, http.StatusOK).Hides(t, w.near.deleted[":chart"])
	ana.Get(gallery).Want(t, http.StatusOK).Holds(t, theirs).Shows(t, "标题和注是为整个课题写的").Hides(t, theirs+"/move", theirs+"/delete")
	ana.Get(theirs).Want(t, http.StatusOK).Holds(t, `id="chart-copy"`).Shows(t, "标题和注是为整个课题写的").Hides(t, `id="chart-save"`)

	copied, revision := w.chart("ana", w.near)
	own = gallery + "/" + string(copied)
	ana.Get(gallery).Want(t, http.StatusOK).Holds(t, own+"/move", own+"/delete")
	ana.Get(own).Want(t, http.StatusOK).Holds(t, `id="chart-save"`).Hides(t, "标题和注是为整个课题写的")
	w.As("alice").Send(own, map[string]any{"spec": w.spec(w.near), "revision": revision}).Want(t, http.StatusOK) // ana made it still
	ana.Send(own, map[string]any{"spec": w.spec(w.near), "revision": revision + 1}).Want(t, http.StatusOK)
	ana.Post(own+"/move", url.Values{"to": {"up"}}).Want(t, http.StatusSeeOther)
	ana.Post(own+"/delete", nil).Want(t, http.StatusSeeOther)
	ana.Post(own+"/restore", nil).Want(t, http.StatusSeeOther)

	query := strings.TrimPrefix(w.specQueries()[7], "?variables=1&")
	for _, who := range []string{"ana", "vic", "token:rui"} {
		for _, path := range []string{"/charts/data?", "/charts/export.svg?", "/charts/export.xlsx?", "/charts/" + string(w.near.chart) + "/picture.svg?"} {
			if drawn := w.As(who).Get(w.Base()+path+query).Want(t, http.StatusOK); !strings.Contains(whole(t, drawn), scope) {
				t.Errorf("%s as %s does not say what it is of", path, who)
			}
		}
	}
	if drawn := w.As("alice").Get(w.Base()+"/charts/export.svg?"+query).Want(t, http.StatusOK); strings.Contains(drawn.Body, "范围") {
		t.Error("of all it says that it is of some")
	}
	w.As("vic").Get(theirs).Want(t, http.StatusOK).Shows(t, "来自多少份填报").Hides(t, "每一份填报")
}

// TestLimitedMembersFilterByWhomTheyReach: who else works on the project is not told.
func TestLimitedMembersFilterByWhomTheyReach(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	near := w.CaseIn("江山市", "清湖村")
	w.Submit(f, near.ID, "uuid:1", goodVisit()) // bob's
	option := func(login string) string { return `<option value="` + string(w.Users[login].ID) + `">` }
	for who, limited := range map[*client]bool{w.limit("rui", "江山市"): true, w.As("alice"): false} {
		page := who.Get(w.Base()+"/submissions").Want(t, http.StatusOK).Holds(t, option("bob"), option("rui"))
		for _, login := range []string{"alice", "ana", "vic"} {
			if told := strings.Contains(page.Body, option(login)); told == limited {
				t.Errorf("limited %t: tells %s of %s: %t", limited, who.name, login, told)
			}
		}
	}
}
