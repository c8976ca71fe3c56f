package web

import (
	"net/url"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
)

// stateDone stands among the states of the list's filter for what is neither returned nor rejected.
const stateDone = "done"

// withoutChecks is the list's "checks" that leaves back-checks out, as the board does.
const withoutChecks = "no"

// casesWhere reads attributes and their values, 县=江山市&领域=社区 encoded, and tells which cases have
// them all. Of the value "" are those that lack the attribute, what belongs to no case, and what is of
// a case in the recycle bin.
func (s *Server) casesWhere(r *Request, where string) (func(id.CaseID) bool, error) {
	wanted, err := url.ParseQuery(where)
	if err != nil || len(wanted) > 4 {
		return nil, problem.New(problem.Malformed, "submission.badFilter", where)
	}
	cases, err := s.Cases.Table(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	rows := make(map[id.CaseID]int, cases.Len())
	for row, origin := range cases.Origins {
		rows[id.CaseID(origin.ID)] = row
	}
	type condition struct {
		codes []int32 // nil: the attribute is not one of texts
		code  int32
	}
	var conditions []condition
	for name, values := range wanted {
		c := condition{code: table.Missing - 1}
		if at := cases.Find(name); at >= 0 {
			c.codes = cases.Columns[at].Codes
			if i := slices.IndexFunc(cases.Variables[at].Values, func(v table.Value) bool { return v.Code == values[0] }); i >= 0 {
				c.code = int32(i)
			}
		}
		if values[0] == "" {
			c.code = table.Missing
		}
		conditions = append(conditions, c)
	}
	return func(of id.CaseID) bool {
		row, known := rows[of]
		for _, c := range conditions {
			code := table.Missing
			if known && c.codes != nil {
				code = c.codes[row]
			}
			if code != c.code {
				return false
			}
		}
		return true
	}, nil
}

// WhereWords says the attributes that the cases are filtered by.
func (q listFilter) WhereWords() []string { return whereWords(q.Where) }

func whereWords(where string) []string {
	wanted, err := url.ParseQuery(where)
	if err != nil {
		return nil
	}
	var words []string
	for name, values := range wanted {
		value := values[0]
		if value == "" {
			value = "—"
		}
		words = append(words, name+"："+value)
	}
	slices.Sort(words)
	return words
}
