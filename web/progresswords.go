package web

import (
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/survey"
)

// RowName says a row, ColumnName a column.
func (p *progressPage) RowName(name string) string { return p.group(name, "progress.noRow") }

// ColumnName says a column.
func (p *progressPage) ColumnName(name string) string {
	if len(p.Progress.Columns) == 1 && name == "" {
		return p.T("progress.all")
	}
	return p.group(name, "progress.noColumn")
}

func (p *progressPage) group(name, none string) string {
	if name == "" {
		return p.T(none)
	}
	return name
}

// PersonName says an enumerator.
func (p *progressPage) PersonName(user id.UserID) string {
	if user == "" {
		return p.T("progress.byLink")
	}
	if name := p.Names[user]; name != "" {
		return name
	}
	return p.T("progress.formerMember")
}

// Day says a date: 6 月 12 日, with its year when that is not this one.
func (p *progressPage) Day(date survey.Date) string {
	t, err := time.Parse(time.DateOnly, string(date))
	if err != nil {
		return ""
	}
	month := any(int(t.Month()))
	if p.Language == message.English {
		month = t.Month().String()[:3]
	}
	if t.Year() != p.now.In(p.location).Year() {
		return p.T("progress.dayOfYear", t.Year(), month, t.Day())
	}
	return p.T("progress.day", month, t.Day())
}

// Clock says a moment of the last days shortly.
func (p *progressPage) Clock(t time.Time) string { return t.In(p.location).Format("01-02 15:04") }

// Forecast says when all will be there, or why that cannot be said.
func (p *progressPage) Forecast() string {
	f := p.Progress.Forecast
	switch {
	case f.Finish == "":
		return p.Say(f.Why)
	case f.Latest == "":
		return p.T("progress.forecastOpen", p.Number(f.Rate), p.Day(f.Finish), p.Day(f.Earliest))
	}
	return p.T("progress.forecast", p.Number(f.Rate), p.Day(f.Finish), p.Day(f.Earliest), p.Day(f.Latest))
}

// Standing says in a sentence how it stands with what was expected.
func (p *progressPage) Standing() string {
	t := p.Progress.Total
	switch {
	case !p.Made && p.Progress.Basis == survey.ByCase:
		return p.T("progress.standingCases", t.Counted, t.Target, t.Percent())
	case !p.Progress.HasExpected:
		return p.T("progress.standing", t.Counted, t.Target, t.Percent())
	case t.Counted >= t.Expected:
		return p.T("progress.standingAhead", t.Counted, t.Target, t.Percent(), t.Expected, t.Counted-t.Expected)
	}
	return p.T("progress.standingBehind", t.Counted, t.Target, t.Percent(), t.Expected, t.Expected-t.Counted)
}

// sentences puts sentences together as the language does.
func (p *progressPage) sentences(all ...string) string {
	if p.Language == message.English {
		return strings.Join(all, " ")
	}
	return strings.Join(all, "")
}

// Says is how it stands, and what is to come.
func (p *progressPage) Says() string { return p.sentences(p.Standing(), p.Forecast()) }
