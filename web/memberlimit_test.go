package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tianye/internal/account"
	"tianye/internal/message"
)

func TestMemberLimit(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	path := w.Base() + "/members/" + string(w.Users["bob"].ID) + "/limit"
	alice.Get(path).Want(t, http.StatusOK).Shows(t, "案例还没有可以选择的属性")
	w.Case("荷塘村")
	alice.Get(path).Want(t, http.StatusOK).Shows(t, "限定吴博的可见范围", "江山市", "1 个案例").Holds(t, `<option selected>县</option>`, `value="江山市">`)
	alice.Leads(alice.Post(path, url.Values{"attribute": {"县"}, "value": {"江山市"}, "more": {"龙游县、 常山县"}})).Shows(t, "可见范围已限定", "县：常山县、江山市、龙游县")
	if l := w.limitOf("bob"); fmt.Sprint(l) != "{县 [常山县 江山市 龙游县]}" {
		t.Error(l)
	}
	alice.Get(path).Holds(t, `value="江山市" checked>`, `value="常山县" checked>`)
	alice.Post(path, url.Values{"attribute": {"县"}, "more": {" "}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "至少选一个值")
	alice.Post(w.Base()+"/members/"+string(w.Users["bob"].ID)+"/role", url.Values{"role": {"manager"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "课题负责人总能看到全部案例")
	alice.Post(w.Base()+"/members/"+string(w.Users["alice"].ID)+"/limit", url.Values{"attribute": {"县"}, "value": {"江山市"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "课题负责人总能看到全部案例")
	alice.Post(w.Base()+"/members/"+string(w.Users["chelsea"].ID)+"/limit", nil).Want(t, http.StatusNotFound)
	alice.Get(w.Base()+"/members/"+string(w.Users["chelsea"].ID)+"/limit").Want(t, http.StatusNotFound)
	alice.Leads(alice.Post(path, nil)).Shows(t, "限定已取消")
	if l := w.limitOf("bob"); !l.IsZero() {
		t.Error(l)
	}
}

func TestDeactivateMember(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	bob := w.Base() + "/members/" + string(w.Users["bob"].ID)
	alice.Leads(alice.Post(bob+"/deactivate", nil)).Shows(t, "不能再进入本项目", "已停用", "吴博")
	w.As("bob").Get(w.Base()).Want(t, http.StatusNotFound)
	w.As("bob").Get("/").Want(t, http.StatusOK).Shows(t, "您在项目《衢州基层党建》中已被停用，请联系课题负责人").Hides(t, "您还没有加入任何项目")
	alice.Leads(alice.Post(bob+"/activate", nil)).Shows(t, "已启用")
	w.As("bob").Get(w.Base()).Want(t, http.StatusOK)
	self := w.Base() + "/members/" + string(w.Users["alice"].ID)
	alice.Post(self+"/deactivate", nil).Want(t, http.StatusConflict).Shows(t, "项目至少要有一位课题负责人")
}

func TestDeactivateUser(t *testing.T) {
	w := newWorld(t)
	root := w.As("root")
	bob := "/users/" + string(w.Users["bob"].ID)
	w.As("bob").Get(w.Base()).Want(t, http.StatusOK)
	root.Leads(root.Post(bob+"/deactivate", nil)).Shows(t, "账号已停用", "已停用")
	w.As("bob").Get(w.Base()).Want(t, http.StatusSeeOther) // to the sign-in page
	w.signIn("bob", password, http.StatusUnauthorized)
	root.Leads(root.Post(bob+"/activate", nil)).Shows(t, "已启用")
	w.signIn("bob", password, http.StatusSeeOther)
	root.Post("/users/"+string(w.Users["root"].ID)+"/deactivate", nil).Want(t, http.StatusConflict).Shows(t, "至少要有一位可用的管理员")
	root.Post("/users/nobody/deactivate", nil).Want(t, http.StatusNotFound)
}

// TestRolesPage: it shows exactly what each role holds.
func TestRolesPage(t *testing.T) {
	w := newWorld(t)
	page := w.As("chelsea").Get("/roles").Want(t, http.StatusOK).Holds(t, `<p class="crumbs"><a href="/">`)
	w.As("alice").Get(w.Base()+"/roles").Want(t, http.StatusOK).Holds(t, `<p class="crumbs"><a href="`+w.Base()+`/members">`, `aria-label="`)
	w.As("bob").Get(w.Base()+"/roles").Want(t, http.StatusOK).Holds(t, `<p class="crumbs"><a href="`+w.Base()+`">`)
	root, err := html.Parse(strings.NewReader(page.Body))
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{} // "<role> <the verb in words>"
	for n := range root.Descendants() {
		if n.Data != "tr" || n.FirstChild == nil || n.FirstChild.Data != "th" {
			continue
		}
		var cells []*html.Node
		for c := range n.ChildNodes() {
			if c.Data == "td" {
				cells = append(cells, c)
			}
		}
		for i, cell := range cells {
			if strings.Contains(textOf(cell), "✓") {
				shown[string(account.Roles[i])+" "+textOf(n.FirstChild)] = true
			}
		}
	}
	for _, role := range account.Roles {
		for _, verb := range account.Verbs(role) {
			line := string(role) + " " + message.Sprint(message.Chinese, verb.Label())
			if !shown[line] {
				t.Errorf("%s is not on the page", line)
			}
			delete(shown, line)
			if verb.Label().Key == "" {
				t.Errorf("%s has no label", verb)
			}
		}
	}
	for line := range shown {
		t.Errorf("the page claims %s", line)
	}
}

// textOf is what a node says.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func TestOwnSessions(t *testing.T) {
	w := newWorld(t)
	for agent, words := range map[string]string{
		"Mozilla/5.0 (Linux; Android 12; HarmonyOS; NOH-AN00) AppleWebKit/537.36 Chrome/99.0 Mobile Safari/537.36 MicroMessenger/8.0": "微信（鸿蒙）",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0":       "Edge（Windows）",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1":         "Safari（iPhone）",
		"<script>alert(1)</script>": "未知的浏览器",
	} {
		if _, err := w.Accounts.OpenSession(t.Context(), w.Users["bob"].ID, account.Browser{Agent: agent, Address: "10.1.2.3"}); err != nil {
			t.Fatal(err)
		}
		w.As("bob").Get("/sessions").Want(t, http.StatusOK).Shows(t, words, "10.1.2.3", "这一个").Hides(t, "alert(1)")
	}
	other, _ := w.signIn("bob", password, http.StatusSeeOther)
	sessions, this, err := w.Accounts.Sessions(t.Context(), w.Users["bob"].ID, other.cookie.Value)
	if err != nil || len(sessions) != 6 {
		t.Fatal(sessions, err)
	}
	bob := w.As("bob")
	w.As("alice").Post("/sessions/end", url.Values{"session": {this}}).Want(t, http.StatusSeeOther) // hers are another's
	other.Get(w.Base()).Want(t, http.StatusOK)
	bob.Leads(bob.Post("/sessions/end", url.Values{"session": {this}})).Shows(t, "这个登录已结束")
	other.Get(w.Base()).Want(t, http.StatusSeeOther)
	bob.Leads(bob.Post("/sessions/end", url.Values{"others": {"yes"}})).Shows(t, "其他登录都已结束").Hides(t, "微信")
	bob.Get(w.Base()).Want(t, http.StatusOK)
	bob.Post("/sessions/end", nil).Want(t, http.StatusBadRequest)
}
