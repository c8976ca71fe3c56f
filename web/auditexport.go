package web

import (
	"fmt"
	"io"
	"net/http"

	"tianye/internal/audit"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey"
)

func (s *Server) auditExport(r *Request) error {
	return s.exportAudit(r, r.Project.Title+" "+message.T(r.Language, "audit.title"))
}

func (s *Server) serverExport(r *Request) error {
	return s.exportAudit(r, message.T(r.Language, "audit.serverTitle"))
}

// exportAudit streams the lines that the query's filter selects, oldest first.
func (s *Server) exportAudit(r *Request, title string) error {
	f, _, err := s.auditFilterOf(r)
	if err != nil {
		return err
	}
	format := survey.Format(r.DefaultQuery("format", string(survey.XLSX)))
	if format != survey.XLSX && format != survey.CSV {
		return problem.New(problem.Malformed, "submission.badFilter", string(format))
	}
	r.changed("", string(format)) // not what was searched for: it may be a person's name
	name := fmt.Sprintf("%s-%s.%s", title, s.Now().In(s.location).Format("20060102-1504"), format)
	r.Header("Content-Type", exportTypes[format])
	r.Header("Content-Disposition", attachmentNamed(name))
	r.Header("Cache-Control", "no-store")
	r.Status(http.StatusOK)
	if format == survey.CSV {
		return s.auditCSV(r, f)
	}
	return s.auditXLSX(r, f)
}

func (r *Request) auditHeader() []string {
	return []string{say(r, "audit.line"), say(r, "audit.at"), say(r, "audit.who"), say(r, "audit.role"), say(r, "audit.address"), say(r, "audit.action"),
		say(r, "audit.objectID"), say(r, "audit.object"), say(r, "audit.before"), say(r, "audit.after"), say(r, "audit.reason"), say(r, "audit.hash")}
}

// eachAuditRow gives the cells of the rows, as the page shows them.
func (s *Server) eachAuditRow(r *Request, f audit.Filter, each func([]any) error) error {
	titles, err := s.caseTitles(r)
	if err != nil {
		return err
	}
	return s.Audit.Each(r, r.Project.ID, f, func(l *audit.Line) error {
		row := s.auditRow(r, *l, titles)
		return each([]any{float64(l.Seq), row.Moment, l.Name, row.Role, l.Address, row.Label, l.Object, row.Title, row.Before, row.After, l.Reason, l.Hash})
	})
}

func (s *Server) auditCSV(r *Request, f audit.Filter) error {
	out, err := table.NewCSV(r.Writer)
	if err != nil {
		return err
	}
	header := []any{}
	for _, text := range r.auditHeader() {
		header = append(header, text)
	}
	if err := out.Row(header); err != nil {
		return err
	}
	if err := s.eachAuditRow(r, f, out.Row); err != nil {
		return err
	}
	return out.Close()
}

// mostSheetRows fit on a sheet; more go on a further one.
const mostSheetRows = 1_000_000

func (s *Server) auditXLSX(r *Request, f audit.Filter) error {
	book, err := table.NewWorkbook()
	if err != nil {
		return err
	}
	defer book.Close()
	header := r.auditHeader()
	sheet, err := book.Sheet(say(r, "audit.title"), header)
	if err != nil {
		return err
	}
	rows := 0
	err = s.eachAuditRow(r, f, func(cells []any) error {
		if rows++; rows%mostSheetRows == 0 {
			if sheet, err = book.Sheet(say(r, "audit.title"), header); err != nil {
				return err
			}
		}
		return sheet.Row(cells)
	})
	if err != nil {
		return err
	}
	_, err = book.WriteTo(io.Writer(r.Writer))
	return err
}
