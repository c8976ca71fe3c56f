package demo

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"tianye/casebase"
	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// Password is every demonstration account's.
const Password = "tianye-demo"

// Clock is the services' clock while the demonstration is made: a submission is
// received when the story says. It may be read from several goroutines.
type Clock struct{ nanos atomic.Int64 }

// Now gives the time of the story.
func (c *Clock) Now() time.Time { return time.Unix(0, c.nanos.Load()).In(zone) }

// Set moves the story.
func (c *Clock) Set(t time.Time) { c.nanos.Store(t.UnixNano()) }

// Services are those that a user's work goes through, too; all run on Clock.
type Services struct {
	Accounts *account.Service
	Surveys  *survey.Service
	Cases    *casebase.Service
	Charts   *charts.Service
	Clock    *Clock
	Today    time.Time // on which the demonstration is looked at: the second round is under way then; zero: a day in July 2026
}

// start is when the team began: before the first submission.
var start = time.Date(2026, 3, 2, 8, 30, 0, 0, zone)

// unfinished is the project's description until all is there, so that a start that
// was broken off is known and goes on where it stopped.
const unfinished = "演示数据正在生成……"

// Progress is told how much of the demonstration is there.
type Progress func(done, total int)

// Load makes the demonstration project through the services, unless it is there. It
// is safe to stop and to repeat: everything is made once. A store in which people work
// is refused: the demonstration's accounts have a password that everybody knows.
func Load(ctx context.Context, s Services, progress Progress) error {
	s.Clock.Set(start)
	l := &loader{Services: s, users: map[string]id.UserID{}, cases: map[string]id.CaseID{}, forms: map[string]survey.Form{}}
	if err := l.people(ctx); err != nil {
		return fmt.Errorf("demo: people: %w", err)
	}
	done, err := l.openProject(ctx)
	if err != nil || done {
		return err
	}
	for _, step := range []func(context.Context) error{l.members, l.loadForms, l.loadCases} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	if err := l.submissions(ctx, progress); err != nil {
		return fmt.Errorf("demo: submissions: %w", err)
	}
	if err := l.saveCharts(ctx); err != nil {
		return fmt.Errorf("demo: charts: %w", err)
	}
	if err := l.fieldwork(ctx); err != nil {
		return fmt.Errorf("demo: fieldwork: %w", err)
	}
	p, err := s.Accounts.Project(ctx, l.project)
	if err != nil {
		return err
	}
	p.Description = Description
	return s.Accounts.UpdateProject(ctx, p)
}

type loader struct {
	Services
	users   map[string]id.UserID
	project id.ProjectID
	cases   map[string]id.CaseID   // by slug
	forms   map[string]survey.Form // by name
}

func (l *loader) people(ctx context.Context) error {
	known, err := l.Accounts.Users(ctx)
	if err != nil {
		return err
	}
	projects, err := l.Accounts.ProjectsOf(ctx, account.User{Admin: true}) // all
	if err != nil {
		return err
	}
	isOurs := slices.ContainsFunc(projects, func(p account.Membership) bool { return p.Demo })
	for _, u := range known {
		if !isOurs && !u.Created.Equal(start) {
			return problem.New(problem.Conflict, "demo.inUse", u.Login)
		}
		l.users[u.Login] = u.ID
	}
	for _, p := range People {
		if l.users[p.User] != "" {
			continue
		}
		u, err := l.Accounts.CreateUserWithPassword(ctx, p.User, p.Name, Password, p.Role == account.Admin)
		if err != nil {
			return err
		}
		l.users[p.User] = u.ID
	}
	return nil
}

// openProject finds or makes the project, and tells whether it is complete.
func (l *loader) openProject(ctx context.Context) (done bool, err error) {
	manager := account.User{ID: l.users["alice"]}
	projects, err := l.Accounts.ProjectsOf(ctx, manager)
	if err != nil {
		return false, err
	}
	for _, p := range projects {
		if p.Demo {
			l.project = p.ID
			return p.Description != unfinished, nil
		}
	}
	p, err := l.Accounts.CreateProject(ctx, manager.ID, Title, unfinished, true)
	l.project = p.ID
	return false, err
}

func (l *loader) members(ctx context.Context) error {
	for _, p := range People {
		if p.Role == account.Admin {
			continue
		}
		_, _, err := l.Accounts.AddMember(ctx, l.project, p.User, p.Name, p.Role)
		if err != nil && !problem.Is(err, problem.Conflict) { // a member already
			return err
		}
	}
	return nil
}

