package charts

import (
	"fmt"

	gocharts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// boxPlot draws a box a cell; when there is one series, the values outside too.
func (p *picture) boxPlot() (object, error) {
	boxes := gocharts.NewBoxPlot()
	for i := range p.r.Series {
		data := make([]opts.BoxPlotData, len(p.r.Series[i].Cells))
		for k, cell := range p.r.Series[i].Cells {
			data[k] = p.boxData(cell)
		}
		boxes.AddSeries(p.names[i], data)
	}
	if len(p.r.Series) == 1 {
		if outside := p.outside(); len(outside) > 0 {
			points := gocharts.NewScatter()
			points.AddSeries("", outside)
			boxes.Overlap(points)
		}
	}
	option, err := plain(boxes)
	if err != nil {
		return nil, err
	}
	p.rectangle(option, p.valueAxis(false))
	mergeSeries(option, func(i int) object {
		if i == len(p.r.Series) {
			return object{"symbolSize": 5, "itemStyle": object{"color": p.colours[0], "opacity": 0.6}, "tooltip": object{"show": false}}
		}
		return object{"boxWidth": list{8, 46}, "itemStyle": object{"color": blend([]string{p.colours[i], p.theme.background}, 0.7),
			"borderColor": p.colours[i], "borderWidth": 1.8}}
	})
	return option, nil
}

func (p *picture) boxData(cell Cell) opts.BoxPlotData {
	if cell.Box == nil {
		return opts.BoxPlotData{Value: list{}}
	}
	w := p.words
	tip := "{b}\n"
	if len(p.r.Series) > 1 {
		tip = "{b} · {a}\n"
	}
	for i, name := range []string{w.least, w.lower, w.middle, w.upper, w.most} {
		tip += name + w.colon + p.say(cell.Box[i]) + "\n"
	}
	tip += fmt.Sprintf("n=%s", thousands(cell.N))
	return opts.BoxPlotData{Value: cell.Box[:], Tooltip: &opts.Tooltip{Formatter: types.FuncStr(tip)}}
}

func (p *picture) outside() []opts.ScatterData {
	var data []opts.ScatterData
	for k, cell := range p.r.Series[0].Cells {
		for _, v := range cell.Outliers {
			at := list{k, v}
			if p.turned {
				at = list{v, k}
			}
			data = append(data, opts.ScatterData{Value: at})
		}
	}
	return data
}
