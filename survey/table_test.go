package survey_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey"
)

func (w *world) table(s *survey.Service, f survey.Form, language string) *table.Table {
	w.Helper()
	t, err := s.Table(w.Context(), quzhou, f.ID, language)
	if err != nil {
		w.Fatal(err)
	}
	return t
}

// show writes a column as people read it: its type and a value a row.
func show(t *table.Table, name string) string {
	at := t.Find(name)
	if at < 0 {
		return "none"
	}
	v, c := t.Variables[at], t.Columns[at]
	var all []string
	for row := range t.Len() {
		switch {
		case t.IsMissing(at, row):
			all = append(all, "·")
		case v.Type == table.Number:
			all = append(all, fmt.Sprint(c.Numbers[row]))
		case v.Type == table.Time:
			all = append(all, time.Unix(int64(c.Numbers[row]), 0).UTC().Format("2006-01-02T15:04"))
		case v.Type == table.Many:
			var labels []string
			for _, code := range c.Sets[row] {
				labels = append(labels, v.Values[code].Label)
			}
			all = append(all, strings.Join(labels, "+"))
		default:
			all = append(all, v.Values[c.Codes[row]].Label)
		}
	}
	return string(v.Type) + ": " + strings.Join(all, " ")
}

func TestTable(t *testing.T) {
	everywhere(t, func(w *world) {
		f, _, _ := w.five()
		for _, s := range []*survey.Service{w.Service, w.other()} {
			got := w.table(s, f, "zh")
			for name, wanted := range map[string]string{
				"_case": "text: hetang hetang yudong yudong ·", "_enumerator": "text: bob carol bob bob carol", "_state": "one: received received approved received received",
				"_version": "number: 1 1 1 2 2", "_minutes": "number: 20 20 20 20 ·",
				"_received":        "time: 2026-04-12T01:00 2026-04-12T01:01 2026-04-12T01:02 2026-04-12T01:03 2026-04-12T01:04",
				"basic/county":     "one: 江山市 江山市 江山市 江山市 江山市",
				"basic/members":    "number: 31 31 31 31 31",
				"basic/day":        "time: · · 2026-04-11T00:00 · ·",
				"basic/respondent": "text: · · 王大妈 · 路灯管理员",
				"topics":           "many: 其他 · 道路+其他 其他 ·",
				"trust":            "one: · · 信任 · ·",
				"meetings":         "number: · 2 2 · ·", // how many
				"contact/kin":      "number: · · 1 · ·",
				"meetings/subject": "none", "meetings/motions": "none", "basic": "none",
				"total":      "number: 0 0 20 0 0", // a calculation, known by its results; an unanswered part adds nothing
				"code":       "text: A31 A31 A31 A31 A31",
				"households": "number: · · · · ·", // the second version's
			} {
				if shown := sorted(show(got, name)); shown != sorted(wanted) {
					w.Errorf("%s: %s", name, show(got, name))
				}
			}
		}
	})
}

// sorted is for rows in no particular order: those of a new process come by their last change.
func sorted(column string) string {
	kind, values, _ := strings.Cut(column, ": ")
	list := strings.Fields(values)
	slices.Sort(list)
	return kind + ": " + strings.Join(list, " ")
}

func TestTableVariables(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	if empty := w.table(w.Service, f, "zh"); empty.Len() != 0 || empty.Find("basic/members") < 0 {
		t.Error("a form that nobody filled in has no columns")
	}
	w.submit(f, full())
	w.submit(f, answers("topics", "water"))
	chinese := w.table(w.Service, f, "zh")
	before := w.table(w.Service, f, "en")
	f = w.publish(visit2(t))
	w.submit(f, answers("trust", "middle"))
	after, other := w.table(w.Service, f, "en"), w.table(w.other(), f, "zh")
	variable := func(t *table.Table, name string) table.Variable { return t.Variables[t.Find(name)] }
	labels := func(v table.Variable) string {
		var all []string
		for _, value := range v.Values {
			all = append(all, value.Code+"="+value.Label)
		}
		return strings.Join(all, " ")
	}
	for _, c := range []struct{ got, wanted string }{
		{variable(before, "basic/members").Label, "Party members"}, {labels(variable(chinese, "trust")), "low=不信任 high=信任"},
		{variable(after, "basic/members").Label, "Members of the Party"}, {variable(other, "basic/members").Label, "党员总数"},
		{labels(variable(before, "trust")), "low=Low high=High"}, {labels(variable(after, "trust")), "low=Low middle=Middle high=High"},
		{labels(variable(other, "trust")), "low=不信任 middle=一般 high=信任"}, // the newest version's order on every process
		{labels(variable(before, "topics")), "road=Roads water=Water other=Other"},
		{labels(variable(after, "topics")), "road=Roads other=Other water=Water"}, // what is gone keeps its name, last
		{show(before, "trust"), "one: High ·"}, {show(after, "trust"), "one: High · Middle"}, {show(after, "topics"), "many: Roads+Other Water ·"},
		{labels(variable(after, "_state")), "received=received edited=edited hasIssues=hasIssues approved=approved rejected=rejected"},
	} {
		if c.got != c.wanted {
			t.Errorf("got %q, want %q", c.got, c.wanted)
		}
	}
	if !variable(after, "trust").Ordered || variable(after, "topics").Ordered {
		t.Error("order")
	}
	personal := func(t *table.Table) string {
		var all []string
		for _, v := range t.Variables {
			if v.Personal {
				all = append(all, v.Name)
			}
		}
		return strings.Join(all, " ")
	}
	if got := personal(before); got != "basic/respondent contact/phone contact/kin" {
		t.Errorf("personal before: %s", got)
	}
	if got := personal(after); got != "basic/respondent other contact/phone contact/kin" {
		t.Errorf("personal after: %s", got)
	}
	f = w.publish(visit(t)) // calls another topic no personal data any longer: what was given as such stays it
	if got := personal(w.table(w.Service, f, "zh")); got != "basic/respondent other contact/phone contact/kin" {
		t.Errorf("personal at last: %s", got)
	}
	_, err := w.Table(t.Context(), hanyang, f.ID, "zh")
	want(t, err, problem.NotFound, "store.notFound")
}

