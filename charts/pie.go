package charts

import (
	"strconv"

	gocharts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// pie draws a slice a category.
func (p *picture) pie() (object, error) {
	cells := p.r.Series[0].Cells
	values, _ := p.r.Series[0].values()
	whole := sum(values)
	colours := p.theme.ofLabels(p.r.Categories)
	data := make([]opts.PieData, len(cells))
	for k, cell := range cells {
		said := p.say(cell.Value)
		if !p.r.Shares && whole > 0 {
			said = strconv.FormatFloat(cell.Value/whole*100, 'f', 1, 64) + "%" + p.words.open + said + p.words.shut
		}
		data[k] = opts.PieData{Name: p.labels[k], Value: cell.Value, Tooltip: p.tooltip(cell),
			ItemStyle: &opts.ItemStyle{Color: colours[k]}, Label: &opts.Label{Show: opts.Bool(cell.Value > 0), Formatter: "{b}\n" + said}}
	}
	pie := gocharts.NewPie()
	pie.AddSeries(p.names[0], data)
	option, err := plain(pie)
	if err != nil {
		return nil, err
	}
	height := p.height - p.top - p.bottom
	beside := min(190, p.width/4) // the labels' place
	mergeSeries(option, func(int) object {
		return object{
			"radius": max(40, min(height/2-36, p.width/2-beside-edge-30)), "center": list{"50%", p.top + height/2}, "startAngle": 90, "clockwise": true,
			"itemStyle":         object{"borderColor": p.theme.background, "borderWidth": 1.5},
			"label":             object{"fontSize": labelSize, "lineHeight": 18, "color": p.theme.text, "width": beside, "overflow": "break"},
			"labelLine":         object{"length": 12, "length2": 10, "lineStyle": object{"color": p.theme.line}},
			"avoidLabelOverlap": true,
		}
	})
	return option, nil
}
