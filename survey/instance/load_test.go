package instance_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/instance"
)

func compile(t testing.TB, d *form.Definition) *instance.Program {
	t.Helper()
	p, complaints := instance.Compile(d)
	if p == nil {
		t.Fatal(complaints)
	}
	return p
}

func TestJudge(t *testing.T) {
	i, early := compile(t, household()).Load(householdAnswers(), noon)
	if len(early) > 0 || len(i.Validate()) > 0 {
		t.Fatal(early, i.Validate())
	}
	if got := i.Answers(); !reflect.DeepEqual(got, householdAnswers()) {
		t.Errorf("got %v", got)
	}
}

func TestLoadLimits(t *testing.T) {
	d := sheet(&form.Field{Name: "a", Type: form.TextQuestion}, &form.Field{Name: "b", Type: form.TextQuestion},
		&form.Field{Name: "m", Type: form.Repeat, Fields: []*form.Field{{Name: "x", Type: form.TextQuestion}}})
	many := make([]any, instance.MaxRepeats+1)
	for k := range many {
		many[k] = map[string]any{"x": "1"}
	}
	i, violations := compile(t, d).Load(map[string]any{
		"a": strings.Repeat("长", instance.MaxText+1), "b": "\xff", "m": many, strings.Repeat("n", 1000): "x",
	}, noon)
	var got []string
	for _, v := range violations {
		got = append(got, fmt.Sprintf("%.10s %s %s", v.Path, v.Kind, v.Text.Key))
	}
	want := []string{"a type xpath.tooLongAnswer", "b type xpath.notAValue", "m type xpath.tooManyRepeats", "nnnnnnnnnn unknown xpath.unknownAnswer"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	answers := i.Answers()
	if len(answers) != 1 || len(answers["m"].([]any)) != instance.MaxRepeats {
		t.Errorf("got %d answers", len(answers))
	}
}

// A store's own types for documents and arrays are taken as well.
type document map[string]any
type array []any

func TestLoadForeignTypes(t *testing.T) {
	d := sheet(&form.Field{Name: "g", Type: form.Group, Fields: []*form.Field{{Name: "a", Type: form.Integer}}},
		&form.Field{Name: "m", Type: form.Repeat, Fields: []*form.Field{{Name: "x", Type: form.TextQuestion}}})
	i, violations := compile(t, d).Load(map[string]any{"g": document{"a": int64(3)}, "m": array{document{"x": "1"}}}, noon)
	want := map[string]any{"g": map[string]any{"a": "3"}, "m": []any{map[string]any{"x": "1"}}}
	if got := i.Answers(); len(violations) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, violations)
	}
}

func TestRefusedSteps(t *testing.T) {
	d := sheet(&form.Field{Name: "a", Type: form.TextQuestion}, &form.Field{Name: "c", Type: form.Calculate, Calculation: expr("'x'")},
		&form.Field{Name: "m", Type: form.Repeat, Fields: []*form.Field{{Name: "x", Type: form.TextQuestion}}},
		&form.Field{Name: "k", Type: form.Repeat, RepeatCount: expr("2"), Fields: []*form.Field{{Name: "y", Type: form.TextQuestion}}})
	i := compile(t, d).Start(noon)
	for name, c := range map[string]struct {
		err  error
		kind problem.Kind
	}{
		"no field":             {i.Set("zzz", "1"), problem.NotFound},
		"no instance":          {i.Set("m[2]/x", "1"), problem.NotFound},
		"no position":          {i.Set("m/x", "1"), problem.NotFound},
		"position 0":           {i.Set("m[0]/x", "1"), problem.NotFound},
		"huge position":        {i.Set("m[99999999999999999999]/x", "1"), problem.NotFound},
		"a section":            {i.Set("m", "1"), problem.NotFound},
		"below a question":     {i.Set("a/b", "1"), problem.NotFound},
		"position of a leaf":   {i.Set("a[1]", "1"), problem.NotFound},
		"too long":             {i.Set("a", strings.Repeat("x", instance.MaxText+1)), problem.TooLarge},
		"add to a question":    {i.AddRepeat("a"), problem.NotFound},
		"add to a fixed count": {i.AddRepeat("k"), problem.Invalid},
		"remove from it":       {i.RemoveRepeat("k", 1), problem.Invalid},
		"remove what is not":   {i.RemoveRepeat("m", 2), problem.NotFound},
	} {
		if !problem.Is(c.err, c.kind) {
			t.Errorf("%s: got %v", name, c.err)
		}
	}
	if err := i.Set("c", "y"); err != nil || i.Answers()["c"] != "x" {
		t.Errorf("a calculated value was set: %v %v", err, i.Answers())
	}
	for range instance.MaxRepeats - 1 {
		if err := i.AddRepeat("m"); err != nil {
			t.Fatal(err)
		}
	}
	if err := i.AddRepeat("m"); !problem.Is(err, problem.TooLarge) {
		t.Errorf("got %v", err)
	}
}

// Chance differs from one instance to the next, and is kept within one.
func TestChance(t *testing.T) {
	p := compile(t, sheet(&form.Field{Name: "a", Type: form.TextQuestion}, &form.Field{Name: "r", Type: form.Calculate, Calculation: expr("random()")}))
	first, second := p.Start(noon), p.Start(noon)
	before := first.Answers()["r"]
	if before == second.Answers()["r"] {
		t.Error("the same chance twice")
	}
	if err := first.Set("a", "1"); err != nil || first.Answers()["r"] != before {
		t.Error("a calculation was run again although nothing that it reads changed")
	}
}

func FuzzLoad(f *testing.F) {
	p := compile(f, household())
	nested := compile(f, sheet(
		&form.Field{Name: "n", Type: form.Integer},
		&form.Field{Name: "m", Type: form.Repeat, RepeatCount: expr("${n}"), Fields: []*form.Field{
			{Name: "x", Type: form.Decimal, Constraint: expr("regex(., ../y)")},
			{Name: "y", Type: form.TextQuestion, Relevant: expr("indexed-repeat(${x}, ${m}, ${n}) > round(${x}, ${x})")},
			{Name: "k", Type: form.Repeat, Fields: []*form.Field{{Name: "d", Type: form.DateTime}, {Name: "g", Type: form.Geopoint}}},
			{Name: "c", Type: form.Calculate, Calculation: expr("concat(date(${x}), format-date-time(${d}, ${y}), substring(${y}, ${x}, ${n}), uuid(${n}))")},
		}}))
	f.Add(`{"county": "kecheng", "size": "4", "n": 3, "m": [{"x": "1", "k": [{"d": "2026-01-01T00:00:00Z"}]}]}`)
	f.Add(`{"n": "1e9", "m": {"x": []}, "size": null, "end": true}`)
	f.Fuzz(func(t *testing.T, raw string) {
		var answers map[string]any
		if json.Unmarshal([]byte(raw), &answers) != nil {
			return
		}
		for _, p := range []*instance.Program{p, nested} {
			i, _ := p.Load(answers, noon)
			i.Validate()
			i.View()
			once := i.Answers()
			if _, violations := p.Load(once, noon); len(violations) > 0 {
				t.Errorf("its own answers are refused: %v", violations)
			}
		}
	})
}

func TestNotANumberIsNoAnswer(t *testing.T) {
	p := compile(t, sheet(&form.Field{Name: "a", Type: form.Decimal}))
	i, _ := p.Load(map[string]any{"a": math.NaN()}, noon)
	if v := i.Validate(); len(v) != 1 || v[0].Kind != instance.Type {
		t.Errorf("got %v", v)
	}
}
