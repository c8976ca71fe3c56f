package instance_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tianye/survey/form"
	"tianye/survey/instance"
)

// wild makes forms and people at random, to show that evaluating what changed gives the same
// as evaluating everything, and that both engines agree.
type wild struct {
	*rand.Rand
	leaves []string
	reps   []string
	paths  map[string]form.Path // of leaves
	count  int
}

func (w *wild) pick(list ...string) string { return list[w.IntN(len(list))] }

var leafTypes = []form.Type{form.Integer, form.Integer, form.Integer, form.Decimal, form.TextQuestion, form.SelectOne, form.SelectMultiple, form.Date}

// fields makes a section's fields: first their names, so that expressions may read ahead.
func (w *wild) fields(depth int) []*form.Field {
	var all []*form.Field
	for range 2 + w.IntN(3) {
		w.count++
		f := &form.Field{Name: fmt.Sprintf("f%d", w.count)}
		switch kind := w.IntN(6); {
		case depth < 3 && kind == 0:
			f.Type, f.Fields = form.Group, w.fields(depth+1)
		case depth < 3 && kind == 1:
			f.Type, f.Fields = form.Repeat, w.fields(depth+1)
			w.reps = append(w.reps, f.Name)
		default:
			f.Type = leafTypes[w.IntN(len(leafTypes))]
			w.leaves = append(w.leaves, f.Name)
		}
		all = append(all, f)
	}
	return all
}

// dress gives fields their expressions.
func (w *wild) dress(d *form.Definition) {
	w.paths = map[string]form.Path{}
	d.Walk(func(path form.Path, f *form.Field) { w.paths[f.Name] = path })
	d.Walk(func(path form.Path, f *form.Field) {
		if w.IntN(4) == 0 {
			f.Relevant = expr(w.pick("number("+w.expression(path)+") mod 3 != 1", w.expression(path)+" != ''", "not("+w.expression(path)+" > 2)"))
		}
		if f.Type == form.Repeat && w.IntN(2) == 0 {
			f.RepeatCount = expr("number(" + w.expression(path) + ") mod 4")
		}
		if f.Type.IsSection() {
			return
		}
		f.Label = form.Text{"": "${" + w.pick(w.leaves...) + "}, ${" + w.pick(w.leaves...) + "}"}
		if f.Type.HasChoices() {
			f.List = w.pick("l", "l", "f")
			if f.List == "f" {
				f.File = "f.csv"
			}
			if w.IntN(6) == 0 {
				f.Itemset = expr(w.pick("${"+w.pick(w.leaves...)+"}", "instance('f')/root/item[k = "+w.expression(path)+"]", "randomize(instance('l')/root/item, "+w.expression(path)+")"))
			}
			if w.IntN(2) == 0 {
				f.ChoiceFilter = expr(w.pick("k = ${"+w.pick(w.leaves...)+"}", "k != "+w.expression(path), "name = "+w.expression(path)+" or k = '2'", "position() < 4 and k = string("+w.expression(path)+")"))
			}
			if w.IntN(4) == 0 {
				f.Parameters = map[string]string{"randomize": "true", "seed": w.pick("42", "${"+w.pick(w.leaves...)+"}")}
			}
		}
		w.value(path, f)
		if w.IntN(5) == 0 {
			f.Required = expr(w.expression(path) + " > 1")
		}
		if w.IntN(5) == 0 {
			f.Constraint = expr(w.pick(". != "+w.expression(path), "string-length(.) < 3", ". >= 2 or . = ''"))
		}
	})
}

// value says where a leaf's value comes from.
func (w *wild) value(path form.Path, f *form.Field) {
	switch w.IntN(8) {
	case 0, 1:
		f.Calculation = expr(w.pick(w.expression(path), w.expression(path), "once("+w.expression(path)+")"))
	case 2:
		f.Calculation, f.Triggers = expr(w.expression(path)), []string{w.pick(w.leaves...)}
	case 3:
		f.DynamicDefault = expr(w.expression(path))
	case 4:
		f.Default = fmt.Sprint(w.IntN(5))
	}
}

