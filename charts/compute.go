package charts

import (
	"slices"
	"time"

	"tianye/internal/table"
)

// Compute makes the numbers of a chart. Language, zh or en, is that of the few words
// that are not in the table; location is where a day begins. 100,000 rows take some
// milliseconds.
//
// The measure's rows that count are those with an answer (Base All: every row) that
// are in a group of By and of Split. A row with several answers to By counts in each
// of their groups. Scales that are averaged leave out codes such as 99. Quartiles and
// medians are by linear interpolation.
func Compute(t *table.Table, s Spec, language string, location *time.Location) (*Result, error) {
	if err := s.Validate(t); err != nil {
		return nil, err
	}
	c := &computation{t: t, s: s, words: wordsOf(language), location: location, rows: filtered(t, s.Filters, location)}
	c.result = &Result{Total: len(c.rows)}
	for _, f := range s.Filters {
		c.result.Filters = append(c.result.Filters, f.say(t, c.words))
	}
	if s.Kind == Scatter {
		return c.scatter(), nil
	}
	if err := c.prepare(); err != nil {
		return nil, err
	}
	c.gather()
	c.describe()
	c.evaluate()
	if c.result.smallNote = smallNote(c.result, s, c.words); c.result.smallNote != "" {
		c.result.Notes = append(c.result.Notes, c.result.smallNote)
	}
	if s.Kind == Percent {
		c.toPercent()
	}
	c.sort()
	return c.result, c.checkSize()
}

// computation is a Compute under way.
type computation struct {
	t        *table.Table
	s        Spec
	words    *words
	location *time.Location
	rows     []int32 // that the filters let through

	measure *table.Variable // nil counts rows
	column  *table.Column   // of the measure
	numbers []float64       // of a scale: by code
	wanted  codeSet         // of Spec.Choices

	by, split, choice *dimension
	divided           bool       // the measure's choices are the series
	categories        *dimension // whose groups are the categories; with divided, each by the groups of Split

	members []member
	bases   []int // rows of each group of Split by each of By
	result  *Result
}

// member is a row in a cell.
type member struct{ cell, row int32 }

// prepare finds the columns and groups.
func (c *computation) prepare() (err error) {
	if at := c.t.Find(c.s.Measure); c.s.Measure != "" {
		c.measure, c.column = &c.t.Variables[at], &c.t.Columns[at]
	}
	if c.s.Kind == BoxPlot {
		c.s.Statistic = Median
	}
	c.choice = everything(c.words)
	if c.by, err = c.group(c.s.By, maxCategories, keptCategories); err != nil {
		return err
	}
	if c.split, err = c.group(c.s.Split, maxSeries, keptSeries); err != nil {
		return err
	}
	counted := c.s.Statistic == Count || c.s.Statistic == Share
	switch {
	case c.measure == nil && c.s.Statistic == Share: // how the rows divide among the groups
		c.choice, c.by = c.by, everything(c.words)
	case isSelect(c.measure) && len(c.s.Choices) > 0:
		c.wanted = chosen(c.measure, c.s.Choices)
	case isSelect(c.measure) && counted:
		if c.s.By == "" {
			c.choice, err = c.group(c.s.Measure, maxCategories, keptCategories)
		} else {
			c.choice, err = c.group(c.s.Measure, maxSeries, keptSeries)
		}
	case isSelect(c.measure):
		var least, most float64
		c.numbers, least, most = scale(c.measure)
		c.result.Range = &[2]float64{least, most}
	}
	c.divided = c.by.variable != nil && c.choice.variable != nil
	if c.s.Statistic == Share && c.s.Base == All && c.choice.variable != nil && c.choice.rows == nil {
		c.choice.withMissing(c.rows, c.words)
	}
	return err
}

func (c *computation) group(name string, most, kept int) (*dimension, error) {
	if name == "" {
		return everything(c.words), nil
	}
	at := c.t.Find(name)
	v, column := &c.t.Variables[at], &c.t.Columns[at]
	switch v.Type {
	case table.Time:
		return byTime(v, column.Numbers, c.rows, c.s.Interval, c.location, c.words)
	case table.Number:
		return byRange(v, column.Numbers, c.rows), nil
	}
	return bySelect(v, column, c.rows, most, kept, c.words), nil
}

