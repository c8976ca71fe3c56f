package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"

	"tianye/internal/account"
	"tianye/internal/audit"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
)

var projectCommands = []command{
	{name: "project list", run: listProjects},
	{name: "project create", operands: "TITLE --manager LOGIN", args: 1, run: createProject, flags: func(flags *flag.FlagSet, c *call) {
		flags.StringVar(&c.Manager, "manager", "", "课题负责人的登录名 / the manager's login")
	}},
	{name: "project close", operands: "ID", args: 1, run: setPhase(account.Closed)},
	{name: "project archive", operands: "ID", args: 1, run: setPhase(account.Archived)},
	{name: "project reopen", operands: "ID", args: 1, run: setPhase(account.Open)},
	{name: "project delete", operands: "ID [--reason TEXT]", args: 1, run: deleteProject, flags: func(flags *flag.FlagSet, c *call) {
		flags.StringVar(&c.Reason, "reason", "", "为什么删除 / why it is deleted")
	}},
	{name: "project restore", operands: "ID", args: 1, run: restoreProject},
}

// projects gives all of them, the deleted ones last.
func (p *platform) projects(ctx context.Context) ([]account.Project, error) {
	living, err := p.accounts.ProjectsOf(ctx, account.User{Admin: true})
	if err != nil {
		return nil, err
	}
	all := make([]account.Project, len(living))
	for i, one := range living {
		all[i] = one.Project
	}
	deleted, err := p.accounts.DeletedProjects(ctx)
	return append(all, deleted...), err
}

func listProjects(ctx context.Context, p *platform, c call, std stdio) error {
	projects, err := p.projects(ctx)
	if err != nil {
		return err
	}
	rows := make([][]string, len(projects))
	for i, one := range projects {
		state := one.Phase.Label()
		if one.Deleted != nil {
			state = problem.Say("command.deleted")
		}
		rows[i] = []string{string(one.ID), message.Sprint(c.Language, state), one.Title}
	}
	return printColumns(std.out, rows)
}

func createProject(ctx context.Context, p *platform, c call, std stdio) error {
	manager, err := p.user(ctx, c.Manager)
	if err != nil {
		return err
	}
	made, err := p.accounts.CreateProject(ctx, manager.ID, c.Args[0], "", false)
	if err != nil {
		return err
	}
	if err := p.record(ctx, "", audit.Line{Action: "projects.create", Object: string(made.ID), Title: made.Title, After: manager.Name}); err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, made.ID)
	return err
}

// setPhase makes the command that moves a project to a phase.
func setPhase(phase account.Phase) func(context.Context, *platform, call, stdio) error {
	return func(ctx context.Context, p *platform, c call, std stdio) error {
		before, err := p.project(ctx, c.Args[0])
		if err != nil {
			return err
		}
		after, err := p.accounts.SetPhase(ctx, before.ID, phase)
		if err != nil {
			return err
		}
		err = p.record(ctx, after.ID, audit.Line{Action: "projects.phase", Object: string(after.ID), Title: after.Title,
			Before: message.Sprint(message.Chinese, before.Phase.Label()), After: message.Sprint(message.Chinese, after.Phase.Label())})
		return sayProject(c, std, after, after.Phase.Label(), err)
	}
}

func deleteProject(ctx context.Context, p *platform, c call, std stdio) error {
	found, err := p.project(ctx, c.Args[0])
	if err != nil {
		return err
	}
	deleted, err := p.accounts.DeleteProject(ctx, account.CommandLine, found.ID, found.Title, c.Reason)
	if err != nil {
		return err
	}
	err = p.record(ctx, deleted.ID, audit.Line{Action: "projects.delete", Object: string(deleted.ID), Title: deleted.Title, Reason: c.Reason})
	return sayProject(c, std, deleted, problem.Say("command.deleted"), err)
}

func restoreProject(ctx context.Context, p *platform, c call, std stdio) error {
	deleted, err := p.accounts.DeletedProjects(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(deleted, func(d account.Project) bool { return string(d.ID) == c.Args[0] })
	if at < 0 {
		return problem.New(problem.NotFound, "command.noProject", c.Args[0])
	}
	restored, err := p.accounts.RestoreProject(ctx, deleted[at].ID)
	if err != nil {
		return err
	}
	line := audit.Line{Action: "projects.restore", Object: string(restored.ID), Title: restored.Title}
	err = errors.Join(p.record(ctx, "", line), p.record(ctx, restored.ID, line))
	return sayProject(c, std, restored, restored.Phase.Label(), err)
}

// sayProject says how a project is now, unless something went wrong.
func sayProject(c call, std stdio, p account.Project, state problem.Text, err error) error {
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, p.Title+": "+message.Sprint(c.Language, state))
	return err
}

// project finds the project that a command names.
func (p *platform) project(ctx context.Context, text string) (account.Project, error) {
	found, err := p.accounts.Project(ctx, id.ProjectID(text))
	if problem.Is(err, problem.NotFound) {
		err = problem.New(problem.NotFound, "command.noProject", text)
	}
	return found, err
}
