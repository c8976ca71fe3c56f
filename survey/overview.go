package survey

import (
	"context"
	"math"
	"time"

	"tianye/internal/id"
)

// Overview is a project's submissions at a glance.
type Overview struct {
	Total   int
	ByState map[ReviewState]int
	Days    []Day // without gaps, up to today; to Last when nothing came on any of them
	Ended   bool  // so that Days end with Last
	Last    time.Time
}

// Day is the submissions of one day.
type Day struct {
	Date  time.Time
	Count int
}

// Overview counts the submissions, all or one person's, and those of the last days.
func (s *Service) Overview(ctx context.Context, project id.ProjectID, submitter id.UserID, days int, location *time.Location) (Overview, error) {
	o := Overview{ByState: map[ReviewState]int{}}
	perDay := map[time.Time]int{}
	err := s.eachMatch(ctx, project, Filter{Submitter: submitter}, func(item ListItem) {
		o.Total++
		o.ByState[item.State]++
		perDay[dayOf(item.Received, location)]++
		if item.Received.After(o.Last) {
			o.Last = item.Received
		}
	})
	if err != nil || o.Total == 0 {
		return o, err
	}
	last := dayOf(s.now(), location)
	if first := last.AddDate(0, 0, 1-days); o.Last.Before(first) {
		last, o.Ended = dayOf(o.Last, location), true
	}
	for i := days - 1; i >= 0; i-- {
		date := last.AddDate(0, 0, -i)
		o.Days = append(o.Days, Day{date, perDay[date]})
	}
	return o, nil
}

// InWork is the form by which submissions about cases come now: that of the newest one, else of the
// newest of all; "" when nothing has come.
func (s *Service) InWork(ctx context.Context, project id.ProjectID) (id.FormID, error) {
	var newest ListItem
	err := s.eachMatch(ctx, project, Filter{}, func(item ListItem) {
		about, was := item.CaseID != "", newest.CaseID != ""
		if newest.ID == "" || about && !was || about == was && item.Received.After(newest.Received) {
			newest = item
		}
	})
	return newest.FormID, err
}

func dayOf(t time.Time, location *time.Location) time.Time {
	year, month, day := t.In(location).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, location)
}

// To is the last of the Days.
func (o Overview) To() time.Time { return o.Days[len(o.Days)-1].Date }

// Most is the largest count of a day: the height of a drawing.
func (o Overview) Most() int {
	most := 0
	for _, d := range o.Days {
		most = max(most, d.Count)
	}
	return most
}

// Share is a day's count of the largest, in percent.
func (o Overview) Share(d Day) int {
	return int(math.Round(100 * float64(d.Count) / float64(max(1, o.Most()))))
}
