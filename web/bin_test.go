package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tianye/internal/id"
)

// TestBin walks the life of each kind of thing: deleted for a reason, found in the bin by who may
// restore it, restored.
func TestBin(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	at := func(kind string) string {
		return w.Base() + map[string]string{"form": "/forms/", "submission": "/submissions/", "case": "/cases/", "chart": "/charts/"}[kind] + places[":"+kind]
	}
	sees := map[string][]string{"chart": {"ana", "alice"}, "case": {"ana", "rui", "alice"}, "submission": {"alice"}, "form": {"alice"}}
	deleter := map[string]string{"chart": "ana", "case": "rui", "submission": "alice", "form": "alice"}
	names := map[string]string{"chart": "党员人数", "case": "荷塘村", "submission": "走访记录", "form": "走访记录"}
	for _, kind := range []string{"chart", "case", "submission", "form"} {
		who := w.As(deleter[kind])
		if kind != "chart" {
			who.Get(at(kind)).Want(t, http.StatusOK).Holds(t, at(kind)+`/delete"`, "data-confirm=", "data-why=", `data-yes="移到回收站"`)
		}
		who.Post(at(kind)+"/delete", url.Values{"why": {strings.Repeat("长", 201)}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "原因最多写 200 个字")
		after := who.Leads(who.Post(at(kind)+"/delete", url.Values{"why": {"录重了"}}))
		after.Shows(t, "已移到回收站，保留到 2026-05-13").Holds(t, at(kind)+`/restore"`, "撤销")
		who.Get(at(kind)).Want(t, http.StatusNotFound)
		for login := range map[string]bool{"alice": true, "ana": true, "rui": true, "bob": true} {
			page := w.As(login).Get(w.Base()+"/bin").Want(t, http.StatusOK)
			visible := false
			for _, one := range sees[kind] {
				visible = visible || one == login
			}
			if visible {
				page.Shows(t, names[kind], "录重了", "30 天").Holds(t, at(kind)+`/restore"`)
			} else {
				page.Hides(t, "录重了")
			}
		}
		w.As("vic").Get(w.Base()+"/bin").Want(t, http.StatusForbidden)
		back := who.Leads(who.Post(at(kind)+"/restore", url.Values{"from": {"bin"}}))
		back.Shows(t, "已恢复").Hides(t, "录重了")
		who.Get(at(kind)).Want(t, http.StatusOK)
	}
	w.As("alice").Get(w.Base()+"/bin?after=nonsense").Want(t, http.StatusBadRequest)
}

// TestDeletedFormOnPages: its chart says so, its workbook is refused with a way out, phones can
// still send; and its submissions are on no page.
func TestDeletedFormOnPages(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	alice, bob := w.As("alice"), w.As("bob")
	_, phone := w.app("田野手机")
	form, chart := w.Base()+"/forms/"+places[":form"], w.Base()+"/charts/"+places[":chart"]
	f, err := w.Surveys.Form(t.Context(), w.Project.ID, id.FormID(places[":form"]))
	if err != nil {
		t.Fatal(err)
	}
	alice.Leads(alice.Post(form+"/delete", nil)).Shows(t, "已移到回收站")
	alice.Get(w.Base()+"/submissions").Want(t, http.StatusOK).Shows(t, "还没有填报").Hides(t, "走访记录")
	alice.Get(w.Base()+"/submissions/"+places[":submission"]).Want(t, http.StatusNotFound)
	alice.Get(w.Base()+"/charts").Want(t, http.StatusOK).Shows(t, "党员人数", "它的问卷在回收站里").Hides(t, "picture.svg")
	alice.Get(w.Base()).Want(t, http.StatusOK).Shows(t, "它的问卷在回收站里")
	alice.Get(chart).Want(t, http.StatusOK)
	alice.Get(chart+"/picture.svg").Want(t, http.StatusNotFound).Shows(t, "在回收站里")
	alice.Upload(w.Base()+"/forms", "workbook", "visit.xlsx", visit(w), nil).Want(t, http.StatusConflict).Shows(t, "回收站里有一份同名的问卷", "打开回收站")

	bob.Get(form+"/fill").Want(t, http.StatusOK).Holds(t, `"closed":"这份问卷已移到回收站`)
	late := bob.Send(w.Base()+"/submissions", incoming(f, "uuid:late", goodVisit())).Want(t, http.StatusCreated)
	bob.Send(w.Base()+"/submissions", incoming(f, "uuid:late", goodVisit())).Want(t, http.StatusCreated)
	if late.Body == "" {
		t.Error("no receipt")
	}
	if forms := phone.forms(); len(forms) != 0 {
		t.Error(forms)
	}
	if said := phone.message(phone.send(instanceOf("uuid:client", "", "31")).Want(t, http.StatusCreated)); !strings.Contains(said, "填报和它一起保留") {
		t.Error(said)
	}
	alice.Leads(alice.Post(form+"/restore", nil)).Shows(t, "已恢复", "走访记录")
	alice.Get(w.Base()+"/submissions").Want(t, http.StatusOK).Shows(t, "3 份")
}

// TestCaseInBin: its submissions stay, and say that it is in the recycle bin; restored it is theirs again.
func TestCaseInBin(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	alice := w.As("alice")
	alice.Post(w.Base()+"/cases/"+places[":case"]+"/delete", nil).Want(t, http.StatusSeeOther)
	alice.Get(w.Base()+"/submissions").Want(t, http.StatusOK).Shows(t, "荷塘村（在回收站里）")
	alice.Get(w.Base()+"/submissions/"+places[":submission"]).Want(t, http.StatusOK).Shows(t, "荷塘村（在回收站里）")
	alice.Post(w.Base()+"/cases/"+places[":case"]+"/restore", nil).Want(t, http.StatusSeeOther)
	alice.Get(w.Base()+"/submissions").Want(t, http.StatusOK).Hides(t, "在回收站里")
	alice.Get(w.Base()+"/cases/"+places[":case"]).Want(t, http.StatusOK).Shows(t, "走访记录")
}

// TestBinOfALimitedMember: who reaches some cases finds those alone in the bin.
func TestBinOfALimitedMember(t *testing.T) {
	w := newWorld(t)
	near, far := w.Case("荷塘村"), w.Case("马金村")
	edit := far.Edit
	edit.Attributes[0].Value = "开化县"
	if _, err := w.Cases.Save(t.Context(), w.Users["alice"].ID, w.Project.ID, far.ID, far.Revision, edit); err != nil {
		t.Fatal(err)
	}
	w.limit("rui", "江山市")
	for _, c := range []string{string(near.ID), string(far.ID)} {
		w.As("alice").Post(w.Base()+"/cases/"+c+"/delete", nil).Want(t, http.StatusSeeOther)
	}
	w.As("rui").Get(w.Base()+"/bin").Want(t, http.StatusOK).Shows(t, "荷塘村").Hides(t, "马金村")
	w.As("rui").Post(w.Base()+"/cases/"+string(far.ID)+"/restore", nil).Want(t, http.StatusNotFound)
	w.As("rui").Post(w.Base()+"/cases/"+string(near.ID)+"/restore", nil).Want(t, http.StatusSeeOther)
}
