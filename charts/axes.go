package charts

import "math"

// rectangle puts the plot's place and its two axes into an option: the categories on
// one, values on the other.
func (p *picture) rectangle(option, value object) {
	category := p.categoryAxis()
	merge(value, p.axisLook(true))
	bottom := p.bottom + 26
	if p.turned {
		merge(value, object{"name": p.valueName(), "nameLocation": "middle", "nameGap": 30})
		option["xAxis"], option["yAxis"] = value, category
	} else {
		option["xAxis"], option["yAxis"] = category, value
	}
	option["grid"] = p.grid(bottom)
}

// grid leaves room above for the name of an upright axis.
func (p *picture) grid(bottom int) object {
	top := p.top + 24
	if p.turned {
		top = p.top + 4
	}
	return object{"containLabel": true, "left": edge, "right": edge + 22, "top": top, "bottom": bottom}
}

// axisLook is the lines and letters of an axis; values have faint lines across.
func (p *picture) axisLook(values bool) object {
	t := p.theme
	return object{
		"axisLine":      object{"show": !values, "lineStyle": object{"color": t.line}},
		"axisTick":      object{"show": false},
		"axisLabel":     object{"color": t.text, "fontSize": labelSize},
		"splitLine":     object{"show": values, "lineStyle": object{"color": t.faint}},
		"nameTextStyle": object{"color": t.muted, "fontSize": noteSize},
	}
}

func (p *picture) categoryAxis() object {
	axis := object{"type": "category", "data": p.labels, "inverse": p.turned}
	merge(axis, p.axisLook(false))
	label := axis["axisLabel"].(object)
	label["lineHeight"] = 17
	switch {
	case p.turned:
		merge(label, object{"interval": 0, "width": (longLabel + 0.5) * labelSize, "overflow": "break"})
	case p.manyMoments():
		label["hideOverlap"] = true
	case p.crowded():
		merge(label, object{"interval": 0, "rotate": 40, "width": 150, "overflow": "truncate"})
	default:
		merge(label, object{"interval": 0, "width": p.band() - 8, "overflow": "break"})
	}
	if !p.turned && p.r.By != "" {
		merge(axis, object{"name": shortened(p.r.By, 40), "nameLocation": "middle", "nameGap": p.labelHeight() + 12})
	}
	return axis
}

// manyMoments tells whether an axis of time has no room for every label.
func (p *picture) manyMoments() bool { return p.r.Time && p.band() < 25 }

// crowded tells whether labels must be turned to fit below an axis.
func (p *picture) crowded() bool {
	for _, label := range p.labels {
		if n := p.lines(label); n > 3 || n > 1 && p.r.Time {
			return true
		}
	}
	return p.band() < 30 && len(p.labels) > 0
}

// labelHeight is what the labels below an axis take.
func (p *picture) labelHeight() int {
	most, widest := 1, 0.0
	for _, label := range p.labels {
		most, widest = max(most, p.lines(label)), max(widest, em(label)*labelSize)
	}
	switch {
	case p.manyMoments():
		return 20
	case p.crowded():
		return int(min(150, widest)*0.64) + 14
	}
	return 17*most + 4
}

// valueAxis is the axis of a chart's values.
func (p *picture) valueAxis(fromZero bool) object {
	axis := object{"type": "value", "scale": !fromZero}
	formatter := fn("number", p.language(), 2)
	if p.r.Shares {
		digits := 0
		if p.greatest() < 0.045 {
			digits = 1
		}
		formatter = fn("percent", digits)
	}
	if p.s.Statistic == Count && !p.r.Shares {
		axis["minInterval"] = 1
	}
	if p.s.Kind == Percent {
		axis["max"] = 1
	}
	if r := p.r.Range; r != nil {
		axis["max"] = r[1]
		if !fromZero {
			axis["min"] = r[0]
		}
	}
	axis["axisLabel"] = object{"formatter": formatter}
	return axis
}

// greatest is the greatest value of all cells, or of all stacks.
func (p *picture) greatest() float64 {
	most := 0.0
	for k := range p.r.Categories {
		total := 0.0
		for i := range p.r.Series {
			v := p.r.Series[i].Cells[k].Value
			total += v
			most = max(most, math.Abs(v))
		}
		if p.stacks() {
			most = max(most, total)
		}
	}
	return most
}
