package casebase

import (
	"context"
	"path"
	"slices"
	"strings"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// plan is an import worked out in full before anything is written.
type plan struct {
	Preview
	drafts []draft
}

// draft is one case to be: the fields that the file leaves empty are empty.
type draft struct {
	edit     Edit
	existing id.CaseID
	document document
}

const maxProblems = 100

func (s *Service) plan(ctx context.Context, project id.ProjectID, f File) (*plan, error) {
	if f.Size > maxImport {
		return nil, problem.New(problem.TooLarge, "case.import.large", f.Name, maxImport>>20)
	}
	p := &plan{}
	switch strings.ToLower(path.Ext(f.Name)) {
	case ".docx", ".md", ".markdown", ".txt":
		d, err := readDocument(f)
		if err != nil {
			return nil, err
		}
		p.add(f.Name, draft{edit: Edit{Title: d.title, Text: d.text}, document: d})
	case ".xlsx", ".csv":
		if err := s.planTable(ctx, project, f, p); err != nil {
			return nil, err
		}
	case ".doc", ".wps":
		return nil, problem.New(problem.Unsupported, "case.import.oldDoc", f.Name)
	case ".xls", ".et":
		return nil, problem.New(problem.Unsupported, "case.import.oldXls", f.Name)
	default:
		return nil, problem.New(problem.Unsupported, "case.import.kind", f.Name)
	}
	if err := s.match(ctx, project, p); err != nil {
		return nil, err
	}
	p.Problems = p.Problems[:min(len(p.Problems), maxProblems)]
	return p, nil
}

func (p *plan) add(where string, d draft) {
	p.drafts = append(p.drafts, d)
	p.Rows = append(p.Rows, PreviewRow{Where: where})
}

func (s *Service) planTable(ctx context.Context, project id.ProjectID, f File, p *plan) error {
	t, err := readSheet(f)
	if err != nil {
		return err
	}
	if len(t.rows) < 2 {
		return problem.New(problem.Invalid, "case.import.empty", f.Name)
	}
	known, err := s.types(ctx, project)
	if err != nil {
		return err
	}
	p.Sheet, p.Columns = t.name, t.columns()
	p.Warnings = t.typeColumns(p.Columns, known)
	p.Problems = t.checkHead(p.Columns)
	for _, row := range t.rows[1:] {
		var d draft
		title := 0
		for i, c := range p.Columns {
			value := row.cell(i)
			switch c.Role {
			case RoleTitle:
				title, d.edit.Title = i, value
			case RoleDocument:
				d.edit.Text = value
			case RoleState:
				d.edit.State = State(value)
			default:
				if value != "" {
					d.edit.Attributes = append(d.edit.Attributes, Attribute{Name: c.Name, Type: c.Type, Value: value})
				}
			}
			if strings.HasPrefix(value, "#") && slices.Contains(workbookErrors, value) {
				p.Problems = append(p.Problems, problem.Detail{Where: t.where(row.number, i), Text: problem.Say("case.import.formula", value)})
			}
		}
		p.add(t.where(row.number, title), d)
	}
	return nil
}

var workbookErrors = []string{"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"}

// match checks every draft, finds the cases that have its title, and fills in the rows.
func (s *Service) match(ctx context.Context, project id.ProjectID, p *plan) error {
	all, err := s.List(ctx, project, Filter{}, Sort{By: SortCreated}, Page{})
	if err != nil {
		return err
	}
	byTitle := map[string][]*Summary{}
	for _, c := range all.Cases {
		byTitle[c.Title] = append(byTitle[c.Title], c)
	}
	first := map[string]string{}
	for i := range p.drafts {
		d, row := &p.drafts[i], &p.Rows[i]
		say := func(key string, args ...any) {
			p.Problems = append(p.Problems, problem.Detail{Where: row.Where, Text: problem.Say(key, args...)})
		}
		state := d.edit.State
		normal, err := d.edit.Normal()
		if err != nil {
			for _, detail := range problem.From(err).Details {
				p.Problems = append(p.Problems, problem.Detail{Where: row.Where, Text: detail.Text})
			}
		}
		if state == "" {
			normal.State = "" // an update keeps the state
		}
		d.edit = normal
		if there := first[normal.Title]; there != "" && normal.Title != "" {
			say("case.import.titleTwice", normal.Title, there)
		}
		first[normal.Title] = row.Where
		written := normal
		switch same := byTitle[normal.Title]; len(same) {
		case 0:
		case 1:
			d.existing = same[0].ID
			written = Edit{Attributes: same[0].Attributes}.with(normal)
		default:
			say("case.import.ambiguous", normal.Title, len(same))
		}
		if err := admit(ctx, written); err != nil {
			p.Problems = append(p.Problems, problem.Detail{Where: row.Where, Text: problem.From(err).Text})
		}
		row.Existing, row.Title, row.Attributes = d.existing, normal.Title, normal.Attributes
		row.Characters, row.Images = characters(normal.Text), len(d.document.images)
	}
	return nil
}
