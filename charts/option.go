package charts

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

type (
	object = map[string]any
	list   = []any
)

// Option gives ECharts' option as JSON, for charts/render and for the page, which
// both put charts/render's functions where it names them. What people typed is in it
// as data only.
//
// Its series are the Result's in their order, a mark's dataIndex is its category's
// place. Three differ: a radar has one series with an item a series of the Result; a
// heat map has one whose item i is series i / len(Categories), category
// i % len(Categories); a box plot's last series may be the values outside its whiskers.
func Option(r *Result, s Spec, look Look) ([]byte, error) {
	p := newPicture(r, s, look)
	var option object
	var err error
	switch s.Kind {
	case Line:
		option, err = p.line()
	case Radar:
		option, err = p.radar()
	case HeatMap:
		option, err = p.heatMap()
	case BoxPlot:
		option, err = p.boxPlot()
	case Scatter:
		option, err = p.scatter()
	case Pie:
		option, err = p.pie()
	default:
		option, err = p.bar()
	}
	if err != nil {
		return nil, err
	}
	merge(option, p.frame())
	delete(option, "toolbox")
	return json.Marshal(option)
}

// built is a chart of go-echarts.
type built interface {
	Validate()
	JSON() map[string]any
}

// plain makes go-echarts' option a tree of objects and lists, to be patched.
func plain(chart built) (object, error) {
	chart.Validate()
	raw, err := json.Marshal(chart.JSON())
	if err != nil {
		return nil, err
	}
	var option object
	return option, json.Unmarshal(raw, &option)
}

// merge puts a patch over an option: objects member by member, all else whole.
func merge(into, patch object) {
	for key, value := range patch {
		if inner, ok := value.(object); ok {
			if old, ok := into[key].(object); ok {
				merge(old, inner)
				continue
			}
		}
		into[key] = value
	}
}

// mergeSeries puts a patch over every series.
func mergeSeries(option object, patch func(i int) object) {
	for i, series := range option["series"].(list) {
		merge(series.(object), patch(i))
	}
}

// fn names a function of charts/render's library.
func fn(name string, args ...any) object {
	return object{"$fn": name, "args": append(list{}, args...)}
}

// frame is what is around the plot.
func (p *picture) frame() object {
	t := p.theme
	frame := object{
		"backgroundColor": "transparent",
		"color":           p.colours,
		"textStyle":       object{"fontFamily": fontFamily, "color": t.text},
		"animation":       false,
		"aria": object{"enabled": true, "decal": object{"show": p.look.ForPrint},
			"label": object{"description": strings.Join(append(p.title, p.subtitle...), " ")}},
		"title": object{
			"text": strings.Join(p.title, "\n"), "subtext": strings.Join(p.subtitle, "\n"),
			"left": edge, "top": edge - 4, "padding": 0, "itemGap": 3,
			"textStyle":    object{"fontSize": titleSize, "lineHeight": titleLine, "fontWeight": "bold", "color": t.text},
			"subtextStyle": object{"fontSize": subtitleSize, "lineHeight": subtitleLine, "color": t.muted},
		},
		"legend": object{"show": p.hasLegend(), "type": "plain", "left": edge, "right": edge, "top": p.legendTop, "padding": 0, "itemGap": 16,
			"itemWidth": 16, "itemHeight": 11, "data": p.names, "textStyle": object{"fontSize": labelSize, "color": t.text}},
		"graphic": p.graphic(),
	}
	frame["tooltip"] = object{"show": true, "renderMode": "richText", "confine": true, "backgroundColor": t.background,
		"borderColor": t.line, "textStyle": object{"color": t.text, "fontSize": labelSize}}
	return frame
}

// graphic is the note and source lines, and the mark.
func (p *picture) graphic() list {
	elements := list{}
	text := func(lines []string, place object, style object) {
		style["text"], style["fontFamily"] = strings.Join(lines, "\n"), fontFamily
		element := object{"type": "text", "silent": true, "style": style}
		merge(element, place)
		elements = append(elements, element)
	}
	if len(p.notes) > 0 {
		text(p.notes, object{"left": edge, "bottom": edge - 2},
			object{"fontSize": noteSize, "lineHeight": noteLine, "fill": p.theme.muted})
	}
	if name := p.uprightName(); name != "" {
		text([]string{name}, object{"left": edge, "top": p.top}, object{"fontSize": noteSize, "fill": p.theme.muted})
	}
	if p.look.Mark != "" {
		text([]string{shortened(p.look.Mark, 20)}, object{"right": edge, "top": edge - 2}, object{"fontSize": noteSize, "fill": p.theme.muted,
			"padding": list{4, 8}, "borderColor": p.theme.line, "borderWidth": 1, "borderRadius": 3})
	}
	return elements
}

// uprightName is what an upright axis of values says above itself; as a text of its
// own, since ECharts would cut it at the edge.
func (p *picture) uprightName() string {
	switch p.s.Kind {
	case Radar, Pie, HeatMap:
		return ""
	}
	if p.turned {
		return ""
	}
	return p.valueName()
}

// format formats a value as the page's numbers are: 45.2%, 4.35, 1.2万. Dimension, if
// given, is the place of the value in its row.
func (p *picture) format(dimension ...any) object {
	switch {
	case p.r.Shares:
		return fn("percent", append(list{1, 0}, dimension...)...)
	case p.s.Statistic == Mean && p.s.Kind != BoxPlot:
		return fn("fixed", append(list{2}, dimension...)...)
	}
	return fn("number", append(list{p.language(), 2}, dimension...)...)
}

func (p *picture) language() string {
	if p.words.english {
		return "en"
	}
	return "zh"
}

// say writes a value out in full, for tooltips and the workbook's reader.
func (p *picture) say(value float64) string {
	switch {
	case p.r.Shares:
		return decimals(value*100, 1) + "%"
	case p.s.Statistic == Mean && p.s.Kind != BoxPlot:
		return strconv.FormatFloat(value, 'f', 2, 64)
	}
	return decimals(value, 2)
}

// tooltip is what a mark says of its cell. {b} and {a} are ECharts' places for the
// names of category and series, so that no typed text is in the template.
func (p *picture) tooltip(c Cell) *opts.Tooltip {
	w := p.words
	text := p.say(c.Value)
	switch {
	case c.Of > 0:
		text += w.open + thousands(c.N) + "/" + thousands(c.Of) + w.shut
	case p.s.Statistic != Count:
		text += w.open + "n=" + thousands(c.N) + w.shut
	}
	if len(p.r.Series) > 1 {
		text = "{a}" + w.colon + text
	}
	return &opts.Tooltip{Formatter: types.FuncStr("{b}\n" + text)}
}
