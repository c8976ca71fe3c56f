package web

import (
	"strconv"
	"strings"
	"unicode"
)

// columnNames are the header of cases.csv: the three columns that are not attributes, then
// the attributes' in their order, each once. An attribute that is a column's name as it stands
// keeps it; of those that fall together with it, or with one another, the later get a number.
func columnNames(attributes []string) []string {
	header := []string{"name", "label", "__version"}
	taken := map[string]bool{"name": true, "label": true}
	for _, attribute := range attributes {
		taken[attribute] = true
	}
	for _, attribute := range attributes {
		name := columnName(attribute)
		if name != attribute {
			for n := 2; taken[name]; n++ {
				name = columnName(attribute) + "_" + strconv.Itoa(n)
			}
			taken[name] = true
		}
		header = append(header, name)
	}
	return header
}

// columnName makes a name that an expression can say, and no column of the system has: 入户 日期 is
// 入户_日期; name, label and __id are attribute_name, attribute_label and attribute___id.
func columnName(attribute string) string {
	safe := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' || r == '.' {
			return r
		}
		return '_'
	}, attribute)
	first := []rune(safe)[0]
	switch {
	case safe == "name" || safe == "label" || strings.HasPrefix(safe, "__"):
		return "attribute_" + safe
	case !unicode.IsLetter(first) && first != '_':
		return "_" + safe
	}
	return safe
}
