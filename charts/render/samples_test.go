package render_test

import (
	"fmt"
	"math"
)

// sample is a chart of made-up figures, what its picture must say, and the least
// number of outlines in it.
type sample struct {
	option object
	says   []string
	shapes int
}

var fields = []string{"机关", "农村", "社区", "企业", "两新组织"}

var palette = list{"#2f6f4f", "#c8873a", "#4a7ba6", "#a65a5a", "#8a8f5c", "#7a6a9c"}

func bars(categories []string) object {
	values := list{}
	for i := range categories {
		values = append(values, 3.5+float64(i)*0.25)
	}
	return object{
		"color": palette,
		"xAxis": object{"type": "category", "data": categories, "axisTick": object{"show": false}},
		"yAxis": object{"type": "value", "name": "平均得分（分）"},
		"series": list{object{"type": "bar", "data": values, "barMaxWidth": 48,
			"label": object{"show": true, "position": "top", "formatter": object{"$fn": "fixed", "args": list{2}}}}},
	}
}

func samples() map[string]sample {
	titled := bars(fields)
	titled["title"] = object{"text": "五个领域的党建满意度", "subtext": "资料来源：50 个案例的问卷，n = 1,284", "left": "center"}
	titled["grid"] = object{"top": 90}
	return map[string]sample{
		"bar":         {titled, []string{"五个领域的党建满意度", "两新组织", "4.50"}, 5},
		"stacked":     stacked(),
		"line":        lines(),
		"radar":       radar(),
		"heatmap":     heatmap(),
		"boxplot":     boxplot(),
		"scatter":     scatter(5000, true),
		"points":      scatter(3500, false),
		"pie":         pie(),
		"interval":    interval(),
		"violin":      violin(),
		"decal":       decal(),
		"axis in 万":   largeNumbers(),
		"force graph": graph(),
	}
}

func stacked() sample {
	answers := []string{"非常满意", "比较满意", "一般", "不满意"}
	series := list{}
	for i, answer := range answers {
		data := list{}
		for j := range fields {
			data = append(data, []float64{0.4, 0.3, 0.2, 0.1}[(i+j)%4])
		}
		series = append(series, object{"name": answer, "type": "bar", "stack": "all", "data": data,
			"label": object{"show": true, "formatter": object{"$fn": "percent", "args": list{0, 0.05}}}})
	}
	return sample{object{"color": palette, "legend": object{}, "grid": object{"left": 90},
		"xAxis": object{"type": "value", "max": 1, "axisLabel": object{"formatter": object{"$fn": "percent"}}},
		"yAxis": object{"type": "category", "data": fields}, "series": series},
		[]string{"比较满意", "40%", "100%", "两新组织"}, 20}
}

func lines() sample {
	return sample{object{"color": palette, "legend": object{"top": 10},
		"xAxis": object{"type": "category", "data": list{"三月", "四月", "五月", "六月"}, "boundaryGap": false},
		"yAxis": object{"type": "value", "name": "份"},
		"series": list{
			object{"name": "收到的问卷", "type": "line", "smooth": true, "areaStyle": object{"opacity": 0.1}, "data": list{120, 260, 410, 588}},
			object{"name": "审核通过", "type": "line", "data": list{96, 214, 377, 541}},
		}}, []string{"收到的问卷", "六月", "份"}, 3}
}

func radar() sample {
	indicator := list{}
	for _, name := range []string{"组织建设", "居民参与", "公共服务", "协商共治", "邻里关系"} {
		indicator = append(indicator, object{"name": name, "max": 5})
	}
	return sample{object{"color": palette, "legend": object{"bottom": 10}, "radar": object{"indicator": indicator},
		"series": list{object{"type": "radar", "data": list{
			object{"name": "甲社区", "value": list{4.2, 3.1, 4.8, 3.9, 4.4}, "areaStyle": object{"opacity": 0.15}},
			object{"name": "乙社区", "value": list{3.6, 4.3, 3.2, 4.1, 3.5}},
		}}}}, []string{"组织建设", "邻里关系", "乙社区"}, 7}
}

func heatmap() sample {
	data := list{}
	for i := range fields {
		for j := range fields {
			data = append(data, list{i, j, math.Round(100*math.Cos(float64(i-j))) / 100})
		}
	}
	return sample{object{"grid": object{"right": 110},
		"xAxis":     object{"type": "category", "data": fields},
		"yAxis":     object{"type": "category", "data": fields},
		"visualMap": object{"min": -1, "max": 1, "right": 10, "top": "center", "inRange": object{"color": list{"#a65a5a", "#f7f5f0", "#2f6f4f"}}},
		"series":    list{object{"type": "heatmap", "data": data, "label": object{"show": true}}}}, []string{"0.54", "机关"}, 25}
}

