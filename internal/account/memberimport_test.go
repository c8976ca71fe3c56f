package account_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

func newcomer(row int, name, phone, login string) account.Newcomer {
	return account.Newcomer{Row: row, Name: name, Phone: phone, Login: login, Role: account.Enumerator}
}

func county(n account.Newcomer, values ...string) account.Newcomer {
	n.Limit = account.Limit{Attribute: "县", Values: values}
	return n
}

func TestImportMembers(t *testing.T) {
	everywhere(t, func(w *world) {
		ctx := w.Context()
		alice := w.user("alice")
		p := w.project("衢州", alice, nil)
		w.user("carol") // has an account already
		rows := []account.Newcomer{
			county(newcomer(2, " 林 小雨 ", "138 0000-1111", ""), "江山市", " 江山市"),
			county(newcomer(3, "毛建国", "+86 13900002222", "Mao.JG"), "江山市", "龙游县"),
			newcomer(4, "carol的姓名", "", "CAROL"),
			newcomer(5, "<b>吴</b>", "", ""),
			newcomer(6, "郑大爷", "", ""),
			{Row: 7, Name: "alice的姓名", Login: "alice", Role: account.Manager},
		}
		plan, slips, err := w.ImportMembers(ctx, p.ID, rows)
		if err != nil || len(plan.Warnings) != 0 || plan.Count(account.Make) != 4 || plan.Count(account.Join) != 1 || plan.Count(account.Stay) != 1 {
			w.Fatal(plan, err)
		}
		var got []string
		for _, slip := range slips {
			got = append(got, slip.User.Login+" "+slip.User.Name+" "+slip.User.Phone+" "+strings.Join(slip.Limit.Values, "+"))
			if token := w.signIn(slip.User.Login, slip.Password); token == "" || !slip.User.MustChange {
				w.Error(slip)
			}
		}
		if fmt.Sprint(got) != "[13800001111 林 小雨 13800001111 江山市 mao.jg 毛建国 13900002222 江山市+龙游县 w001 <b>吴</b>   w002 郑大爷  ]" {
			w.Error(got)
		}
		w.signIn("carol", password)

		again, slips, err := w.ImportMembers(ctx, p.ID, rows)
		if err != nil || len(slips) != 0 || again.Count(account.Stay) != 6 || len(again.Warnings) != 0 {
			w.Error("imported again:", again, slips, err)
		}
		changed := slices.Clone(rows)
		changed[0].Limit = account.Limit{}
		if again, err = w.PlanMembers(ctx, p.ID, changed); err != nil || len(again.Warnings) != 1 || again.Warnings[0].Text.Key != "account.importStays" {
			w.Error(again, err)
		}
		if people, err := w.People(ctx, p.ID); err != nil || len(people) != 6 {
			w.Error(people, err)
		}
	})
}

// TestImportBrokenOff: an account was made and its membership was not; the next import gives the slip after all.
func TestImportBrokenOff(t *testing.T) {
	everywhere(t, func(w *world) {
		ctx := w.Context()
		p := w.project("衢州", w.user("alice"), nil)
		rows := []account.Newcomer{newcomer(2, "林小雨", "13800001111", ""), newcomer(3, "郑大爷", "", "")}
		_, first, err := w.ImportMembers(ctx, p.ID, rows)
		if err != nil {
			w.Fatal(err)
		}
		for _, slip := range first {
			m, err := w.Store.Member(ctx, p.ID, slip.User.ID)
			if err != nil {
				w.Fatal(err)
			}
			if err := w.Store.DeleteMember(ctx, m); err != nil {
				w.Fatal(err)
			}
		}
		_, second, err := w.ImportMembers(ctx, p.ID, rows)
		if err != nil || len(second) != 2 {
			w.Fatal(second, err)
		}
		for i, slip := range second {
			if slip.User.ID != first[i].User.ID || slip.Password == first[i].Password || w.role(slip.User, p.ID) != account.Enumerator {
				w.Error(slip)
			}
			w.signIn(slip.User.Login, slip.Password)
		}
		// Made here, but used elsewhere by now: it is added with the password it has.
		third := w.project("汉阳", w.user("bob"), map[string]account.Role{"13800001111": account.Viewer})
		if err := w.RemoveMember(ctx, p.ID, first[0].User.ID); err != nil {
			w.Fatal(err)
		}
		plan, slips, err := w.ImportMembers(ctx, p.ID, rows[:1])
		if err != nil || len(slips) != 0 || plan.Count(account.Join) != 1 || w.role(first[0].User, third.ID) != account.Viewer {
			w.Error(plan, slips, err)
		}
	})
}

