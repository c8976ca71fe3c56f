package web

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tianye/internal/account"
	"tianye/internal/message"
	"tianye/survey"
)

// roleCodes are those that lines about roles hold, at their beginning or in a list.
var roleCodes = regexp.MustCompile(`(^|, )(manager|reviewer|analyst|enumerator|viewer)\b`)

// roleWords puts the reader's words in the place of the codes of roles, in a text of an action that is told in them.
func roleWords(language message.Language, action, text string) string {
	if action != "tokens.create" && action != "projects.needFactor" {
		return text
	}
	return roleCodes.ReplaceAllStringFunc(text, func(found string) string {
		code := strings.TrimPrefix(found, ", ")
		return strings.TrimSuffix(found, code) + roleOf(language, code)
	})
}

// standing says a role with its limit.
func (p Page) standing(role account.Role, limit account.Limit) string {
	if limit.IsZero() {
		return p.RoleName(role)
	}
	return p.T("audit.roleWithin", p.RoleName(role), p.Limit(limit))
}

// So many names, and so many characters, stand in one line about an import: longer ones the audit would cut.
const (
	lineNames = 50
	lineText  = 400
)

// joined says who came with an import, those of one standing together; a long list takes several lines.
func joined(r *Request, slips []account.Slip, plan *account.MemberPlan) []string {
	page := Page{Language: r.Language}
	var order []string
	names := map[string][]string{}
	add := func(role account.Role, limit account.Limit, name string) {
		as := page.standing(role, limit)
		if names[as] == nil {
			order = append(order, as)
		}
		names[as] = append(names[as], name)
	}
	for _, slip := range slips {
		add(slip.Role, slip.Limit, slip.User.Name)
	}
	for _, row := range plan.Rows {
		if row.Fate == account.Join {
			add(row.Role, row.Limit, row.User.Name)
		}
	}
	lines := []string{""}
	for _, as := range order {
		for some := range slices.Chunk(names[as], lineNames) {
			text := page.T("audit.joined", as, strings.Join(some, page.T("people.listComma")))
			switch last := &lines[len(lines)-1]; {
			case *last == "":
				*last = text
			case utf8.RuneCountInString(*last+text) < lineText:
				*last += " · " + text
			default:
				lines = append(lines, text)
			}
		}
	}
	return lines
}

// exported says what an export held, and by what it was selected. What was searched for is not told: it may be a
// person's name.
func exported(r *Request, q listFilter, e survey.Export, count int) string {
	text := say(r, "audit.exported", exportName(r, e.Format), exportKind(r.Language, e), count)
	var by []string
	for _, f := range []struct{ value, label string }{
		{q.Version, "submission.version"}, {q.Case, "submission.case"}, {q.Enumerator, "submission.enumerator"},
		{q.From + q.To, "submission.received"}, {q.State, "submission.state"}, {q.Text, "submission.search"},
	} {
		if f.value != "" {
			by = append(by, say(r, f.label))
		}
	}
	if len(by) == 0 {
		return text
	}
	return say(r, "audit.exportedBy", text, strings.Join(by, say(r, "people.listComma")))
}
