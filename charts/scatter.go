package charts

import (
	gocharts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// scatter draws a point a row: the second variable across, the measure up.
func (p *picture) scatter() (object, error) {
	points := gocharts.NewScatter()
	total := 0
	for i := range p.r.Series {
		data := make([]opts.ScatterData, len(p.r.Series[i].Points))
		for k, point := range p.r.Series[i].Points {
			data[k] = opts.ScatterData{Name: shortened(point.Label, 40), Value: list{point.X, point.Y}}
		}
		total += len(data)
		points.AddSeries(p.names[i], data)
	}
	option, err := plain(points)
	if err != nil {
		return nil, err
	}
	number := object{"formatter": fn("number", p.language(), 2)}
	x := object{"type": "value", "scale": true, "axisLabel": number, "name": shortened(p.r.Second, 50), "nameLocation": "middle", "nameGap": 32}
	y := object{"type": "value", "scale": true, "axisLabel": number}
	merge(x, p.axisLook(true))
	merge(y, p.axisLook(true))
	option["xAxis"], option["yAxis"] = x, y
	option["grid"] = p.grid(p.bottom + 30)
	size, opacity := 8, 0.7
	if total > 300 {
		size, opacity = 5, 0.5
	}
	mergeSeries(option, func(i int) object {
		return object{"symbol": symbol(i), "symbolSize": size, "itemStyle": object{"color": p.colours[i], "opacity": opacity},
			"tooltip": object{"formatter": "{b}\n{c}"}}
	})
	return option, nil
}
