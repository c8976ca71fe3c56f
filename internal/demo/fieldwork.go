package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// later is the day on which the demonstration is looked at when nobody says.
var later = time.Date(2026, 7, 15, 10, 0, 0, 0, zone)

// fieldwork is the second round, which is under way when the demonstration is made: its days are told from that day.
func (l *loader) fieldwork(ctx context.Context) error {
	if l.Today.IsZero() {
		l.Today = later
	}
	l.Today = l.Today.In(zone)
	l.Surveys.KnowTeam(func(ctx context.Context, project id.ProjectID) ([]survey.Teammate, error) {
		people, err := l.Accounts.People(ctx, project)
		return survey.TeamOf(people), err
	})
	for _, step := range []func(context.Context) error{l.outline, l.plans, l.assign, l.revisits, l.backChecks, l.suggestions} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// workday is the day so many working days after today, or before it.
func (l *loader) workday(n int) time.Time {
	day := time.Date(l.Today.Year(), l.Today.Month(), l.Today.Day(), 0, 0, 0, 0, zone)
	for step := sign(n); n != 0; {
		day = day.AddDate(0, 0, step)
		if d := day.Weekday(); d != time.Saturday && d != time.Sunday {
			n -= step
		}
	}
	return day
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

// plans are what the rounds were to bring.
func (l *loader) plans(ctx context.Context) error {
	l.Clock.Set(start)
	board := survey.Plan{ProjectID: l.project, Rows: "县（市、区）", Columns: "领域",
		DaysOff: []survey.Date{"2026-04-06", "2026-05-01", "2026-05-04", "2026-05-05", "2026-06-19"}}
	spring, satisfied, second := board, board, board
	spring.FormID, spring.Basis, spring.Each, spring.Start, spring.End = l.forms[CaseForm].ID, survey.ByCase, 4, "2026-03-02", "2026-06-30"
	satisfied.FormID, satisfied.Basis, satisfied.Start, satisfied.End = l.forms[SatisfactionForm].ID, survey.ByGroup, "2026-03-02", "2026-06-30"
	for i, c := range Counties {
		satisfied.Targets = append(satisfied.Targets, survey.Target{Row: c.Chinese, Column: survey.WholeRow, Count: []int{200, 220, 240, 220, 200, 200}[i]})
	}
	second.FormID, second.Basis, second.DaysOff = l.forms[RevisitForm].ID, survey.ByAssignment, nil
	second.Start, second.End = survey.Date(l.workday(-12).Format(time.DateOnly)), survey.Date(l.workday(10).Format(time.DateOnly))
	for _, p := range []survey.Plan{spring, satisfied, second} {
		before, err := l.Surveys.Plan(ctx, l.project, p.FormID)
		if err != nil && !problem.Is(err, problem.NotFound) {
			return err
		}
		if p.Revision = before.Revision; before.Basis != "" {
			continue
		}
		if _, err := l.Surveys.SetPlan(ctx, l.users["alice"], p); err != nil {
			return fmt.Errorf("plan: %w", err)
		}
	}
	return nil
}

// round is one case's part of the second round.
type round struct {
	number     int
	subject    subject
	enumerator string
	due        int // in working days from today
}

func (l *loader) rounds() ([]round, error) {
	cases, err := Cases()
	g := &generator{Rand: rand.New(rand.NewPCG(2026, 7))}
	var list []round
	for i, c := range cases {
		s := g.subject(c)
		list = append(list, round{i, s, enumerators(s.county)[i%2], (i*7)%20 - 9})
	}
	return list, err
}

// isDone tells whether the case was visited: of what is due the day after tomorrow, or was, nearly all.
func (r round) isDone() bool { return r.due <= 2 && r.number%9 != 4 }

func (l *loader) assign(ctx context.Context) error {
	l.Clock.Set(l.workday(-13).Add(9 * time.Hour))
	rounds, err := l.rounds()
	if err != nil {
		return err
	}
	var wanted []survey.NewAssignment
	for _, r := range rounds {
		n := survey.NewAssignment{FormID: l.forms[RevisitForm].ID, CaseID: l.cases[r.subject.Slug], Enumerator: l.users[r.enumerator],
			Due: l.workday(r.due).AddDate(0, 0, 1).Add(-time.Second)}
		if r.number%5 == 0 {
			n.Note = "春季访谈提到的问题请当面核对，尽量找同一户。"
		}
		wanted = append(wanted, n)
	}
	if _, err := l.Surveys.MakeAssignments(ctx, l.project, l.users["alice"], wanted, true); err != nil {
		return fmt.Errorf("assignments: %w", err)
	}
	return l.visitInVain(ctx)
}

// visitInVain notes that nobody was at home: at one case three times.
func (l *loader) visitInVain(ctx context.Context) error {
	list, err := l.Surveys.Assignments(ctx, l.project, survey.AssignmentFilter{FormID: l.forms[RevisitForm].ID})
	if err != nil {
		return err
	}
	rounds, err := l.rounds()
	if err != nil {
		return err
	}
	times := 3
	for _, r := range rounds {
		for _, a := range list {
			if a.CaseID != l.cases[r.subject.Slug] || r.isDone() || r.due > 0 || times == 0 {
				continue
			}
			for n := range times {
				at := l.workday(r.due - n).Add(15 * time.Hour)
				l.Clock.Set(at.Add(time.Minute))
				v := survey.Visit{ID: fmt.Sprintf("demo:visit:%d:%d", r.number, n), At: at, Outcome: survey.NotHome, Note: "联系人外出，电话没有接。"}
				if _, _, err := l.Surveys.AddVisit(ctx, l.project, a.Enumerator, a.ID, v); err != nil {
					return fmt.Errorf("visit: %w", err)
				}
			}
			times--
		}
	}
	return nil
}

// revisits are what came of the second round so far, and what the reviewers said.
func (l *loader) revisits(ctx context.Context) error {
	rounds, err := l.rounds()
	if err != nil {
		return err
	}
	returned := 0
	for _, r := range rounds {
		if !r.isDone() {
			continue
		}
		day := min(r.due, 0)
		begun := l.workday(day - r.number%2).Add(8*time.Hour + time.Duration(30+r.number*6)*time.Minute)
		if begun.After(l.Today) {
			begun = l.Today.Add(-time.Duration(20+r.number) * time.Minute)
		}
		sub, err := l.revisit(ctx, r, r.enumerator, begun, fmt.Sprintf("demo:revisit:%02d", r.number))
		if err != nil {
			return fmt.Errorf("revisit %d: %w", r.number, err)
		}
		if sub.Revision > 1 || day > -3 {
			continue // there already, or not looked at yet
		}
		l.Clock.Set(begun.Add(27 * time.Hour))
		if returned < 3 && r.number%4 == 1 {
			returned++
			_, err = l.Surveys.SendBack(ctx, l.project, l.users["rui"], sub.ID, sub.Revision, []survey.Reason{
				{Path: "visit/households", Text: "比春季登记的总户数还多，请核对是户还是人。"},
				{Path: "visit/evidence", Text: "只写了“已整改”，请写现场看到了什么。"}}, "请在本周内补正，不必重访。")
		} else {
			_, err = l.Surveys.Review(ctx, l.project, l.users["rui"], sub.ID, sub.Revision, survey.Approved, "")
		}
		if err != nil {
			return fmt.Errorf("review of revisit %d: %w", r.number, err)
		}
	}
	return nil
}

func (l *loader) revisit(ctx context.Context, r round, user string, begun time.Time, instance string) (survey.Submission, error) {
	g := &generator{Rand: rand.New(rand.NewPCG(7, uint64(r.number)))}
	taken := 11*time.Minute + g.seconds(900)
	values := metadata(user, begun)
	at := g.spot(r.subject.county, .05, 30, 12)
	values["visit"] = map[string]any{"visit_date": begun.Format(time.DateOnly), "location": at.String(),
		"step":       g.choose(weigh("done 5 working 3 idle 1 unknown .5")),
		"households": strconv.Itoa(20 + g.waiting(90, 900)), "evidence": evidence[g.IntN(len(evidence))]}
	opinion, opinions := g.NormFloat64(), map[string]any{"again": map[bool]string{true: "yes", false: "no"}[g.chance(.3)], "respondent": "住户代表"}
	for _, item := range []string{"speed", "result", "attitude", "openness", "fairness", "trust", "lasting"} {
		opinions[item] = strconv.Itoa(g.near(3.7+.6*opinion, .8, 1, 5))
		if user == "qiuyue" { // in a hurry: one column from top to bottom
			opinions[item], taken = "5", 70*time.Second
		}
	}
	values["opinions"], values["end"] = opinions, stamp(begun.Add(taken))
	f := l.forms[RevisitForm]
	l.Clock.Set(begun.Add(taken + 20*time.Second))
	return l.Surveys.Submit(ctx, l.project, l.users[user], survey.Incoming{InstanceID: instance, FormID: f.ID, Version: f.Current().Number,
		CaseID: l.cases[r.subject.Slug], DeviceID: "demo:" + user, Started: begun, Ended: begun.Add(taken), Answers: values})
}

var evidence = []string{"公开栏已换成大字版，上月收支贴到第三季度。", "水渠已疏通，村口还有一段护栏没装。", "活动室晚上亮着灯，签到本每天有二十来人。",
	"路灯装好了十一盏，还差巷尾两盏。", "台账补到了上周，走访记录能对上人名。", "停车线重新划了，消防通道没有车占。"}

// backChecks have a colleague go again to some, without knowing what was answered.
func (l *loader) backChecks(ctx context.Context) error {
	f := l.forms[RevisitForm]
	l.Clock.Set(l.Today.Add(-2 * time.Hour))
	known, err := l.Surveys.BackChecks(ctx, l.project)
	if err != nil || len(known) > 0 {
		return err
	}
	chosen, err := l.Surveys.Sample(ctx, l.project, survey.Sample{FormID: f.ID, Count: 4, Seed: "demo"})
	if err != nil {
		return err
	}
	colleague := map[id.UserID]string{}
	for _, c := range Counties {
		both := enumerators(c.Code)
		colleague[l.users[both[0]]], colleague[l.users[both[1]]] = both[1], both[0]
	}
	var wanted []survey.NewAssignment
	for i, item := range chosen {
		wanted = append(wanted, survey.NewAssignment{FormID: f.ID, CaseID: item.CaseID, Enumerator: l.users[colleague[item.Submitter]],
			Due: l.workday(2+i).AddDate(0, 0, 1).Add(-time.Second), BackCheck: item.ID, Note: "抽查复核：请独立再问一次。"})
	}
	if _, err := l.Surveys.MakeAssignments(ctx, l.project, l.users["alice"], wanted, true); err != nil {
		return fmt.Errorf("back-checks: %w", err)
	}
	rounds, err := l.rounds()
	if err != nil {
		return err
	}
	for _, r := range rounds {
		if l.cases[r.subject.Slug] == chosen[0].CaseID { // the first is done
			r.number += 100
			_, err = l.revisit(ctx, r, colleague[chosen[0].Submitter], l.Today.Add(-90*time.Minute), "demo:check")
			return err
		}
	}
	return nil
}
