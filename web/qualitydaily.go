package web

import (
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/quality"
)

type dailyPage struct {
	Page
	Day           string
	Before, After string // the days beside it; After is "" today
	Areas         []dailyArea
	Arrived       int
	Flagged       int
	Checks        []dailyCheck
	HasAreas      bool
}

type dailyArea struct {
	Name             string
	Arrived, Flagged int
	Lines            []dailyLine
}

type dailyLine struct {
	survey.DailyLine
	Name   string
	Checks []dailyCheck
}

type dailyCheck struct {
	Name  string
	Count int
}

// dailyQuality tells what came on a day, yesterday when none is asked for, and what is odd in it.
func (s *Server) dailyQuality(r *Request) error {
	today := s.Now().In(s.location)
	day := today.AddDate(0, 0, -1)
	if text := r.Query("day"); text != "" {
		var err error
		if day, err = time.ParseInLocation(time.DateOnly, text, s.location); err != nil {
			return problem.New(problem.Malformed, "submission.badFilter", text)
		}
	}
	from := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, s.location)
	lines, err := s.Surveys.DailyQuality(r, r.Project.ID, from, from.AddDate(0, 0, 1))
	if err != nil {
		return err
	}
	names, err := s.senders(r)
	if err != nil {
		return err
	}
	page := &dailyPage{Page: s.page(r, "quality.daily"), Day: from.Format(time.DateOnly), Before: from.AddDate(0, 0, -1).Format(time.DateOnly)}
	page.Section = "submissions"
	if next := from.AddDate(0, 0, 1); !next.After(today) {
		page.After = next.Format(time.DateOnly)
	}
	page.fill(lines, names)
	return s.show(r, "quality/daily", page)
}

func (p *dailyPage) fill(lines []survey.DailyLine, names map[id.UserID]string) {
	all := map[quality.Check]int{}
	for _, line := range lines {
		if n := len(p.Areas); n == 0 || p.Areas[n-1].Name != line.Area {
			p.Areas = append(p.Areas, dailyArea{Name: line.Area})
		}
		area := &p.Areas[len(p.Areas)-1]
		area.Arrived, area.Flagged = area.Arrived+line.Arrived, area.Flagged+line.Flagged
		p.Arrived, p.Flagged = p.Arrived+line.Arrived, p.Flagged+line.Flagged
		for check, n := range line.Checks {
			all[check] += n
		}
		p.HasAreas = p.HasAreas || line.Area != ""
		area.Lines = append(area.Lines, dailyLine{line, names[line.Enumerator], p.checks(line.Checks)})
	}
	p.Checks = p.checks(all)
}

func (p *dailyPage) checks(counts map[quality.Check]int) []dailyCheck {
	var list []dailyCheck
	for _, check := range quality.Checks {
		if n := counts[check]; n > 0 {
			list = append(list, dailyCheck{p.Say(check.Label()), n})
		}
	}
	return list
}
