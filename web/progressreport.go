package web

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey"
)

type reportPage struct {
	*progressPage
	Week           string // 2026-W47
	WeekNumber     int
	Monday, Sunday time.Time
	Before, After  string // the weeks beside it; After is "" of the present one
	Made           time.Time
	Running        bool // the week is not over
}

var weekRule = regexp.MustCompile(`^(20\d\d)-W(\d\d)$`)

// weekOf gives the Monday of a week as ISO 8601 counts them.
func weekOf(text string, location *time.Location) (time.Time, bool) {
	match := weekRule.FindStringSubmatch(text)
	if match == nil {
		return time.Time{}, false
	}
	year, _ := strconv.Atoi(match[1])
	number, _ := strconv.Atoi(match[2])
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, location) // is in the first week
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(number-1))
	said, is := monday.ISOWeek()
	return monday, said == year && is == number
}

func weekName(t time.Time) string {
	year, number := t.ISOWeek()
	return fmt.Sprintf("%d-W%02d", year, number)
}

// reportOf reckons the query's week, else the one in which yesterday is.
func (s *Server) reportOf(r *Request) (*reportPage, error) {
	now := s.Now().In(s.location)
	week := cmp.Or(r.Query("week"), weekName(now.AddDate(0, 0, -1)))
	monday, ok := weekOf(week, s.location)
	if !ok || monday.After(now) {
		return nil, problem.New(problem.Malformed, "progress.weekUnknown", week)
	}
	sunday := monday.AddDate(0, 0, 6)
	base, err := s.progress(r, "progress.reportTitle", monday, sunday)
	if err != nil {
		return nil, err
	}
	base.Tab = "report"
	_, number := monday.ISOWeek()
	p := &reportPage{progressPage: base, Week: week, WeekNumber: number, Monday: monday, Sunday: sunday, Before: weekName(monday.AddDate(0, 0, -7)), Made: now,
		Running: now.Before(sunday.AddDate(0, 0, 1))}
	if !p.Running {
		p.After = weekName(monday.AddDate(0, 0, 7))
	}
	return p, nil
}

// progressReport shows a week's report, made to be printed.
func (s *Server) progressReport(r *Request) error {
	page, err := s.reportOf(r)
	if err != nil {
		return err
	}
	return s.show(r, "progress/report", page)
}

// Conclusion says the week in plain words.
func (p *reportPage) Conclusion() []string {
	t := p.Progress.Total
	var out []string
	if p.Progress.HasExpected {
		out = append(out, p.T("progress.weekDone", p.WeekNumber, t.NewDone, t.NewExpected))
	} else {
		out = append(out, p.T("progress.weekDoneOnly", p.WeekNumber, t.NewDone))
	}
	if t.Target > 0 {
		out = append(out, p.Standing())
	}
	if t.NewApproved+t.Returned > 0 {
		out = append(out, p.T("progress.weekReviewed", t.NewApproved, t.Returned))
	}
	if t.Flagged > 0 {
		out = append(out, p.T("progress.weekFlagged", t.Flagged))
	}
	if row, late := p.latest(); late > 0 {
		key := p.T("progress.weekMissing", p.RowName(row), late)
		if p.Progress.ByDuty {
			key = p.T("progress.weekOverdue", p.RowName(row), late)
		}
		out = append(out, key)
	}
	if t.Target > 0 {
		out = append(out, p.Forecast())
	}
	return out
}

// Concluded is the Conclusion as a paragraph.
func (p *reportPage) Concluded() string { return p.sentences(p.Conclusion()...) }

// SoFar is how many columns of the table tell of all weeks.
func (p *reportPage) SoFar() int {
	n := 5
	if p.Progress.HasExpected {
		n++
	}
	if p.HasLate() {
		n++
	}
	return n
}

// latest is the row in which most is late; none when there is only one, or another has as much.
func (p *reportPage) latest() (row string, late int) {
	alone := false
	for i, c := range p.Progress.RowTotals {
		switch {
		case c.Late > late:
			row, late, alone = p.Progress.Rows[i], c.Late, len(p.Progress.Rows) > 1
		case c.Late == late:
			alone = false
		}
	}
	if !alone {
		return "", 0
	}
	return row, late
}

