package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"tianye/internal/audit"
	"tianye/internal/id"
	"tianye/internal/message"
)

var auditCommands = []command{
	{name: "audit verify", operands: "[--project ID]", run: verifyAudit, flags: func(flags *flag.FlagSet, c *call) {
		flags.StringVar(&c.Project, "project", "", "只查一个项目，否则全部 / one project alone, else all")
	}},
}

// verifyAudit says of every chain whether it is whole, and fails when one is not.
func verifyAudit(ctx context.Context, p *platform, c call, std stdio) error {
	titles := map[id.ProjectID]string{"": message.T(c.Language, "command.server")}
	broken := false
	each := func(project id.ProjectID, report audit.Report) error {
		broken = broken || !report.Whole()
		title := titles[project]
		if title == "" {
			title = string(project)
		}
		return sayReport(c, std.out, title, report)
	}
	projects, err := p.projects(ctx)
	if err != nil {
		return err
	}
	ids := make([]id.ProjectID, len(projects))
	for i, one := range projects {
		ids[i], titles[one.ID] = one.ID, one.Title
	}
	if c.Project == "" {
		err = p.audit.VerifyAll(ctx, ids, each)
	} else {
		var report audit.Report
		if report, err = p.audit.Verify(ctx, id.ProjectID(c.Project)); err == nil {
			err = each(id.ProjectID(c.Project), report)
		}
	}
	if err == nil && broken {
		err = errFailed
	}
	return err
}

// sayReport writes what was found of a chain, and each of its faults.
func sayReport(c call, out io.Writer, title string, r audit.Report) error {
	if r.Whole() {
		_, err := fmt.Fprintln(out, message.T(c.Language, "command.whole", title, r.Lines, r.Hash))
		return err
	}
	fmt.Fprintln(out, message.T(c.Language, "command.brokenChain", title, r.Lines, len(r.Faults)+r.More))
	for _, fault := range r.Faults {
		if _, err := fmt.Fprintln(out, "  "+message.Sprint(c.Language, fault.Text)); err != nil {
			return err
		}
	}
	return nil
}
