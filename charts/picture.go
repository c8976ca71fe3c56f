package charts

import (
	"math"
	"slices"
	"strings"
)

// The measures of a picture, in CSS pixels.
const (
	defaultWidth = 800
	maxHeight    = 6000
	edge         = 18

	titleSize, titleLine       = 18, 27
	subtitleSize, subtitleLine = 13, 20
	labelSize                  = 13
	noteSize, noteLine         = 12, 18
	legendLine                 = 24

	longLabel = 13.0 // characters in a line of a label beside a turned chart
)

// picture is the layout of a chart: what is said where, before ECharts draws it.
type picture struct {
	r      *Result
	s      Spec
	look   Look
	words  *words
	theme  theme
	width  int
	height int

	title, subtitle, notes []string // lines
	names                  []string // of the series, each another
	labels                 []string // of the categories, short enough to show
	colours                []string // of the series
	legendTop, legendRows  int
	top, bottom            int  // from the edges to the plot with its labels
	turned                 bool // categories from top to bottom
}

// Size gives the size in CSS pixels that a chart needs.
func Size(r *Result, s Spec, look Look) (width, height int) {
	p := newPicture(r, s, look)
	return p.width, p.height
}

func newPicture(r *Result, s Spec, look Look) *picture {
	p := &picture{r: r, s: s, look: look, words: wordsOf(look.Language), theme: look.theme(), width: look.Width}
	if p.width == 0 {
		p.width = defaultWidth
	}
	p.colours = p.theme.colours(r, s.Kind == Percent || s.Kind == Stacked)
	p.names = unique(r.Series)
	for k, c := range r.Categories {
		label := shortened(c.Label, 3*longLabel)
		if s.Kind == Percent && len(r.Series) > 0 { // the base of each bar
			label += p.words.open + p.base(k) + p.words.shut
		}
		p.labels = append(p.labels, label)
	}
	p.write()
	p.turned = p.turn()
	y := edge + titleLine*len(p.title) + subtitleLine*len(p.subtitle) + 10
	p.legendTop, p.legendRows = y, p.countLegend()
	p.top = y + legendLine*p.legendRows + 6
	p.bottom = edge + noteLine*len(p.notes)
	if len(p.notes) > 0 {
		p.bottom += 12
	}
	p.height = min(maxHeight, p.top+p.plotHeight()+p.bottom)
	return p
}

// write breaks the texts around the plot into lines.
func (p *picture) write() {
	space := float64(p.width - 2*edge)
	markSpace := 0.0
	if p.look.Mark != "" {
		markSpace = em(p.look.Mark)*noteSize + 40
	}
	p.title = wrapText(Heading(p.r, p.s, p.look.Language), (space-markSpace)/titleSize, 3)
	p.subtitle = wrapText(p.describe(), space/subtitleSize, 3)
	if p.look.Scope != "" {
		p.subtitle = append(p.subtitle, wrapText(p.words.say("范围：%s", "Limited to %s", p.look.Scope), space/subtitleSize, 3)...)
	}
	if note := p.note(); note != "" {
		p.notes = wrapText(note, space/noteSize, 6)
	}
	if p.s.SourceLine != "" {
		p.notes = append(p.notes, wrapText(p.s.SourceLine, space/noteSize, 3)...)
	}
}

// Heading is a chart's title; when people gave none, what it compares.
func Heading(r *Result, s Spec, language string) string {
	w := wordsOf(language)
	switch {
	case s.Title != "":
		return s.Title
	case s.Kind == Scatter:
		return w.say("%s与%s", "%s and %s", r.Second, r.Measure)
	}
	parts := []string{r.Measure}
	if r.Measure == "" {
		parts[0] = w.statisticName(s.Statistic)
	}
	if r.By != "" && r.By != r.Measure {
		parts = append(parts, w.say("按%s", "by %s", r.By))
	}
	if r.Split != "" {
		parts = append(parts, w.say("按%s", "by %s", r.Split))
	}
	return strings.Join(parts, w.comma)
}

// describe says what the numbers are and how many rows are behind them.
func (p *picture) describe() string {
	w, r := p.words, p.r
	var parts []string
	if r.Measure != "" && p.s.Title != "" {
		parts = append(parts, r.Measure)
	}
	if r.By != "" && r.By != r.Measure && p.s.Title != "" {
		parts = append(parts, w.say("按%s", "by %s", r.By))
	}
	if p.s.Kind != Scatter && p.s.Kind != BoxPlot {
		parts = append(parts, p.valueName())
	}
	n := strings.Replace("n="+p.number(r.N), "=<", "<", 1)
	if r.Total > r.N {
		n += w.say("（共 %s）", " (of %s)", thousands(r.Total))
	}
	return strings.Join(append(parts, n), " | ")
}

// number writes a number of all rows, or that it is small.
func (p *picture) number(n int) string {
	if p.r.Least > 0 {
		return "<" + thousands(p.r.Least)
	}
	return thousands(n)
}

