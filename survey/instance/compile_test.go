package instance_test

import (
	"fmt"
	"strings"
	"testing"

	"tianye/internal/message"
	"tianye/survey/form"
	"tianye/survey/instance"
)

// sheet makes a definition of fields numbered as a survey sheet's rows, from 2.
func sheet(fields ...*form.Field) *form.Definition {
	d := &form.Definition{FormID: "f", Languages: []string{""}, Fields: fields, Lists: map[string]*form.ChoiceList{
		"yn":   {Name: "yn", Choices: []form.Choice{{Name: "yes"}, {Name: "no"}}},
		"town": {Name: "town", Choices: []form.Choice{{Name: "t", Columns: map[string]string{"county": "c"}}}},
	}}
	row := 1
	d.Walk(func(_ form.Path, f *form.Field) { row++; f.Row = row })
	return d
}

func textField(name string) *form.Field { return &form.Field{Name: name, Type: form.TextQuestion} }
func calcField(name, source string) *form.Field {
	return &form.Field{Name: name, Type: form.Calculate, Calculation: expr(source)}
}
func shownField(name, source string) *form.Field {
	return &form.Field{Name: name, Type: form.TextQuestion, Relevant: expr(source)}
}
func groupField(name string, fields ...*form.Field) *form.Field {
	return &form.Field{Name: name, Type: form.Group, Fields: fields}
}
func repeatField(name string, fields ...*form.Field) *form.Field {
	return &form.Field{Name: name, Type: form.Repeat, Fields: fields}
}
func oneField(name string) *form.Field {
	return &form.Field{Name: name, Type: form.SelectOne, List: "yn"}
}
func severalField(name string) *form.Field {
	return &form.Field{Name: name, Type: form.SelectMultiple, List: "yn"}
}

type complaintCase struct {
	name string
	d    *form.Definition
	want string // "row column key args", several joined by "; "; "?" before a warning
}

