package instance_test

import (
	"fmt"
	"testing"
	"time"

	"tianye/survey/form"
	"tianye/survey/instance"
	"tianye/survey/xpath"
)

func expr(source string) *xpath.Expr {
	e, err := xpath.Parse(source)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", source, err))
	}
	return e
}

// household is a form of nine answers, with what questionnaires usually have.
func household() *form.Definition {
	return &form.Definition{
		FormID: "household", Languages: []string{""},
		Lists: map[string]*form.ChoiceList{
			"county": {Name: "county", Choices: []form.Choice{{Name: "kecheng"}, {Name: "longyou"}}},
			"town":   {Name: "town", Choices: []form.Choice{{Name: "shiliang", Columns: map[string]string{"county": "kecheng"}}, {Name: "zhanjia", Columns: map[string]string{"county": "longyou"}}}},
		},
		Fields: []*form.Field{
			{Name: "start", Type: form.Start},
			{Name: "county", Type: form.SelectOne, List: "county", Required: expr("true()")},
			{Name: "town", Type: form.SelectOne, List: "town", ChoiceFilter: expr("county = ${county}"), Required: expr("true()")},
			{Name: "head", Type: form.TextQuestion, Required: expr("true()"), Constraint: expr("string-length(.) <= 20")},
			{Name: "size", Type: form.Integer, Constraint: expr(". >= 1 and . <= 30")},
			{Name: "member", Type: form.SelectOne, List: "county", Relevant: expr("${size} > 20")},
			{Name: "since", Type: form.Date, Constraint: expr(". <= today()")},
			{Name: "income", Type: form.Decimal, Constraint: expr(". >= 0")},
			{Name: "each", Type: form.Calculate, Calculation: expr("round(${income} div ${size}, 2)")},
			{Name: "phone", Type: form.TextQuestion, Constraint: expr("regex(., '1[0-9]{10}')")},
		},
	}
}

func householdAnswers() map[string]any {
	return map[string]any{
		"start": "2026-04-12T09:00:00.000+08:00", "county": "kecheng", "town": "shiliang", "head": "王某", "size": "4",
		"since": "1999-07-01", "income": "52000.5", "each": "13000.13", "phone": "13800000000",
	}
}

var noon = instance.Environment{Now: time.Date(2026, 4, 12, 12, 0, 0, 0, time.FixedZone("", 8*3600))}

func BenchmarkJudge(b *testing.B) {
	p, complaints := instance.Compile(household())
	if p == nil {
		b.Fatal(complaints)
	}
	answers := householdAnswers()
	b.ReportAllocs()
	for b.Loop() {
		i, _ := p.Load(answers, noon)
		if v := i.Validate(); len(v) > 0 {
			b.Fatal(v)
		}
		i.Answers()
	}
}

// big is a form of so many questions, each relevant by the one before, every tenth calculated.
func big(questions int) *form.Definition {
	d := &form.Definition{FormID: "big", Languages: []string{""}}
	var group *form.Field
	for i := range questions {
		if i%50 == 0 {
			group = &form.Field{Name: fmt.Sprintf("g%d", i/50), Type: form.Group}
			d.Fields = append(d.Fields, group)
		}
		f := &form.Field{Name: fmt.Sprintf("q%d", i), Type: form.Integer, Constraint: expr(". >= 0")}
		if i > 0 {
			f.Relevant = expr(fmt.Sprintf("${q%d} != 7", i-1))
		}
		if i%10 == 9 {
			f.Type, f.Calculation = form.Calculate, expr(fmt.Sprintf("${q%d} + 1", i-1))
		}
		group.Fields = append(group.Fields, f)
	}
	return d
}

func BenchmarkBigCompile(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		d := big(5000)
		b.StartTimer()
		if p, complaints := instance.Compile(d); p == nil {
			b.Fatal(complaints)
		}
	}
}

func BenchmarkBigLoad(b *testing.B) { benchmarkLoad(b, 5000) }

// BenchmarkHundredLoad judges an instance of a hundred questions.
func BenchmarkHundredLoad(b *testing.B) { benchmarkLoad(b, 100) }

