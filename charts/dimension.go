package charts

import (
	"cmp"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"tianye/internal/table"
)

// The longest lists that are shown whole; of longer ones the biggest groups are, the
// others together.
const (
	maxCategories  = 60
	keptCategories = 30
	maxSeries      = 12
	keptSeries     = 11
)

// dimension puts rows into groups.
type dimension struct {
	variable *table.Variable // nil: one group, of everything
	labels   []Label
	codes    []int32   // of One and Text
	sets     [][]int32 // of Many
	groups   []int32   // the group of each code, -1: none
	rows     []int32   // of Time and Number: the group of each row, -1: none
	missing  int32     // the group of rows without an answer, -1: none
	last     int       // so many groups at the end stay there, however they are sorted
}

func everything(w *words) *dimension {
	return &dimension{labels: []Label{{Label: w.all}}, missing: -1}
}

// of gives the groups of a row, each once, in the buffer.
func (d *dimension) of(row int32, buffer []int32) []int32 {
	buffer = buffer[:0]
	group := int32(-1)
	switch {
	case d.variable == nil:
		group = 0
	case d.rows != nil:
		group = d.rows[row]
	case d.codes != nil:
		if code := d.codes[row]; code != table.Missing {
			group = d.groups[code]
		} else {
			group = d.missing
		}
	case d.sets[row] == nil:
		group = d.missing
	default:
		for _, code := range d.sets[row] {
			if g := d.groups[code]; g >= 0 && !slices.Contains(buffer, g) {
				buffer = append(buffer, g)
			}
		}
		return buffer
	}
	if group >= 0 {
		buffer = append(buffer, group)
	}
	return buffer
}

// bySelect groups by the codes of a One, Many or Text. Choices that nobody chose
// stay; texts that no row has do not.
func bySelect(v *table.Variable, c *table.Column, rows []int32, most, kept int, w *words) *dimension {
	d := &dimension{variable: v, codes: c.Codes, sets: c.Sets, groups: make([]int32, len(v.Values)), missing: -1}
	if v.Type == table.Many {
		d.codes = nil
	} else {
		d.sets = nil
	}
	counts := d.count(rows)
	var order []int32 // the codes that are groups
	for code := range v.Values {
		d.groups[code] = -1
		if v.Type != table.Text || counts[code] > 0 {
			order = append(order, int32(code))
		}
	}
	var rest []int32
	if len(order) > most {
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(counts[b], counts[a]) })
		order, rest = order[:kept], order[kept:]
		slices.Sort(order)
	}
	if v.Type == table.Text {
		byLabel(v, order)
	}
	for _, code := range order {
		d.groups[code] = int32(len(d.labels))
		d.labels = append(d.labels, Label{v.Values[code].Code, labelOf(v.Values[code])})
	}
	if len(rest) > 0 {
		for _, code := range rest {
			d.groups[code] = int32(len(d.labels))
		}
		d.labels = append(d.labels, Label{CodeOther, w.say("其他（%d 项）", "Other (%d)", len(rest))})
		d.last++
	}
	return d
}

func (d *dimension) count(rows []int32) []int {
	counts := make([]int, len(d.variable.Values))
	for _, row := range rows {
		if d.codes != nil {
			if code := d.codes[row]; code != table.Missing {
				counts[code]++
			}
			continue
		}
		for _, code := range d.sets[row] {
			counts[code]++
		}
	}
	return counts
}

// withMissing adds the group of the rows without an answer, when there are any.
func (d *dimension) withMissing(rows []int32, w *words) {
	for _, row := range rows {
		if d.codes != nil && d.codes[row] == table.Missing || d.codes == nil && d.sets[row] == nil {
			d.missing = int32(len(d.labels))
			d.labels = append(d.labels, Label{CodeNoAnswer, w.noAnswer})
			d.last++
			return
		}
	}
}

func labelOf(v table.Value) string { return cmp.Or(v.Label, v.Code, "—") }

// byLabel sorts codes as a Chinese reader looks them up: by pinyin, numbers by value.
func byLabel(v *table.Variable, codes []int32) {
	collator := collate.New(language.Chinese, collate.Numeric)
	var buffer collate.Buffer
	keys := make(map[int32][]byte, len(codes))
	for _, code := range codes {
		keys[code] = collator.KeyFromString(&buffer, labelOf(v.Values[code]))
	}
	slices.SortStableFunc(codes, func(a, b int32) int { return slices.Compare(keys[a], keys[b]) })
}
