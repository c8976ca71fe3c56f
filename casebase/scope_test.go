package casebase_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
)

// of is a village of a county.
func of(county, title string) casebase.Edit {
	return casebase.Edit{Title: title, Text: title + "的正文", Attributes: []casebase.Attribute{
		{Name: "县", Type: casebase.TypeChoice, Value: county}, {Name: county + "特色", Type: casebase.TypeText, Value: "茶"}, {Name: "户数", Type: casebase.TypeNumber, Value: "30"}}}
}

// limited is the context of what bob does, who works in some counties.
func limited(t *testing.T, counties ...string) context.Context {
	return account.WithScope(t.Context(), account.Scope{User: bob, Limit: account.Limit{Attribute: "县", Values: counties}})
}

// TestBeyondTheScopeIsNothing: a limited member reads and changes the cases of the limit; all else
// is, to them, not there.
func TestBeyondTheScopeIsNothing(t *testing.T) {
	w := newWorld(t)
	far := must[casebase.Case](t)(w.Create(t.Context(), alice, quzhou, of("开化县", "幽谷村")))
	gone := must[casebase.Case](t)(w.Create(t.Context(), alice, quzhou, of("开化县", "旧村")))
	must[casebase.Case](t)(w.Delete(t.Context(), alice, quzhou, gone.ID, "并村"))
	near := must[casebase.Case](t)(w.Create(t.Context(), alice, quzhou, of("江山市", "清湖村")))
	if _, _, err := w.Attach(t.Context(), alice, quzhou, far.ID, "a.txt", strings.NewReader("a")); err != nil {
		t.Fatal(err)
	}
	ctx := limited(t, "江山市")
	for name, try := range map[string]func(id.CaseID) error{
		"get":       func(c id.CaseID) error { _, err := w.Get(ctx, quzhou, c); return err },
		"save":      func(c id.CaseID) error { _, err := w.Save(ctx, bob, quzhou, c, 2, of("江山市", "x")); return err },
		"delete":    func(c id.CaseID) error { _, err := w.Delete(ctx, bob, quzhou, c, ""); return err },
		"restore":   func(c id.CaseID) error { _, err := w.Restore(ctx, bob, quzhou, c); return err },
		"revisions": func(c id.CaseID) error { _, err := w.Revisions(ctx, quzhou, c); return err },
		"revision":  func(c id.CaseID) error { _, err := w.Revision(ctx, quzhou, c, 1); return err },
		"diff":      func(c id.CaseID) error { _, err := w.Diff(ctx, quzhou, c, 1, 2); return err },
		"attach": func(c id.CaseID) error {
			_, _, err := w.Attach(ctx, bob, quzhou, c, "b.txt", strings.NewReader("b"))
			return err
		},
		"detach": func(c id.CaseID) error { _, err := w.Detach(ctx, bob, quzhou, c, "a.txt"); return err },
		"open":   func(c id.CaseID) error { _, _, err := w.OpenAttachment(ctx, quzhou, c, "a.txt"); return err },
		"former": func(c id.CaseID) error { _, _, err := w.OpenFormerAttachment(ctx, quzhou, c, 2, "a.txt"); return err },
		"amend":  func(c id.CaseID) error { return w.Amend(ctx, bob, quzhou, c, "x", nil) },
		"register": func(c id.CaseID) error {
			return w.Register(ctx, bob, quzhou, c, "x", map[string]string{"县": "江山市"})
		},
	} {
		for _, c := range []id.CaseID{far.ID, gone.ID} {
			p := problem.From(try(c))
			if name != "register" { // which would make it
				if missing := problem.From(try(id.CaseID(id.New(w.now)))); p.Text.Key != missing.Text.Key {
					t.Errorf("%s beyond the scope: %v; of what is not there: %v", name, p, missing)
				}
			}
			if p.Kind != problem.NotFound {
				t.Errorf("%s beyond the scope: %v", name, p)
			}
		}
	}
	list := must[casebase.List](t)(w.List(ctx, quzhou, casebase.Filter{}, casebase.Sort{By: casebase.SortTitle}, casebase.Page{}))
	binned := must[[]id.Binned](t)(w.Binned(ctx, quzhou))
	if list.Total != 1 || list.Cases[0].ID != near.ID || list.ByState[casebase.StateDraft] != 1 || len(binned) != 0 {
		t.Errorf("%+v, %+v", list, binned)
	}
	for _, a := range must[[]casebase.AttributeSummary](t)(w.Attributes(ctx, quzhou)) {
		if strings.HasPrefix(a.Name, "开化") || slices.ContainsFunc(a.Values, func(v casebase.ValueCount) bool { return v.Value == "开化县" }) {
			t.Errorf("%+v", a)
		}
	}
	if narrow, whole := must[*table.Table](t)(w.Table(ctx, quzhou)), must[*table.Table](t)(w.Table(t.Context(), quzhou)); narrow.Len() != 1 || narrow.Find("开化县特色") >= 0 || whole.Len() != 2 || whole.Find("开化县特色") < 0 {
		t.Errorf("%d rows, %d", narrow.Len(), whole.Len())
	}
	if reach := must[map[id.CaseID]bool](t)(w.Reach(ctx, quzhou)); !reach[near.ID] || reach[far.ID] || reach[gone.ID] {
		t.Errorf("%v", reach)
	}
	if c := must[casebase.Case](t)(w.Get(t.Context(), quzhou, far.ID)); c.Title != far.Title || c.Revision != 2 {
		t.Errorf("%+v", c)
	}
}

