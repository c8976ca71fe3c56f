package survey

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// Quota bounds how many submissions that came by a public link are wanted of those that give
// certain answers: 50 of women above sixty.
type Quota struct {
	Conditions []QuotaCondition // all of them hold
	Limit      int
}

// QuotaCondition holds when the answer to a select is one of the choices, or has one among others.
type QuotaCondition struct {
	Path    form.Path
	Choices []string // names
}

// The bounds of quotas.
const (
	maxQuotas     = 40 // of a link
	maxQuotaLimit = 5000
)

// key names the quota of a link by what it asks for: another limit makes no other quota of it.
func (q Quota) key(link id.LinkID) string {
	parts := []string{string(link)}
	for _, c := range slices.SortedFunc(slices.Values(q.Conditions), func(a, b QuotaCondition) int { return strings.Compare(string(a.Path), string(b.Path)) }) {
		parts = append(parts, string(c.Path), strings.Join(slices.Sorted(slices.Values(c.Choices)), " "))
	}
	return id.Derived(parts...)
}

func hasKey(quotas []Quota, link id.LinkID, key string) bool {
	return slices.ContainsFunc(quotas, func(q Quota) bool { return q.key(link) == key })
}

// holds tells whether answers, given by path, meet the quota.
func (q Quota) holds(answer func(form.Path) string) bool {
	for _, c := range q.Conditions {
		given := strings.Fields(answer(c.Path))
		if !slices.ContainsFunc(given, func(name string) bool { return slices.Contains(c.Choices, name) }) {
			return false
		}
	}
	return true
}

// Say says a quota as people write it, without its limit: 性别=女 且 年龄段=60 岁以上.
func (q Quota) Say(d *form.Definition, language string) string {
	var parts []string
	for _, c := range q.Conditions {
		f := single(d, c.Path)
		if f == nil { // a later version has it no more
			parts = append(parts, string(c.Path)+"="+strings.Join(c.Choices, "、"))
			continue
		}
		names := make([]string, len(c.Choices))
		for i, name := range c.Choices {
			names[i] = name
			for _, choice := range choicesOf(d, f) {
				if choice.Name == name {
					names[i] = wordOr(choice.Label.In(language, d), name)
				}
			}
		}
		parts = append(parts, wordOr(f.Label.In(language, d), f.Name)+"="+strings.Join(names, "、"))
	}
	return strings.Join(parts, " 且 ")
}

// wordOr is a label that can stand in a line of quotas, else the name.
func wordOr(label, name string) string {
	label = strings.TrimSpace(label)
	if label == "" || strings.ContainsAny(label, "=＝:：、,，|\n") || strings.Contains(label, "且") {
		return name
	}
	return label
}

func choicesOf(d *form.Definition, f *form.Field) []form.Choice {
	if list := d.Lists[f.List]; list != nil {
		return list.Choices
	}
	return nil
}

// ParseQuotas reads quotas, one a line: 性别=女 且 年龄段=60 岁以上: 50. Questions and choices are named by
// their labels in any language, or by their names; several choices stand between 、. What cannot be
// read is told with its line.
func ParseQuotas(d *form.Definition, text string) ([]Quota, error) {
	p := problem.New(problem.Invalid, "publiclink.quotasWrong")
	var quotas []Quota
	seen := map[string]int{}
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		q, wrong := parseQuota(d, line)
		if wrong.Key == "" {
			if before, twice := seen[q.key("")]; twice {
				wrong = problem.Say("publiclink.quotaTwice", before)
			}
			seen[q.key("")] = i + 1
		}
		if wrong.Key != "" {
			p.With("quotas", "publiclink.quotaLine", i+1, wrong)
			continue
		}
		quotas = append(quotas, q)
	}
	if len(quotas) > maxQuotas {
		p.With("quotas", "publiclink.quotasMany", maxQuotas)
	}
	return quotas, ifAny(p)
}

func parseQuota(d *form.Definition, line string) (q Quota, wrong problem.Text) {
	at := max(strings.LastIndex(line, ":"), strings.LastIndex(line, "："))
	if at < 0 {
		return q, problem.Say("publiclink.quotaNoLimit")
	}
	_, colon := utf8.DecodeRuneInString(line[at:])
	limit, err := strconv.Atoi(strings.TrimSpace(line[at+colon:]))
	if err != nil || limit < 1 || limit > maxQuotaLimit {
		return q, problem.Say("publiclink.quotaLimit", maxQuotaLimit)
	}
	q.Limit = limit
	for part := range strings.SplitSeq(strings.NewReplacer("&", "且", " and ", "且", ";", "且", "；", "且").Replace(line[:at]), "且") {
		c, wrong := parseCondition(d, part)
		if wrong.Key != "" {
			return q, wrong
		}
		if slices.ContainsFunc(q.Conditions, func(o QuotaCondition) bool { return o.Path == c.Path }) {
			return q, problem.Say("publiclink.quotaQuestionTwice", strings.TrimSpace(part))
		}
		q.Conditions = append(q.Conditions, c)
	}
	return q, problem.Text{}
}

func parseCondition(d *form.Definition, part string) (c QuotaCondition, wrong problem.Text) {
	question, rest, found := strings.Cut(strings.ReplaceAll(part, "＝", "="), "=")
	question = strings.TrimSpace(question)
	if !found {
		return c, problem.Say("publiclink.quotaNoEquals", strings.TrimSpace(part))
	}
	var f *form.Field
	d.Walk(func(path form.Path, one *form.Field) {
		if f == nil && (one.Type == form.SelectOne || one.Type == form.SelectMultiple) && (named(one.Name, one.Label, question) || string(path) == question) && single(d, path) != nil {
			f, c.Path = one, path
		}
	})
	if f == nil {
		return c, problem.Say("publiclink.quotaNoQuestion", question)
	}
	for word := range strings.FieldsFuncSeq(rest, func(r rune) bool { return strings.ContainsRune("、,，|", r) }) {
		word = strings.TrimSpace(word)
		choices := choicesOf(d, f)
		at := slices.IndexFunc(choices, func(choice form.Choice) bool { return named(choice.Name, choice.Label, word) })
		if at < 0 {
			return c, problem.Say("publiclink.quotaNoChoice", question, word)
		}
		if !slices.Contains(c.Choices, choices[at].Name) {
			c.Choices = append(c.Choices, choices[at].Name)
		}
	}
	if len(c.Choices) == 0 {
		return c, problem.Say("publiclink.quotaNoChoice", question, "")
	}
	return c, problem.Text{}
}

// named tells whether people mean a thing by a word.
func named(name string, label form.Text, word string) bool {
	if name == word {
		return true
	}
	for _, text := range label {
		if strings.TrimSpace(text) == word {
			return true
		}
	}
	return false
}
