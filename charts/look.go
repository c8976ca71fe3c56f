package charts

import (
	"strconv"
	"strings"
)

// Look is how a chart is to look.
type Look struct {
	Language string // zh or en
	Dark     bool   // light on dark, for screens
	Mark     string // 演示数据: said in the picture; "" nothing
	Scope    string // 县 江山市: all that the reader reaches; "" is everything
	ForPrint bool   // patterns besides colours, for printers without colours
	Width    int    // CSS pixels; 0 is 800
}

// fontFamily is that of the pages and of charts/render.
const fontFamily = "Microsoft YaHei, PingFang SC, Noto Sans SC, sans-serif"

// theme is the colours of a look.
type theme struct {
	text, muted, line, faint, background string
	palette                              []string
	diverging                            [5]string // from the bad end to the good one
	ramp                                 []string  // from little to much
	none                                 string    // of no answer, of others
}

// The first eight colours of a palette can be told apart by people with any of the
// common colour deficiencies, and neighbours by their lightness alone, as on grey
// paper; a test measures it. The last four are for the few charts that have more.
var light = theme{
	text: "#2b2a27", muted: "#6f6b63", line: "#b9b4a9", faint: "#ebe8e1", background: "#ffffff",
	palette: []string{"#2f6f4f", "#eeb04a", "#4c8ccb", "#a9caa0", "#53304f", "#86cbe0", "#a8632b", "#1d4388",
		"#7d9a4b", "#d9b8c4", "#5f7f86", "#d8cba3"},
	diverging: [5]string{"#75498a", "#bfa5cc", "#e3dfd6", "#98c3a9", "#2f6f4f"},
	ramp:      []string{"#f4f2ec", "#cfe1d4", "#93bda4", "#4f8c6b", "#1f5239"},
	none:      "#c9c4ba",
}

var dark = theme{
	text: "#e4e1d8", muted: "#a8aaa2", line: "#565d58", faint: "#2f3632", background: "#1d2320",
	palette: []string{"#5aa37d", "#f3da78", "#72b4f2", "#dde9c6", "#96608d", "#b4e8f8", "#cb8d4b", "#5268bd",
		"#a3c06d", "#ecd3dc", "#8fb0b8", "#e6dcb8"},
	diverging: [5]string{"#a87fbd", "#cbb6d6", "#d9d5cb", "#a6cfb6", "#5aa37d"},
	ramp:      []string{"#26302b", "#2c4d3d", "#37705a", "#57a07d", "#a8dcbf"},
	none:      "#6d726d",
}

func (l Look) theme() theme {
	if l.Dark {
		return dark
	}
	return light
}

// colours are those of a Result's series: a scale's steps diverge from the middle.
func (t theme) colours(r *Result, diverge bool) []string {
	labels := make([]Label, len(r.Series))
	for i := range r.Series {
		labels[i] = r.Series[i].Label
	}
	steps := len(labels)
	if steps > 0 && labels[steps-1].Code == CodeNoAnswer {
		steps--
	}
	colours := t.ofLabels(labels)
	if !diverge || !r.Ordered || steps < 2 {
		return colours
	}
	worst := negativeEnd(labels[0].Label, labels[steps-1].Label) == last
	for i := range steps {
		at := float64(i) / float64(steps-1)
		if worst {
			at = 1 - at
		}
		colours[i] = blend(t.diverging[:], at)
	}
	return colours
}

func (t theme) ofLabels(labels []Label) []string {
	colours := make([]string, len(labels))
	for i, label := range labels {
		colours[i] = t.palette[i%len(t.palette)]
		if label.Code == CodeNoAnswer || label.Code == CodeOther {
			colours[i] = t.none
		}
	}
	return colours
}

// end is an end of a scale.
type end int

const (
	neither end = iota
	first
	last
)

// negativeEnd tells by their words which of a scale's ends is the bad one.
func negativeEnd(firstLabel, lastLabel string) end {
	a, b := isNegative(firstLabel), isNegative(lastLabel)
	switch {
	case a && !b:
		return first
	case b && !a:
		return last
	}
	return neither
}

func isNegative(label string) bool {
	label = strings.ToLower(label)
	for _, sign := range []string{"不", "没", "无", "差", "低", "从未", "dis", "not ", "never", "poor", "bad", "low", "unsat", "unlikely"} {
		if strings.Contains(label, sign) {
			return true
		}
	}
	return false
}

// blend gives the colour at a place from 0 to 1 along others; what lies outside has an end's.
func blend(colours []string, at float64) string {
	at = max(0, min(1, at)) * float64(len(colours)-1)
	i := min(int(at), len(colours)-2)
	a, b := rgb(colours[i]), rgb(colours[i+1])
	out := "#"
	for k := range a {
		channel := strconv.FormatInt(int64(a[k]+(b[k]-a[k])*(at-float64(i))+0.5), 16)
		out += strings.Repeat("0", 2-len(channel)) + channel
	}
	return out
}

func rgb(colour string) (channels [3]float64) {
	for k := range channels {
		n, _ := strconv.ParseUint(colour[1+2*k:3+2*k], 16, 8) // colours are ours
		channels[k] = float64(n)
	}
	return channels
}

// inkOn is the colour of a text that can be read on another colour.
func inkOn(colour string) string {
	c := rgb(colour)
	if 0.299*c[0]+0.587*c[1]+0.114*c[2] < 130 {
		return "#ffffff"
	}
	return "#2b2a27"
}