// base is what a group's shares are of.
func (p *picture) base(category int) string {
	of := 0
	for i := range p.r.Series {
		of = max(of, p.r.Series[i].Cells[category].Of)
	}
	if of == 0 && len(p.r.Series) > 0 && p.r.Series[0].Cells[category].Hidden {
		return p.words.hidden
	}
	return "n=" + thousands(of)
}

// valueName is the name of the axis of values.
func (p *picture) valueName() string {
	w := p.words
	switch {
	case p.s.Kind == BoxPlot || p.s.Kind == Scatter:
		return shortened(p.measureName(), 50)
	case p.s.Kind == Percent:
		return w.say("各组内占比", "Share within each group")
	case p.s.Statistic == Share && p.s.Base == All:
		return w.say("占全部的比例", "Share of all")
	case p.s.Statistic == Share:
		return w.say("占已答者的比例", "Share of those who answered")
	}
	name := w.statisticName(p.s.Statistic)
	if p.r.Unit != "" {
		name += w.open + p.r.Unit + w.shut
	}
	return name
}

func (p *picture) measureName() string {
	if p.r.Unit == "" {
		return p.r.Measure
	}
	return p.r.Measure + p.words.open + p.r.Unit + p.words.shut
}

func (p *picture) note() string {
	w := p.words
	parts := slices.Clone(p.r.Notes)
	if len(p.r.Filters) > 0 {
		parts = append([]string{w.say("仅统计：%s。", "Only %s.", strings.Join(p.r.Filters, w.say("；", "; ")))}, parts...)
	}
	if note := strings.TrimSpace(p.s.Note); note != "" {
		parts = append([]string{note}, parts...)
	}
	text := strings.Join(parts, w.say("", " "))
	if text == "" || strings.HasPrefix(text, "注") || strings.HasPrefix(text, "Note") {
		return text
	}
	return w.say("注：", "Note: ") + text
}

// unique are the series' labels, short, each told from the others by its code.
func unique(series []Series) []string {
	names := make([]string, len(series))
	seen := map[string]bool{}
	for i := range series {
		name := shortened(series[i].Label.Label, 24)
		if seen[name] {
			name = shortened(name+" ("+series[i].Code+")", 40)
		}
		for seen[name] {
			name += " "
		}
		seen[name] = true
		names[i] = name
	}
	return names
}

// band is the width of a category's place on a horizontal axis.
func (p *picture) band() float64 {
	return float64(p.width-2*edge-50) / float64(max(1, len(p.labels)))
}

// turn tells whether the categories read better from top to bottom: when they are
// many, or their labels do not fit below in two lines.
func (p *picture) turn() bool {
	switch p.s.Kind {
	case Line, Radar, Pie, Scatter:
		return false
	}
	bars := len(p.labels)
	if p.s.Kind == Grouped || p.s.Kind == BoxPlot {
		bars *= len(p.r.Series)
	}
	switch {
	case p.r.Time && p.s.Kind != HeatMap:
		return bars > 60 && p.s.Kind == Grouped
	case p.s.Kind == Percent, len(p.labels) > 8, p.s.Kind != HeatMap && bars > 24:
		return true
	}
	return slices.ContainsFunc(p.labels, func(label string) bool { return p.lines(label) > 2 })
}

// lines is how many a label takes in its place below the axis.
func (p *picture) lines(label string) int {
	return int(math.Ceil(em(label) * labelSize / max(1, p.band()-12)))
}

// hasLegend tells whether series are told apart by colour.
func (p *picture) hasLegend() bool {
	return len(p.r.Series) > 1 && p.s.Kind != HeatMap && p.s.Kind != Pie
}

func (p *picture) countLegend() int {
	if p.s.Kind == HeatMap {
		return 1 // the scale of colours
	}
	if !p.hasLegend() {
		return 0
	}
	rows, x := 1, 0.0
	for _, name := range p.names {
		w := em(name)*labelSize + 38
		if x > 0 && x+w > float64(p.width-2*edge) {
			rows, x = rows+1, 0
		}
		x += w
	}
	return rows
}

// plotHeight is that of the plot with its axes' labels and names.
func (p *picture) plotHeight() int {
	n := len(p.labels)
	switch {
	case p.s.Kind == Radar || p.s.Kind == Scatter:
		return 430
	case p.s.Kind == Pie:
		return 360
	case p.s.Kind == HeatMap && p.turned:
		return 38*n + 70
	case p.s.Kind == HeatMap:
		return max(160, 38*len(p.r.Series)+90)
	case p.turned:
		return p.row()*n + 60
	}
	return 322 + p.labelHeight()
}

// row is the height of a category in a turned chart.
func (p *picture) row() int {
	height := 36
	if p.s.Kind == Grouped || p.s.Kind == BoxPlot {
		height = max(height, 19*len(p.r.Series)+16)
	}
	for _, label := range p.labels {
		height = max(height, 17*int(math.Ceil(em(label)/longLabel))+6)
	}
	return height
}

// labelColumn is the width of the labels beside a turned chart.
func (p *picture) labelColumn() float64 {
	width := 0.0
	for _, label := range p.labels {
		width = max(width, min(em(label), longLabel+0.5)*labelSize)
	}
	return width
}
