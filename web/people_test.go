package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tianye/internal/account"
)

var oneTime = regexp.MustCompile(`密码</dt><dd><code>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})<`)

// signIn opens a session with a password, and gives where the browser is sent.
func (w *world) signIn(login, password string, status int) (*client, string) {
	w.Helper()
	a := w.As("").Post("/sign-in", url.Values{"login": {login}, "password": {password}}).Want(w.T, status)
	if status != http.StatusSeeOther {
		return nil, ""
	}
	return w.as(sessionOf(a)), a.Header.Get("Location")
}

func TestMembers(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	path := w.Base() + "/members"
	made := alice.Post(path, url.Values{"login": {"Lin.1"}, "name": {"林小雨"}, "role": {"enumerator"}}).Want(t, http.StatusOK).Shows(t, "林小雨", "密码只在这一页显示这一次", "衢州基层党建 · 调研员")
	found := oneTime.FindStringSubmatch(made.Body)
	if found == nil || made.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("no one-time password, or one that is kept: %v", made.Header)
	}
	alice.Get(path).Want(t, http.StatusOK).Shows(t, "林小雨", "lin.1", "尚未首次登录").Holds(t, `<option value="manager" data-confirm="把林小雨设为课题负责人？`, `data-confirm="把林小雨的角色改为观察员？">`).Hides(t, found[1])
	if _, to := w.signIn("lin.1", found[1], http.StatusSeeOther); to != "/password" {
		t.Errorf("sent to %s", to)
	}

	refused := alice.Post(path, url.Values{"login": {"bad login"}, "name": {"某<人>"}, "role": {"viewer"}}).Want(t, http.StatusUnprocessableEntity)
	refused.Holds(t, `value="bad login"`, `value="某&lt;人&gt;"`, `<option value="viewer" selected>观察员</option></select></label>`)
	alice.Post(path, url.Values{"login": {"mei"}, "name": {""}, "role": {"viewer"}}).Want(t, http.StatusUnprocessableEntity)
	alice.Post(path, url.Values{"login": {"mei"}, "name": {"梅"}, "role": {"admin"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "没有这个角色")
	alice.Post(path, url.Values{"login": {"bob"}, "name": {"吴博"}, "role": {"viewer"}}).Want(t, http.StatusConflict).Shows(t, "吴博 已经是本项目的成员")
	alice.Leads(alice.Post(path, url.Values{"login": {" CHELSEA "}, "name": {"另一个名字"}, "role": {"viewer"}})).Shows(t, "用原来的密码登录即可", "切尔西").Hides(t, "另一个名字")
	w.As("chelsea").Get(w.Base()).Want(t, http.StatusOK)

	chelsea := path + "/" + string(w.Users["chelsea"].ID)
	alice.Leads(alice.Post(chelsea+"/role", url.Values{"role": {"reviewer"}})).Shows(t, "角色已修改")
	w.As("chelsea").Get(w.Base()+"/submissions").Want(t, http.StatusOK)
	alice.Leads(alice.Post(chelsea+"/remove", nil)).Shows(t, "已移出本项目")
	w.As("chelsea").Get(w.Base()).Want(t, http.StatusNotFound)
	alice.Post(chelsea+"/role", url.Values{"role": {"manager"}}).Want(t, http.StatusNotFound)
	alice.Post(chelsea+"/reset", nil).Want(t, http.StatusNotFound)
	if again := alice.Post(chelsea+"/remove", nil).StatusCode; again != http.StatusNotFound && again != http.StatusSeeOther {
		t.Errorf("removed again: status %d", again)
	}
}

func TestTheLastManagerStays(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	self := w.Base() + "/members/" + string(w.Users["alice"].ID)
	alice.Post(self+"/remove", nil).Want(t, http.StatusConflict).Shows(t, "项目至少要有一位课题负责人")
	alice.Post(self+"/role", url.Values{"role": {"viewer"}}).Want(t, http.StatusConflict).Shows(t, "项目至少要有一位课题负责人")
	alice.Post(w.Base()+"/members/"+string(w.Users["rui"].ID)+"/role", url.Values{"role": {"manager"}}).Want(t, http.StatusSeeOther)
	alice.Post(self+"/role", url.Values{"role": {"viewer"}}).Want(t, http.StatusSeeOther)
	alice.Get(w.Base()+"/members").Want(t, http.StatusForbidden)
}

func TestResetPasswords(t *testing.T) {
	w := newWorld(t)
	alice, root := w.As("alice"), w.As("root")
	lin, first := w.newcomer("lin")
	w.signIn("lin", first, http.StatusSeeOther)
	reset := w.Base() + "/members/" + string(lin.ID) + "/reset"
	once := oneTime.FindStringSubmatch(alice.Post(reset, nil).Want(t, http.StatusOK).Shows(t, "密码条", "lin").Body)
	if once == nil || once[1] == first {
		t.Fatal("no new password")
	}
	w.signIn("lin", first, http.StatusUnauthorized)
	w.signIn("lin", once[1], http.StatusSeeOther)
	// A manager here is nobody elsewhere: an account that was not made for this project, even when a
	// manager adds it, is the administrator's to reset.
	bob := w.Base() + "/members/" + string(w.Users["bob"].ID) + "/reset"
	alice.Post(bob, nil).Want(t, http.StatusForbidden).Shows(t, "只有管理员能重置其密码")
	for _, login := range []string{"chelsea", "root"} {
		alice.Post(w.Base()+"/members", url.Values{"login": {login}, "name": {"x"}, "role": {"viewer"}}).Want(t, http.StatusSeeOther)
		alice.Post(w.Base()+"/members/"+string(w.Users[login].ID)+"/reset", nil).Want(t, http.StatusForbidden)
	}
	if list := alice.Get(w.Base()+"/members").Want(t, http.StatusOK).Holds(t, `action="`+reset+`"`); strings.Contains(list.Body, `action="`+bob+`"`) {
		t.Error("a button that would be refused")
	}
	alice.Post(w.Base()+"/members/reset", url.Values{"user": {string(lin.ID), string(w.Users["bob"].ID)}}).Want(t, http.StatusForbidden)
	w.signIn("lin", once[1], http.StatusSeeOther)
	alice.Post(w.Base()+"/members/reset", nil).Want(t, http.StatusBadRequest).Shows(t, "请先勾选")
	alice.Post(w.Base()+"/members/reset", url.Values{"user": {string(lin.ID), string(lin.ID)}}).Want(t, http.StatusOK).Shows(t, "1 人")
	w.signIn("lin", once[1], http.StatusUnauthorized)
	root.Post(bob, nil).Want(t, http.StatusOK)
	w.As("bob").Get(w.Base()).Want(t, http.StatusSeeOther) // his sessions ended
	alice.Post("/users/"+string(w.Users["bob"].ID)+"/reset", nil).Want(t, http.StatusForbidden)
	again := root.Post("/users/"+string(w.Users["bob"].ID)+"/reset", nil).Want(t, http.StatusOK)
	if oneTime.FindString(again.Body) == "" {
		t.Error("no new password")
	}
	root.Post("/users/nobody/reset", nil).Want(t, http.StatusNotFound)
}

// newcomer is an account that alice made for the project, with its one-time password.
func (w *world) newcomer(login string) (account.User, string) {
	w.Helper()
	u, secret, err := w.Accounts.AddMember(w.Context(), w.Project.ID, login, "林小雨", account.Enumerator)
	if err != nil || secret == "" {
		w.Fatal(err)
	}
	return u, secret
}

func TestUsersAndProjects(t *testing.T) {
	w := newWorld(t)
	root := w.As("root")
	made := root.Post("/users", url.Values{"login": {"zhao"}, "name": {"赵"}}).Want(t, http.StatusOK)
	if oneTime.FindString(made.Body) == "" {
		t.Error("no password")
	}
	root.Get("/users").Want(t, http.StatusOK).Shows(t, "zhao", "普通用户").Hides(t, "只显示这一次")
	root.Post("/users", url.Values{"login": {"ZHAO"}, "name": {"赵二"}}).Want(t, http.StatusConflict).Shows(t, "登录名“zhao”已被使用").Holds(t, `value="赵二"`)
	root.Post("/users", url.Values{"login": {"x"}, "name": {strings.Repeat("长", 61)}}).Want(t, http.StatusUnprocessableEntity)

	root.Post("/projects", url.Values{"title": {" "}, "description": {"写好的说明"}}).Want(t, http.StatusUnprocessableEntity).Holds(t, ">写好的说明</textarea>", `role="alert"`)
	root.Leads(root.Post("/projects", url.Values{"title": {"汉阳社区治理 <b>"}})).Shows(t, "项目已建好", "汉阳社区治理 <b>").Hides(t, "治理 <b>")
	w.As("alice").Post("/projects", url.Values{"title": {"x"}}).Want(t, http.StatusForbidden)
	alice := w.As("alice")
	alice.Post(w.Base(), url.Values{"revision": {"1"}, "title": {strings.Repeat("长", 101)}, "description": {"说明"}}).Want(t, http.StatusUnprocessableEntity).
		Holds(t, `value="`+strings.Repeat("长", 101)+`"`, ">说明</textarea>", `role="alert"`)
	alice.Leads(alice.Post(w.Base(), url.Values{"revision": {"1"}, "title": {"衢州基层党建五十例"}, "description": {""}})).Shows(t, "项目信息已保存", "衢州基层党建五十例")
	alice.Post(w.Base(), url.Values{"revision": {"1"}, "title": {"别的名称"}, "description": {"旧页面上写的说明"}}).Want(t, http.StatusConflict).
		Shows(t, "别人刚刚改动过这份内容").Holds(t, ">旧页面上写的说明</textarea>")
	alice.Post(w.Base(), url.Values{"title": {"没有稿次"}}).Want(t, http.StatusBadRequest)
	w.As("bob").Get("/").Want(t, http.StatusSeeOther) // the only project is where one begins
	w.As("chelsea").Get("/").Want(t, http.StatusOK).Shows(t, "您还没有加入任何项目")
	root.Get("/").Want(t, http.StatusOK).Shows(t, "衢州基层党建五十例", "汉阳社区治理")
}