// value is a row's number; NaN when it has none.
func (c *computation) value(row int32) float64 {
	if c.numbers == nil {
		return c.column.Numbers[row]
	}
	if code := c.column.Codes[row]; code != table.Missing {
		return c.numbers[code]
	}
	return nan
}

// answered tells whether a row has an answer to the measure.
func (c *computation) answered(row int32) bool {
	switch {
	case c.measure == nil:
		return true
	case c.measure.Type == table.Many:
		return c.column.Sets[row] != nil
	case c.numbers != nil || c.column.Numbers != nil:
		return !missing(c.value(row))
	}
	return c.column.Codes[row] != table.Missing
}

// cell gives the place of a group of Split, one of By and a choice among the cells,
// which are series by series.
func (c *computation) cell(split, by, choice int32) int32 {
	nb, ns, nc := int32(len(c.by.labels)), int32(len(c.split.labels)), int32(len(c.choice.labels))
	if c.divided {
		return (choice*nb+by)*ns + split
	}
	return (split*nc+choice)*nb + by
}

// base gives the place of a cell's groups of Split and By among the bases.
func (c *computation) base(cell int) int {
	nb, ns, nc := len(c.by.labels), len(c.split.labels), len(c.choice.labels)
	if c.divided {
		return cell%ns*nb + cell/ns%nb
	}
	return cell/(nb*nc)*nb + cell%nb
}

// gather puts every row into its cells.
func (c *computation) gather() {
	nb := int32(len(c.by.labels))
	c.bases = make([]int, int(nb)*len(c.split.labels))
	c.members = make([]member, 0, len(c.rows))
	whole := c.s.Statistic == Share && c.s.Base == All
	var inBy, inSplit, inChoice [8]int32
	bys, splits, choices := inBy[:], inSplit[:], inChoice[:]
	for _, row := range c.rows {
		if !whole && !c.answered(row) {
			continue
		}
		bys, splits = c.by.of(row, bys), c.split.of(row, splits)
		choices = c.choice.of(row, choices)
		if len(bys) == 0 || len(splits) == 0 || c.measure == nil && !whole && len(choices) == 0 {
			continue
		}
		c.result.N++
		if c.wanted != nil && !c.wanted.has(c.measure, c.column, row) {
			choices = choices[:0]
		}
		for _, s := range splits {
			for _, b := range bys {
				c.bases[s*nb+b]++
				for _, ch := range choices {
					c.members = append(c.members, member{c.cell(s, b, ch), row})
				}
			}
		}
	}
}

// describe makes the result's categories and empty series.
func (c *computation) describe() {
	r := c.result
	c.categories = c.by
	if c.by.variable == nil {
		c.categories = c.choice
	}
	r.Categories = c.categories.labels
	r.Shares = c.s.Statistic == Share || c.s.Kind == Percent
	if v := c.categories.variable; v != nil {
		r.By, r.Time = v.Label, v.Type == table.Time
	}
	if c.measure != nil {
		r.Measure = c.measure.Label
		if c.s.Statistic != Share && c.s.Statistic != Count && c.s.Kind != Percent {
			r.Unit = c.measure.Unit
		}
	}
	series := c.split
	if c.divided {
		series, r.Ordered = c.choice, isOrdered(c.choice.variable)
	}
	if c.split.variable != nil {
		r.Split = c.split.variable.Label
		if c.divided {
			r.Categories, r.Time = c.product(), false
		}
	}
	for _, label := range series.labels {
		r.Series = append(r.Series, Series{Label: label})
	}
	c.addNotes()
}

// product is the groups of By, each by those of Split.
func (c *computation) product() (labels []Label) {
	for _, by := range c.by.labels {
		for _, split := range c.split.labels {
			labels = append(labels, Label{by.Code + " " + split.Code, by.Label + c.words.dot + split.Label})
		}
	}
	return labels
}

// isOrdered tells whether a select's choices are the steps of a scale from bad to
// good: said so by the form, or numbered and worded so.
func isOrdered(v *table.Variable) bool {
	if v.Ordered {
		return true
	}
	numbers, _, _ := scale(v)
	return numbers != nil && slices.IsSorted(numbers) && negativeEnd(labelOf(v.Values[0]), labelOf(v.Values[len(v.Values)-1])) != neither
}
