package casebase_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/casebase"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/sqlite"
)

const (
	alice   = id.UserID("alice")
	bob     = id.UserID("bob")
	quzhou  = id.ProjectID("quzhou")
	hanyang = id.ProjectID("hanyang")
)

// world is a Service on a real store, with a clock that moves a minute at every look.
type world struct {
	*casebase.Service
	backend store.Backend
	mu      sync.Mutex
	now     time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	b, err := sqlite.Open(t.Context(), t.TempDir(), store.Collections)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	w := &world{backend: b, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	w.Service = w.another()
	return w
}

// another is a further process on the same store.
func (w *world) another() *casebase.Service {
	return casebase.New(store.NewCases(w.backend), func() time.Time {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.now = w.now.Add(time.Minute)
		return w.now
	})
}

func must[T any](t testing.TB) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func (w *world) create(t testing.TB, title, text string, attributes ...casebase.Attribute) casebase.Case {
	t.Helper()
	return must[casebase.Case](t)(w.Create(t.Context(), alice, quzhou, casebase.Edit{Title: title, Text: text, Attributes: attributes}))
}

func number(name, value string) casebase.Attribute {
	return casebase.Attribute{Name: name, Type: casebase.TypeNumber, Value: value}
}

func choice(name, value string) casebase.Attribute {
	return casebase.Attribute{Name: name, Type: casebase.TypeChoice, Value: value}
}

func wants(t *testing.T, err error, kind problem.Kind, key string) *problem.Problem {
	t.Helper()
	p := problem.From(err)
	if err == nil || p.Kind != kind || p.Text.Key != key {
		t.Fatalf("got %v, want %s %s", err, kind, key)
	}
	return p
}

func TestSaveKeepsRevisions(t *testing.T) {
	w := newWorld(t)
	c := w.create(t, "世纪花园", "148栋楼。", number("户数", "8000"))
	if c.Revision != 1 || c.CreatedBy != alice || c.State != casebase.StateDraft {
		t.Fatalf("created %+v", c)
	}
	edit := c.Edit
	edit.Text, edit.State = "149栋楼。", casebase.StateReview
	saved := must[casebase.Case](t)(w.Save(t.Context(), bob, quzhou, c.ID, 1, edit))
	if saved.Revision != 2 || saved.UpdatedBy != bob || saved.CreatedBy != alice || saved.Text != "149栋楼。\n" {
		t.Errorf("saved %+v", saved)
	}
	got := must[casebase.Case](t)(w.Get(t.Context(), quzhou, c.ID))
	if got.UpdatedAt != saved.UpdatedAt || got.ID != c.ID || got.ProjectID != quzhou || len(got.Attributes) != 1 || got.Attributes[0] != number("户数", "8000") {
		t.Errorf("stored %+v, saved %+v", got, saved)
	}
	again := must[casebase.Case](t)(w.Save(t.Context(), bob, quzhou, c.ID, 1, edit))
	if again.Revision != 2 {
		t.Errorf("saving the same again made revision %d", again.Revision)
	}
	list := must[[]casebase.Revision](t)(w.Revisions(t.Context(), quzhou, c.ID))
	if len(list) != 2 || list[0].By != bob || list[1].By != alice || list[0].State != casebase.StateReview || list[1].Characters != 6 {
		t.Errorf("revisions %+v", list)
	}
	if old := must[casebase.Case](t)(w.Revision(t.Context(), quzhou, c.ID, 1)); old.Text != "148栋楼。\n" {
		t.Errorf("revision 1 is %q", old.Text)
	}
	_, err := w.Revision(t.Context(), quzhou, c.ID, 3)
	wants(t, err, problem.NotFound, "case.revision.none")
	d := must[*casebase.Difference](t)(w.Diff(t.Context(), quzhou, c.ID, 1, 2))
	if len(d.Fields) != 1 || d.Fields[0] != (casebase.FieldChange{Kind: casebase.FieldState, Old: "draft", New: "review"}) || shown(d.Hunks) != "-1,0 14[8]栋楼。\n+0,1 14[9]栋楼。\n" {
		t.Errorf("difference %+v\n%s", d, shown(d.Hunks))
	}
	_, err = w.Get(t.Context(), hanyang, c.ID)
	wants(t, err, problem.NotFound, "store.notFound")
}

func TestConflict(t *testing.T) {
	const base = "第一段。\n\n第二段。\n\n第三段。\n"
	edit := func(text string, attributes ...casebase.Attribute) casebase.Edit {
		return casebase.Edit{Title: "世纪花园", State: casebase.StateDraft, Text: text, Attributes: attributes}
	}
	for name, test := range map[string]struct {
		theirs, yours casebase.Edit
		merged        *casebase.Edit
	}{
		"other paragraphs": {
			edit("第一段。\n\n第二段。\n\n第三段，别人改。\n", number("户数", "8000")), edit("第一段，我改。\n\n第二段。\n\n第三段。\n", number("户数", "1")),
			&casebase.Edit{Title: "世纪花园", State: casebase.StateDraft, Text: "第一段，我改。\n\n第二段。\n\n第三段，别人改。\n", Attributes: []casebase.Attribute{number("户数", "8000")}},
		},
		"the same paragraph": {edit("第一段，甲。\n\n第二段。\n\n第三段。\n", number("户数", "1")), edit("第一段，乙。\n\n第二段。\n\n第三段。\n", number("户数", "1")), nil},
		"the same change": {
			edit("改。\n\n第二段。\n\n第三段。\n", number("户数", "1"), choice("类型", "社区")), edit("改。\n\n第二段。\n\n加。\n\n第三段。\n"),
			&casebase.Edit{Title: "世纪花园", State: casebase.StateDraft, Text: "改。\n\n第二段。\n\n加。\n\n第三段。\n", Attributes: []casebase.Attribute{choice("类型", "社区")}},
		},
		"the same attribute":          {edit(base, number("户数", "2")), edit(base, number("户数", "3")), nil},
		"two paragraphs at one place": {edit(base+"\n甲。\n", number("户数", "1")), edit(base+"\n乙。\n", number("户数", "1")), nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.create(t, "世纪花园", base, number("户数", "1"))
			must[casebase.Case](t)(w.Save(t.Context(), bob, quzhou, c.ID, 1, test.theirs))
			_, err := w.Save(t.Context(), alice, quzhou, c.ID, 1, test.yours)
			wants(t, err, problem.Conflict, "case.conflict")
			var conflict *casebase.Conflict
			if !errors.As(err, &conflict) {
				t.Fatal("no Conflict")
			}
			if conflict.Current.Revision != 2 || conflict.Current.UpdatedBy != bob || conflict.Base.Text != base || conflict.Yours.Text != test.yours.Text {
				t.Errorf("conflict %+v", conflict)
			}
			if fmt.Sprintf("%+v", conflict.Merged) != fmt.Sprintf("%+v", test.merged) {
				t.Errorf("merged %+v, want %+v", conflict.Merged, test.merged)
			}
			if stored := must[casebase.Case](t)(w.Get(t.Context(), quzhou, c.ID)); stored.Text != test.theirs.Text {
				t.Errorf("stored %q", stored.Text)
			}
			saved := must[casebase.Case](t)(w.Save(t.Context(), alice, quzhou, c.ID, conflict.Current.Revision, test.yours))
			if saved.Revision != 3 || saved.Text != test.yours.Text {
				t.Errorf("saved %+v", saved)
			}
		})
	}
}

