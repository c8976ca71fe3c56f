package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"path/filepath"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/audit"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/internal/store"
)

var caseCommands = []command{
	{name: "case import", operands: "FILE --project ID [--preview] [--update]", args: 1, run: importCases,
		flags: func(flags *flag.FlagSet, c *call) {
			flags.StringVar(&c.Project, "project", "", "项目编号，见 tianye project list / the project's id, as tianye project list has it")
			flags.BoolVar(&c.Preview, "preview", false, "只说会做什么 / only say what would be done")
			flags.BoolVar(&c.Update, "update", false, "同名的案例用文件中的内容更新，否则跳过 / update the cases that are there already, else they are skipped")
		},
		files: func(c *call) error {
			if c.Project == "" {
				return problem.New(problem.Invalid, "command.whichProject")
			}
			c.input, c.Args[0] = c.Args[0], filepath.Base(c.Args[0])
			return nil
		}},
}

// caseFileLimit is of a file with cases, in bytes, as on the page.
const caseFileLimit = 60 << 20

func importCases(ctx context.Context, p *platform, c call, std stdio) error {
	project, err := p.project(ctx, c.Project)
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(std.in, caseFileLimit+1))
	switch {
	case err != nil:
		return err
	case len(raw) > caseFileLimit:
		return store.TooLarge(caseFileLimit)
	}
	file := casebase.File{Name: c.Args[0], Content: bytes.NewReader(raw), Size: int64(len(raw))}
	if c.Preview {
		preview, err := p.cases.PreviewImport(ctx, project.ID, file)
		if err != nil {
			return err
		}
		return sayPreview(c, std, preview)
	}
	existing := casebase.ExistingSkip
	if c.Update {
		existing = casebase.ExistingUpdate
	}
	done, err := p.cases.Import(ctx, account.CommandLine, project.ID, file, existing)
	if err != nil {
		return err
	}
	made, unchanged := len(done.Created), len(done.Unchanged)+len(done.Skipped)
	err = p.record(ctx, project.ID, audit.Line{Action: "cases.import", Title: file.Name, After: message.T(message.Chinese, "case.imported", made, len(done.Updated), unchanged)})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, message.T(c.Language, "case.imported", made, len(done.Updated), unchanged))
	return err
}

// sayPreview lists the cases, then what is wrong with them; with anything wrong nothing would be imported.
func sayPreview(c call, std stdio, preview *casebase.Preview) error {
	rows := make([][]string, len(preview.Rows))
	for i, row := range preview.Rows {
		what := problem.Say("command.new")
		if row.Existing != "" {
			what = problem.Say("command.there")
		}
		rows[i] = []string{row.Where, message.Sprint(c.Language, what), row.Title}
	}
	err := printColumns(std.out, rows)
	for _, d := range preview.Warnings {
		fmt.Fprintln(std.errOut, d.Where+": "+message.Sprint(c.Language, problem.Say("formcommand.warning", d.Text)))
	}
	for _, d := range preview.Problems {
		fmt.Fprintln(std.errOut, d.Where+": "+message.Sprint(c.Language, d.Text))
	}
	if len(preview.Problems) > 0 {
		return errFailed
	}
	return err
}
