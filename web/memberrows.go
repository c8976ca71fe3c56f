package web

import (
	"slices"
	"strings"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/message"
	"tianye/internal/problem"
)

// headings are what a table of members may call its columns.
var headings = map[string][]string{
	"name":  {"姓名", "名字", "name"},
	"phone": {"手机", "手机号", "手机号码", "电话", "联系电话", "phone", "mobile"},
	"role":  {"角色", "role"},
	"login": {"账号", "帐号", "登录名", "login", "account"},
}

// countyMarks are in the heading of the column that most likely limits.
var countyMarks = []string{"县", "county", "district"}

// memberTable is a table under headings, of members or of their work: where its columns are, and the rows below the headings.
type memberTable struct {
	head   []string
	places map[string]int // of headings
	rows   []casebase.Row
}

// readMembers finds the headings in the first rows: a title may stand above them.
func readMembers(f casebase.File) (memberTable, error) {
	t, found, err := readHeaded(f, headings, "name")
	if err == nil && !found {
		err = problem.New(problem.Invalid, "people.noNameColumn")
	}
	return t, err
}

// readHeaded finds the first row among the first ten that has the headings that are needed.
func readHeaded(f casebase.File, headings map[string][]string, needed ...string) (t memberTable, found bool, err error) {
	rows, err := casebase.ReadRows(f)
	if err != nil {
		return t, false, err
	}
	for i, row := range rows[:min(len(rows), 10)] {
		t = memberTable{head: row.Cells, places: map[string]int{}, rows: rows[i+1:]}
		for what, names := range headings {
			at := slices.IndexFunc(row.Cells, func(cell string) bool { return slices.Contains(names, plainHeading(cell)) })
			if at >= 0 {
				t.places[what] = at
			}
		}
		if !slices.ContainsFunc(needed, func(what string) bool { _, ok := t.places[what]; return !ok }) {
			return t, true, nil
		}
	}
	return memberTable{}, false, nil
}

// cell gives a row's cell below a heading; "" when there is none.
func (t memberTable) cell(row casebase.Row, what string) string {
	at, ok := t.places[what]
	if !ok || at >= len(row.Cells) {
		return ""
	}
	return strings.TrimSpace(row.Cells[at])
}

func plainHeading(cell string) string {
	return strings.ToLower(strings.Trim(strings.TrimSpace(cell), " *＊:："))
}

// others are the headings that may limit.
func (t memberTable) others() (names []string) {
	for i, cell := range t.head {
		taken := false
		for _, at := range t.places {
			taken = taken || at == i
		}
		if name := strings.TrimSpace(cell); name != "" && !taken && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// likelyColumn is the heading that is an attribute of cases, or sounds like a county; "" when there is none.
func (t memberTable) likelyColumn(attributes []string) string {
	others := t.others()
	for _, name := range others {
		if slices.Contains(attributes, name) {
			return name
		}
	}
	for _, name := range others {
		if isCounty(name) {
			return name
		}
	}
	return ""
}

func isCounty(name string) bool {
	return slices.ContainsFunc(countyMarks, func(mark string) bool { return strings.Contains(strings.ToLower(name), mark) })
}

// likelyAttribute is the attribute that a column means: its namesake; of a county's, or of no column, one that
// sounds like a county; else the column's own name, for cases that are still to come.
func likelyAttribute(column string, attributes []string) string {
	if slices.Contains(attributes, column) {
		return column
	}
	if at := slices.IndexFunc(attributes, isCounty); at >= 0 && (column == "" || isCounty(column)) {
		return attributes[at]
	}
	return column
}

// newcomers are the rows as account takes them, with the role of those that name none and the attribute that
// the column limits by.
func (t memberTable) newcomers(column, attribute string, role account.Role, known []string) []account.Newcomer {
	limiting := -1
	if column != "" {
		limiting = slices.IndexFunc(t.head, func(cell string) bool { return strings.TrimSpace(cell) == column })
	}
	var list []account.Newcomer
	for _, row := range t.rows {
		of, value := func(what string) string { return t.cell(row, what) }, ""
		if limiting >= 0 && limiting < len(row.Cells) {
			value = strings.TrimSpace(row.Cells[limiting])
		}
		n := account.Newcomer{Row: row.Number, Name: of("name"), Phone: of("phone"), Login: of("login"), Role: roleNamed(of("role"), role)}
		if value != "" {
			n.Limit = account.Limit{Attribute: attribute, Values: []string{value}}
			if !slices.Contains(known, value) {
				n.Limit.Values = splitValues(value)
			}
		} else if limiting >= 0 && n.Role != account.Manager {
			n.Limit = account.Limit{Attribute: attribute} // which account complains of: an empty cell is no leave to see everything
		}
		list = append(list, n)
	}
	return list
}

// splitValues parts what is written in one cell: 江山市、龙游县.
func splitValues(text string) (values []string) {
	for _, value := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("、，,；;|\n\r\t", c) }) {
		if value = strings.TrimSpace(value); value != "" {
			values = append(values, value)
		}
	}
	return values
}

// roleNamed is the role of a name in either language; a name that is none stays, to be complained of.
func roleNamed(text string, without account.Role) account.Role {
	if text == "" {
		return without
	}
	for _, role := range account.Roles {
		for _, name := range []string{string(role), message.Sprint(message.Chinese, role.Label()), message.Sprint(message.English, role.Label())} {
			if strings.EqualFold(text, name) {
				return role
			}
		}
	}
	return account.Role(text)
}
