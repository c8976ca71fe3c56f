package casebase_test

import (
	"regexp"
	"strings"
	"testing"

	"tianye/casebase"
	"tianye/internal/id"
)

// TestPersonInCases: found now and formerly, in the recycle bin too; erased, and forgotten.
func TestPersonInCases(t *testing.T) {
	w := newWorld(t)
	c := w.create(t, "王小明访谈", "王小明说，王 小明家", number("电话", "1380000"), choice("县", "江山市"))
	c = must[casebase.Case](t)(w.Save(t.Context(), alice, quzhou, c.ID, c.Revision, casebase.Edit{Title: "王先生访谈", Text: "王小明说", Attributes: c.Attributes}))
	other := w.create(t, "荷塘村", "没有他")
	for _, name := range []string{"王小明.txt", "王 小明.txt"} {
		if _, _, err := w.Attach(t.Context(), alice, quzhou, c.ID, name, strings.NewReader(name)); err != nil {
			t.Fatal(err)
		}
	}
	must[casebase.Case](t)(w.Delete(t.Context(), alice, quzhou, c.ID, "王小明要求"))
	text := regexp.MustCompile(`王\s*小\s*明|1380000`)
	found, more, err := w.Mentions(t.Context(), quzhou, text, 10)
	if err != nil || more || len(found) != 1 || len(found[0].Places) != 7 {
		t.Fatalf("%+v %v %v", found, more, err)
	}
	for range 2 { // again is no harm
		if n, err := w.EraseMentions(t.Context(), alice, quzhou, []id.CaseID{c.ID}, text, "■"); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	}
	if found, _, _ := w.another().Mentions(t.Context(), quzhou, text, 10); len(found) != 0 {
		t.Errorf("found again: %+v", found)
	}
	back := must[casebase.Case](t)(w.Restore(t.Context(), alice, quzhou, c.ID))
	if phone, _ := back.Attribute("电话"); back.Text != "■说\n" || phone.Value != "■" || back.Title != "王先生访谈" || len(back.Attachments) != 2 || back.Attachments[0].Name != "■.txt" || back.Attachments[1].Name != "2-■.txt" {
		t.Errorf("%+v", back)
	}
	if list := must[casebase.List](t)(w.List(t.Context(), quzhou, casebase.Filter{}, casebase.Sort{}, casebase.Page{})); len(list.Cases) != 2 {
		t.Error(list)
	}
	if kept := must[casebase.Case](t)(w.Get(t.Context(), quzhou, other.ID)); !strings.Contains(kept.Text, "没有他") {
		t.Error(kept)
	}
}
