package casebase_test

import (
	"math"
	"strings"
	"testing"

	"tianye/casebase"
	"tianye/internal/id"
	"tianye/internal/table"
)

func titles(list []*casebase.Summary) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Title)
	}
	return strings.Join(out, " ")
}

func text(name, value string) casebase.Attribute {
	return casebase.Attribute{Name: name, Type: casebase.TypeText, Value: value}
}

func date(name, value string) casebase.Attribute {
	return casebase.Attribute{Name: name, Type: casebase.TypeDate, Value: value}
}

// fourCases are in a project, and one more in another.
func fourCases(t *testing.T) (*world, map[string]casebase.Case) {
	w := newWorld(t)
	made := map[string]casebase.Case{}
	for _, c := range []casebase.Case{
		w.create(t, "张店10号", "一", number("户数", "8000"), choice("领域", "社区"), date("成立", "2019-07-01")),
		w.create(t, "张店9号", "一二三", number("户数", "120"), choice("领域", "农村"), text("联系人", "Wang")),
		w.create(t, "安居", "一二", text("户数", "约900"), choice("领域", "社区")),
		w.create(t, "北门", ""),
	} {
		made[c.Title] = c
	}
	must[casebase.Case](t)(w.Create(t.Context(), bob, hanyang, casebase.Edit{Title: "江欣苑"}))
	edit := made["安居"].Edit
	edit.State = casebase.StateDone
	made["安居"] = must[casebase.Case](t)(w.Save(t.Context(), bob, quzhou, made["安居"].ID, 1, edit))
	return w, made
}

func TestList(t *testing.T) {
	w, _ := fourCases(t)
	for name, test := range map[string]struct {
		filter casebase.Filter
		sort   casebase.Sort
		page   casebase.Page
		want   string
		total  int
	}{
		"by pinyin and number":     {want: "安居 北门 张店9号 张店10号", total: 4},
		"a page":                   {page: casebase.Page{Offset: 1, Limit: 2}, want: "北门 张店9号", total: 4},
		"beyond the end":           {page: casebase.Page{Offset: 9, Limit: 2}, total: 4},
		"a word of a title":        {filter: casebase.Filter{Text: "店"}, want: "张店9号 张店10号", total: 2},
		"words, letters of a case": {filter: casebase.Filter{Text: "张 wang"}, want: "张店9号", total: 1},
		"not across fields":        {filter: casebase.Filter{Text: "社区成立"}, total: 0},
		"a state":                  {filter: casebase.Filter{State: casebase.StateDone}, want: "安居", total: 1},
		"an attribute":             {filter: casebase.Filter{Attributes: map[string]string{"领域": "社区"}}, want: "安居 张店10号", total: 2},
		"without an attribute":     {filter: casebase.Filter{Attributes: map[string]string{"领域": ""}}, want: "北门", total: 1},
		"last changed first":       {sort: casebase.Sort{By: casebase.SortUpdated, Descending: true}, want: "安居 北门 张店9号 张店10号", total: 4},
		"in the order of making":   {sort: casebase.Sort{By: casebase.SortCreated}, want: "张店10号 张店9号 安居 北门", total: 4},
		"by length":                {sort: casebase.Sort{By: casebase.SortCharacters}, want: "北门 张店10号 安居 张店9号", total: 4},
		"by state":                 {sort: casebase.Sort{By: casebase.SortState, Descending: true}, want: "安居 张店10号 张店9号 北门", total: 4},
		"by number, then text":     {sort: casebase.Sort{By: casebase.SortAttribute, Attribute: "户数"}, want: "张店9号 张店10号 安居 北门", total: 4},
		"none comes last":          {sort: casebase.Sort{By: casebase.SortAttribute, Attribute: "成立", Descending: true}, want: "张店10号 张店9号 北门 安居", total: 4},
	} {
		t.Run(name, func(t *testing.T) {
			list := must[casebase.List](t)(w.List(t.Context(), quzhou, test.filter, test.sort, test.page))
			if titles(list.Cases) != test.want || list.Total != test.total {
				t.Errorf("got %q of %d, want %q of %d", titles(list.Cases), list.Total, test.want, test.total)
			}
		})
	}
	list := must[casebase.List](t)(w.List(t.Context(), quzhou, casebase.Filter{State: casebase.StateDone}, casebase.Sort{}, casebase.Page{}))
	if list.ByState[casebase.StateDraft] != 3 || list.ByState[casebase.StateDone] != 1 || list.Cases[0].Characters != 2 {
		t.Errorf("list %+v", list)
	}
}