// progressWorkbook gives the report's numbers as a workbook.
func (s *Server) progressWorkbook(r *Request) error {
	p, err := s.reportOf(r)
	if err != nil {
		return err
	}
	if p.Form.ID == "" {
		return problem.New(problem.NotFound, "submission.noForm")
	}
	book, err := table.NewWorkbook()
	if err != nil {
		return err
	}
	defer book.Close()
	for _, write := range []func(*table.Workbook) error{p.writeRows, p.writePeople, p.writeAbout} {
		if err := write(book); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if _, err := book.WriteTo(&b); err != nil {
		return err
	}
	r.Header("Content-Disposition", attachmentNamed(p.T("progress.reportFile", p.Form.Title, p.Week)+".xlsx"))
	r.Header("Cache-Control", "no-store")
	r.Data(http.StatusOK, exportTypes[survey.XLSX], b.Bytes())
	return nil
}

// LateLabel says what Late counts.
func (p *progressPage) LateLabel() string {
	if p.Progress.ByDuty {
		return p.T("progress.overdue")
	}
	return p.T("progress.missing")
}

func (p *reportPage) writeRows(book *table.Workbook) error {
	header := []string{p.Plan.Rows}
	if p.Plan.Columns != "" {
		header = append(header, p.Plan.Columns)
	}
	for _, text := range []string{p.T("progress.target"), p.T("progress.expected"), p.T("progress.counted"), p.T("progress.done"), p.T("progress.approved"), p.T("progress.returned"), p.T("progress.flagged"), p.LateLabel(),
		p.T("progress.newExpected"), p.T("progress.newDone"), p.T("progress.newApproved"), p.T("progress.newReturned")} {
		header = append(header, text)
	}
	sheet, err := book.Sheet(p.T("progress.sheetRows"), header)
	if err != nil {
		return err
	}
	line := func(c survey.Count, names ...string) error {
		row := []any{names[0]}
		if p.Plan.Columns != "" {
			row = append(row, names[1])
		}
		for _, n := range []int{c.Target, c.Expected, c.Counted, c.Done, c.Approved, c.Returned, c.Flagged, c.Late, c.NewExpected, c.NewDone, c.NewApproved, c.NewReturned} {
			row = append(row, n)
		}
		return sheet.Row(row)
	}
	for i, name := range p.Progress.Rows {
		if p.Plan.Columns != "" {
			for k, column := range p.Progress.Columns {
				if err := line(p.Progress.Cells[i][k], p.RowName(name), p.ColumnName(column)); err != nil {
					return err
				}
			}
		}
		if err := line(p.Progress.RowTotals[i], p.RowName(name), p.T("progress.total")); err != nil {
			return err
		}
	}
	return line(p.Progress.Total, p.T("progress.total"), p.T("progress.total"))
}

func (p *reportPage) writePeople(book *table.Workbook) error {
	if !p.Named {
		return nil
	}
	sheet, err := book.Sheet(p.T("progress.sheetPeople"), []string{p.T("submission.enumerator"), p.T("progress.assigned"), p.T("progress.overdue"), p.T("progress.done"), p.T("progress.approved"),
		p.T("progress.returned"), p.T("progress.newDone"), p.T("progress.newApproved"), p.T("progress.newReturned"), p.T("progress.last"), p.T("progress.minutes")})
	for _, c := range p.Progress.People {
		if err == nil {
			err = sheet.Row([]any{p.PersonName(c.User), c.Assigned, c.Late, c.Done, c.Approved, c.Returned, c.NewDone, c.NewApproved, c.NewReturned, p.Time(c.Last), c.Minutes})
		}
	}
	return err
}

func (p *reportPage) writeAbout(book *table.Workbook) error {
	sheet, err := book.Sheet(p.T("progress.sheetAbout"), []string{p.T("progress.reportTitle"), p.Project.Title})
	if err != nil {
		return err
	}
	lines := [][2]string{{p.T("submission.form"), p.Form.Title}, {p.T("progress.week"), p.Week + "（" + p.Date(p.Monday) + "–" + p.Date(p.Sunday) + "）"},
		{p.T("progress.reportMade"), p.Time(p.Made)}}
	for _, text := range p.Conclusion() {
		lines = append(lines, [2]string{p.T("progress.conclusion"), text})
	}
	if p.Project.Demo {
		lines = append(lines, [2]string{p.T("app.demo"), p.T("app.demo")})
	}
	if p.Reach != "" {
		lines = append(lines, [2]string{p.T("progress.reach"), p.Reach})
	}
	for _, l := range lines {
		if err := sheet.Row([]any{l[0], l[1]}); err != nil {
			return err
		}
	}
	return nil
}

// Minutes says a median.
func (p *progressPage) Minutes(minutes float64) string {
	if math.IsNaN(minutes) {
		return "—"
	}
	return p.T("progress.minutesN", p.Number(math.Round(minutes*10)/10))
}

// Active is how many people sent anything.
func (p *progressPage) Active() int {
	n := 0
	for _, c := range p.Progress.People {
		if c.User != "" && !c.Last.IsZero() {
			n++
		}
	}
	return n
}
