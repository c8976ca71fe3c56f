package charts

import (
	gocharts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// bar draws bars, side by side or stacked.
func (p *picture) bar() (object, error) {
	bars := gocharts.NewBar()
	for i := range p.r.Series {
		data := make([]opts.BarData, len(p.r.Series[i].Cells))
		for k, cell := range p.r.Series[i].Cells {
			data[k] = p.barData(cell)
		}
		bars.AddSeries(p.names[i], data)
	}
	option, err := plain(bars)
	if err != nil {
		return nil, err
	}
	p.rectangle(option, p.valueAxis(true))
	mergeSeries(option, p.barSeries)
	return option, nil
}

func (p *picture) stacks() bool { return p.s.Kind == Stacked || p.s.Kind == Percent }

func (p *picture) barData(cell Cell) opts.BarData {
	if cell.Empty {
		return opts.BarData{Value: "-"}
	}
	data := opts.BarData{Value: cell.Value, Tooltip: p.tooltip(cell)}
	if p.stacks() && !p.fitsInside(cell.Value) {
		data.Label = &opts.Label{Show: opts.Bool(false)}
	}
	return data
}

// fitsInside tells whether a stacked bar is long enough for its number.
func (p *picture) fitsInside(value float64) bool {
	most := p.greatest()
	if p.s.Kind == Percent {
		most = 1
	}
	if most == 0 {
		return false
	}
	if p.turned {
		return value/most*(float64(p.width)-2*edge-p.labelColumn()-40) > em(p.say(value))*11+8
	}
	return value/most*250 > 15 && em(p.say(value))*12 < min(52, p.band()*0.64)
}

func (p *picture) barSeries(i int) object {
	series := object{"barMaxWidth": 52, "barCategoryGap": "36%", "barGap": "8%", "itemStyle": object{"color": p.colours[i]}}
	label := object{"show": p.showsValues(), "fontSize": 12, "color": p.theme.text, "formatter": p.format()}
	switch {
	case p.stacks():
		series["stack"] = "all"
		series["itemStyle"] = object{"color": p.colours[i], "borderColor": p.theme.background, "borderWidth": 0.6}
		merge(label, object{"show": true, "position": "inside", "color": inkOn(p.colours[i])})
	case p.turned:
		label["position"] = "right"
	default:
		label["position"] = "top"
	}
	series["label"] = label
	return series
}

// showsValues tells whether every bar has room for its number.
func (p *picture) showsValues() bool {
	if p.turned {
		return true
	}
	widest := 0.0
	for i := range p.r.Series {
		for _, cell := range p.r.Series[i].Cells {
			widest = max(widest, em(p.say(cell.Value))*12)
		}
	}
	return widest < p.band()*0.9/float64(len(p.r.Series))
}