func TestAttributes(t *testing.T) {
	w, made := fourCases(t)
	list := must[[]casebase.AttributeSummary](t)(w.Attributes(t.Context(), quzhou))
	var names []string
	for _, a := range list {
		names = append(names, a.Name)
	}
	if got := strings.Join(names, " "); got != "户数 领域 成立 联系人" {
		t.Fatalf("attributes %s", got)
	}
	households, fields := list[0], list[1]
	if households.Type != casebase.TypeNumber || households.Cases != 3 || households.Min != 120 || households.Max != 8000 ||
		len(households.Odd) != 1 || households.Odd[0] != made["安居"].ID {
		t.Errorf("households %+v", households)
	}
	if fields.Type != casebase.TypeChoice || len(fields.Values) != 2 || fields.Values[0] != (casebase.ValueCount{Value: "社区", Cases: 2}) {
		t.Errorf("fields %+v", fields)
	}
}

func TestTable(t *testing.T) {
	w, made := fourCases(t)
	got := must[*table.Table](t)(w.Table(t.Context(), quzhou))
	if got.Len() != 4 || got.Origins[3] != (id.Origin{Kind: id.KindCase, ID: string(made["张店10号"].ID)}) {
		t.Fatalf("origins %v", got.Origins)
	}
	for name, kind := range map[string]table.Type{"title": table.Text, "state": table.One, "户数": table.Number, "领域": table.One, "成立": table.Time, "联系人": table.Text} {
		if at := got.Find(name); at < 0 || got.Variables[at].Type != kind {
			t.Errorf("%s is at %d", name, at)
		}
	}
	households := got.Columns[got.Find("户数")].Numbers
	if !math.IsNaN(households[0]) || !math.IsNaN(households[1]) || households[2] != 120 || households[3] != 8000 {
		t.Errorf("households %v", households)
	}
	if states := got.Columns[got.Find("state")].Codes; states[0] != 2 || states[1] != 0 {
		t.Errorf("states %v", states)
	}
	fields := got.Variables[got.Find("领域")]
	if codes := got.Columns[got.Find("领域")].Codes; codes[1] != table.Missing || fields.Values[codes[0]].Label != "社区" || fields.Values[codes[2]].Label != "农村" {
		t.Errorf("fields %v of %v", codes, fields.Values)
	}
	if founded := got.Columns[got.Find("成立")].Numbers[3]; founded != 1561939200 {
		t.Errorf("founded %v", founded)
	}
}

// TestKeptElsewhere holds that another process sees what changed, and that a Table
// given out before does not change.
func TestKeptElsewhere(t *testing.T) {
	w, made := fourCases(t)
	other := w.another()
	before := must[*table.Table](t)(other.Table(t.Context(), quzhou))
	if same := must[*table.Table](t)(other.Table(t.Context(), quzhou)); same != before {
		t.Error("made anew although nothing changed")
	}
	must[casebase.Case](t)(w.Delete(t.Context(), alice, quzhou, made["北门"].ID, ""))
	w.create(t, "新村", "", number("户数", "5"))
	after := must[*table.Table](t)(other.Table(t.Context(), quzhou))
	numbers := after.Columns[after.Find("户数")].Numbers
	if after.Len() != 4 || numbers[1] != 5 || before.Len() != 4 || before.Columns[before.Find("户数")].Numbers[1] == 5 {
		t.Errorf("after %v", numbers)
	}
}