// TestImportTwiceAtOnce: who has neither login nor phone is made once all the same.
func TestImportTwiceAtOnce(t *testing.T) {
	w := here(t)
	p := w.project("衢州", w.user("alice"), nil)
	rows := []account.Newcomer{newcomer(2, "林小雨", "", ""), newcomer(3, "毛建国", "", ""), newcomer(4, "郑大爷", "", "")}
	var wait sync.WaitGroup
	slips := make([][]account.Slip, 2)
	for i := range slips {
		wait.Go(func() { // both plan before either has hashed its passwords
			var err error
			if _, slips[i], err = w.ImportMembers(t.Context(), p.ID, rows); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	people, err := w.People(t.Context(), p.ID)
	if err != nil || len(people) != 4 || len(slips[0])+len(slips[1]) != 3 {
		t.Fatal(len(people), "members;", slips, err)
	}
	for _, slip := range append(slips[0], slips[1]...) {
		w.signIn(slip.User.Login, slip.Password)
	}
}

func TestImportRefused(t *testing.T) {
	w := here(t)
	ctx := t.Context()
	alice := w.user("alice")
	p := w.project("衢州", alice, map[string]account.Role{"bob": account.Viewer, "mao": account.Viewer})
	if _, _, err := w.ImportMembers(ctx, p.ID, []account.Newcomer{newcomer(2, "毛", "13900002222", "m1"), newcomer(3, "同名", "", "t1"), newcomer(4, "同名", "", "t2")}); err != nil {
		t.Fatal(err)
	}
	manager := county(newcomer(3, "吴", "", "wu"), "江山市")
	manager.Role = account.Manager
	unknown := newcomer(2, "吴", "", "wu")
	unknown.Role = "县长"
	many := newcomer(2, "吴", "", "wu")
	for i := range 51 {
		many.Limit.Values = append(many.Limit.Values, fmt.Sprint(i))
	}
	many.Limit.Attribute = "县"
	for name, c := range map[string]struct {
		rows []account.Newcomer
		want string
	}{
		"no name":               {[]account.Newcomer{newcomer(2, " ", "13800001111", "")}, "2 account.nameInvalid"},
		"a formula":             {[]account.Newcomer{newcomer(2, "=HYPERLINK(\"http://evil\")", "", ""), newcomer(3, "@SUM(A1)", "", "")}, "2 account.nameOdd, 3 account.nameOdd"},
		"a long name":           {[]account.Newcomer{newcomer(2, strings.Repeat("长", 61), "", "")}, "2 account.nameInvalid"},
		"a bad phone":           {[]account.Newcomer{newcomer(2, "吴", "138x", ""), newcomer(3, "林", "12", "")}, "2 account.phoneInvalid, 3 account.phoneInvalid"},
		"a bad login":           {[]account.Newcomer{newcomer(2, "吴", "", "a b")}, "2 account.loginInvalid"},
		"one phone twice":       {[]account.Newcomer{newcomer(2, "吴", "13800001111", ""), newcomer(3, "林", "+86 138-0000-1111", "lin")}, "3 account.importPhoneTwice"},
		"one login twice":       {[]account.Newcomer{newcomer(2, "吴", "", "WU"), newcomer(3, "林", "", "wu")}, "3 account.importLoginTwice"},
		"a phone as a login":    {[]account.Newcomer{newcomer(2, "吴", "13800001111", ""), newcomer(3, "林", "", "13800001111")}, "3 account.importLoginTwice"},
		"one name twice":        {[]account.Newcomer{newcomer(2, "吴", "", ""), newcomer(3, "吴 ", "", "")}, "3 account.importNameTwice"},
		"one member twice":      {[]account.Newcomer{newcomer(2, "毛", "", "m1"), newcomer(3, "毛", "13900002222", "")}, "3 account.importLoginTwice"},
		"two of the name":       {[]account.Newcomer{newcomer(2, "同名", "", "")}, "2 account.importAmbiguous"},
		"no such role":          {[]account.Newcomer{unknown}, "2 account.importRole"},
		"a limited manager":     {[]account.Newcomer{newcomer(2, "林", "", ""), manager}, "3 account.limitedManager"},
		"a limit of 51 values":  {[]account.Newcomer{many}, "2 account.limitLarge"},
		"a limit without value": {[]account.Newcomer{county(newcomer(2, "林", "", ""))}, "2 account.importNoValue"},
	} {
		plan, slips, err := w.ImportMembers(ctx, p.ID, c.rows)
		if !problem.Is(err, problem.Invalid) || len(slips) > 0 {
			t.Errorf("%s: %v %v", name, slips, err)
			continue
		}
		var got []string
		for _, wrong := range plan.Problems {
			got = append(got, fmt.Sprint(wrong.Row, " ", wrong.Text.Key))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
	if people, err := w.People(ctx, p.ID); err != nil || len(people) != 6 {
		t.Error("refused, and done:", len(people), err)
	}
	_, _, err := w.ImportMembers(ctx, p.ID, nil)
	want(t, err, problem.Invalid, "account.importEmpty")
	_, _, err = w.ImportMembers(ctx, p.ID, make([]account.Newcomer, account.MaxNewcomers+1))
	want(t, err, problem.TooLarge, "account.importRows")
}

// TestImportDoubts: what is likely a mistake is said, and done.
func TestImportDoubts(t *testing.T) {
	w := here(t)
	ctx := t.Context()
	p := w.project("衢州", w.user("alice"), map[string]account.Role{"bob": account.Viewer})
	_, first, err := w.ImportMembers(ctx, p.ID, []account.Newcomer{newcomer(2, "毛", "13900002222", "m1")})
	if err != nil {
		t.Fatal(err)
	}
	carol := w.user("carol")
	for user, change := range map[id.UserID]func() error{
		carol.ID:         func() error { return w.SetUserDisabled(ctx, carol.ID, true) },
		first[0].User.ID: func() error { return w.SetMemberDisabled(ctx, p.ID, first[0].User.ID, true) },
	} {
		if err := change(); err != nil {
			t.Fatal(user, err)
		}
	}
	plan, err := w.PlanMembers(ctx, p.ID, []account.Newcomer{newcomer(2, "毛", "", "m1"), newcomer(3, "别人", "13900002222", "other"), newcomer(4, "卡罗", "", "carol")})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, doubt := range plan.Warnings {
		got = append(got, fmt.Sprint(doubt.Row, " ", doubt.Text.Key))
	}
	if len(plan.Problems) > 0 || strings.Join(got, ", ") != "2 account.importInactive, 3 account.importPhoneTaken, 4 account.importOtherName, 4 account.importDisabled" {
		t.Error(got, plan.Problems)
	}
}

func TestLimits(t *testing.T) {
	everywhere(t, func(w *world) {
		ctx := w.Context()
		alice, bob := w.user("alice"), w.user("bob")
		p := w.project("衢州", alice, map[string]account.Role{"bob": account.Enumerator})
		if err := w.SetLimit(ctx, p.ID, bob.ID, account.Limit{Attribute: " 县", Values: []string{"龙游县", "江山市 ", "龙游县", ""}}); err != nil {
			w.Fatal(err)
		}
		m, err := w.MemberIn(ctx, bob, p.ID)
		if err != nil || m.Limit.Attribute != "县" || !slices.Equal(m.Limit.Values, []string{"江山市", "龙游县"}) {
			w.Error(m, err)
		}
		want(w, w.SetRole(ctx, p.ID, bob.ID, account.Manager), problem.Invalid, "account.limitedManager")
		want(w, w.SetLimit(ctx, p.ID, alice.ID, m.Limit), problem.Invalid, "account.limitedManager")
		want(w, w.SetLimit(ctx, p.ID, bob.ID, account.Limit{Attribute: "县", Values: []string{" "}}), problem.Invalid, "account.limitEmpty")
		want(w, w.SetLimit(ctx, p.ID, bob.ID, account.Limit{Values: []string{"江山市"}}), problem.Invalid, "account.limitEmpty")
		want(w, w.SetLimit(ctx, p.ID, bob.ID, account.Limit{Attribute: "县", Values: []string{strings.Repeat("长", 201)}}), problem.Invalid, "account.limitLarge")
		want(w, w.SetLimit(ctx, p.ID, "nobody", m.Limit), problem.NotFound, "store.notFound")
		if err := w.SetLimit(ctx, p.ID, bob.ID, account.Limit{}); err != nil {
			w.Fatal(err)
		}
		if m, err = w.MemberIn(ctx, bob, p.ID); err != nil || !m.Limit.IsZero() {
			w.Error(m, err)
		}
	})
}
