package instance_test

import (
	"strings"
	"testing"

	"tianye/survey/form"
	"tianye/survey/instance"
)

// TestOneFileTwoLists: two selects read one file by other columns; the filter of each finds
// its own items, whoever asks first.
func TestOneFileTwoLists(t *testing.T) {
	const towns = "name,label,code,county\nshiliang,石梁镇,s,kecheng\nhangbu,航埠镇,h,kecheng\nhuzhen,湖镇镇,z,longyou\n"
	d := sheet(&form.Field{Name: "county", Type: form.TextQuestion},
		&form.Field{Name: "a", Type: form.SelectOne, List: "towns", File: "towns.csv", ChoiceFilter: expr("county = ${county}")},
		&form.Field{Name: "b", Type: form.SelectOne, List: "towns", File: "towns.csv", ChoiceFilter: expr("county = ${county}"),
			Parameters: map[string]string{"value": "code"}})
	d.Externals = []form.External{{ID: "towns", Source: "jr://file-csv/towns.csv"}}
	p, err := compile(t, d).WithFiles(map[string][]byte{"towns.csv": []byte(towns)})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan []instance.Violation)
	for _, answers := range []map[string]any{{"county": "longyou", "a": "huzhen"}, {"county": "longyou", "b": "z"}} {
		go func() {
			i, _ := p.Load(answers, noon)
			done <- i.Validate()
		}()
	}
	for range 2 {
		if found := <-done; len(found) > 0 {
			t.Error(found)
		}
	}
	i, _ := p.Load(map[string]any{"county": "longyou", "a": "hangbu", "b": "z z"}, noon)
	if found := i.Validate(); len(found) != 2 {
		t.Error(found)
	}
}

// TestFileInPieces: comments break a text into very many pieces, which are one text.
func TestFileInPieces(t *testing.T) {
	content := "<root><item><name>" + strings.Repeat("a<!---->", 200_000) + "</name></item></root>"
	if err := instance.ReadFile("list.xml", []byte(content)); err != nil {
		t.Error(err)
	}
}
