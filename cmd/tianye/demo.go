package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"tianye/casebase"
	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/demo"
	"tianye/internal/message"
	"tianye/internal/store"
	"tianye/survey"
)

// demonstrate serves the demonstration project, and makes it at the first start.
func demonstrate(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseOptions("demo", "./demo-data", args, stderr)
	if err != nil {
		return err
	}
	p, err := open(ctx, o)
	if err != nil {
		return err
	}
	if err := p.loadDemo(ctx, stdout); err != nil {
		return errors.Join(err, p.close())
	}
	fmt.Fprintf(stdout, "\n演示账号，密码都是 %s / demonstration accounts, all with the password %s\n", demo.Password, demo.Password)
	seen := map[account.Role]bool{}
	for _, person := range demo.People {
		if !seen[person.Role] {
			seen[person.Role] = true
			fmt.Fprintf(stdout, "  %-8s %s  %s / %s\n", person.User, person.Name, message.Sprint(message.Chinese, person.Role.Label()), message.Sprint(message.English, person.Role.Label()))
		}
	}
	fmt.Fprintln(stdout)
	return errors.Join(p.listen(ctx, o, stdout, stderr), p.close())
}

// loadDemo makes the demonstration with services of its own, whose clock tells the
// story's time.
func (p *platform) loadDemo(ctx context.Context, stdout io.Writer) error {
	clock := &demo.Clock{}
	services := demo.Services{
		Accounts: account.New(store.NewAccounts(p.backend), clock.Now),
		Surveys:  survey.New(store.NewSurveys(p.backend), clock.Now),
		Cases:    casebase.New(store.NewCases(p.backend), clock.Now),
		Charts:   charts.New(store.NewCharts(p.backend), p.renderer, clock.Now),
		Clock:    clock,
		Today:    now(),
	}
	return demo.Load(ctx, services, demoProgress(stdout, isTerminal(stdout)))
}

// demoProgress tells how much of the demonstration is there: in a terminal on one line, else on a few.
func demoProgress(to io.Writer, terminal bool) demo.Progress {
	every, end := 25, "\n"
	if terminal {
		every, end = 1, "\r"
	}
	next := 0
	return func(done, total int) {
		percent := done * 100 / total
		if percent < next {
			return
		}
		next = percent - percent%every + every
		if done == total {
			end = "\n"
		}
		fmt.Fprintf(to, "正在生成演示数据 / making the demonstration: %d/%d (%d %%)%s", done, total, percent, end)
	}
}