func benchmarkLoad(b *testing.B, questions int) {
	p, _ := instance.Compile(big(questions))
	answers := map[string]any{}
	for g := range questions / 50 {
		group := map[string]any{}
		for i := range 50 {
			group[fmt.Sprintf("q%d", g*50+i)] = "3"
		}
		answers[fmt.Sprintf("g%d", g)] = group
	}
	for b.Loop() {
		i, _ := p.Load(answers, noon)
		i.Validate()
		i.Answers()
	}
}

func BenchmarkBigSet(b *testing.B) {
	p, _ := instance.Compile(big(5000))
	i := p.Start(noon)
	n := 0
	for b.Loop() {
		n++
		if err := i.Set("g50/q2500", fmt.Sprint(n%7)); err != nil {
			b.Fatal(err)
		}
	}
}

// roster is a form of one repeat with twenty fields, in a thousand instances.
func roster(b *testing.B) *instance.Instance {
	fields := []*form.Field{{Name: "n", Type: form.Calculate, Calculation: expr("position(..)")}, {Name: "a", Type: form.Integer}}
	for k := range 9 {
		before := fields[len(fields)-1].Name
		fields = append(fields,
			&form.Field{Name: fmt.Sprintf("q%d", k), Type: form.Integer, Relevant: expr("${" + before + "} != 7")},
			&form.Field{Name: fmt.Sprintf("c%d", k), Type: form.Calculate, Calculation: expr(fmt.Sprintf("coalesce(${q%d}, 0) + ${a}", k))})
	}
	p, complaints := instance.Compile(&form.Definition{FormID: "roster", Languages: []string{""}, Fields: []*form.Field{
		{Name: "count", Type: form.Integer, Default: "1000"},
		{Name: "m", Type: form.Repeat, RepeatCount: expr("${count}"), Fields: fields},
		{Name: "total", Type: form.Calculate, Calculation: expr("sum(${c8})")},
	}})
	if p == nil {
		b.Fatal(complaints)
	}
	return p.Start(noon)
}

func BenchmarkRosterStart(b *testing.B) {
	for b.Loop() {
		roster(b)
	}
}

func BenchmarkRosterSet(b *testing.B) {
	i := roster(b)
	n := 0
	for b.Loop() {
		n++
		if err := i.Set("m[500]/a", fmt.Sprint(n%7)); err != nil {
			b.Fatal(err)
		}
	}
}

// towns is a form whose select picks from 50,000 choices by county, once or in each of a thousand instances.
func towns() *form.Definition {
	l := &form.ChoiceList{Name: "towns"}
	for k := range 50_000 {
		l.Choices = append(l.Choices, form.Choice{Name: fmt.Sprintf("t%d", k), Columns: map[string]string{"county": fmt.Sprintf("c%d", k/50)}})
	}
	return &form.Definition{FormID: "towns", Languages: []string{""}, Lists: map[string]*form.ChoiceList{"towns": l}, Fields: []*form.Field{
		{Name: "county", Type: form.TextQuestion},
		{Name: "town", Type: form.SelectOne, List: "towns", ChoiceFilter: expr("county = ${county}")},
		{Name: "label", Type: form.Calculate, Calculation: expr("instance('towns')/root/item[name = ${town}]/county")},
	}}
}

func BenchmarkTownsFirst(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		d := towns()
		b.StartTimer()
		p, _ := instance.Compile(d)
		i, _ := p.Load(map[string]any{"county": "c77", "town": "t3851"}, noon)
		if v := i.Validate(); len(v) > 0 {
			b.Fatal(v)
		}
	}
}

func BenchmarkTownsView(b *testing.B) {
	p, _ := instance.Compile(towns())
	i := p.Start(noon)
	n := 0
	for b.Loop() {
		n++
		if err := i.Set("county", fmt.Sprintf("c%d", n%1000)); err != nil {
			b.Fatal(err)
		}
		if got := len(i.View()[1].Choices); got != 50 {
			b.Fatal(got)
		}
	}
}
