package charts

import (
	"math"
	"strings"

	gocharts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// radar draws an axis a category and a closed line a series.
func (p *picture) radar() (object, error) {
	data := make([]opts.RadarData, len(p.r.Series))
	for i := range p.r.Series {
		values := make([]any, len(p.labels))
		for k, cell := range p.r.Series[i].Cells {
			values[k] = cell.Value
			if cell.Empty {
				values[k] = nil
			}
		}
		data[i] = opts.RadarData{Name: p.names[i], Value: values}
	}
	radar := gocharts.NewRadar()
	radar.AddSeries("", data)
	option, err := plain(radar)
	if err != nil {
		return nil, err
	}
	option["radar"] = p.radarAxes()
	items := option["series"].(list)[0].(object)["data"].(list)
	area := 0.0
	if len(items) == 1 {
		area = 0.12
	}
	for i, item := range items {
		merge(item.(object), object{
			"symbol": symbol(i), "symbolSize": 7, "itemStyle": object{"color": p.colours[i]},
			"lineStyle": object{"width": 2.2, "color": p.colours[i]}, "areaStyle": object{"opacity": area, "color": p.colours[i]},
		})
	}
	option["tooltip"] = object{"trigger": "item", "valueFormatter": p.format()}
	return option, nil
}

func (p *picture) radarAxes() object {
	least, most := 0.0, niceTop(p.greatest())
	if r := p.r.Range; r != nil {
		least, most = r[0], r[1]
	}
	indicators := make(list, len(p.labels))
	for k, label := range p.labels {
		name := wrapText(label, p.axisWidth(), 3)
		if cell := p.r.Series[0].Cells[k]; len(p.r.Series) == 1 && !cell.Empty {
			name = append(name, p.say(cell.Value))
		}
		// The first axis alone says the values of the rings.
		indicators[k] = object{"name": strings.Join(name, "\n"), "min": least, "max": most, "axisLabel": object{"show": k == 0}}
	}
	middle := (p.top + p.height - p.bottom) / 2
	formatter := p.valueAxis(true)["axisLabel"].(object)["formatter"]
	return object{
		"indicator": indicators, "center": list{"50%", middle}, "radius": max(40, min((p.height-p.bottom-p.top)/2-44, p.width/2-edge-int(p.axisWidth()*labelSize))), "splitNumber": 4,
		"axisName":  object{"color": p.theme.text, "fontSize": labelSize, "lineHeight": 17},
		"axisLabel": object{"color": p.theme.muted, "fontSize": 11, "formatter": formatter},
		"axisLine":  object{"lineStyle": object{"color": p.theme.faint}},
		"splitLine": object{"lineStyle": object{"color": p.theme.line, "opacity": 0.6}},
		"splitArea": object{"show": false},
	}
}

// axisWidth is how many characters of an axis' name stand in a line.
func (p *picture) axisWidth() float64 {
	if p.width < 600 {
		return 5
	}
	return 10
}

// niceTop is the round number above a value that four rings divide well.
func niceTop(x float64) float64 {
	if x <= 0 {
		return 1
	}
	step := math.Pow(10, math.Floor(math.Log10(x)))
	for _, factor := range []float64{1, 2, 4, 6, 8, 10} {
		if x <= factor*step*(1+1e-9) {
			return factor * step
		}
	}
	return 10 * step
}
