package charts

import (
	"math"
	"testing"
)

// Simulations of full colour deficiencies, on linear RGB
// (Machado, Oliveira, Fernandes 2009, severity 1).
var deficiencies = map[string][3][3]float64{
	"none":    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protan":  {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deutan":  {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritan":  {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
	"no hues": {{0.2126, 0.7152, 0.0722}, {0.2126, 0.7152, 0.0722}, {0.2126, 0.7152, 0.0722}},
}

// lab is the colour in CIE L*a*b*, as seen with a deficiency.
func lab(colour string, seen [3][3]float64) (out [3]float64) {
	var linear, mixed [3]float64
	for k, v := range rgb(colour) {
		linear[k] = math.Pow((v/255+0.055)/1.055, 2.4)
	}
	for k := range mixed {
		for j := range linear {
			mixed[k] += seen[k][j] * linear[j]
		}
		mixed[k] = max(0, mixed[k])
	}
	r, g, b := mixed[0], mixed[1], mixed[2]
	x := math.Cbrt((0.4124*r + 0.3576*g + 0.1805*b) / 0.9505)
	y := math.Cbrt(0.2126*r + 0.7152*g + 0.0722*b)
	z := math.Cbrt((0.0193*r + 0.1192*g + 0.9505*b) / 1.089)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func distance(a, b [3]float64) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}

func TestPalettes(t *testing.T) {
	for name, palette := range map[string][]string{"light": light.palette[:8], "dark": dark.palette[:8]} {
		for deficiency, seen := range deficiencies {
			for i := range palette {
				for j := range i {
					d := distance(lab(palette[i], seen), lab(palette[j], seen))
					switch {
					case deficiency == "no hues" && i == j+1 && d < 15:
						t.Errorf("%s: on grey paper %s and %s are %.0f apart", name, palette[j], palette[i], d)
					case deficiency != "no hues" && d < 15:
						t.Errorf("%s, %s: %s and %s are %.0f apart", name, deficiency, palette[j], palette[i], d)
					}
				}
			}
		}
	}
	if light.palette[0] != "#2f6f4f" {
		t.Error("the first colour is not field green")
	}
}

// A scale diverges from the middle; the bad end is known by its words.
func TestScaleColours(t *testing.T) {
	result := func(labels ...string) *Result {
		r := &Result{Ordered: true}
		for _, label := range labels {
			r.Series = append(r.Series, Series{Label: Label{Code: label, Label: label}})
		}
		return r
	}
	bad, good := light.diverging[0], light.diverging[4]
	for _, c := range []struct {
		labels []string
		want   [2]string
	}{
		{[]string{"很不满意", "一般", "非常满意"}, [2]string{bad, good}},
		{[]string{"非常满意", "一般", "很不满意"}, [2]string{good, bad}},
		{[]string{"Agree", "Disagree"}, [2]string{good, bad}},
		{[]string{"一星", "二星"}, [2]string{bad, good}},
	} {
		colours := light.colours(result(c.labels...), true)
		if colours[0] != c.want[0] || colours[len(colours)-1] != c.want[1] {
			t.Errorf("%v: %v", c.labels, colours)
		}
	}
	r := result("不同意", "同意", "未答")
	r.Series[2].Code = CodeNoAnswer
	if colours := light.colours(r, true); colours[1] != good || colours[2] != light.none {
		t.Errorf("with no answer: %v", colours)
	}
}

func TestWrapText(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float64
		most  int
		want  []string
	}{
		{"基层党建工作，满意", 6, 3, []string{"基层党建工作，", "满意"}},
		{"这里说的“满意”是", 5, 3, []string{"这里说的", "“满意”是"}},
		{"satisfied with the service", 8, 3, []string{"satisfied with", "the service"}},
		{"一二三四五六七八九十", 3, 2, []string{"一二三", "四五…"}},
		{"一\n二", 9, 3, []string{"一", "二"}},
		{"", 9, 3, []string{""}},
	} {
		got := wrapText(c.text, c.width, c.most)
		if len(got) != len(c.want) {
			t.Errorf("%q: %q", c.text, got)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%q: %q, want %q", c.text, got, c.want)
			}
		}
	}
}
