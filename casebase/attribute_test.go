package casebase_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"tianye/casebase"
	"tianye/internal/problem"
)

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]float64{
		"8000": 8000, " 8,000 ": 8000, "1,234,567.5": 1234567.5, "１．０８": 1.08, "-3": -3, "+3": 3, "0": 0, "0.5": 0.5, ".5": .5,
		"12.3%": 0.123, "8５％": 0.85, "1e3": 1000, "2.5E-1": 0.25,
	} {
		if got, ok := casebase.ParseNumber(text); !ok || got != want {
			t.Errorf("%q: got %v, %v; want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "007", "0571", "330802199001011234", "NaN", "Inf", "0x10", "1_000", "1,2", "12,34,567", "8000户", "约8000", "1e999", "--1", "%", "1e2%"} {
		if got, ok := casebase.ParseNumber(text); ok {
			t.Errorf("%q: got %v, want none", text, got)
		}
	}
}

func TestParseDate(t *testing.T) {
	want := time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)
	for _, text := range []string{"2026-11-03", "2026-11-3", "2026/11/3", "2026.11.03", "2026年11月3日", "２０２６年１１月３日", "20261103", "2026-11-03 14:30", "2026/11/3 14:30:59"} {
		if got, ok := casebase.ParseDate(text); !ok || !got.Equal(want) {
			t.Errorf("%q: got %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "2026-02-30", "2025-02-29", "26-11-03", "2026年11月", "2026-13-01", "0001-01-01", "昨天"} {
		if got, ok := casebase.ParseDate(text); ok {
			t.Errorf("%q: got %v, want none", text, got)
		}
	}
}

func TestEditNormal(t *testing.T) {
	edit, err := casebase.Edit{
		Title: " 世纪花园  社区 ",
		Text:  "\r\n一\r\n二\x00\r\n\r\n",
		Attributes: []casebase.Attribute{
			{Name: " 户数 ", Type: casebase.TypeNumber, Value: "8,000"},
			{Name: "成立", Type: casebase.TypeDate, Value: "2019年7月1日"},
			{Name: "类型", Type: casebase.TypeChoice, Value: " 社区 "},
			{Name: "空", Type: casebase.TypeNumber, Value: " "},
			{},
		},
	}.Normal()
	if err != nil {
		t.Fatal(err)
	}
	want := []casebase.Attribute{{"户数", casebase.TypeNumber, "8000"}, {"成立", casebase.TypeDate, "2019-07-01"}, {"类型", casebase.TypeChoice, "社区"}}
	if edit.Title != "世纪花园 社区" || edit.State != casebase.StateDraft || edit.Text != "一\n二\n" || len(edit.Attributes) != len(want) {
		t.Fatalf("got %+v", edit)
	}
	for i, a := range edit.Attributes {
		if a != want[i] {
			t.Errorf("got %v, want %v", a, want[i])
		}
	}
	if edit.Attributes[0].Number() != 8000 || edit.Attributes[1].Number() != 1561939200 || !math.IsNaN(edit.Attributes[2].Number()) {
		t.Error("Number does not follow the type")
	}
}

func TestEditRefused(t *testing.T) {
	one := func(name string, kind casebase.AttributeType, value string) casebase.Edit {
		return casebase.Edit{Title: "案例", Attributes: []casebase.Attribute{{name, kind, value}}}
	}
	many := casebase.Edit{Title: "案例"}
	for i := range casebase.MaxAttributes + 1 {
		many.Attributes = append(many.Attributes, casebase.Attribute{Name: "n" + strings.Repeat("x", i%50) + string(rune('一'+i)), Type: casebase.TypeText, Value: "v"})
	}
	for name, test := range map[string]struct {
		edit       casebase.Edit
		where, key string
	}{
		"no title":       {casebase.Edit{Title: " \n"}, "title", "case.title.missing"},
		"long title":     {casebase.Edit{Title: strings.Repeat("长", 201)}, "title", "case.title.long"},
		"unknown state":  {casebase.Edit{Title: "案例", State: "finished"}, "state", "case.state.unknown"},
		"long text":      {casebase.Edit{Title: "案例", Text: strings.Repeat("字", casebase.MaxText/3+1)}, "text", "case.text.long"},
		"broken text":    {casebase.Edit{Title: "案例", Text: "a\xff"}, "text", "case.text.encoding"},
		"nameless":       {one(" ", casebase.TypeText, "v"), "attribute ", "case.attribute.nameless"},
		"long name":      {one(strings.Repeat("名", 61), casebase.TypeText, "v"), "attribute " + strings.Repeat("名", 61), "case.attribute.longName"},
		"line in a name": {one("a\nb", casebase.TypeText, "v"), "attribute a\nb", "case.attribute.control"},
		"reserved":       {one("title", casebase.TypeText, "v"), "attribute title", "case.attribute.reserved"},
		"long value":     {one("n", casebase.TypeText, strings.Repeat("v", 5001)), "attribute n", "case.attribute.longValue"},
		"infinite":       {one("n", casebase.TypeNumber, "Inf"), "attribute n", "case.attribute.number"},
		"no such day":    {one("n", casebase.TypeDate, "2026-02-30"), "attribute n", "case.attribute.date"},
		"no such type":   {one("n", "money", "5"), "attribute n", "case.attribute.type"},
		"many":           {many, "attribute", "case.attribute.many"},
		"twice": {casebase.Edit{Title: "案例", Attributes: []casebase.Attribute{{"n", casebase.TypeText, "1"}, {" n", casebase.TypeText, "2"}}},
			"attribute n", "case.attribute.twice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.edit.Normal()
			p := problem.From(err)
			if p.Kind != problem.Invalid || len(p.Details) != 1 || p.Details[0].Where != test.where || p.Details[0].Text.Key != test.key {
				t.Errorf("got %v", err)
			}
		})
	}
}
