package demo

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// Answer is one submission of the demonstration.
type Answer struct {
	Form       string         // CaseForm or SatisfactionForm
	Case       string         // the case's slug
	Enumerator string         // a user of People
	At         time.Time      // when it reached the server
	Values     map[string]any // string (as in the instance XML), map[string]any for a group, []any of maps for a repeat
	State      string         // received, approved, hasIssues or rejected
	Comment    string         // the reviewer's, "" when there is none
}

// zone is Quzhou's time.
var zone = time.FixedZone("UTC+8", 8*60*60)

// Answers makes the same submissions each time, by the time of their arrival: for every case four visits between March and
// June 2026, and on each visit some questionnaires of satisfaction. Calculated questions have no value: the form calculates.
func Answers() ([]Answer, error) {
	cases, err := Cases()
	if err != nil {
		return nil, err
	}
	g := &generator{Rand: rand.New(rand.NewPCG(2026, 50)), days: workingDays(), taken: map[string]bool{}}
	if g.texts, err = readTexts(g.Rand); err != nil {
		return nil, err
	}
	for number, c := range cases {
		s := g.subject(c)
		users := enumerators(s.county)
		for visit, day := range g.visits(users) {
			user := users[number%2]
			if visit == 2 { // the colleague's turn, so that two people judge each case
				user = users[(number+1)%2]
			}
			g.visit(s, user, visit, day)
		}
	}
	slices.SortStableFunc(g.answers, func(a, b Answer) int { return a.At.Compare(b.At) })
	return g.answers, nil
}

// generator draws everything from one seeded source.
type generator struct {
	*rand.Rand
	texts   texts
	days    []day
	taken   map[string]bool // enumerator and date: one visit a day
	answers []Answer
}

// day is a working day and how much of the work falls on it.
type day struct {
	date   time.Time
	weight float64
}

// workingDays are those of March to June 2026 without the public holidays; April and May are the busy months.
func workingDays() []day {
	holidays := []string{"2026-04-06", "2026-05-01", "2026-05-04", "2026-05-05", "2026-06-19"}
	weights := map[time.Month]float64{time.March: 1, time.April: 6, time.May: 4.5, time.June: 1.2}
	var days []day
	for date := time.Date(2026, 3, 2, 0, 0, 0, 0, zone); date.Month() < time.July; date = date.AddDate(0, 0, 1) {
		if d := date.Weekday(); d == time.Saturday || d == time.Sunday || slices.Contains(holidays, date.Format(time.DateOnly)) {
			continue
		}
		days = append(days, day{date, weights[date.Month()]})
	}
	return days
}

// visits draws a case's four days in their order, free for both of the county's enumerators.
func (g *generator) visits(users []string) []time.Time {
	var chosen []time.Time
	for len(chosen) < 4 {
		list := make([]weighted, 0, len(g.days))
		for i, d := range g.days {
			if date := d.date.Format(time.DateOnly); !g.taken[users[0]+date] && !g.taken[users[1]+date] {
				list = append(list, weighted{strconv.Itoa(i), d.weight})
			}
		}
		i, _ := strconv.Atoi(g.choose(list))
		date := g.days[i].date
		for _, user := range users {
			g.taken[user+date.Format(time.DateOnly)] = true
		}
		chosen = append(chosen, date)
	}
	slices.SortFunc(chosen, time.Time.Compare)
	return chosen
}

// visit makes one day's answers: questionnaires from nine o'clock on, the investigator's own form in the afternoon.
func (g *generator) visit(s subject, user string, number int, date time.Time) {
	clock := date.Add(9*time.Hour + g.seconds(2400))
	for range s.profile.questionnaires*(number+1)/4 - s.profile.questionnaires*number/4 {
		if clock.Hour() >= 12 && clock.Hour() < 14 {
			clock = date.Add(13*time.Hour + 40*time.Minute + g.seconds(1200))
		}
		a, taken := g.satisfaction(s, user, clock)
		g.send(s, a, clock.Add(taken))
		clock = clock.Add(taken + 2*time.Minute + g.seconds(1000))
	}
	start := date.Add(15*time.Hour + 20*time.Minute + g.seconds(3600))
	if start.Before(clock) {
		start = clock.Add(3 * time.Minute)
	}
	taken := 25*time.Minute + g.seconds(2400)
	a := g.caseAnswer(s, user, start, number)
	end := g.send(s, a, start.Add(taken))
	if g.chance(0.025) { // sent twice by an impatient hand: a second instance, rejected in review
		again := g.answers[len(g.answers)-1]
		again.At, again.State, again.Comment = end.Add(4*time.Minute), "rejected", "与几分钟前提交的一份重复，保留前一份。"
		g.answers = append(g.answers, again)
	}
}

// send stamps an answer's end and arrival; in the hills it may reach the server only in the evening.
func (g *generator) send(s subject, a Answer, end time.Time) time.Time {
	a.Values["end"] = stamp(end)
	a.Case, a.At = s.Slug, end.Add(5*time.Second+g.seconds(90))
	if slices.Contains(hills, s.town) && g.chance(0.4) {
		a.At = time.Date(end.Year(), end.Month(), end.Day(), 19, 0, 0, 0, zone).Add(g.seconds(5400))
	}
	if a.State == "" {
		a.State = g.state(a.At)
	}
	g.answers = append(g.answers, a)
	return a.At
}

// hills are the towns where the network is weak.
var hills = []string{"qixi", "dachen", "gouxi", "xiakou", "dazhou"}

// state is what review has come to: nearly all of the older answers are approved, of the last weeks' only some.
func (g *generator) state(at time.Time) string {
	approved := 0.93
	if at.After(time.Date(2026, 6, 8, 0, 0, 0, 0, zone)) {
		approved = 0.25
	}
	if g.chance(approved) {
		return "approved"
	}
	return "received"
}

// metadata are the values that a client fills in by itself; send adds the end.
func metadata(user string, start time.Time) map[string]any {
	return map[string]any{"start": stamp(start), "today": start.Format(time.DateOnly), "deviceid": "demo:" + user, "username": user}
}

// stamp writes a dateTime as XForms does.
func stamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000-07:00") }