var complaintCases = []complaintCase{
	{"nothing", sheet(textField("a"), calcField("b", "${a}")), ""},
	{"unknown name", sheet(textField("county"), calcField("b", "${contry} = 1")), "3 calculation xpath.unknownFieldNear [contry county]"},
	{"unknown name, nothing near", sheet(textField("a"), shownField("b", "${zzz} = 1")), "3 relevant xpath.unknownField [zzz]"},
	{"ambiguous", sheet(groupField("g", textField("a")), groupField("h", textField("a")), calcField("b", "${a}")), "6 calculation xpath.ambiguousField [a g/a h/a]"},
	{"same name in one section", sheet(textField("a"), textField("a")), "3 name xpath.sameName [a]"},
	{"circle of calculations", sheet(calcField("a", "${b}"), calcField("b", "${c}"), calcField("c", "${a}")), "2 calculation xpath.cycle [${a} → ${b} → ${c} → ${a}]"},
	{"circle of relevance", sheet(shownField("a", "${b} = 1"), shownField("b", "${a} = 1")), "2 relevant xpath.cycle [${a} → ${b} → ${a}]"},
	{"circle through a section", sheet(&form.Field{Name: "g", Type: form.Group, Relevant: expr("${a} = 1"), Fields: []*form.Field{textField("a")}}), "2 relevant xpath.ownValue [${g}]"},
	{"own value", sheet(calcField("a", "${a} + 1")), "2 calculation xpath.ownValue [${a}]"},
	{"own value by path", sheet(calcField("a", "../a + 1")), "2 calculation xpath.ownValue [${a}]"},
	{"own relevance", sheet(shownField("a", ". = ''")), "2 relevant xpath.ownValue [${a}]"},
	{"count by what it repeats", sheet(&form.Field{Name: "m", Type: form.Repeat, RepeatCount: expr("sum(${n})"), Fields: []*form.Field{{Name: "n", Type: form.Integer}}}), "2 repeat_count xpath.ownValue [${m}]"},
	{"a constraint may read its own question", sheet(&form.Field{Name: "a", Type: form.Integer, Constraint: expr(". > 1 and ${a} < 5")}), ""},
	{"a value may go on from its last", sheet(calcField("a", "if(. = '', uuid(), .)")), ""},
	{"bare name", sheet(textField("a"), shownField("b", "a = 1")), "?3 relevant xpath.bareName [a ${a}]"},
	{"wrong path", sheet(groupField("g", textField("a")), shownField("b", "../a = 1")), "?4 relevant xpath.wrongPath [../a a ${a}]"},
	{"unknown absolute path", sheet(shownField("b", "/data/x = 1")), "?2 relevant xpath.deadPath [/data/x]"},
	{"path to nothing", sheet(shownField("b", "../x/y")), "?2 relevant xpath.deadPath [../x/y]"},
	{"no quotes", sheet(oneField("a"), shownField("b", "${a} = m")), "?3 relevant xpath.unquotedText [m]"},
	{"unknown list", sheet(&form.Field{Name: "a", Type: form.SelectOne, List: "nn"}, calcField("b", "count(instance('mm')/root/item)")), "2 type xpath.unknownList [nn]; ?3 calculation xpath.unknownInstance [mm]"},
	{"unknown column", sheet(&form.Field{Name: "a", Type: form.SelectOne, List: "town", ChoiceFilter: expr("conty = 1")}), "?2 choice_filter xpath.unknownColumn [conty town]"},
	{"bare name in a filter", sheet(textField("x"), &form.Field{Name: "a", Type: form.SelectOne, List: "town", ChoiceFilter: expr("county = x")}), "?3 choice_filter xpath.bareName [x ${x}]"},
	{"label", sheet(&form.Field{Name: "a", Type: form.Note, Label: form.Text{"中文 (zh)": "你好 ${who}"}}), "2 label::中文 (zh) xpath.unknownField [who]"},
	{"no such choice", sheet(oneField("a"), shownField("b", "${a} = 'yess' or selected(${a}, 'maybe')")), "?3 relevant xpath.noSuchChoice [yess a]; ?3 relevant xpath.noSuchChoice [maybe a]; ?3 relevant xpath.neverRelevant []"},
	{"several choices compared", sheet(severalField("a"), shownField("b", "${a} = 'yes'")), "?3 relevant xpath.useSelected [a ${a}]"},
	{"arithmetic with a text", sheet(textField("a"), calcField("b", "${a} * 2")), "?3 calculation xpath.notNumeric [a]"},
	{"a date and a number", sheet(&form.Field{Name: "d", Type: form.Date, Constraint: expr(". > 2020")}), "?2 constraint xpath.dateAndNumber [d]"},
	{"one of many", sheet(repeatField("m", &form.Field{Name: "n", Type: form.Integer}), shownField("b", "${n} > 3")), "?4 relevant xpath.manyValues [n m]"},
	{"quoted reference", sheet(textField("a"), calcField("b", "concat('x ${a}', 1)")), "?3 calculation xpath.quotedReference [${a}]"},
	{"bad pattern", sheet(&form.Field{Name: "a", Type: form.TextQuestion, Constraint: expr("regex(., '(?=x)')")}), "?2 constraint xpath.badPattern [(?=x)]"},
	{"a number where a field belongs", sheet(repeatField("m", textField("a")), calcField("b", "indexed-repeat(3, ${m}, 1)")), "?4 calculation xpath.notAField []"},
	{"unknown function", sheet(calcField("b", "frobnicate(1) + count_selected(.)")), "?2 calculation xpath.unknownFunction [frobnicate]; ?2 calculation xpath.unknownFunctionNear [count_selected count-selected]"},
	{"wrong number of arguments", sheet(calcField("b", "concat(selected(.), today(1), indexed-repeat(1, 2, 3, 4), weighted-checklist(1, 2, 3))")), "?2 calculation xpath.tooFewArguments [selected 2 1]; ?2 calculation xpath.tooManyArguments [today 0 1]; ?2 calculation xpath.indexedRepeatArguments []; ?2 calculation xpath.weightedChecklistArguments []"},
	{"a variable", sheet(textField("a"), calcField("b", "$a")), "?3 calculation xpath.variable [$a ${a}]"},
	{"no field to choice-name", sheet(calcField("b", "jr:choice-name(1, 'no field')")), "?2 calculation xpath.choiceNameField []"},
	{"a slash for a division", sheet(textField("a"), textField("b"), calcField("c", "${a}/b")), "?4 calculation xpath.divisionPath [${a}/b ${a} div b]"},
	{"compared in a chain", sheet(&form.Field{Name: "a", Type: form.Integer, Constraint: expr("16 <= . <= 100")}), "?2 constraint xpath.chained []"},
	{"a number and a text", sheet(&form.Field{Name: "a", Type: form.Integer}, shownField("b", "${a} = 'five'")), "?3 relevant xpath.numberAndText [a five]"},
	{"a number and a number's text", sheet(&form.Field{Name: "a", Type: form.Integer}, shownField("b", "${a} = '5'")), ""},
	{"never: false", sheet(shownField("b", "false()")), "?2 relevant xpath.neverRelevant []"},
	{"never: two choices", sheet(oneField("a"), shownField("b", "${a} = 'yes' and ${a} = 'no'")), "?3 relevant xpath.neverRelevant []"},
	{"never: bounds", sheet(&form.Field{Name: "a", Type: form.Integer}, shownField("b", "${a} > 5 and 3 >= ${a}")), "?3 relevant xpath.neverRelevant []"},
	{"sometimes: bounds", sheet(&form.Field{Name: "a", Type: form.Integer}, shownField("b", "${a} > 3 and ${a} < 5 or false()")), ""},
	{"sometimes: several choices", sheet(severalField("a"), shownField("b", "selected(${a}, 'yes') and selected(${a}, 'no')")), ""},
	{"unknown in quotes", sheet(calcField("b", "concat('${zzz}', 1)")), "2 calculation xpath.unknownField [zzz]"},
	{"last saved", sheet(textField("a"), calcField("b", "${last-saved#a}")), ""},
	{"last saved, unknown", sheet(calcField("b", "${last-saved#zzz}")), "2 calculation xpath.unknownField [zzz]"},
	{"instance's own id", sheet(calcField("b", "concat(${instanceID}, /data/meta/instanceID)")), ""},
	{"an entity", &form.Definition{Languages: []string{""}, Entities: []form.Entity{{Dataset: "cases", Row: 2, Label: expr("${zzz}")}}, Fields: []*form.Field{textField("a")}}, "2 label xpath.unknownField [zzz]"},
	{"the instance's name", &form.Definition{Languages: []string{""}, InstanceName: expr("${zzz}"), Fields: []*form.Field{textField("a")}}, "0 instance_name xpath.unknownField [zzz]"},
	{"a slash between references", sheet(textField("a"), textField("b"), calcField("c", "${a} / ${b}")), "4 calculation xpath.division [/ ${a} div ${b}]"},
	{"a slash between references in a repeat", sheet(repeatField("m", textField("a"), textField("b"), calcField("c", "${a} / ${b}"))), "?5 calculation xpath.adjacent [${b}]"},
	{"one reference after another", sheet(textField("a"), textField("b"), calcField("c", "${a} ${b}")), "?4 calculation xpath.adjacent [${b}]"},
	{"one reference after another in a repeat", sheet(repeatField("m", textField("a"), calcField("c", "not ${a}"))), "4 calculation xpath.unexpected [${a}]"},
	{"an unknown one after another", sheet(textField("a"), calcField("c", "${a} ${zzz}")), "3 calculation xpath.unknownField [zzz]"},
	{"unknown trigger", sheet(&form.Field{Name: "a", Type: form.Calculate, Calculation: expr("1"), Triggers: []string{"zzz"}}), "2 trigger xpath.unknownField [zzz]"},
	{"a trigger may set itself off", sheet(textField("t"), &form.Field{Name: "a", Type: form.TextQuestion, Calculation: expr("${a} + 1"), Triggers: []string{"t"}}), "?3 calculation xpath.notNumeric [a]"},
	{"a file's instance", &form.Definition{Languages: []string{""}, Externals: []form.External{{ID: "x", Source: "jr://file-csv/x.csv"}}, Fields: []*form.Field{calcField("a", "instance('x')/root/item[1]/b"), calcField("b", "pulldata('x', 'a', 'b', 'c')")}}, ""},
	{"a broken instance", &form.Definition{Languages: []string{""}, Externals: []form.External{{ID: "x", XML: "<root>"}}, Fields: []*form.Field{textField("a")}}, "?0 externals xpath.badInstance [x XML syntax error on line 1: unexpected EOF]"},
}

