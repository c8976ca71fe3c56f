package instance

import (
	"math"
	"strconv"
	"strings"
	"time"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// lexical says what keeps a value from being one of its question's type; no key when nothing does.
func lexical(def *form.Field, value string) problem.Text {
	switch def.Type {
	case form.Integer:
		if !isInteger(value) {
			return problem.Say("xpath.notAnInteger")
		}
	case form.Decimal:
		if !isDecimal(value) {
			return problem.Say("xpath.notADecimal")
		}
	case form.Range:
		return judgeRange(def.Parameters, value)
	case form.SelectOne, form.SelectOneExternal:
		if strings.ContainsAny(value, " \t\r\n") {
			return problem.Say("xpath.oneChoice")
		}
	case form.Date, form.Today:
		if _, ok := xpath.ParseDate(value, time.UTC); !ok {
			return problem.Say("xpath.notADate")
		}
	case form.Time:
		if _, ok := xpath.ParseTime(value); !ok {
			return problem.Say("xpath.notATime")
		}
	case form.DateTime, form.Start, form.End:
		if _, ok := xpath.ParseDateTime(value, time.UTC); !ok {
			return problem.Say("xpath.notADateTime")
		}
	case form.Geopoint, form.StartGeopoint, form.BackgroundPoint:
		if !isGeopoint(value) {
			return problem.Say("xpath.notAGeopoint")
		}
	case form.Geotrace:
		if len(line(value)) < 2 {
			return problem.Say("xpath.notAGeotrace")
		}
	case form.Geoshape:
		if points := line(value); len(points) < 4 || points[0] != points[len(points)-1] {
			return problem.Say("xpath.notAGeoshape")
		}
	case form.Image, form.Audio, form.Video, form.File, form.BackgroundAudio, form.OSM:
		if strings.ContainsAny(value, "/\\") || value == "." || value == ".." {
			return problem.Say("xpath.notAFileName")
		}
	case form.Acknowledge:
		if value != "OK" {
			return problem.Say("xpath.notAcknowledged")
		}
	}
	return problem.Text{}
}

// isInteger takes an optional sign and at most 18 digits, so that it fits 64 bits.
func isInteger(s string) bool {
	if len(s) > 19 {
		return false
	}
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil && len(strings.TrimLeft(s, "+-")) <= 18
}

// isDecimal takes digits with at most one point and a sign: no exponent, no NaN, no Infinity.
func isDecimal(s string) bool {
	f := xpath.ParseNumber(strings.TrimPrefix(s, "+"))
	return len(s) <= 330 && !math.IsNaN(f) && !math.IsInf(f, 0) && !strings.ContainsAny(s, " \t\r\n") && !strings.HasPrefix(s, "+-")
}

// judgeRange follows XLSForm's parameters start, end and step, 0, 10 and 1 when not given.
func judgeRange(parameters map[string]string, value string) problem.Text {
	if !isDecimal(value) {
		return problem.Say("xpath.notADecimal")
	}
	parameter := func(name string, otherwise float64) float64 {
		if f := xpath.ParseNumber(parameters[name]); !math.IsNaN(f) {
			return f
		}
		return otherwise
	}
	f, start, end, step := xpath.ParseNumber(strings.TrimPrefix(value, "+")), parameter("start", 0), parameter("end", 10), parameter("step", 1)
	if f < math.Min(start, end) || f > math.Max(start, end) {
		return problem.Say("xpath.outOfRange", math.Min(start, end), math.Max(start, end))
	}
	steps := (f - start) / step
	if step != 0 && math.Abs(steps-math.Round(steps)) > 1e-9*math.Max(1, math.Abs(steps)) {
		return problem.Say("xpath.offStep", start, math.Abs(step))
	}
	return problem.Text{}
}

// line gives the latitudes and longitudes of points parted by semicolons; nil when one is none.
func line(value string) [][2]string {
	var all [][2]string
	for _, part := range strings.Split(strings.TrimSuffix(strings.TrimSpace(value), ";"), ";") {
		part = strings.TrimSpace(part)
		if !isGeopoint(part) {
			return nil
		}
		numbers := strings.Split(part, " ")
		all = append(all, [2]string(numbers[:2]))
	}
	return all
}

// isGeopoint takes "latitude longitude", then perhaps altitude and accuracy.
func isGeopoint(s string) bool {
	parts := strings.Split(s, " ")
	if len(parts) < 2 || len(parts) > 4 {
		return false
	}
	for at, part := range parts {
		if !isDecimal(part) {
			return false
		}
		f := math.Abs(xpath.ParseNumber(part))
		if at == 0 && f > 90 || at == 1 && f > 180 {
			return false
		}
	}
	return true
}