func TestAttachmentsDoNotDisturbEditing(t *testing.T) {
	w := newWorld(t)
	c := w.create(t, "世纪花园", "文\n")
	_, a, err := w.Attach(t.Context(), bob, quzhou, c.ID, `C:\照片\议事 现场.png`, strings.NewReader("\x89PNG\r\n\x1a\n1"))
	if err != nil || a.Name != "议事 现场.png" || a.ContentType != "image/png" || a.Size != 9 || a.Markdown() != "![议事 现场.png](<议事 现场.png>)" {
		t.Fatalf("%+v %v", a, err)
	}
	edit := c.Edit
	edit.Text = "文，改。\n"
	saved := must[casebase.Case](t)(w.Save(t.Context(), alice, quzhou, c.ID, 1, edit))
	if saved.Revision != 3 || len(saved.Attachments) != 1 {
		t.Errorf("saved %+v", saved)
	}
	same, a, err := w.Attach(t.Context(), bob, quzhou, c.ID, "议事 现场.png", strings.NewReader("\x89PNG\r\n\x1a\n1"))
	if err != nil || same.Revision != 3 || a.Name != "议事 现场.png" {
		t.Errorf("the same again: %+v %v", same, err)
	}
	other, a, err := w.Attach(t.Context(), bob, quzhou, c.ID, "议事 现场.png", strings.NewReader("<script>"))
	if err != nil || a.Name != "议事 现场-2.png" || a.Shown() || len(other.Attachments) != 2 {
		t.Errorf("another of the name: %+v %v", a, err)
	}
	found, r, err := w.OpenAttachment(t.Context(), quzhou, c.ID, "议事 现场.png")
	if err != nil || found.Size != 9 {
		t.Fatal(found, err)
	}
	raw := must[[]byte](t)(io.ReadAll(r))
	if err := r.Close(); err != nil || string(raw) != "\x89PNG\r\n\x1a\n1" {
		t.Errorf("%q %v", raw, err)
	}
	less := must[casebase.Case](t)(w.Detach(t.Context(), alice, quzhou, c.ID, "议事 现场.png"))
	if len(less.Attachments) != 1 {
		t.Errorf("%+v", less.Attachments)
	}
	_, _, err = w.OpenAttachment(t.Context(), quzhou, c.ID, "议事 现场.png")
	wants(t, err, problem.NotFound, "case.attachment.none")
	_, _, err = w.Attach(t.Context(), bob, quzhou, c.ID, "..", strings.NewReader("x"))
	wants(t, err, problem.Invalid, "case.attachment.nameless")
	_, _, err = w.Attach(t.Context(), bob, hanyang, c.ID, "a.txt", strings.NewReader("x"))
	wants(t, err, problem.NotFound, "store.notFound")
	d := must[*casebase.Difference](t)(w.Diff(t.Context(), quzhou, c.ID, 2, less.Revision))
	if len(d.Fields) != 2 || d.Fields[0].Name != "议事 现场-2.png" || d.Fields[1].New != "" {
		t.Errorf("difference %+v", d.Fields)
	}
}

