package charts

import (
	"slices"
	"strconv"

	"tianye/internal/id"
	"tianye/internal/table"
)

// Result is the numbers of a chart: groups (categories) by series.
type Result struct {
	Categories []Label  `json:"categories"`
	Series     []Series `json:"series"`
	N          int      `json:"n"`     // rows that count
	Total      int      `json:"total"` // rows that the filters let through
	Unit       string   `json:"unit,omitempty"`
	Measure    string   `json:"measure"` // labels, for axes and table heads; "" counts rows
	Second     string   `json:"second,omitempty"`
	By         string   `json:"by"`
	Split      string   `json:"split,omitempty"`

	Shares      bool        `json:"shares,omitempty"`      // the values are shares, 0 to 1
	Ordered     bool        `json:"ordered,omitempty"`     // the series are the steps of a scale, from one end to the other
	Time        bool        `json:"time,omitempty"`        // the categories are days, weeks or months
	Range       *[2]float64 `json:"range,omitempty"`       // of a scale: its least and greatest code
	Correlation *float64    `json:"correlation,omitempty"` // of a scatter: Pearson's r of all N rows
	Filters     []string    `json:"filters,omitempty"`     // which rows alone count: "性别：女、男"
	Notes       []string    `json:"notes,omitempty"`       // what a reader must know, in the language asked for
	Hidden      int         `json:"hidden,omitempty"`      // values that Suppress took out
	Least       int         `json:"least,omitempty"`       // N and Total are hidden: they are fewer than this

	smallNote string // that of Notes which tells of small groups
}

// Label is a category's or series' code and what people read. The code of a single
// series or category that stands for everything is "".
type Label struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

// Codes of groups that are in no dictionary.
const (
	CodeOther    = "#other"    // the small groups of a long list, together
	CodeNoAnswer = "#noanswer" // rows without an answer, where shares are of all rows
	CodeHidden   = "#hidden"   // of a pie: the groups that Suppress took out, together
)

// Series is one drawn column of numbers, a Cell a category. A scatter has Points instead.
type Series struct {
	Label
	Cells  []Cell  `json:"cells,omitempty"`
	Points []Point `json:"points,omitempty"`
	rows   []int32 // of a scatter: all rows, also those whose points are not drawn
}

// Cell is one number with what it is made of.
type Cell struct {
	Value    float64     `json:"value"` // NaN never: Empty says that there is none
	Empty    bool        `json:"empty,omitempty"`
	Hidden   bool        `json:"hidden,omitempty"` // by Suppress: empty, and nothing is known of it
	N        int         `json:"n"`                // rows behind it: what Evidence gives
	Of       int         `json:"of,omitempty"`     // of a share: rows that it is a share of
	Box      *[5]float64 `json:"box,omitempty"`    // of a box plot: minimum, quartiles, maximum within the whiskers
	Outliers []float64   `json:"outliers,omitempty"`
	rows     []int32     // of the table: the evidence
}

// Point is one row of a scatter.
type Point struct {
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
	Label string  `json:"label,omitempty"`
	row   int32
}

// Evidence gives the origins of the rows behind a mark, in the order of the table:
// those of a category and a series, by their codes; "" is all of that dimension. Of a
// scatter, category is the index of a point in its series. The table is the one that
// the Result was computed from.
func (r *Result) Evidence(t *table.Table, category, series string) []id.Origin {
	var rows []int32
	for i := range r.Series {
		s := &r.Series[i]
		if series != "" && s.Code != series {
			continue
		}
		if s.rows != nil {
			rows = append(rows, s.pointRows(category)...)
		}
		for k := range s.Cells {
			if category == "" || r.Categories[k].Code == category {
				rows = append(rows, s.Cells[k].rows...)
			}
		}
	}
	slices.Sort(rows)
	rows = slices.Compact(rows)
	origins := make([]id.Origin, len(rows))
	for i, row := range rows {
		origins[i] = t.Origins[row]
	}
	return origins
}

func (s *Series) pointRows(index string) []int32 {
	if index == "" {
		return s.rows
	}
	if i, err := strconv.Atoi(index); err == nil && i >= 0 && i < len(s.Points) {
		return []int32{s.Points[i].row}
	}
	return nil
}

// values are a series' values, and whether it has any.
func (s *Series) values() (list []float64, any bool) {
	for _, c := range s.Cells {
		if !c.Empty {
			list = append(list, c.Value)
		}
	}
	return list, len(list) > 0
}