func boxplot() sample {
	return sample{object{"color": palette, "xAxis": object{"type": "category", "data": fields}, "yAxis": object{"type": "value", "name": "得分"},
		"tooltip": object{"formatter": object{"$fn": "boxTooltip", "args": list{list{"最小", "下四分位", "中位", "上四分位", "最大"}}}},
		"series": list{object{"type": "boxplot", "data": list{
			list{1, 2.5, 3.2, 4, 5}, list{1.5, 2.9, 3.6, 4.2, 5}, list{2, 3, 3.4, 4.1, 4.8}, list{1, 2.2, 3, 3.8, 4.6}, list{1.8, 2.8, 3.3, 4.3, 5},
		}}}}, []string{"得分", "企业"}, 5}
}

// scatter holds more points than ECharts draws at once on a screen, in one path or
// each in its own.
func scatter(points int, large bool) sample {
	data := list{}
	for i := range points {
		angle := float64(i) * 2.399963
		radius := math.Sqrt(float64(i))
		data = append(data, list{radius * math.Cos(angle), radius * math.Sin(angle)})
	}
	return sample{object{"color": palette, "xAxis": object{"name": "参与度"}, "yAxis": object{"name": "满意度"},
		"series": list{object{"type": "scatter", "symbolSize": 3, "large": large, "progressive": 400, "data": data}}}, []string{"参与度"}, points}
}

func pie() sample {
	data := list{}
	for i, name := range fields {
		data = append(data, object{"name": name, "value": 10 + i*5})
	}
	return sample{object{"color": palette, "series": list{object{"type": "pie", "radius": list{"35%", "65%"}, "data": data,
		"label": object{"formatter": "{b}：{c} 个（{d}%）"}}}}, []string{"机关：10 个（10%）"}, 5}
}

func interval() sample {
	option := bars(fields)
	rows := list{}
	for i := range fields {
		middle := 3.5 + float64(i)*0.25
		rows = append(rows, list{i, middle - 0.2, middle + 0.2})
	}
	option["series"] = append(option["series"].(list), object{"type": "custom", "itemStyle": object{"color": "#333"}, "data": rows, "z": 10,
		"renderItem": object{"$fn": "interval"}, "encode": object{"x": 0, "y": list{1, 2}}})
	return sample{option, nil, 20}
}

func violin() sample {
	shapes, rows := list{}, list{}
	for i := range fields {
		pairs := list{}
		for v := 1.0; v <= 5; v += 0.1 {
			d := v - 2.5 - float64(i)*0.3
			pairs = append(pairs, list{v, math.Exp(-d * d)})
		}
		shapes, rows = append(shapes, pairs), append(rows, list{i})
	}
	return sample{object{"color": palette, "xAxis": object{"type": "category", "data": fields}, "yAxis": object{"min": 1, "max": 5},
		"series": list{object{"type": "custom", "data": rows, "renderItem": object{"$fn": "violin", "args": list{shapes, 36}}}}}, nil, 5}
}

func decal() sample {
	option := stacked().option
	option["aria"] = object{"enabled": true, "decal": object{"show": true}}
	return sample{option, nil, 20}
}

func largeNumbers() sample {
	return sample{object{"color": palette, "xAxis": object{"type": "category", "data": fields},
		"yAxis":  object{"name": "财政投入（元）", "axisLabel": object{"formatter": object{"$fn": "number"}}},
		"series": list{object{"type": "bar", "data": list{1200000, 3400000, 2250000, 900000, 480000}}}}, []string{"350万"}, 5}
}

func graph() sample {
	nodes, links := list{}, list{}
	for i := range 20 {
		nodes = append(nodes, object{"name": fmt.Sprint("编码", i), "symbolSize": 8 + i})
		if i > 0 {
			links = append(links, object{"source": i / 2, "target": i})
		}
	}
	return sample{object{"color": palette, "series": list{object{"type": "graph", "layout": "force", "nodes": nodes, "links": links,
		"label": object{"show": true, "position": "right"}, "force": object{"repulsion": 120}}}}, []string{"编码7"}, 20}
}
