package charts

import (
	gocharts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// heatMap draws a field for each cell, darker the greater.
func (p *picture) heatMap() (object, error) {
	least, most := p.extent()
	var data []opts.HeatMapData
	var inks []string
	for i := range p.r.Series {
		for k, cell := range p.r.Series[i].Cells {
			x, y := k, i
			if p.turned {
				x, y = i, k
			}
			value := any(cell.Value)
			if cell.Empty {
				value = "-"
			}
			data = append(data, opts.HeatMapData{Name: p.labels[k] + " · " + p.names[i], Value: list{x, y, value}})
			inks = append(inks, inkOn(blend(p.theme.ramp, (cell.Value-least)/(most-least))))
		}
	}
	heat := gocharts.NewHeatMap()
	heat.AddSeries(p.valueName(), data)
	option, err := plain(heat)
	if err != nil {
		return nil, err
	}
	p.heatAxes(option)
	mergeSeries(option, func(int) object {
		return object{"label": object{"show": p.heatBand() > 44, "fontSize": 12, "formatter": p.format(2)},
			"itemStyle": object{"borderColor": p.theme.background, "borderWidth": 1.5}}
	})
	items, _ := option["series"].(list)[0].(object)["data"].(list) // none without a group
	for n, item := range items {
		cell := p.r.Series[n/len(p.labels)].Cells[n%len(p.labels)]
		merge(item.(object), object{"label": object{"color": inks[n], "show": !cell.Empty && p.heatBand() > 44}, "tooltip": p.tooltip(cell)})
	}
	option["visualMap"] = p.heatScale(least, most)
	return option, nil
}

// extent is the least and greatest value; shares and counts begin at nothing.
func (p *picture) extent() (least, most float64) {
	least, most = inf, -inf
	for i := range p.r.Series {
		values, _ := p.r.Series[i].values()
		for _, v := range values {
			least, most = min(least, v), max(most, v)
		}
	}
	if least > most { // there is none
		return 0, 1
	}
	if p.r.Shares || p.s.Statistic == Count {
		least = 0
	}
	if !(least < most) {
		return min(least, 0), max(least, 0) + 1
	}
	return least, most
}

// heatBand is the width of a field.
func (p *picture) heatBand() float64 {
	if p.turned {
		return (float64(p.width) - 2*edge - p.labelColumn()) / float64(max(1, len(p.names)))
	}
	return p.band()
}

func (p *picture) heatAxes(option object) {
	categories := p.categoryAxis()
	delete(categories, "name")
	series := object{"type": "category", "data": p.names, "inverse": !p.turned}
	merge(series, p.axisLook(false))
	label := series["axisLabel"].(object)
	label["lineHeight"], label["interval"] = 17, 0
	bottom := p.bottom + 6
	if p.turned {
		merge(label, object{"width": p.heatBand() - 6, "overflow": "break"})
		option["xAxis"], option["yAxis"] = series, categories
	} else {
		merge(label, object{"width": (longLabel + 0.5) * labelSize, "overflow": "break"})
		option["xAxis"], option["yAxis"] = categories, series
	}
	option["grid"] = object{"containLabel": true, "left": edge, "right": edge, "top": p.top + 8, "bottom": bottom}
}

// heatScale is the key to the colours, where other charts have their legend.
func (p *picture) heatScale(least, most float64) object {
	return object{
		"type": "continuous", "min": least, "max": most, "dimension": 2, "calculable": false, "orient": "horizontal",
		"left": edge - 4, "top": p.legendTop - 4, "itemWidth": 12, "itemHeight": 160, "padding": 4,
		"text": list{p.say(most), p.say(least)}, "textStyle": object{"color": p.theme.text, "fontSize": 12},
		"inRange": object{"color": p.theme.ramp}, "hoverLink": false,
	}
}
