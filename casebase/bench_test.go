package casebase_test

import (
	"fmt"
	"strings"
	"testing"

	"tianye/casebase"
	"tianye/internal/table"
)

// BenchmarkFiveThousand measures a project of 5,000 cases with 30 attributes and some
// 10 kB of text each: the first look of a process, then lists and Tables after a change.
func BenchmarkFiveThousand(b *testing.B) {
	w := newWorld(b)
	var csv strings.Builder
	csv.WriteString("名称,正文")
	for i := range 30 {
		fmt.Fprintf(&csv, ",属性%d", i)
	}
	body := strings.Repeat("世纪花园社区有148栋楼、8000多户居民。", 200)
	for n := range 5000 {
		fmt.Fprintf(&csv, "\n案例%d,%s", n, body)
		for i := range 30 {
			fmt.Fprintf(&csv, ",%d", n*i%97)
		}
	}
	must[casebase.Imported](b)(w.Import(b.Context(), alice, quzhou, file("a.csv", []byte(csv.String())), casebase.ExistingSkip))
	all := must[casebase.List](b)(w.List(b.Context(), quzhou, casebase.Filter{}, casebase.Sort{}, casebase.Page{}))
	b.Run("first look", func(b *testing.B) {
		for b.Loop() {
			must[casebase.List](b)(w.another().List(b.Context(), quzhou, casebase.Filter{}, casebase.Sort{}, casebase.Page{}))
		}
	})
	b.Run("search", func(b *testing.B) {
		for b.Loop() {
			must[casebase.List](b)(w.List(b.Context(), quzhou, casebase.Filter{Text: "案例4"}, casebase.Sort{}, casebase.Page{Limit: 50}))
		}
	})
	b.Run("save and table", func(b *testing.B) {
		for b.Loop() {
			c := must[casebase.Case](b)(w.Get(b.Context(), quzhou, all.Cases[0].ID))
			c.Text += "x"
			must[casebase.Case](b)(w.Save(b.Context(), alice, quzhou, c.ID, c.Revision, c.Edit))
			must[*table.Table](b)(w.Table(b.Context(), quzhou))
		}
	})
}