// expression reads other fields in one of the ways that there are.
func (w *wild) expression(path form.Path) string {
	name, other := w.pick(w.leaves...), w.pick(w.leaves...)
	to := string(w.paths[name])
	up := strings.Repeat("../", len(path.Names()))
	ways := []string{
		"${" + name + "} + 1", "sum(${" + name + "})", "/data/" + to, "count(${" + name + "})", up + to,
		"string-length(string(${" + name + "}))", "sum(/data/" + to + ") + 1", "position(..)", "sum(//" + name + ")",
		"current()/" + up + to, "if(${" + name + "} > 2, 1, 2)", "join('', ${" + name + "} | ${" + other + "})",
		"sum(../preceding-sibling::*/" + name + ")", "count(../following::" + name + "[. > 1])", "coalesce(${" + name + "}, ${" + other + "})",
		"concat(${" + name + "}, '-', /data/" + string(w.paths[other]) + ")", "count-selected(${" + name + "})", "selected(${" + name + "}, '2')",
		"jr:choice-name(${" + name + "}, '${" + other + "}')", "max(${" + name + "}, 2)", "round(${" + name + "} div 3, 2)", "substr(${" + name + "}, 1)",
		"instance('l')/root/item[k = ${" + name + "}]/name", "pulldata('l', 'k', 'name', ${" + name + "})", "number(${" + name + "}) * ${" + other + "}",
		"${" + name + "} = ${" + other + "}", "${" + name + "} < " + up + string(w.paths[other]), "format-date(${" + name + "}, '%d')",
		"instance('f')/root/item[name = ${" + name + "} and k != ${" + other + "}]/label", "pulldata('f', 'label', 'k', ${" + name + "})",
		"count(instance('l')/root/item[k = ${" + name + "} or name = /data/" + to + "])", "translate(${" + name + "}, '12', 'ab')", "${last-saved#" + name + "}",
		"contains(${" + name + "}, ${" + other + "})", "string(../*[1])", "count(ancestor::*)", "sum(../../*//" + name + ")", "-${" + name + "} mod 2",
		"count-non-empty(${" + name + "} | //" + other + ")", "checklist(1, 2, ${" + name + "}, ${" + other + "})", "boolean(${" + name + "}) and not(${" + other + "})",
	}
	if len(w.reps) > 0 {
		repeat := w.pick(w.reps...)
		ways = append(ways, "count(${"+repeat+"})", "sum(${"+repeat+"}["+name+" > 1]/"+name+")", "sum(//"+repeat+"[1]//"+name+")",
			"indexed-repeat(${"+name+"}, ${"+repeat+"}, 2)", "sum(//"+repeat+"[position() != position(current()/..)]/"+name+")",
			"sum(//"+repeat+"[last()]/"+name+")", "indexed-repeat(${"+name+"}, ${"+repeat+"}, position(..) - 1)", "count(//"+repeat+"["+name+" = current()/../"+other+"])",
			"join(' ', //"+repeat+"/"+name+")")
	}
	return w.pick(ways...)
}

// places lists where something can be answered, and the repeats.
func places(views []instance.View, leaves, repeats *[]instance.View) {
	for _, v := range views {
		switch {
		case v.Field.Type == form.Repeat && !strings.HasSuffix(string(v.Path), "]"):
			if !v.FixedCount {
				*repeats = append(*repeats, v)
			}
		case !v.Field.Type.IsSection():
			*leaves = append(*leaves, v)
		}
		places(v.Children, leaves, repeats)
		places(v.Instances, leaves, repeats)
	}
}

