package xpath_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tianye/survey/xpath"
)

// show writes a tree in full brackets, so that a test can say what was understood.
func show(n *xpath.Node) string {
	switch n.Kind {
	case xpath.KindNumber:
		return fmt.Sprint(n.Number)
	case xpath.KindText:
		return "'" + n.Text + "'"
	case xpath.KindRef:
		return "$" + n.Text
	case xpath.KindOp:
		if n.Text == "neg" {
			return "(-" + show(n.Args[0]) + ")"
		}
		return "(" + show(n.Args[0]) + " " + n.Text + " " + show(n.Args[1]) + ")"
	case xpath.KindCall:
		return n.Text + "(" + showAll(n.Args, ", ") + ")"
	case xpath.KindFilter:
		return show(n.Args[0]) + "[" + showAll(n.Args[1:], "][") + "]"
	}
	var b strings.Builder
	if n.Base != nil {
		b.WriteString(show(n.Base))
	}
	if n.Absolute {
		b.WriteString("^")
	}
	for _, s := range n.Steps {
		b.WriteString("/" + s.Axis + "::" + s.Test)
		if len(s.Predicates) > 0 {
			b.WriteString("[" + showAll(s.Predicates, "][") + "]")
		}
	}
	return b.String()
}

func showAll(nodes []*xpath.Node, separator string) string {
	var all []string
	for _, n := range nodes {
		all = append(all, show(n))
	}
	return strings.Join(all, separator)
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"1 + 2 * 3", "(1 + (2 * 3))"},
		{"1 - 2 - 3", "((1 - 2) - 3)"},
		{"-${a} - -1", "((-$a) - (-1))"},
		{"${a}-1", "($a - 1)"},
		{"${a} = 1 and ${b} != 'x' or not(${c})", "((($a = 1) and ($b != 'x')) or not($c))"},
		{"1 < 2 = true()", "((1 < 2) = true())"},
		{".>=0 and .<=30", "((/self::node() >= 0) and (/self::node() <= 30))"},
		{".5 * 2.", "(0.5 * 2)"},
		{". * .", "(/self::node() * /self::node())"},
		{"* * *", "(/child::* * /child::*)"},
		{"div div div", "(/child::div div /child::div)"},
		{"../age mod 2", "(/parent::node()/child::age mod 2)"},
		{"/data/members[2]/age", "^/child::data/child::members[2]/child::age"},
		{"//age", "^/descendant-or-self::node()/child::age"},
		{"/", "^"},
		{"${ 家庭成员 }[age > 3]/age", "$家庭成员[(/child::age > 3)]/child::age"},
		{"instance('towns')/root/item[county = ${c}]/label", "instance('towns')/child::root/child::item[(/child::county = $c)]/child::label"},
		{"(../a)[1][2]", "/parent::node()/child::a[1][2]"},
		{"ancestor-or-self::x/@id", "/ancestor-or-self::x/attribute::id"},
		{"jr:choice-name(${a}, '${a}')", "jr:choice-name($a, $a)"},
		{"jr:choice-name(${a}, '/data/g/a')", "jr:choice-name($a, ^/child::data/child::g/child::a)"},
		{"concat()", "concat()"},
		{"selected (. , \"it's\")", "selected(/self::node(), 'it's')"},
		{"a.b-c", "/child::a.b-c"},
		{"node()", "/child::node()"},
		{"-a | b + c", "((-(/child::a | /child::b)) + /child::c)"},
		{"(a | b)[1]/c", "(/child::a | /child::b)[1]/child::c"},
		{"following::a/preceding::p:*", "/following::a/preceding::p:*"},
		{"comment() | processing-instruction('x')", "(/child::comment() | /child::processing-instruction())"},
		{"${a} ${b}", "$a/absolute-reference::b"},
		{"not ${b} = 1", "(/child::not/absolute-reference::b = 1)"},
		{"current()/../${b}[1]", "current()/parent::node()/relative-reference::b[1]"},
		{"${a} // ${b}", "$a/descendant-or-self::node()/relative-reference::b"},
		{"$a + 1", "($a() + 1)"},
		{"${last-saved#a} = ${ orx:b }", "($last-saved#a = $orx:b)"},
		{"frobnicate(.) or selected()", "(frobnicate(/self::node()) or selected())"},
		{"jr:choice-name(${a}, 'no field')", "jr:choice-name($a, 'no field')"},
	} {
		e, err := xpath.Parse(c.source)
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
		} else if got := show(e.Root); got != c.want {
			t.Errorf("%s: got %s, want %s", c.source, got, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		source   string
		key      string
		position int
	}{
		{"", "xpath.empty", 0},
		{"  ", "xpath.empty", 0},
		{"1 +", "xpath.unexpectedEnd", 3},
		{"(1", "xpath.unclosed", 0},
		{"if(1, 2", "xpath.unclosed", 2},
		{"${a}[1", "xpath.unclosed", 4},
		{"1 2", "xpath.unexpected", 2},
		{"1)", "xpath.unexpected", 1},
		{"concat(,)", "xpath.unexpected", 7},
		{"concat('a',)", "xpath.unexpected", 11},
		{"'abc", "xpath.unclosedText", 0},
		{"${a", "xpath.badReference", 0},
		{"${1a}", "xpath.badReference", 0},
		{"题目＝1", "xpath.fullWidth", 2},
		{"${a} = ‘x’", "xpath.fullWidth", 7},
		{"${a} == 1", "xpath.operator", 5},
		{"${a} && 1", "xpath.operator", 5},
		{"followed::a", "xpath.unknownAxis", 0},
		{"$ a", "xpath.badReference", 0},
		{"${last-saved#}", "xpath.badReference", 0},
		{"${a:}", "xpath.badReference", 0},
		{"a |", "xpath.unexpectedEnd", 3},
		{strings.Repeat("(", 600), "xpath.tooDeep", 501},
		{strings.Repeat("1+", 4000) + "1", "xpath.tooDeep", 0},
		{strings.Repeat(" ", xpath.MaxLength) + "1", "xpath.tooLong", xpath.MaxLength},
	} {
		_, err := xpath.Parse(c.source)
		var syntax *xpath.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%.40q: got %v, want %s", c.source, err, c.key)
		} else if syntax.Key != c.key || syntax.Position != c.position {
			t.Errorf("%.40q: got %v, want %s at %d", c.source, err, c.key, c.position)
		}
	}
}

