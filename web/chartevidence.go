package web

import (
	"net/http"
	"strings"
	"time"

	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/table"
	"tianye/survey"
)

// mostEvidence is how many rows behind a mark are listed.
const mostEvidence = 200

type evidencePage struct {
	Page
	Mark   string // which one, in words
	N      int
	Cases  bool // else submissions
	Hidden bool // the reader may know their number only
	Small  bool // nor even that: they are few
	Rows   []evidenceRow
}

// evidenceRow is a submission or a case behind a mark.
type evidenceRow struct {
	Link   string
	Title  string
	Detail string
	Values []evidenceValue // of the variables that are compared
}

type evidenceValue struct{ Label, Value string }

// chartEvidence lists what is behind a mark: a part of a page, for the island.
func (s *Server) chartEvidence(r *Request) error {
	spec, err := s.specOf(r)
	if err != nil {
		return err
	}
	c, err := s.computed(r, spec)
	if err != nil {
		return err
	}
	origins := c.Result.Evidence(c.Table, r.Query("category"), r.Query("series"))
	page := evidencePage{Page: s.page(r, "chart.evidence"), N: len(origins), Cases: spec.Source.Kind == id.KindCase}
	page.Mark = markOf(c.Result, r.Query("category"), r.Query("series"))
	verb := account.ReadSubmission
	if page.Cases {
		verb = account.ReadCase
	}
	page.Small = c.Result.IsHidden(r.Query("category"), r.Query("series"))
	if page.Hidden = !r.Can(verb); !page.Hidden {
		page.Rows = page.rows(c, origins[:min(len(origins), mostEvidence)])
	}
	return s.renderPart(r, http.StatusOK, "chart/evidence", "evidence", page)
}

// markOf says a mark: "社区 · 江山市".
func markOf(result *charts.Result, category, series string) string {
	var parts []string
	for _, l := range result.Categories {
		if l.Code == category && category != "" {
			parts = append(parts, l.Label)
		}
	}
	for _, one := range result.Series {
		if one.Code == series && series != "" {
			parts = append(parts, one.Label.Label)
		}
	}
	return strings.Join(parts, " · ")
}

func (p evidencePage) rows(c *comparison, origins []id.Origin) []evidenceRow {
	wanted := make(map[string]int, len(origins))
	for i, origin := range origins {
		wanted[origin.ID] = i
	}
	shown := shownIn(c)
	rows := make([]evidenceRow, len(origins))
	for row, origin := range c.Table.Origins {
		i, ok := wanted[origin.ID]
		if !ok {
			continue
		}
		rows[i] = p.row(c.Table, row, origin)
		for _, at := range shown {
			if text := p.cell(c.Table, at, row); text != "" {
				rows[i].Values = append(rows[i].Values, evidenceValue{c.Table.Variables[at].Label, text})
			}
		}
	}
	return rows
}

// shownIn are the columns that a row tells: what is compared, and of the groups those
// that stand for more than one value.
func shownIn(c *comparison) []int {
	var shown []int
	for _, name := range []string{c.Spec.Measure, c.Spec.Second, c.Spec.By} {
		at := c.Table.Find(name)
		if at < 0 || name == survey.VarCase || name == caseTitle {
			continue
		}
		grouped := c.Table.Variables[at].Type == table.One || c.Table.Variables[at].Type == table.Text
		if name != c.Spec.By || !grouped {
			shown = append(shown, at)
		}
	}
	return shown
}

func (p evidencePage) row(t *table.Table, row int, origin id.Origin) evidenceRow {
	if p.Cases {
		return evidenceRow{Link: p.Base() + "/cases/" + origin.ID, Title: p.cell(t, t.Find(caseTitle), row)}
	}
	receipt := survey.Receipt(id.SubmissionID(origin.ID))
	e := evidenceRow{Link: p.Base() + "/submissions/" + origin.ID, Title: p.cell(t, t.Find(survey.VarCase), row)}
	received := time.UnixMilli(int64(t.Columns[t.Find(survey.VarReceived)].Numbers[row] * 1000))
	e.Detail = p.Time(received) + " · " + receipt
	if name := p.cell(t, t.Find(survey.VarEnumerator), row); name != "" {
		e.Detail = name + " · " + e.Detail
	}
	if e.Title == "" {
		e.Title = receipt
	}
	return e
}

// cell is a value as people read it; "" when there is none.
func (p evidencePage) cell(t *table.Table, at, row int) string {
	v, column := &t.Variables[at], &t.Columns[at]
	if t.IsMissing(at, row) {
		return ""
	}
	switch v.Type {
	case table.Number:
		return p.Number(column.Numbers[row]) + v.Unit
	case table.Time:
		return p.Date(time.UnixMilli(int64(column.Numbers[row] * 1000)))
	case table.Many:
		labels := make([]string, len(column.Sets[row]))
		for i, code := range column.Sets[row] {
			labels[i] = v.Values[code].Label
		}
		return strings.Join(labels, p.T("chart.listComma"))
	}
	return v.Values[column.Codes[row]].Label
}
