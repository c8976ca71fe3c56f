package openrosa_test

import (
	"bytes"
	"errors"
	"testing"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/openrosa"
	"tianye/survey/xpath"
)

func TestReferences(t *testing.T) { check(t, referenceExamples) }

var referenceExamples = []example{
	{"absolute outside repeats, relative within the same", `
survey
| type | name | label | relevant | calculation |
| text | top | Top |
| begin_repeat | r | R |
| text | a | A of ${top} |
| text | b | B | ${a} = ${top} |
| begin_group | g | G |
| text | c | C | ${a} = 1 |
| text | d | D | ${c} = 1 |
| begin_repeat | s | S |
| text | e | E ${a} | ${d} = 1 |
| text | f | F | ${e} = 1 |
| end_repeat |
| end_group |
| end_repeat |
| calculate | all | | | count(${a}) |
`, `
bind /data/r/b @relevant => ../a = /data/top
bind /data/r/g/c @relevant => ../../a = 1
bind /data/r/g/d @relevant => ../c = 1
bind /data/r/g/s/e @relevant => ../../d = 1
bind /data/r/g/s/f @relevant => ../e = 1
bind /data/all @calculate => count( /data/r/a )
body/group[2]/repeat[2]/input[1]/label[1]/output[2] @value => /data/top
body/group[2]/repeat[2]/group[3]/group[4]/repeat[2]/input[1]/label[1]/output[2] @value => ../../../a
`},
	{"indexed-repeat and position", `
survey
| type | name | label | calculation |
| begin_repeat | r | R |
| text | a | A |
| integer | n | N |
| calculate | prev | | indexed-repeat(${a}, ${r}, ${n} - 1) |
| calculate | pos | | position(..) |
| calculate | mix | | ${a} + 1 |
| end_repeat |
`, `
bind /data/r/prev @calculate => indexed-repeat( /data/r/a , /data/r , ../n - 1)
bind /data/r/pos @calculate => position(..)
bind /data/r/mix @calculate => ../a + 1
`},
	{"predicates of secondary instances and of choices", `
survey
| type | name | label | calculation | choice_filter |
| begin_repeat | r | R |
| select_one c | a | A |
| select_one c | b | B | | kind = ${a} |
| calculate | l | | instance('c')/root/item[name = ${a}]/label |
| end_repeat |
choices
| list_name | name | label | kind |
| c | x | X | x |
`, `
body/group[1]/repeat[2]/select1[2]/itemset[2] @nodeset => instance('c')/root/item[kind = current()/../a ]
bind /data/r/l @calculate => instance('c')/root/item[name = current()/../a ]/label
`},
	{"the last saved instance", `
survey
| type | name | label | default |
| text | a | A | ${last-saved#a} |
`, `
setvalue /data/a @value => instance('__last-saved')/data/a
instance __last-saved @src => jr://instance/last-saved
`},
	{"counts of repeats", `
survey
| type | name | label | repeat_count |
| integer | n | N |
| begin_repeat | r | R | ${n} |
| text | a | A |
| end_repeat |
| begin_repeat | s | S | ${n} + 1 |
| text | b | B |
| end_repeat |
`, `
body/group[2]/repeat[2] @{http://openrosa.org/javarosa}count => /data/n
body/group[3]/repeat[2] @{http://openrosa.org/javarosa}count => /data/s_count
bind /data/s_count @calculate => /data/n + 1
bind /data/s_count @readonly => true()
`},
}

// TestUnknownReference: a reader lets no such definition pass; from elsewhere it is refused, and nothing is written.
func TestUnknownReference(t *testing.T) {
	field := func(name, relevant string) *form.Field {
		f := &form.Field{Name: name, Type: form.TextQuestion, Label: form.Text{"": name}}
		if relevant != "" {
			f.Relevant = &xpath.Expr{Source: relevant}
		}
		return f
	}
	group := &form.Field{Name: "g", Type: form.Group, Fields: []*form.Field{field("a", "")}}
	for key, relevant := range map[string]string{"formcommand.unknownName": "${b} = 1", "formcommand.nameTwice": "${a} = 1"} {
		d := &form.Definition{FormID: "f", Fields: []*form.Field{field("a", ""), group, field("c", relevant)}}
		var out bytes.Buffer
		var p *problem.Problem
		if err := openrosa.WriteForm(&out, d); !errors.As(err, &p) || p.Text.Key != key || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes written", relevant, err, out.Len())
		}
	}
}
