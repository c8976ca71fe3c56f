package instance_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"tianye/survey/form"
	"tianye/survey/instance"
	"tianye/survey/xpath"
)

// wild makes forms and people at random, to show that evaluating what changed gives the same
// as evaluating everything.
type wild struct {
	*rand.Rand
	names []string // of all leaves
	reps  []string
	count int
}

func (w *wild) pick(list []string) string { return list[w.IntN(len(list))] }

// fields makes a section's fields: first their names, so that expressions may read ahead.
func (w *wild) fields(depth int) []*form.Field {
	var all []*form.Field
	for range 2 + w.IntN(3) {
		w.count++
		f := &form.Field{Name: fmt.Sprintf("f%d", w.count), Type: form.Integer}
		switch kind := w.IntN(6); {
		case depth < 3 && kind == 0:
			f.Type, f.Fields = form.Group, w.fields(depth+1)
		case depth < 3 && kind == 1:
			f.Type, f.Fields = form.Repeat, w.fields(depth+1)
			w.reps = append(w.reps, f.Name)
		default:
			w.names = append(w.names, f.Name)
		}
		all = append(all, f)
	}
	return all
}

// dress gives fields their expressions.
func (w *wild) dress(d *form.Definition) {
	d.Walk(func(path form.Path, f *form.Field) {
		reads := func() *xpath.Expr { return expr(w.expression(path, d)) }
		if w.IntN(4) == 0 {
			f.Relevant = expr("number(" + w.expression(path, d) + ") mod 3 != 1")
		}
		switch {
		case f.Type == form.Repeat && w.IntN(2) == 0:
			f.RepeatCount = expr("number(" + w.expression(path, d) + ") mod 4")
		case f.Type != form.Integer:
		case w.IntN(3) == 0:
			f.Calculation = reads()
		case w.IntN(5) == 0:
			f.Calculation, f.Triggers = reads(), []string{w.pick(w.names)}
		case w.IntN(4) == 0:
			f.DynamicDefault = reads()
		case w.IntN(2) == 0:
			f.Default = fmt.Sprint(w.IntN(5))
		}
	})
}

// expression reads other fields in one of the ways that there are.
func (w *wild) expression(path form.Path, d *form.Definition) string {
	name := w.pick(w.names)
	var to form.Path
	d.Walk(func(p form.Path, f *form.Field) {
		if f.Name == name {
			to = p
		}
	})
	up := strings.Repeat("../", len(path.Names()))
	ways := []string{
		"${" + name + "} + 1", "sum(${" + name + "})", "/data/" + string(to), "count(${" + name + "})", up + string(to),
		"string-length(string(${" + name + "}))", "sum(/data/" + string(to) + ") + 1", "position(..)", "sum(//" + name + ")",
		"current()/" + up + string(to), "if(${" + name + "} > 2, 1, 2)", "join('', ${" + name + "} | ${" + w.pick(w.names) + "})",
		"sum(../preceding-sibling::*/" + name + ")", "count(../following::" + name + "[. > 1])",
	}
	if len(w.reps) > 0 {
		repeat := w.pick(w.reps)
		ways = append(ways, "count(${"+repeat+"})", "sum(${"+repeat+"}["+name+" > 1]/"+name+")", "sum(//"+repeat+"[1]//"+name+")",
			"indexed-repeat(${"+name+"}, ${"+repeat+"}, 2)", "sum(//"+repeat+"[position() != position(current()/..)]/"+name+")")
	}
	return w.pick(ways)
}

// places lists where something can be answered, and the repeats.
func places(views []instance.View, leaves, repeats *[]form.Path) {
	for _, v := range views {
		switch {
		case v.Field.Type == form.Repeat && v.Instances != nil:
			if !v.FixedCount {
				*repeats = append(*repeats, v.Path)
			}
		case v.Field.Type == form.Integer:
			*leaves = append(*leaves, v.Path)
		}
		places(v.Children, leaves, repeats)
		places(v.Instances, leaves, repeats)
	}
}

func wander(t *testing.T, seed uint64) (ran bool) {
	w := &wild{Rand: rand.New(rand.NewPCG(seed, 1))}
	d := &form.Definition{FormID: "wild", Languages: []string{""}, Fields: w.fields(0)}
	if len(w.names) == 0 {
		return false
	}
	w.dress(d)
	p, _ := instance.Compile(d)
	if p == nil {
		return false // it has a circle
	}
	i := p.Start(noon)
	for step := range 12 {
		var leaves, repeats []form.Path
		places(i.View(), &leaves, &repeats)
		var did string
		switch {
		case len(repeats) > 0 && w.IntN(3) == 0:
			at := repeats[w.IntN(len(repeats))]
			if w.IntN(2) == 0 {
				did = fmt.Sprintf("add %s: %v", at, i.AddRepeat(at))
			} else {
				did = fmt.Sprintf("remove %s: %v", at, i.RemoveRepeat(at, 1))
			}
		case len(leaves) > 0:
			at, value := leaves[w.IntN(len(leaves))], fmt.Sprint(w.IntN(5))
			did = fmt.Sprintf("set %s %s: %v", at, value, i.Set(at, value))
		}
		seen := i.View()
		if i.Recompute(); !reflect.DeepEqual(seen, i.View()) {
			t.Errorf("seed %d, step %d, %s: evaluating everything gives another state", seed, step, did)
			var show func(path form.Path, f *form.Field)
			show = func(path form.Path, f *form.Field) {
				f.Expressions(func(column string, e *xpath.Expr) { t.Logf("%s %s: %s", path, column, e.Source) })
			}
			d.Walk(show)
			was, is := map[form.Path]instance.View{}, map[form.Path]instance.View{}
			flatten(seen, was)
			flatten(i.View(), is)
			for path := range is {
				if was[path].Value != is[path].Value || was[path].Relevant != is[path].Relevant {
					t.Logf("%s: %q %v, not %q %v", path, was[path].Value, was[path].Relevant, is[path].Value, is[path].Relevant)
				}
			}
			return true
		}
	}
	return true
}

func TestWildForms(t *testing.T) {
	ran := 0
	for seed := range uint64(3000) {
		if wander(t, seed) {
			ran++
		}
	}
	if ran < 300 {
		t.Errorf("only %d forms could be filled in", ran)
	}
	t.Logf("%d forms", ran)
}
