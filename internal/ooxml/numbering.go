package ooxml

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// levels is how many levels a list has in Word.
const levels = 9

// level is one level of a list definition.
type level struct {
	format string // w:numFmt: decimal, bullet, chineseCounting …
	text   string // "%1." or "第%1章"
	start  int
	legal  bool // every number of the label in decimal
	space  bool // a space, not a tab or nothing, follows the label
}

// list is a list of the document: its definition, shared with others, and where it starts anew.
type list struct {
	abstract string
	starts   map[int]int
	begun    bool
}

// numbering gives the labels of numbered paragraphs, as Word counts them.
type numbering struct {
	lists    map[string]*list
	abstract map[string]*[levels]level
	counts   map[string]*[levels]int
}

func readNumbering(root *node) *numbering {
	n := &numbering{lists: map[string]*list{}, abstract: map[string]*[levels]level{}, counts: map[string]*[levels]int{}}
	for _, k := range root.kids {
		switch k.name {
		case "w:abstractNum":
			var defined [levels]level
			for _, l := range k.kids {
				if at, err := strconv.Atoi(l.at("ilvl")); err == nil && l.name == "w:lvl" && at >= 0 && at < levels {
					defined[at] = readLevel(l)
				}
			}
			n.abstract[k.at("abstractNumId")] = &defined
		case "w:num":
			l := &list{abstract: k.kid("w:abstractNumId").at("val"), starts: map[int]int{}}
			for _, o := range k.kids {
				at, err := strconv.Atoi(o.at("ilvl"))
				start, err2 := strconv.Atoi(o.kid("w:startOverride").at("val"))
				if err == nil && err2 == nil && at >= 0 && at < levels {
					l.starts[at] = start
				}
			}
			n.lists[k.at("numId")] = l
		}
	}
	return n
}

func readLevel(n *node) level {
	l := level{
		format: n.kid("w:numFmt").at("val"),
		text:   n.kid("w:lvlText").at("val"),
		legal:  n.kid("w:isLgl").on(),
		space:  n.kid("w:suff").at("val") == "space",
		start:  1,
	}
	if start, err := strconv.Atoi(n.kid("w:start").at("val")); err == nil {
		l.start = start
	}
	return l
}

// mark is what stands before a paragraph of a list.
type mark struct {
	kind  markKind
	label string // of labelled: "第一章", "（二）", "1.2"
	count int    // of ordered
}

type markKind int

const (
	unmarked markKind = iota
	bullet
	ordered  // Markdown can say it: "3."
	labelled // it cannot: the label becomes text
)

// next counts one paragraph of a list at a level and gives its mark.
func (n *numbering) next(numID string, at int) mark {
	l := n.lists[numID]
	if l == nil || n.abstract[l.abstract] == nil {
		return mark{}
	}
	defined, counts := n.abstract[l.abstract], n.count(l, at)
	here := defined[at]
	switch here.format {
	case "bullet", "":
		return mark{kind: bullet}
	case "none":
		return mark{}
	}
	m := mark{kind: labelled, label: here.text, count: counts[at]}
	for i := range levels {
		format := defined[i].format
		if here.legal {
			format = "decimal"
		}
		number := formatNumber(max(counts[i], defined[i].start), format)
		m.label = strings.ReplaceAll(m.label, "%"+strconv.Itoa(i+1), number)
	}
	if here.format == "decimal" && m.count >= 0 && m.count < 1e6 {
		switch strings.TrimPrefix(here.text, "%"+strconv.Itoa(at+1)) {
		case ".", ")", "、", "．":
			m.kind = ordered
		}
	}
	// A label that ends in a letter or digit would run into the text.
	if last, _ := utf8.DecodeLastRuneInString(m.label); here.space || last < utf8.RuneSelf || unicode.IsLetter(last) {
		m.label += " "
	}
	return m
}

// count moves the list on by one paragraph.
func (n *numbering) count(l *list, at int) *[levels]int {
	defined, counts := n.abstract[l.abstract], n.counts[l.abstract]
	if counts == nil {
		counts = &[levels]int{}
		for i := range counts {
			counts[i] = defined[i].start - 1
		}
		n.counts[l.abstract] = counts
	}
	if !l.begun {
		l.begun = true
		for i, start := range l.starts {
			counts[i] = start - 1
		}
	}
	counts[at]++
	for i := at + 1; i < levels; i++ {
		counts[i] = defined[i].start - 1
	}
	return counts
}

// formatNumber writes a count in one of Word's formats (ST_NumberFormat); a format
// that it does not know in decimal.
func formatNumber(n int, format string) string {
	switch format {
	case "chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCountingThousand":
		return chinese(n)
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		if n >= 1 && n <= 20 {
			return string(rune('①' + n - 1))
		}
	case "lowerLetter", "upperLetter":
		if n >= 1 && n <= 26*26 {
			letter := rune('a')
			if format == "upperLetter" {
				letter = 'A'
			}
			return strings.Repeat(string(letter+rune((n-1)%26)), (n-1)/26+1)
		}
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "upperRoman":
		return roman(n)
	case "decimalFullWidth":
		return strings.Map(func(r rune) rune { return r - '0' + '０' }, strconv.Itoa(max(n, 0)))
	}
	return strconv.Itoa(n)
}

// chinese writes 1 to 9999 as 一 … 九千九百九十九, and 11 as 十一.
func chinese(n int) string {
	if n < 1 || n > 9999 {
		return strconv.Itoa(n)
	}
	digits, units := []rune("零一二三四五六七八九"), []string{"千", "百", "十", ""}
	var b strings.Builder
	zero := false
	for i, unit := range []int{1000, 100, 10, 1} {
		d := n / unit % 10
		if d == 0 {
			zero = b.Len() > 0
			continue
		}
		if zero {
			b.WriteRune('零')
			zero = false
		}
		if d != 1 || unit != 10 || b.Len() > 0 {
			b.WriteRune(digits[d])
		}
		b.WriteString(units[i])
	}
	return b.String()
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, r := range []struct {
		value int
		text  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= r.value {
			b.WriteString(r.text)
			n -= r.value
		}
	}
	return b.String()
}