// TestTypesThatChange: a question that becomes another type keeps what was answered.
func TestTypesThatChange(t *testing.T) {
	w := here(t)
	form := func(types ...string) []byte {
		var lines string
		for i, kind := range types {
			lines += fmt.Sprintf("%s | q%d | 题%d\n", kind, i, i)
		}
		return book(t, "survey", "type|name|label\n"+lines, "choices", "list_name|name|label\nl|3|三\nl|a|甲", "settings", "form_id|form_title\nf|问卷")
	}
	f := w.publish(form("text", "integer", "select_one l", "select_multiple l", "date"))
	w.submit(f, m{"q0": "3", "q1": "3", "q2": "3", "q3": "a 3", "q4": "2026-04-12"})
	w.submit(f, m{"q0": "约三个"})
	w.table(w.Service, f, "zh")
	f = w.publish(form("integer", "select_one l", "select_multiple l", "text", "text"))
	w.submit(f, m{"q0": "4", "q1": "a", "q2": "a 3", "q3": "x", "q4": "y"})
	got := w.table(w.Service, f, "zh")
	for name, wanted := range map[string]string{"q0": "number: 3 · 4", "q1": "one: 三 · 甲", "q2": "many: 三 · 甲+三", "q3": "text: a 3 · x", "q4": "text: 2026-04-12T00:00:00Z · y"} {
		if show(got, name) != wanted {
			t.Errorf("%s: %s", name, show(got, name))
		}
	}
}