func TestCompileComplains(t *testing.T) {
	for _, c := range complaintCases {
		t.Run(c.name, func(t *testing.T) {
			p, complaints := instance.Compile(c.d)
			var got []string
			failed := false
			for _, x := range complaints {
				mark := ""
				if x.Warning {
					mark = "?"
				}
				failed = failed || !x.Warning
				got = append(got, fmt.Sprintf("%s%d %s %s %v", mark, x.Row, x.Column, x.Text.Key, x.Text.Args))
				if said := message.Sprint(message.Chinese, x.Text); said == x.Text.Key || strings.Contains(said, "{") && !strings.Contains(said, "${") {
					t.Errorf("%s says %q", x.Text.Key, said)
				}
			}
			if all := strings.Join(got, "; "); all != c.want {
				t.Errorf("got %s\nwant %s", all, c.want)
			}
			if failed == (p != nil) {
				t.Errorf("errors: %v, program: %v", failed, p != nil)
			}
		})
	}
}

func TestCompileSetsTargets(t *testing.T) {
	d := sheet(&form.Field{Name: "g", Type: form.Group, Fields: []*form.Field{{Name: "a", Type: form.TextQuestion}}},
		&form.Field{Name: "b", Type: form.Calculate, Calculation: expr("${a}")})
	if p, complaints := instance.Compile(d); p == nil {
		t.Fatal(complaints)
	}
	if got := strings.Join(d.Fields[1].Calculation.Root.Target, "/"); got != "g/a" {
		t.Errorf("got %s", got)
	}
}