func TestDeleteAndRestore(t *testing.T) {
	w := newWorld(t)
	c := w.create(t, "世纪花园", "文\n")
	must[casebase.Case](t)(w.Delete(t.Context(), bob, quzhou, c.ID, "重复"))
	must[casebase.Case](t)(w.Delete(t.Context(), alice, quzhou, c.ID, "又删一次，没有改变"))
	_, err := w.Get(t.Context(), quzhou, c.ID)
	wants(t, err, problem.NotFound, "case.deleted")
	_, err = w.Save(t.Context(), alice, quzhou, c.ID, 1, casebase.Edit{Title: "世纪花园", Text: "写了很久"})
	wants(t, err, problem.Conflict, "case.conflict.deleted")
	binned := must[[]id.Binned](t)(w.Binned(t.Context(), quzhou))
	living := must[casebase.List](t)(w.List(t.Context(), quzhou, casebase.Filter{}, casebase.Sort{}, casebase.Page{}))
	if len(binned) != 1 || binned[0].By != bob || binned[0].Why != "重复" || binned[0].Title != "世纪花园" || living.Total != 0 {
		t.Errorf("binned %+v, living %+v", binned, living)
	}
	back := must[casebase.Case](t)(w.Restore(t.Context(), alice, quzhou, c.ID))
	if back.Deleted || back.Text != "文\n" || back.Revision != 3 {
		t.Errorf("restored %+v", back)
	}
	must[casebase.Case](t)(w.Save(t.Context(), alice, quzhou, c.ID, 1, casebase.Edit{Title: "世纪花园", Text: "写了很久"}))
}