func (l *loader) loadForms(ctx context.Context) error {
	published, err := l.Surveys.Forms(ctx, l.project)
	if err != nil {
		return err
	}
	for _, f := range published {
		if f.Current() != nil {
			l.forms[f.Name] = f
		}
	}
	for _, name := range forms {
		if l.forms[name].ID != "" {
			continue
		}
		l.Clock.Set(l.Clock.Now().Add(time.Minute))
		workbook, err := Workbook(name)
		if err != nil {
			return err
		}
		f, complaints, err := l.Surveys.Upload(ctx, l.project, l.users["alice"], workbook, name+".xlsx", "")
		if err != nil || f.ID == "" {
			return fmt.Errorf("form %s: %v %w", name, complaints, err)
		}
		if l.forms[name], err = l.Surveys.Publish(ctx, l.project, l.users["alice"], f.ID, f.Revision); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) loadCases(ctx context.Context) error {
	list, err := l.Cases.List(ctx, l.project, casebase.Filter{}, casebase.Sort{}, casebase.Page{})
	if err != nil {
		return err
	}
	known := map[string]id.CaseID{}
	for _, c := range list.Cases {
		known[c.Title] = c.ID
	}
	all, err := Cases()
	if err != nil {
		return err
	}
	for _, c := range all {
		if l.cases[c.Slug] = known[c.Title]; l.cases[c.Slug] != "" {
			continue
		}
		l.Clock.Set(l.Clock.Now().Add(7 * time.Minute))
		made, err := l.Cases.Create(ctx, l.users["alice"], l.project, c.edit())
		if err != nil {
			return fmt.Errorf("case %s: %w", c.Slug, err)
		}
		l.cases[c.Slug] = made.ID
	}
	return nil
}

// edit is what a case's file becomes in the casebase: county and field are choices,
// what reads as a number is one.
func (c Case) edit() casebase.Edit {
	e := casebase.Edit{Title: c.Title, State: casebase.State(c.State), Text: c.Markdown, Attributes: []casebase.Attribute{
		{Name: "县（市、区）", Type: casebase.TypeChoice, Value: c.County},
		{Name: "领域", Type: casebase.TypeChoice, Value: c.Field},
		{Name: "乡镇（街道）", Type: casebase.TypeText, Value: c.Town},
	}}
	for _, a := range c.Attributes {
		kind := casebase.TypeText
		if _, ok := casebase.ParseNumber(a.Value); ok {
			kind = casebase.TypeNumber
		}
		e.Attributes = append(e.Attributes, casebase.Attribute{Name: a.Name, Type: kind, Value: a.Value})
	}
	return e
}

func (l *loader) submissions(ctx context.Context, progress Progress) error {
	answers, err := Answers()
	if err != nil {
		return err
	}
	for i, a := range answers {
		if err := l.submit(ctx, i, a); err != nil {
			return fmt.Errorf("answer %d (%s, %s): %w", i, a.Form, a.Case, err)
		}
		progress(i+1, len(answers))
	}
	return nil
}

func (l *loader) submit(ctx context.Context, i int, a Answer) error {
	l.Clock.Set(a.At)
	f := l.forms[a.Form]
	sub, err := l.Surveys.Submit(ctx, l.project, l.users[a.Enumerator], survey.Incoming{
		InstanceID: fmt.Sprintf("demo:%05d", i), FormID: f.ID, Version: f.Current().Number, CaseID: l.cases[a.Case],
		DeviceID: text(a.Values, "deviceid"), Started: moment(a.Values, "start"), Ended: moment(a.Values, "end"), Answers: a.Values})
	if err != nil || a.State == string(survey.Received) || sub.Revision > 1 {
		return err
	}
	l.Clock.Set(a.At.Add(26 * time.Hour))
	_, err = l.Surveys.Review(ctx, l.project, l.users["rui"], sub.ID, sub.Revision, survey.ReviewState(a.State), a.Comment)
	return err
}

func text(values map[string]any, name string) string {
	s, _ := values[name].(string)
	return s
}

func moment(values map[string]any, name string) time.Time {
	t, err := time.Parse(time.RFC3339, text(values, name))
	if err != nil {
		return time.Time{}
	}
	return t
}
