package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/store"
	"tianye/web"
)

// program is one that shows a token; it sends no cookie's value that counts.
func (w *world) program(secret string) *client {
	c := &client{w: w, header: http.Header{"Authorization": {"Bearer " + secret}}}
	return c
}

func (w *world) token(project id.ProjectID, role account.Role, days int) (account.Token, string) {
	w.Helper()
	made, secret, err := w.Accounts.CreateToken(w.Context(), project, w.Users["alice"].ID, account.Token{Name: "每晚导出", Role: role}, days)
	if err != nil {
		w.Fatal(err)
	}
	return made, secret
}

var shownToken = regexp.MustCompile(`token-secret">(ty_[0-9a-z]{52})<`)

func TestTokenPages(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	path := w.Base() + "/tokens"
	alice.Get(path).Want(t, http.StatusOK).Shows(t, "还没有访问令牌").Holds(t, `value="90"`).Hides(t, "curl")
	w.Case("荷塘村") // its 县 is 江山市
	f := w.Publish(visit(t), "visit.xlsx")
	alice.Post(path, url.Values{"name": {"x"}, "role": {"manager"}, "days": {"1"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "令牌的角色只能是")
	alice.Post(path, url.Values{"name": {"名<称>"}, "role": {"viewer"}, "days": {"never"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "有效期为 1 到 365 天").Holds(t, `value="名&lt;称&gt;"`, `value="never"`)
	made := alice.Post(path, url.Values{"name": {"每晚导出"}, "role": {"analyst"}, "days": {"30"}, "attribute": {"县"}, "value": {"江山市"}}).Want(t, http.StatusOK)
	found := shownToken.FindStringSubmatch(made.Body)
	if found == nil || made.Header.Get("Cache-Control") != "no-store" {
		t.Fatal("no token")
	}
	export := w.URL + w.Base() + "/submissions/export?form=" + string(f.ID) + "&format=csv"
	made.Shows(t, `curl -f -o export.csv -H "Authorization: Bearer `+found[1]+`" "`+export+`"`)
	w.program(found[1]).Get(strings.TrimPrefix(export, w.URL)).Want(t, http.StatusOK)
	list := alice.Get(path).Want(t, http.StatusOK).Shows(t, "每晚导出", "报告撰写", "有效至 2026-05-13", "县 = 江山市", `"Authorization: Bearer ty_…" "`+export).Hides(t, found[1])
	p := w.program(found[1])
	p.Get(w.Base()+"/cases").Want(t, http.StatusOK)
	revoke := regexp.MustCompile(`tokens/[0-9a-z]{26}/revoke`).FindString(list.Body)
	alice.Leads(alice.Post(w.Base()+"/"+revoke, nil)).Shows(t, "令牌已停用", "2026-04-13 已停用")
	p.Get(w.Base()+"/cases").Want(t, http.StatusUnauthorized).Shows(t, "访问令牌已被停用")
	alice.Post(path, url.Values{"name": {"看"}, "role": {"viewer"}, "days": {"1"}}).Want(t, http.StatusOK).Shows(t, "请求头 Authorization: Bearer ty_").Hides(t, "curl")
	alice.Post(path+"/nobody/revoke", nil).Want(t, http.StatusNotFound)
	if strings.Contains(w.Logs.String(), found[1]) {
		t.Error("the log holds the token")
	}
}

// TestLimitsOfTokensAreChosen: only by attributes and values that cases have.
func TestLimitsOfTokensAreChosen(t *testing.T) {
	w := newWorld(t)
	w.Case("荷塘村") // its 县 is 江山市
	alice, path := w.As("alice"), w.Base()+"/tokens"
	alice.Get(path).Want(t, http.StatusOK).Shows(t, "全部案例").Holds(t, `<option>县</option>`).Hides(t, `name="value"`)
	alice.Get(path+"?attribute=县").Want(t, http.StatusOK).Shows(t, "江山市 1 个案例").Holds(t, `name="value" value="江山市">`, `name="attribute" value="县"`)
	alice.Get(path+"?attribute=nothing").Want(t, http.StatusOK).Hides(t, `name="value"`)
	for _, c := range []struct{ attribute, value, says string }{
		{"xian", "江山市", "没有案例有属性“xian”"}, {"县", "龙游县", "没有案例的“县”是“龙游县”"}, {"", "江山市", "请选择按案例的哪个属性限定"}, {"县", "", "没有案例的“县”是“”"},
	} {
		alice.Post(path, url.Values{"name": {"导出"}, "role": {"viewer"}, "days": {"1"}, "attribute": {c.attribute}, "value": {c.value}}).
			Want(t, http.StatusUnprocessableEntity).Shows(t, c.says, "还没有访问令牌")
	}
	alice.Post(path, url.Values{"name": {"导出"}, "role": {"viewer"}, "days": {"1"}, "attribute": {"县"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "至少选一个值").Holds(t, `<option selected>县</option>`)
	alice.Post(path, url.Values{"name": {""}, "role": {"viewer"}, "days": {"1"}, "attribute": {"县"}, "value": {"江山市"}}).Want(t, http.StatusUnprocessableEntity).Holds(t, `value="江山市" checked>`)
}

// TestTokensForEveryRoute walks the table with a token of each role, with one of another project, and with those that are
// no longer or never were.
func TestTokensForEveryRoute(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	other, err := w.Accounts.CreateProject(t.Context(), w.Users["alice"].ID, "别的课题", "", false)
	if err != nil {
		t.Fatal(err)
	}
	revoked, revokedSecret := w.token(w.Project.ID, account.Analyst, 1)
	if _, err := w.Accounts.RevokeToken(t.Context(), w.Project.ID, revoked.ID); err != nil {
		t.Fatal(err)
	}
	_, foreign := w.token(other.ID, account.Analyst, 1)
	_, expired := w.expiredToken()
	never := "ty_" + strings.Repeat("0", 52)
	secrets := map[account.Role]string{}
	for _, role := range account.TokenRoles {
		_, secrets[role] = w.token(w.Project.ID, role, 1)
	}
	cookie := w.As("alice").cookie // with a token, no cookie is looked at
	ask := func(secret string, route web.Route, path string) answer {
		c := w.program(secret)
		c.cookie = cookie
		return c.do(route.Method, path, "application/x-www-form-urlencoded", strings.NewReader(""))
	}
	for _, route := range web.Routes {
		path := fill(route.Path, places)
		if route.Verb == account.Anyone || forApps(route) {
			continue
		}
		inProject := strings.HasPrefix(route.Path, "/p/:project")
		for role, secret := range secrets {
			may := inProject && account.Can(role, route.Verb)
			if may && (isPicture(route.Path) || route.Method == http.MethodPost && destroys(route.Path)) {
				continue
			}
			a := ask(secret, route, path)
			if refused[a.StatusCode] == may || a.StatusCode >= 500 || !may && !json.Valid([]byte(a.Body)) {
				t.Errorf("%s %s as %s: status %d %.80s", route.Method, route.Path, role, a.StatusCode, a.Body)
			}
		}
		if !inProject {
			continue
		}
		if got := ask(foreign, route, path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s %s with another project's token: status %d", route.Method, route.Path, got)
		}
		for _, secret := range []string{expired, revokedSecret, never} {
			if a := ask(secret, route, path); a.StatusCode != http.StatusUnauthorized && a.StatusCode != http.StatusTooManyRequests || !strings.Contains(a.Body, `"message":"`) {
				t.Errorf("%s %s with a token that is no longer: status %d %s", route.Method, route.Path, a.StatusCode, a.Body)
			}
		}
	}
	a := w.program("").Get(w.Base())
	if a.StatusCode != http.StatusUnauthorized && a.StatusCode != http.StatusTooManyRequests {
		t.Error(a.StatusCode)
	}
}

// expiredToken was good until an hour ago.
func (w *world) expiredToken() (account.Token, string) {
	w.Helper()
	earlier := account.New(store.NewAccounts(w.Backend), func() time.Time { return now.AddDate(0, 0, -2) })
	made, secret, err := earlier.CreateToken(w.Context(), w.Project.ID, w.Users["alice"].ID, account.Token{Name: "旧", Role: account.Analyst}, 1)
	if err != nil {
		w.Fatal(err)
	}
	return made, secret
}

// TestLimitedTokens reach the cases of their county alone.
func TestLimitedTokens(t *testing.T) {
	w := newWorld(t)
	near := w.Case("荷塘村")
	far, err := w.Cases.Create(t.Context(), w.Users["alice"].ID, w.Project.ID, casebase.Edit{Title: "竹溪村", Text: "正文",
		Attributes: []casebase.Attribute{{Name: "县", Type: casebase.TypeChoice, Value: "龙游县"}}})
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := w.Accounts.CreateToken(t.Context(), w.Project.ID, w.Users["alice"].ID,
		account.Token{Name: "江山市", Role: account.Analyst, Limit: account.Limit{Attribute: "县", Values: []string{"江山市"}}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := w.program(secret)
	p.Get(w.Base()+"/cases").Want(t, http.StatusOK).Shows(t, "荷塘村").Hides(t, "竹溪村")
	p.Get(w.casePath(near)).Want(t, http.StatusOK)
	p.Get(w.casePath(far)).Want(t, http.StatusNotFound)
}

// TestTokensSubmit: what a program sends is the token's, needs no token of a session, and is the same sent twice.
func TestTokensSubmit(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	made, secret := w.token(w.Project.ID, account.Enumerator, 1)
	raw, err := json.Marshal(map[string]any{"instanceId": "uuid:of-a-program", "formId": f.ID, "version": 1, "started": now, "ended": now, "answers": goodVisit()})
	if err != nil {
		t.Fatal(err)
	}
	p := w.program(secret)
	p.do("POST", w.Base()+"/submissions", "application/json", bytes.NewReader(raw)).Want(t, http.StatusCreated)
	w.As("rui").Get(w.Base()+"/submissions").Want(t, http.StatusOK).Shows(t, made.Name)
	p.do("POST", w.Base()+"/sign-out", "", nil).Want(t, http.StatusNotFound)
	p.Get("/session").Want(t, http.StatusForbidden).Shows(t, "访问令牌只能用于它所属项目的地址")
}