func TestCalculationsAreNumbersOrNot(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", `type | name | label | calculation
integer | n | 数
calculate | third | | ${n} div 3
calculate | zeros | | concat('00', ${n})
calculate | sometimes | | if(${n} > 1, 'many', ${n})
calculate | huge | | ${n} div 0`, "settings", "form_id|form_title\nf|问卷"))
	w.submit(f, m{"n": "1"})
	if got := show(w.table(w.Service, f, "zh"), "sometimes"); got != "number: 1" {
		t.Error(got)
	}
	w.submit(f, m{"n": "3"})
	got := w.table(w.Service, f, "zh")
	for name, wanted := range map[string]string{"third": "number: 0.3333333333333333 1", "zeros": "text: 001 003", "sometimes": "text: 1 many", "huge": "number: · ·"} {
		if show(got, name) != wanted {
			t.Errorf("%s: %s", name, show(got, name))
		}
	}
}

// TestSnapshotStays: a table given out stays as it is, whatever is corrected, reviewed or new.
func TestSnapshotStays(t *testing.T) {
	w := here(t)
	f, _, subs := w.five()
	before := w.table(w.Service, f, "zh")
	var shown []string
	for _, v := range before.Variables {
		shown = append(shown, show(before, v.Name))
	}
	if _, err := w.Correct(t.Context(), quzhou, alice, subs[0].ID, 1, survey.Correction{Answers: corrections{"basic/members": "99", "topics": "road", "basic/county": "kaihua", "basic/respondent": "李"}, Reason: "核对"}); err != nil {
		t.Fatal(err)
	}
	w.submit(f, full())
	w.publish(book(t, "survey", visitSurvey, "choices", replaceAll(t, visitChoices, "agree | low", "agree | none | 无 | None\nagree | low"), "settings", visitSettings))
	after := w.table(w.Service, f, "zh")
	for i, v := range before.Variables {
		if got := show(before, v.Name); got != shown[i] {
			t.Errorf("%s was %s, is %s", v.Name, shown[i], got)
		}
	}
	for name, wanted := range map[string]string{"basic/members": "number: 99 31 31 31 31 31", "topics": "many: 道路 · 道路+其他 其他 · 道路+其他", "other": "text: · · 路灯 饮水 · 路灯",
		"basic/county": "one: 开化县 江山市 江山市 江山市 江山市 江山市", "_state": "one: edited received approved received received received", "code": "text: A99 A31 A31 A31 A31 A31"} {
		if sorted(show(after, name)) != sorted(wanted) {
			t.Errorf("%s: %s", name, show(after, name))
		}
	}
}

// TestTwoProcesses: two services on one store see each other's changes.
func TestTwoProcesses(t *testing.T) {
	everywhere(t, func(w *world) {
		f, second := w.publish(visit(w)), w.other()
		w.table(second, f, "zh")
		sub := w.submit(f, full())
		if got := show(w.table(second, f, "zh"), "basic/members"); got != "number: 31" {
			w.Error("new:", got)
		}
		if _, err := second.Correct(w.Context(), quzhou, alice, sub.ID, 1, survey.Correction{Answers: corrections{"basic/members": "40"}, Reason: "核对"}); err != nil {
			w.Fatal(err)
		}
		if got := show(w.table(w.Service, f, "zh"), "basic/members"); got != "number: 40" {
			w.Error("corrected:", got)
		}
		f = w.publish(visit2(w))
		w.submit(f, answers("households", "7"))
		if got := show(w.table(second, f, "zh"), "households"); got != "number: · 7" {
			w.Error("a new version:", got)
		}
		if page, err := second.List(w.Context(), quzhou, survey.Filter{Version: 2}, "", 5); err != nil || page.Total != 1 {
			w.Error(page, err)
		}
	})
}

// TestTableWhileSubmitting is for the race detector, and counts: every table is whole.
func TestTableWhileSubmitting(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	first := w.submit(f, full())
	var wait sync.WaitGroup
	for writer := range 3 {
		wait.Go(func() {
			for i := range 25 {
				in := survey.Incoming{InstanceID: fmt.Sprintf("uuid:%d-%d", writer, i), FormID: f.ID, Version: 1, Answers: full()}
				if _, err := w.Submit(t.Context(), quzhou, bob, in); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Go(func() {
		for i := range 25 {
			if _, err := w.Correct(t.Context(), quzhou, alice, first.ID, int64(1+i), survey.Correction{Answers: corrections{"basic/members": fmt.Sprint(40 + i)}, Reason: "核对"}); err != nil {
				t.Error(err)
			}
		}
	})
	for range 3 {
		wait.Go(func() {
			for range 25 {
				got, err := w.Table(t.Context(), quzhou, f.ID, "zh")
				if err != nil {
					t.Error(err)
					return
				}
				for at, v := range got.Variables {
					rows := max(len(got.Columns[at].Numbers), len(got.Columns[at].Codes), len(got.Columns[at].Sets))
					if rows != got.Len() || strings.Count(show(got, v.Name), "") == 0 {
						t.Errorf("%s has %d rows of %d", v.Name, rows, got.Len())
					}
				}
				if _, err := w.List(t.Context(), quzhou, survey.Filter{Text: "路"}, "", 5); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	got := w.table(w.Service, f, "zh")
	members := got.Columns[got.Find("basic/members")].Numbers
	if got.Len() != 76 || slices.Max(members) != 64 || math.IsNaN(slices.Min(members)) {
		t.Error(got.Len(), members)
	}
	fresh := w.table(w.other(), f, "zh")
	for _, v := range got.Variables {
		if sorted(show(fresh, v.Name)) != sorted(show(got, v.Name)) {
			t.Errorf("another process has another %s", v.Name)
		}
	}
}

// TestNotesWithAnswers: a note has no column, whether the page calculates what it says or a client
// sends it.
func TestNotesWithAnswers(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(book(w, "survey", "type|name|label|calculation\nbegin repeat|visits|走访\ntext|who|谁\nnote|hint|${hint}|concat('第', position(..), '次')\nend repeat\nnote|end|完|'好'",
			"settings", "form_id\nnotes"))
		w.submit(f, m{"visits": []any{m{"who": "王芳"}, m{"who": "李强"}}})
		raw := `<data id="notes" version="1" xmlns:orx="http://openrosa.org/xforms"><visits><who>赵敏</who><hint>第1次</hint></visits><end>好</end><orx:meta><orx:instanceID>uuid:note</orx:instanceID></orx:meta></data>`
		if _, err := w.receive([]byte(raw)); err != nil {
			w.Fatal(err)
		}
		for range 2 {
			table, err := w.Table(w.Context(), quzhou, f.ID, "")
			if err != nil {
				w.Fatal(err)
			}
			at := table.Find("visits")
			if table.Len() != 2 || at < 0 || table.Find("end") >= 0 {
				w.Fatalf("%+v", table)
			}
			if counts := table.Columns[at].Numbers; counts[0]+counts[1] != 3 {
				w.Fatal(counts)
			}
		}
		if list, err := w.List(w.Context(), quzhou, survey.Filter{Text: "赵敏"}, "", 10); err != nil || list.Total != 1 {
			w.Fatal(list, err)
		}
	})
}