// TestWritingStaysWithinTheScope: what a limited member makes or changes is within the limit
// afterwards, or is not done.
func TestWritingStaysWithinTheScope(t *testing.T) {
	w := newWorld(t)
	ctx := limited(t, "江山市", "常山县")
	near := must[casebase.Case](t)(w.Create(ctx, bob, quzhou, of("江山市", "清湖村")))
	refused := func(what string, err error) {
		t.Helper()
		if p := problem.From(err); p.Kind != problem.Forbidden || p.Text.Key != "scope.outside" || p.Text.Args[1] != "江山市、常山县" {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := w.Create(ctx, bob, quzhou, of("开化县", "幽谷村"))
	refused("create", err)
	_, err = w.Create(ctx, bob, quzhou, casebase.Edit{Title: "没有县的村"})
	refused("create without", err)
	_, err = w.Save(ctx, bob, quzhou, near.ID, 1, of("开化县", "清湖村"))
	refused("save", err)
	refused("amend", w.Amend(ctx, bob, quzhou, near.ID, "", map[string]string{"县": "开化县"}))
	refused("amend to none", w.Amend(ctx, bob, quzhou, near.ID, "", map[string]string{"县": ""}))
	refused("register", w.Register(ctx, bob, quzhou, id.CaseID(id.New(w.now)), "x", map[string]string{"县": "开化县"}))
	if _, err := w.Save(ctx, bob, quzhou, near.ID, 1, of("常山县", "清湖村")); err != nil {
		t.Error("from one county of the limit to another:", err)
	}
	if n := must[casebase.List](t)(w.List(t.Context(), quzhou, casebase.Filter{}, casebase.Sort{}, casebase.Page{})).Total; n != 1 {
		t.Errorf("%d cases", n)
	}
}

// TestImportWithinTheScope: a row beyond the scope is told before anything is written; a title that
// a case beyond the scope has is free.
func TestImportWithinTheScope(t *testing.T) {
	w := newWorld(t)
	far := must[casebase.Case](t)(w.Create(t.Context(), alice, quzhou, of("开化县", "幽谷村")))
	sheet := func(rows string) casebase.File {
		return casebase.File{Name: "a.csv", Content: strings.NewReader(rows), Size: int64(len(rows))}
	}
	imported := must[casebase.Imported](t)(w.Import(t.Context(), alice, quzhou, sheet("名称,县\n高坑村,开化县\n"), casebase.ExistingUpdate))
	ctx := limited(t, "江山市")
	preview := must[*casebase.Preview](t)(w.PreviewImport(ctx, quzhou, sheet("名称,县\n幽谷村,开化县\n无县村,\n清湖村,江山市\n")))
	if len(preview.Problems) != 2 || preview.Problems[0].Text.Key != "scope.outside" || preview.Rows[0].Existing != "" {
		t.Errorf("%+v", preview)
	}
	if _, err := w.Import(ctx, bob, quzhou, sheet("名称,县\n清湖村,江山市\n无县村,\n"), casebase.ExistingUpdate); !problem.Is(err, problem.Invalid) {
		t.Error(err)
	}
	for range 2 { // the second time they are there
		mine := must[casebase.Imported](t)(w.Import(ctx, bob, quzhou, sheet("名称,县,户数\n幽谷村,江山市,5\n高坑村,江山市,6\n"), casebase.ExistingUpdate))
		if len(mine.Created)+len(mine.Unchanged) != 2 || slices.Contains(mine.Created, far.ID) || slices.Contains(mine.Created, imported.Created[0]) {
			t.Errorf("%+v", mine)
		}
	}
	if _, err := w.Import(ctx, bob, quzhou, sheet("名称,户数\n幽谷村,7\n"), casebase.ExistingUpdate); err != nil {
		t.Error("an update that leaves the county as it is:", err)
	}
	all := must[casebase.List](t)(w.List(t.Context(), quzhou, casebase.Filter{}, casebase.Sort{}, casebase.Page{}))
	if c := must[casebase.Case](t)(w.Get(t.Context(), quzhou, far.ID)); all.Total != 4 || c.Revision != 1 {
		t.Errorf("%d cases, %+v", all.Total, c)
	}
}
