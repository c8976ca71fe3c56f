package instance_test

import (
	"encoding/json"
	"testing"

	"tianye/survey/form"
	"tianye/survey/instance"
	"tianye/survey/xpath"
)

// asked is a form of all sorts of fields, in which a foreign expression stands in every column.
func asked(e *xpath.Expr) *form.Definition {
	return &form.Definition{FormID: "f", Version: "1", Languages: []string{""}, InstanceName: expr("${a}"),
		Lists:     map[string]*form.ChoiceList{"l": {Name: "l", Choices: []form.Choice{{Name: "x", Columns: map[string]string{"k": "1"}}, {Name: "y"}}}},
		Externals: []form.External{{ID: "e", XML: "<root><item id='1'><name>x</name></item></root>"}, {ID: "f", Source: "jr://file-csv/f.csv"}},
		Fields: []*form.Field{
			{Name: "a", Type: form.TextQuestion, Default: "2026-04-12", Constraint: e, Required: e},
			{Name: "s", Type: form.SelectOne, List: "l", ChoiceFilter: e},
			{Name: "i", Type: form.SelectOne, Itemset: e},
			{Name: "m", Type: form.Repeat, Fields: []*form.Field{
				{Name: "x", Type: form.Integer, Default: "3"},
				{Name: "c", Type: form.Calculate, Calculation: e},
				{Name: "g", Type: form.Group, Relevant: expr("../x > 1"), Fields: []*form.Field{{Name: "p", Type: form.Geopoint, Default: "1 2 0 0", ReadOnly: e}}},
			}},
			{Name: "t", Type: form.TextQuestion, Calculation: e, Triggers: []string{"a"}},
			{Name: "r", Type: form.TextQuestion, Relevant: e},
			{Name: "d", Type: form.TextQuestion, DynamicDefault: e},
		},
	}
}

func FuzzEvaluate(f *testing.F) {
	for _, source := range []string{
		"${a}", "sum(${x}) div count(${m})", "instance('l')/root/item[k = ${x}]/name", "pulldata('e', 'name', 'name', 'x')", "//x[position() = last()]/../following::*",
		"jr:choice-name(${s}, '${s}')", "indexed-repeat(${x}, ${m}, 1)", "randomize(instance('e')/root/item, ${a})", "digest(., 'MD5')", "distance(${p}, '1 3')",
		"format-date(${a}, '%Y-%W')", "${last-saved#x} | ../@* | preceding::node()", "once(uuid())", "regex(., '(')", "round(1 div 3, -${x})", "substr('abc', -1)",
		"concat(current()/../x, position(..), /data/m[1]/x)", "checklist(1, 2, ${x})", "geofence(${p}, '0 0;0 9;9 9')", "jr:itext('l-0')",
	} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		parse := func() *xpath.Expr {
			e, err := xpath.Parse(source)
			if err != nil || len(source) > 200 {
				t.Skip()
			}
			return e
		}
		p, complaints := instance.Compile(asked(parse()))
		if p == nil {
			for _, c := range complaints {
				if !c.Warning {
					return
				}
			}
			t.Fatalf("refused without an error: %v", complaints)
		}
		i := p.Start(noon)
		if i.AddRepeat("m") == nil {
			_ = i.Set("m[2]/x", "5")
		}
		_ = i.Set("a", "x")
		_ = i.RemoveRepeat("m", 1)
		i.View()
		i.Validate()
		raw, err := json.Marshal(i.Answers())
		if err != nil {
			t.Fatal(err)
		}
		var answers map[string]any
		if err := json.Unmarshal(raw, &answers); err != nil {
			t.Fatal(err)
		}
		if _, violations := p.Load(answers, noon); len(violations) > 0 {
			t.Errorf("its own answers are refused: %v", violations)
		}
	})
}

func FuzzReadFile(f *testing.F) {
	f.Add(".csv", []byte("name;label\n1;\"a\"\"b\"\n"))
	f.Add(".xml", []byte("<root><item x='1'>a<b/></item></root>"))
	f.Add(".geojson", []byte(`{"type":"FeatureCollection","features":[{"id":1,"geometry":{"type":"Point","coordinates":[1,2]},"properties":{"a":null}}]}`))
	f.Fuzz(func(t *testing.T, kind string, content []byte) {
		p, _ := instance.Compile(&form.Definition{FormID: "f", Languages: []string{""}, Externals: []form.External{{ID: "f", Source: "jr://file/f" + kind}}, Fields: []*form.Field{
			{Name: "s", Type: form.SelectOne, List: "f", File: "f" + kind},
			{Name: "c", Type: form.Calculate, Calculation: expr("concat(count(instance('f')//*/@*), pulldata('f', 'name', 'name', '1'))")},
		}})
		q, err := p.WithFiles(map[string][]byte{"f" + kind: content})
		if (err == nil) != (instance.ReadFile("f"+kind, content) == nil) {
			t.Errorf("WithFiles says %v, ReadFile otherwise", err)
		}
		if err != nil {
			return
		}
		i := q.Start(noon)
		for _, choice := range i.View()[0].Choices {
			if _, violations := q.Load(map[string]any{"s": choice.Name}, noon); len(violations) > 0 {
				t.Error(violations)
			}
			break
		}
	})
}
