package casebase

import (
	"path"
	"strings"

	"tianye/internal/problem"
)

// Row is one row of a table in a file that is not empty.
type Row struct {
	Number int // from 1, as the program shows it
	Cells  []string
	sheet  *sheet
}

// Where names the cell of a column, from 0, as people find it: "调查!C12".
func (r Row) Where(column int) string { return r.sheet.where(r.Number, column) }

// ReadRows reads a table as case import does: a workbook's first visible sheet, or CSV, or what was copied from a
// sheet, in UTF-8, UTF-16 or GB18030.
func ReadRows(f File) ([]Row, error) {
	switch strings.ToLower(path.Ext(f.Name)) {
	case ".xls", ".et":
		return nil, problem.New(problem.Unsupported, "case.import.oldXls", f.Name)
	}
	s, err := readSheet(f)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, len(s.rows))
	for i, r := range s.rows {
		rows[i] = Row{r.number, r.cells, s}
	}
	return rows, nil
}
