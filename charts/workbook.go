package charts

import (
	"io"

	"tianye/internal/table"
)

// WriteXLSX writes the numbers of a chart, as exact as they were computed: a sheet of
// the values with the rows behind them, and a sheet that says what they are.
func WriteXLSX(w io.Writer, r *Result, s Spec, look Look) error {
	book, err := table.NewWorkbook()
	if err != nil {
		return err
	}
	defer book.Close()
	p := newPicture(r, s, look)
	header, rows := p.sheetOfCells()
	if s.Kind == Scatter {
		header, rows = p.sheetOfPoints()
	}
	if err := writeSheet(book, p.words.say("数据", "Data"), header, rows); err != nil {
		return err
	}
	if err := writeSheet(book, p.words.say("说明", "Description"), p.description()[0], rest(p.description())); err != nil {
		return err
	}
	_, err = book.WriteTo(w)
	return err
}

func writeSheet(book *table.Workbook, name string, header []string, rows [][]any) error {
	sheet, err := book.Sheet(name, header)
	for i := 0; err == nil && i < len(rows); i++ {
		err = sheet.Row(rows[i])
	}
	return err
}

// sheetOfCells has a row a category and some columns a series.
func (p *picture) sheetOfCells() (header []string, rows [][]any) {
	w := p.words
	by := p.r.By
	if by == "" {
		by = w.group
	}
	header = []string{by}
	for i := range p.r.Series {
		prefix := ""
		if len(p.r.Series) > 1 {
			prefix = p.r.Series[i].Label.Label + " · "
		}
		for _, name := range p.cellColumns() {
			header = append(header, prefix+name)
		}
	}
	for k, category := range p.r.Categories {
		row := []any{category.Label}
		for i := range p.r.Series {
			row = append(row, p.cellValues(p.r.Series[i].Cells[k])...)
		}
		rows = append(rows, row)
	}
	return header, rows
}

func (p *picture) cellColumns() []string {
	w := p.words
	switch {
	case p.s.Kind == BoxPlot:
		return []string{w.least, w.lower, w.middle, w.upper, w.most, w.n}
	case p.r.Shares:
		return []string{p.valueName(), w.n, w.of}
	case p.s.Statistic == Count:
		return []string{p.valueName()}
	}
	return []string{p.valueName(), w.n}
}

func (p *picture) cellValues(c Cell) []any {
	var value any
	if !c.Empty {
		value = c.Value
	}
	switch {
	case c.Hidden:
		cells := make([]any, len(p.cellColumns()))
		for i := range cells {
			cells[i] = p.words.hidden
		}
		return cells
	case p.s.Kind == BoxPlot && c.Box == nil:
		return []any{nil, nil, nil, nil, nil, c.N}
	case p.s.Kind == BoxPlot:
		return []any{c.Box[0], c.Box[1], c.Box[2], c.Box[3], c.Box[4], c.N}
	case p.r.Shares:
		return []any{value, c.N, c.Of}
	case p.s.Statistic == Count:
		return []any{value}
	}
	return []any{value, c.N}
}

func (p *picture) sheetOfPoints() (header []string, rows [][]any) {
	header = []string{p.words.group, p.r.Second, p.r.Measure, p.words.rows}
	for i := range p.r.Series {
		for _, point := range p.r.Series[i].Points {
			rows = append(rows, []any{p.r.Series[i].Label.Label, point.X, point.Y, point.Label})
		}
	}
	return header, rows
}

// description says what the numbers are, a line each.
func (p *picture) description() (lines [][]string) {
	w, r := p.words, p.r
	add := func(name, text string) {
		if text != "" {
			lines = append(lines, []string{name, text})
		}
	}
	add(w.say("标题", "Title"), Heading(r, p.s, p.look.Language))
	add(w.say("范围", "Limited to"), p.look.Scope)
	add(w.say("指标", "Measure"), r.Measure)
	add(w.say("另一变量", "Second variable"), r.Second)
	add(w.say("分组", "Groups"), r.By)
	add(w.say("系列", "Series"), r.Split)
	if p.s.Kind != Scatter && p.s.Kind != BoxPlot {
		add(w.statistic, p.valueName())
	}
	add(w.n, p.number(r.N))
	add(w.say("筛选后的总数", "Rows after filtering"), p.number(r.Total))
	for _, filter := range r.Filters {
		add(w.say("筛选", "Filter"), filter)
	}
	for _, note := range append([]string{p.s.Note}, r.Notes...) {
		add(w.say("注", "Note"), note)
	}
	add(w.say("来源", "Source"), p.s.SourceLine)
	add(w.say("性质", "Nature"), p.look.Mark)
	return lines
}

func rest(lines [][]string) [][]any {
	var rows [][]any
	for _, line := range lines[1:] {
		rows = append(rows, []any{line[0], line[1]})
	}
	return rows
}