// wildVector makes a form, what somebody does with it, and what comes of that; nil when the form has a circle.
func wildVector(seed uint64) *vector {
	w := &wild{Rand: rand.New(rand.NewPCG(seed, 1))}
	d := &form.Definition{FormID: "wild", Languages: []string{""}, Lists: map[string]*form.ChoiceList{"l": {Name: "l"}}, Fields: w.fields(0),
		Externals: []form.External{{ID: "f", Source: "jr://file-csv/f.csv"}}}
	for k := range 5 {
		d.Lists["l"].Choices = append(d.Lists["l"].Choices, form.Choice{Name: fmt.Sprint(k), Label: form.Text{"": fmt.Sprintf("L%d", k)}, Columns: map[string]string{"k": fmt.Sprint(k % 3)}})
	}
	if len(w.leaves) == 0 {
		return nil
	}
	w.dress(d)
	p, _ := instance.Compile(d)
	if p == nil {
		return nil
	}
	v := &vector{Name: fmt.Sprintf("wild form %d", seed), Now: vectorTime, Form: d, Files: map[string]string{"f.csv": "name,label,k\n1,one,0\n2,two,1\n3,three,2\n4,four,0\n"}}
	v.LastSaved = map[string]any{w.leaves[0]: "2"}
	p, err := p.WithFiles(map[string][]byte{"f.csv": []byte(v.Files["f.csv"])})
	if err != nil {
		panic(err)
	}
	i := p.Start(v.environment())
	v.Steps = append(v.Steps, step{Expect: stateOf(p, i)})
	for range 8 {
		var leaves, repeats []instance.View
		places(i.View(), &leaves, &repeats)
		var s step
		switch {
		case len(repeats) > 0 && w.IntN(3) == 0:
			at := repeats[w.IntN(len(repeats))]
			if len(at.Instances) > 0 && w.IntN(2) == 0 {
				s.RemoveRepeat = []any{string(at.Path), 1.0}
			} else {
				s.AddRepeat = string(at.Path)
			}
		case len(leaves) > 0:
			at := leaves[w.IntN(len(leaves))]
			value := fmt.Sprint(w.IntN(5))
			switch at.Field.Type {
			case form.Date:
				value = "2026-04-0" + value
			case form.SelectMultiple:
				value = w.pick("1 2", "0", "", "3 1")
			}
			s.Set = []string{string(at.Path), value}
		default:
			continue
		}
		s.do(i)
		s.Expect = stateOf(p, i)
		v.Steps = append(v.Steps, s)
	}
	return v
}

// stateOf is all that both engines must say of an instance.
func stateOf(p *instance.Program, i *instance.Instance) *expectation {
	views := map[form.Path]instance.View{}
	flatten(i.View(), views)
	e := &expectation{Values: map[form.Path]*string{}, Relevant: map[form.Path]bool{}, Required: map[form.Path]bool{}, Choices: map[form.Path][]string{}, Text: map[form.Path]string{}, Violations: &[]found{}, Answers: i.Answers()}
	for path, v := range views {
		e.Relevant[path] = v.Relevant
		if v.Field.Type.IsSection() {
			continue
		}
		e.Values[path] = &v.Value
		e.Required[path] = v.Required
		e.Text[path] = p.Text(i, path, v.Field.Label, "")
		if v.Relevant && v.Field.Type.HasChoices() {
			e.Choices[path] = []string{}
			for _, c := range v.Choices {
				e.Choices[path] = append(e.Choices[path], c.Name)
			}
		}
	}
	for _, one := range i.Validate() {
		*e.Violations = append(*e.Violations, found{one.Path, one.Kind})
	}
	return e
}

// TestWildForms runs more of the forms of which vectors/wild.json has some.
func TestWildForms(t *testing.T) {
	ran := 0
	for seed := range uint64(1000) {
		if v := wildVector(seed); v != nil {
			ran++
			t.Run(v.Name, func(t *testing.T) { run(t, *v) })
		}
	}
	if ran < 200 {
		t.Errorf("only %d forms could be filled in", ran)
	}
	t.Logf("%d forms", ran)
}

func FuzzWildForms(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		if v := wildVector(seed); v != nil {
			run(t, *v)
		}
	})
}
