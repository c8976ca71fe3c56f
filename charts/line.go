package charts

import (
	gocharts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// symbols tell lines and clouds apart on grey paper.
var symbols = []string{"circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle", "emptyDiamond"}

func symbol(i int) string { return symbols[i%len(symbols)] }

// line draws a line a series.
func (p *picture) line() (object, error) {
	lines := gocharts.NewLine()
	for i := range p.r.Series {
		data := make([]opts.LineData, len(p.r.Series[i].Cells))
		for k, cell := range p.r.Series[i].Cells {
			data[k] = opts.LineData{Value: cell.Value}
			if cell.Empty {
				data[k].Value = "-"
			}
		}
		lines.AddSeries(p.names[i], data)
	}
	option, err := plain(lines)
	if err != nil {
		return nil, err
	}
	p.rectangle(option, p.valueAxis(p.r.Range == nil))
	few := len(p.labels) <= 12
	mergeSeries(option, func(i int) object {
		return object{
			"symbol": symbol(i), "symbolSize": 7, "showSymbol": len(p.labels) <= 60, "itemStyle": object{"color": p.colours[i]},
			"lineStyle": object{"width": 2.4, "color": p.colours[i]}, "connectNulls": false,
			"label": object{"show": few && len(p.r.Series) == 1, "position": "top", "fontSize": 12, "color": p.theme.text, "formatter": p.format()},
		}
	})
	option["tooltip"] = object{"trigger": "axis", "valueFormatter": p.format()}
	return option, nil
}
