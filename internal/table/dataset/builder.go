package dataset

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Builder takes rows and finds out what the columns are.
type Builder struct {
	columns  []Column
	seen     []*seen
	rows     *spool
	count    int
	location *time.Location
	words    Words
}

// Words are what the package says by itself.
type Words struct {
	NotChosen string                             // the label of 0, of a choice that was not chosen
	Of        func(question, part string) string // a question and one of its choices, or a place
	Place     func(n int) string                 // the place in an order, from 1
}

// seen is what a column's values have in common so far.
type seen struct {
	isNumber, isCanonical, isDay, isMoment, isClock, hasFraction bool
	decimals, digits, bytes, places                              int
	codes                                                        map[string]bool // of choices
	others                                                       []string        // those of them that are not known, as they came
}

// Bounds of what becomes of choices: beyond them they are one text.
const (
	maxMembers = 300
	maxPlaces  = 100
	maxLabels  = 5000
)

// NewBuilder begins a file. Moments are told by the location's clocks. The caller closes it.
func NewBuilder(columns []Column, location *time.Location, words Words) (*Builder, error) {
	rows, err := newSpool(len(columns))
	if err != nil {
		return nil, err
	}
	b := &Builder{columns: make([]Column, len(columns)), rows: rows, location: location, words: words}
	for i := range columns {
		c := columns[i].clean()
		b.columns[i] = c
		s := &seen{isNumber: true, isCanonical: true, isDay: true, isMoment: true, isClock: true, codes: map[string]bool{}}
		for _, v := range c.Values {
			s.codes[v.Code] = true
		}
		b.seen = append(b.seen, s)
	}
	return b, nil
}

// Close removes the temporary file.
func (b *Builder) Close() error { return b.rows.close() }

// Add takes a row; "" is no answer.
func (b *Builder) Add(cells []string) error {
	b.count++
	for i, cell := range cells {
		if cell = clean(cell); cell != "" {
			b.seen[i].look(b.columns[i].Kind, cell, b.location)
		}
	}
	return b.rows.add(cells)
}

// clean makes a text that the formats can hold.
func clean(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
}

func (c Column) clean() Column {
	c.Path, c.Name, c.Label, c.Values, c.Missing = clean(c.Path), clean(c.Name), clean(c.Label), slices.Clone(c.Values), slices.Clone(c.Missing)
	for i, v := range c.Values {
		c.Values[i] = Value{clean(v.Code), clean(v.Label)}
	}
	for i, code := range c.Missing {
		c.Missing[i] = clean(code)
	}
	return c
}

func (s *seen) look(kind Kind, cell string, location *time.Location) {
	s.bytes = max(s.bytes, len(cell))
	switch kind {
	case Number, Calculated:
		if kind == Calculated && cell == "NaN" { // of a sum with an unanswered part
			return
		}
		_, ok := parseNumber(cell)
		s.isNumber, s.isCanonical = s.isNumber && ok, s.isCanonical && isCanonical(cell)
		whole, part, _ := strings.Cut(cell, ".")
		s.digits, s.decimals = max(s.digits, len(whole)), max(s.decimals, len(part))
	case Moment:
		t, isDay, ok := parseMoment(cell, location)
		s.hasFraction = s.hasFraction || t.Nanosecond() >= int(time.Millisecond)
		s.isMoment, s.isDay = s.isMoment && ok, s.isDay && isDay
	case Clock:
		_, ok := parseClock(cell)
		s.isClock = s.isClock && ok
	case One:
		s.meet(cell)
	case Many, Ranked:
		names := strings.Fields(cell)
		s.places = max(s.places, len(names))
		for _, name := range names {
			s.meet(name)
		}
	}
}

func (s *seen) meet(code string) {
	if !s.codes[code] && len(s.others) < maxLabels {
		s.codes[code], s.others = true, append(s.others, code)
	}
}

// File gives what the rows became; it can be written until the builder is closed.
func (b *Builder) File(title string, made time.Time, notes []string) *File {
	f := &File{Title: clean(title), Made: made, Notes: notes, Rows: b.count, rows: b.rows, location: b.location}
	for i := range b.columns {
		b.variables(f, i)
	}
	names := newNames()
	for _, parts := range []bool{false, true} { // a question's own name before that of a choice of another
		for i := range f.Variables {
			v := &f.Variables[i]
			switch isPart := v.member != "" || v.place > 0; {
			case isPart && parts:
				v.Name = names.of(v.Name, "")
			case !isPart && !parts:
				v.Name = names.of(v.Name, v.Path)
			}
		}
	}
	for i := range f.Sets {
		f.Sets[i].Name = names.of(f.Sets[i].Name, "")
	}
	return f
}

