package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/web"
)

// phase moves the project on.
func (w *world) phase(p account.Phase) {
	w.Helper()
	w.As("alice").Leads(w.As("alice").Post(w.Base()+"/phase", url.Values{"phase": {string(p)}})).Shows(w, map[account.Phase]string{account.Open: "项目已重新开放", account.Closed: "项目已结束：不再收集", account.Archived: "项目已归档：只供查看"}[p])
}

// keptInArchive are the changing routes of an archived project that change its phase, change nothing,
// or take access and personal data away.
var keptInArchive = map[string]bool{"/p/:project/phase": true, "/p/:project/delete": true, "/p/:project/submissions/export/full": true,
	"/p/:project/personal/search": true, "/p/:project/personal/export": true, "/p/:project/personal/erase": true,
	"/p/:project/tokens/:token/revoke": true, "/p/:project/app-users/:app/revoke": true, "/p/:project/members/:user/deactivate": true}

// TestArchivedRefusesEveryChange walks the table: nothing in the project changes, everything can be read.
func TestArchivedRefusesEveryChange(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	_, phone := w.app("田野手机")
	w.phase(account.Archived)
	changes, reads := 0, 0
	for _, route := range web.Routes {
		inProject := strings.HasPrefix(route.Path, "/p/:project")
		if !inProject || forApps(route) {
			continue
		}
		path := fill(route.Path, places)
		refused := route.Method == http.MethodPost && !keptInArchive[route.Path] || route.Verb == account.Fill
		if !refused && (route.Method == http.MethodPost || isPicture(route.Path)) {
			continue
		}
		for _, login := range []string{"alice", "root"} {
			c := w.As(login)
			var got answer
			if route.Method == http.MethodPost {
				got = c.Post(path, nil)
			} else {
				got = c.Get(path)
			}
			switch {
			case refused:
				changes++
				got.Want(t, http.StatusForbidden).Shows(t, "项目已归档")
			case got.StatusCode >= 500 || got.StatusCode == http.StatusForbidden:
				t.Errorf("GET %s as %s: %d", route.Path, login, got.StatusCode)
			default:
				reads++
			}
		}
	}
	if changes < 60 || reads < 60 {
		t.Errorf("%d changes refused, %d pages read", changes, reads)
	}
	if forms := phone.forms(); len(forms) != 0 {
		t.Error(forms)
	}
	phone.head().Want(t, http.StatusNoContent)
	if said := phone.message(phone.send(instanceOf("uuid:x", "", "31")).Want(t, http.StatusForbidden)); !strings.Contains(said, "项目已归档") {
		t.Error(said)
	}
	w.As("alice").Get(w.Base()).Want(t, http.StatusOK).Shows(t, "已归档").Hides(t, "新建案例", "上传工作簿")
	w.As("alice").Get("/?done=x").Want(t, http.StatusOK).Shows(t, "已归档的项目（1）")
	w.phase(account.Open)
	w.Case("石梁村")
}

// TestClosedCollectsNothingNew: what was begun before the closing is still taken, from the page and
// from clients; nothing is begun, nothing later is taken; the rest goes on.
func TestClosedCollectsNothingNew(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(w), "visit.xlsx")
	_, phone := w.app("田野手机")
	w.phase(account.Closed)
	bob := w.As("bob")
	bob.Get(w.Base()).Want(t, http.StatusOK).Shows(t, "已结束", "发送《走访记录》").Hides(t, "填写")
	bob.Get(w.Base()+"/forms/"+string(f.ID)+"/fill").Want(t, http.StatusOK).Holds(t, `"closed":"项目已于 2026-04-13 09:30 结束`)
	before := incoming(f, "uuid:before", goodVisit())
	before["started"], before["ended"] = now.Add(-time.Hour), now.Add(-time.Minute)
	bob.Send(w.Base()+"/submissions", before).Want(t, http.StatusCreated)
	under := incoming(f, "uuid:under", goodVisit())
	under["started"], under["ended"] = now.Add(-time.Hour), now.Add(time.Minute)
	bob.Send(w.Base()+"/submissions", under).Want(t, http.StatusCreated).Holds(t, `"flagged":true`)
	late := incoming(f, "uuid:late", goodVisit())
	late["started"], late["ended"] = now.Add(time.Second), now.Add(time.Minute)
	refused := bob.Send(w.Base()+"/submissions", late).Want(t, http.StatusForbidden)
	if code, _ := refused.Problem(t); code != "bin.closedSince" {
		t.Error(code)
	}
	if forms := phone.forms(); len(forms) != 0 {
		t.Error(forms)
	}
	phone.send(instanceOf("uuid:began-before", "", "31")).Want(t, http.StatusCreated) // it does not say when it ended
	begunLater := strings.Replace(instanceOf("uuid:began-later", "", "31"), "T09:00:00", "T09:31:00", 1)
	if said := phone.message(phone.send(begunLater).Want(t, http.StatusForbidden)); !strings.Contains(said, "项目已于 2026-04-13 09:30 结束") {
		t.Error(said)
	}
	w.Case("石梁村") // the rest goes on
	w.As("alice").Post(w.Base(), url.Values{"revision": {"2"}, "title": {"衢州（结项）"}}).Want(t, http.StatusSeeOther)
	w.phase(account.Open)
	bob.Send(w.Base()+"/submissions", late).Want(t, http.StatusCreated)
}

// TestDeletedProject: its title must be written; then it is nowhere, until the administrator restores it.
func TestDeletedProject(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	_, phone := w.app("田野手机")
	alice, root := w.As("alice"), w.As("root")
	alice.Post(w.Base()+"/delete", url.Values{"title": {"衢州"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "项目设置", "没有删除", "衢州基层党建").Holds(t, `<p class="error" role="alert">没有删除`)
	alice.Get(w.Base()).Want(t, http.StatusOK).Holds(t, w.Base()+`/settings"`)
	w.As("ana").Get(w.Base()).Want(t, http.StatusOK).Hides(t, "项目设置")
	w.As("ana").Get(w.Base()+"/settings").Want(t, http.StatusForbidden)
	w.As("ana").Post(w.Base()+"/delete", url.Values{"title": {"衢州基层党建"}}).Want(t, http.StatusForbidden)
	alice.Leads(alice.Post(w.Base()+"/delete", url.Values{"title": {"衢州基层党建"}, "why": {"建错了"}})).Shows(t, "项目已移到回收站", "2026-05-13")
	for _, route := range web.Routes {
		if !strings.HasPrefix(route.Path, "/p/:project") || forApps(route) {
			continue
		}
		for _, login := range []string{"alice", "bob", "root"} {
			if got := w.ask(login, route, fill(route.Path, places)); got != http.StatusNotFound {
				t.Errorf("%s %s as %s: %d", route.Method, route.Path, login, got)
			}
		}
	}
	phone.do("GET", phone.base+"/formList", "", nil).Want(t, http.StatusNotFound)
	phone.send(instanceOf("uuid:x", "", "31")).Want(t, http.StatusNotFound)
	alice.Get("/").Want(t, http.StatusOK).Hides(t, "衢州基层党建", "建错了")
	alice.Post("/projects/"+places[":project"]+"/restore", nil).Want(t, http.StatusForbidden)
	root.Get("/").Want(t, http.StatusOK).Shows(t, "回收站里的项目", "衢州基层党建", "陈爱丽", "建错了", "30 天")
	root.Leads(root.Post("/projects/"+places[":project"]+"/restore", nil)).Shows(t, "已恢复", "衢州基层党建")
	alice.Get(w.Base()+"/submissions").Want(t, http.StatusOK).Shows(t, "走访记录")
}