// TestMistakes: what people write for XPath's operators is answered with what to write.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"${come} / ${last-saved#all}", "xpath.division at 8 [/ ${come} div ${last-saved#all}]"},
		{". / 12", "xpath.division at 2 [/ . div 12]"},
		{"sum(${x}) / count(${x})", "xpath.division at 10 [/ … div …]"},
		{"(${a} + ${b})/-2", "xpath.division at 13 [/ … div …]"},
		{"${a} // 2", "xpath.division at 5 [// ${a} div 2]"},
		{"${a} % 2", "xpath.operator at 5 [% mod ${age} mod 2]"},
		{"${a} && ${b}", "xpath.operator at 5 [&& and ${age} >= 16 and ${age} <= 100]"},
		{"${a} & ${b}", "xpath.operator at 5 [& and ${age} >= 16 and ${age} <= 100]"},
		{"${a} || ${b}", "xpath.operator at 5 [|| or ${age} < 16 or ${age} > 100]"},
		{"${a} == 'm'", "xpath.operator at 5 [== = ${gender} = 'm']"},
		{"${a} <> 'm'", "xpath.operator at 5 [<> != ${gender} != 'm']"},
		{"${a} => 5", "xpath.operator at 5 [=> >= ${age} >= 16]"},
		{"!selected(., 'a')", "xpath.operator at 0 [! not(…) not(selected(${crops}, 'maize'))]"},
		{"！selected(., 'a')", "xpath.operator at 0 [！ not(…) not(selected(${crops}, 'maize'))]"},
		{"${a} ！＝ 1", "xpath.fullWidth at 5 [！ !]"},
		{"${a} ≥ 5", "xpath.operator at 5 [≥ >= ${age} >= 16]"},
		{"${a} ≤ 5", "xpath.operator at 5 [≤ <= ${age} <= 100]"},
		{"${a} ≠ 5", "xpath.operator at 5 [≠ != ${gender} != 'm']"},
		{"${a} × 5", "xpath.operator at 5 [× * ${price} * 2]"},
		{"${a} ÷ 5", "xpath.operator at 5 [÷ div ${price} div 2]"},
		{"${a} = 1 AND ${b} = 2", "xpath.operator at 9 [AND and ${age} >= 16 and ${age} <= 100]"},
		{"${a} = 1 或者 ${b} = 2", "xpath.operator at 9 [或者 or ${age} < 16 or ${age} > 100]"},
		{".>=16 and <=100", "xpath.comparedAgain at 10 [and . >= 16 and . <= 100]"},
		{"not(${n} < 3 or >9)", "xpath.comparedAgain at 16 [or ${n} < 3 or ${n} > 9]"},
		{"${n} + 1 < 3 and > 9", "xpath.comparedAgain at 17 [and . >= 16 and . <= 100]"},
		{"selected(., 'a') and != 9", "xpath.comparedAgain at 21 [and . >= 16 and . <= 100]"},
		{". = 1 and <", "xpath.comparedAgain at 10 [and . >= 16 and . <= 100]"},
		{">= 16", "xpath.comparesNothing at 0 [>=]"},
		{"not(< 3)", "xpath.comparesNothing at 4 [<]"},
	} {
		if _, err := xpath.Parse(c.source); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.source, err, c.want)
		}
	}
}

func TestReferences(t *testing.T) {
	e, err := xpath.Parse("${a} + /data/b/c[d = ../e] + f/g + sum(${h}/i)")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range e.References() {
		got = append(got, fmt.Sprintf("%d:%s", n.Position, show(n)))
	}
	want := "0:$a 7:^/child::data/child::b/child::c[(/child::d = /parent::node()/child::e)] 17:/child::d 29:/child::f/child::g 39:$h"
	if strings.Join(got, " ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, " "), want)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1 + 2", "${a}[b = 'c']/d", "instance('x')/root/item[1]", "if(., 'a', jr:choice-name(${a}, '${a}'))", "-.5 div //x", ".>=16 and <=100", "${a} / ${b}", "! (1)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		e, err := xpath.Parse(source)
		if err == nil {
			e.References()
			return
		}
		var syntax *xpath.SyntaxError
		if !errors.As(err, &syntax) || syntax.Position < 0 || syntax.Position > len([]rune(source)) {
			t.Errorf("%q: %v", source, err)
		}
	})
}