// variables adds what becomes of a column.
func (b *Builder) variables(f *File, i int) {
	c, s := b.columns[i], b.seen[i]
	v := Variable{Name: c.Name, Path: c.Path, Label: c.Label, Measure: Nominal, Width: max(1, s.bytes), column: i}
	number := func(digits, decimals int) {
		v.Form, v.Measure, v.Decimals = Numeric, Scale, min(decimals, 16)
		v.Width = min(max(8, digits+v.Decimals+2), 40)
	}
	values := b.values(i)
	switch {
	case c.Kind == Number && s.isNumber, c.Kind == Calculated && s.isCanonical && s.bytes > 0:
		number(s.digits, s.decimals)
	case c.Kind == Moment && s.isDay && s.isMoment:
		v.Form, v.Measure, v.Width = Date, Scale, 10
	case c.Kind == Moment && s.isMoment:
		v.Form, v.Measure, v.Width = DateTime, Scale, 20
		if s.hasFraction {
			v.Width, v.Decimals = 24, 3
		}
	case c.Kind == Clock && s.isClock:
		v.Form, v.Measure, v.Width = Time, Scale, 8
	case c.Kind == One:
		b.choices(&v, values)
		if c.Ordered {
			v.Measure = Ordinal
		}
	case c.Kind == Many && len(values) > 0 && len(values) <= maxMembers:
		b.members(f, v, values)
		return
	case c.Kind == Ranked && s.places > 0 && s.places <= maxPlaces:
		b.places(f, v, values, s.places)
		return
	}
	f.Variables = append(f.Variables, v)
}

// values are a column's choices, the known ones first.
func (b *Builder) values(i int) []Value {
	values := slices.Clone(b.columns[i].Values)
	for _, code := range b.seen[i].others {
		label := ""
		if of := b.columns[i].LabelOf; of != nil {
			label = of(code)
		}
		values = append(values, Value{code, label})
	}
	return values
}

// choices makes a variable of names of choices: a number when all of them are whole numbers.
func (b *Builder) choices(v *Variable, values []Value) {
	codes, digits := len(values) > 0, 0
	v.Width = 1
	for _, value := range values {
		codes = codes && isCode(value.Code)
		digits, v.Width = max(digits, len(value.Code)), max(v.Width, len(value.Code))
		if value.Label != "" {
			v.Values = append(v.Values, value)
		}
	}
	if len(b.seen[v.column].others) == maxLabels { // there are more, of any length
		codes, v.Width = false, max(v.Width, b.seen[v.column].bytes)
	}
	if codes {
		v.Form, v.Width = Numeric, max(8, digits)
	}
	for _, code := range b.columns[v.column].Missing {
		if len(v.Missing) < 3 {
			v.Missing = append(v.Missing, code)
		}
	}
}

// Chosen and NotChosen are the values of a variable that is about one choice of several.
const (
	Chosen    = "1"
	NotChosen = "0"
)

func (b *Builder) members(f *File, v Variable, values []Value) {
	set := Set{Name: baseName(v), Label: v.Label, Dichotomy: true}
	for _, value := range values {
		m := v
		said := value.Label
		if said == "" {
			said = value.Code
		}
		m.Name, m.Path, m.Label, m.member = baseName(v)+"_"+value.Code, v.Path+"/"+value.Code, b.words.Of(v.Label, said), value.Code
		m.Form, m.Width, m.Values = Numeric, 8, []Value{{Chosen, said}, {NotChosen, b.words.NotChosen}}
		set.Variables = append(set.Variables, len(f.Variables))
		f.Variables = append(f.Variables, m)
	}
	f.Sets = append(f.Sets, set)
}

func (b *Builder) places(f *File, v Variable, values []Value, places int) {
	set := Set{Name: baseName(v), Label: v.Label}
	for place := 1; place <= places; place++ {
		p := v
		n := strconv.Itoa(place)
		b.choices(&p, values)
		p.Name, p.Path, p.Label, p.place, p.Missing = baseName(v)+"_"+n, v.Path+"/"+n, b.words.Of(v.Label, b.words.Place(place)), place, nil
		set.Variables = append(set.Variables, len(f.Variables))
		f.Variables = append(f.Variables, p)
	}
	f.Sets = append(f.Sets, set)
}

// Each gives the rows, a cell a variable as it is to be written: a number in decimal notation, a
// day as 2006-01-02, a moment as 2006-01-02 15:04:05, a time as 15:04:05 (both with fractions of a
// second when there are any); "" is missing.
func (f *File) Each(visit func(cells []string) error) error {
	out := make([]string, len(f.Variables))
	return f.rows.each(func(cells []string) error {
		for i := range f.Variables {
			out[i] = f.Variables[i].cell(cells[f.Variables[i].column], f.location)
		}
		return visit(out)
	})
}

func (v *Variable) cell(value string, location *time.Location) string {
	switch {
	case value == "":
		return ""
	case v.member != "":
		for name := range strings.FieldsSeq(value) {
			if name == v.member {
				return Chosen
			}
		}
		return NotChosen
	case v.place > 0:
		names := strings.Fields(value)
		if len(names) < v.place {
			return ""
		}
		return names[v.place-1]
	case v.Form == Numeric:
		n, ok := parseNumber(value)
		if !ok {
			return ""
		}
		return strconv.FormatFloat(n, 'f', -1, 64)
	case v.Form == DateTime:
		t, _, _ := parseMoment(value, location)
		return t.Format("2006-01-02 15:04:05.999")
	case v.Form == Time:
		seconds, _ := parseClock(value)
		return time.UnixMilli(int64(seconds*1000 + .5)).UTC().Format("15:04:05.999")
	}
	return value
}
