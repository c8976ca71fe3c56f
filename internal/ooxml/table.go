package ooxml

import (
	"fmt"
	"strconv"
	"strings"
)

// maxColumns is more than Word's own limit of 63.
const maxColumns = 128

// grid is a table with its merged cells taken apart.
type grid struct {
	rows [][]string
	open map[int]string // by column: the text of a cell that goes on below
}

// table writes a table with its first row as the head. A table of one column is a
// frame around text: its blocks are written as they are.
func (r *reader) table(t *node, out *page) error {
	if cells := single(t); cells != nil {
		for _, cell := range cells {
			if err := r.blocks(cell, out); err != nil {
				return err
			}
		}
		return nil
	}
	g := grid{open: map[int]string{}}
	for _, tr := range rowsOf(t) {
		if err := r.row(tr, &g); err != nil {
			return err
		}
	}
	width := 0
	for _, row := range g.rows {
		width = max(width, len(row))
	}
	if width == 0 {
		return nil
	}
	var b strings.Builder
	for i, row := range g.rows {
		for c := range width {
			text := ""
			if c < len(row) {
				text = row[c]
			}
			b.WriteString("| " + text + " ")
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString(strings.Repeat("| --- ", width) + "|\n")
		}
		if b.Len() > maxText {
			return fmt.Errorf("%w: a table too large", ErrLimit)
		}
	}
	out.block(strings.TrimSuffix(b.String(), "\n"), -1)
	return nil
}

// row reads one row into the grid.
func (r *reader) row(tr *node, g *grid) error {
	var row []string
	for range spanOf(tr.kid("w:trPr").kid("w:gridBefore"), 0) {
		row = append(row, "")
	}
	for _, tc := range cellsOf(tr) {
		pr := tc.kid("w:tcPr")
		span := spanOf(pr.kid("w:gridSpan"), 1)
		if len(row)+span > maxColumns {
			return fmt.Errorf("%w: a table of more than %d columns", ErrLimit, maxColumns)
		}
		merge := pr.kid("w:vMerge")
		above, ok := g.open[len(row)]
		text := above
		if merge == nil || merge.at("val") == "restart" || !ok {
			var err error
			if text, err = r.cell(tc); err != nil {
				return err
			}
			delete(g.open, len(row))
			if merge != nil {
				g.open[len(row)] = text
			}
		}
		if err := r.grow(text); err != nil {
			return err
		}
		row = append(row, text)
		for range span - 1 {
			row = append(row, "")
		}
	}
	g.rows = append(g.rows, row)
	return nil
}

// cell writes a cell in one line; its paragraphs are parted by <br>.
func (r *reader) cell(tc *node) (string, error) {
	inner := page{depth: -1}
	if err := r.blocks(tc, &inner); err != nil {
		return "", err
	}
	var lines []string
	for line := range strings.Lines(inner.String()) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "|") { // a table within the cell
			line = strings.Trim(line, "|- ")
		}
		line = strings.TrimLeft(line, "# ")
		if line != "" {
			lines = append(lines, strings.ReplaceAll(strings.ReplaceAll(line, `\|`, "|"), "|", `\|`))
		}
	}
	return strings.Join(lines, "<br>"), nil
}

// single gives the cells of a table of one column, nil when it has more.
func single(t *node) (cells []*node) {
	for _, tr := range rowsOf(t) {
		row := cellsOf(tr)
		if len(row) > 1 {
			return nil
		}
		cells = append(cells, row...)
	}
	return cells
}

func rowsOf(t *node) []*node  { return members(t, "w:tr") }
func cellsOf(t *node) []*node { return members(t, "w:tc") }

// members finds rows or cells, also inside the wrappers that Word may put around them.
func members(n *node, name string) (found []*node) {
	for _, k := range n.kids {
		switch k.name {
		case name:
			found = append(found, k)
		case "w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:smartTag":
			found = append(found, members(k, name)...)
		}
	}
	return found
}

func spanOf(n *node, absent int) int {
	span, err := strconv.Atoi(n.at("val"))
	if err != nil || span < 0 {
		return absent
	}
	return min(max(span, absent), maxColumns+1)
}
