package casebase

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tianye/internal/problem"
)

// Role is what a column of a table is to a case.
type Role string

// The roles.
const (
	RoleTitle     Role = "title"
	RoleDocument  Role = "document"
	RoleState     Role = "state"
	RoleAttribute Role = "attribute"
)

// Column is a column of a table to import.
type Column struct {
	Name     string
	Role     Role
	Type     AttributeType // of attributes
	Filled   int           // rows with a value
	Distinct int           // different values
}

var roleNames = map[string]Role{
	"名称": RoleTitle, "标题": RoleTitle, "案例名称": RoleTitle, "案例": RoleTitle, "title": RoleTitle, "name": RoleTitle,
	"正文": RoleDocument, "文本": RoleDocument, "document": RoleDocument, "text": RoleDocument,
	"state": RoleState,
}

// columns gives the roles by the table's head: the first that is named so is the
// title, else the first column.
func (s *sheet) columns() []Column {
	if len(s.rows) == 0 {
		return nil
	}
	head := s.rows[0]
	list := make([]Column, len(head.cells))
	taken := map[Role]bool{}
	for i := range list {
		list[i] = Column{Name: strings.Join(strings.Fields(head.cell(i)), " "), Role: RoleAttribute}
		if role, ok := roleNames[strings.ToLower(list[i].Name)]; ok && !taken[role] {
			list[i].Role = role
			taken[role] = true
		}
	}
	if !taken[RoleTitle] {
		list[0].Role = RoleTitle
	}
	return list
}

// Choices are few values in many rows: at most maxChoices, each twice on the average.
const (
	maxChoices      = 20
	maxChoiceLength = 50
)

// infer finds the type of a column; known is what the project already has under its
// name, "" when nothing. Odd are the rows that kept a column that is almost all
// numbers or days from being so.
func infer(values []string, known AttributeType) (kind AttributeType, odd []int) {
	var notNumber, notDate []int
	distinct := map[string]int{}
	filled, longest := 0, 0
	for row, value := range values {
		if value == "" {
			continue
		}
		filled++
		distinct[value]++
		longest = max(longest, utf8.RuneCountInString(value))
		if _, ok := ParseNumber(value); !ok {
			notNumber = append(notNumber, row)
		}
		if _, ok := ParseDate(value); !ok {
			notDate = append(notDate, row)
		}
	}
	fits := map[AttributeType]bool{TypeNumber: len(notNumber) == 0, TypeDate: len(notDate) == 0, TypeText: true, TypeChoice: longest <= maxChoiceLength}
	switch {
	case filled == 0:
		return TypeText, nil
	case fits[known]:
		return known, nil
	case fits[TypeNumber] && fits[TypeDate]: // 20260701 in every row: days
		return TypeDate, nil
	case fits[TypeNumber]:
		return TypeNumber, nil
	case fits[TypeDate]:
		return TypeDate, nil
	}
	kind = TypeText
	if fits[TypeChoice] && len(distinct) <= maxChoices && len(distinct)*2 <= filled {
		kind = TypeChoice
	}
	for _, few := range [][]int{notNumber, notDate} {
		if len(few)*10 <= filled || (known == TypeNumber || known == TypeDate) && len(few)*2 <= filled {
			odd = few
			break
		}
	}
	return kind, odd
}

// typeColumns fills in what the rows say of each column, and warns of cells that are
// unlike the rest.
func (s *sheet) typeColumns(columns []Column, known map[string]AttributeType) (warnings []problem.Detail) {
	for i := range columns {
		c := &columns[i]
		values := make([]string, 0, len(s.rows)-1)
		distinct := map[string]bool{}
		for _, row := range s.rows[1:] {
			value := row.cell(i)
			values = append(values, value)
			if value != "" {
				c.Filled++
				distinct[value] = true
			}
		}
		c.Distinct = len(distinct)
		if c.Role != RoleAttribute {
			continue
		}
		var odd []int
		c.Type, odd = infer(values, known[c.Name])
		for _, row := range odd[:min(len(odd), 3)] {
			warnings = append(warnings, problem.Detail{
				Where: s.where(s.rows[row+1].number, i),
				Text:  problem.Say("case.import.odd", shorten(values[row], 30), c.Name),
			})
		}
	}
	return warnings
}

// checkHead finds what keeps a head from naming attributes.
func (s *sheet) checkHead(columns []Column) (wrong []problem.Detail) {
	say := func(column int, key string, args ...any) {
		wrong = append(wrong, problem.Detail{Where: s.where(s.rows[0].number, column), Text: problem.Say(key, args...)})
	}
	for i, c := range columns {
		if c.Name == "" {
			if c.Filled > 0 {
				say(i, "case.import.noHead")
			}
			continue
		}
		if slices.ContainsFunc(columns[:i], func(other Column) bool { return other.Name == c.Name }) {
			say(i, "case.import.headTwice", c.Name)
		}
		if c.Role == RoleAttribute {
			if _, key := (Attribute{Name: c.Name, Type: TypeText}).normal(); key != "" {
				say(i, key, c.Name)
			}
		}
	}
	for _, row := range s.rows[1:] {
		if len(row.cells) > len(columns) {
			wrong = append(wrong, problem.Detail{Where: s.where(row.number, len(columns)), Text: problem.Say("case.import.beyond")})
		}
	}
	return wrong
}
