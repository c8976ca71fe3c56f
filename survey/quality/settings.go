package quality

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"tianye/internal/problem"
)

// Settings are a form's thresholds, as far as they are not the usual ones.
type Settings struct {
	Off    []Check            `bson:",omitempty"` // checks that are not made
	Values map[string]float64 `bson:",omitempty"` // by the Parameter's name
	Boxes  []Box              `bson:",omitempty"` // where areas lie
}

// Box is where an area lies, in degrees of latitude and longitude as phones give them (WGS 84).
type Box struct {
	Area                     string
	South, West, North, East float64
}

// Parameter is one threshold.
type Parameter struct {
	Name     string
	Check    Check
	Default  float64
	Min, Max float64
	Whole    bool
	Label    problem.Text // with the unit
}

// Parameters are all thresholds.
var Parameters = []Parameter{
	{"fastZ", TooFast, 3, 1, 20, false, problem.Say("quality.set.fastZ")},
	{"fastSeconds", TooFast, 2, 0, 120, false, problem.Say("quality.set.fastSeconds")},
	{"straightItems", StraightLine, 7, 3, 100, true, problem.Say("quality.set.straightItems")},
	{"dontKnowShare", DontKnow, 50, 1, 100, false, problem.Say("quality.set.dontKnowShare")},
	{"identicalShare", NearIdentical, 95, 70, 100, false, problem.Say("quality.set.identicalShare")},
	{"identicalQuestions", NearIdentical, 20, 5, 1000, true, problem.Say("quality.set.identicalQuestions")},
	{"outlierZ", Outlier, 3.5, 2, 50, false, problem.Say("quality.set.outlierZ")},
	{"placeKm", Place, 60, 0.1, 10000, false, problem.Say("quality.set.placeKm")},
	{"placeSame", Place, 5, 2, 10000, true, problem.Say("quality.set.placeSame")},
	{"placeAccuracy", Place, 100, 1, 100000, false, problem.Say("quality.set.placeAccuracy")},
	{"nightFrom", Night, 22, 0, 24, false, problem.Say("quality.set.nightFrom")},
	{"nightTo", Night, 6, 0, 24, false, problem.Say("quality.set.nightTo")},
	{"mediaHours", Media, 2, 0, 720, false, problem.Say("quality.set.mediaHours")},
	{"peersEffect", Peers, 0.8, 0.2, 10, false, problem.Say("quality.set.peersEffect")},
	{"peersCount", Peers, 15, 5, 10000, true, problem.Say("quality.set.peersCount")},
	{"digitsExcess", Digits, 20, 5, 80, false, problem.Say("quality.set.digitsExcess")},
	{"digitsCount", Digits, 30, 10, 10000, true, problem.Say("quality.set.digitsCount")},
}

// Value is a threshold, the usual one when it is not set.
func (s Settings) Value(name string) float64 {
	if value, ok := s.Values[name]; ok {
		return value
	}
	return Parameters[slices.IndexFunc(Parameters, func(p Parameter) bool { return p.Name == name })].Default
}

// The limits of what is set.
const (
	maxBoxes = 200
	maxArea  = 50 // characters
)

// Validate says what is wrong with settings; details are where the Parameter's name is, or "boxes".
func (s Settings) Validate() error {
	p := problem.New(problem.Invalid, "quality.settingsInvalid")
	for _, check := range s.Off {
		if !slices.Contains(Checks, check) {
			return problem.New(problem.Malformed, "quality.checkUnknown")
		}
	}
	known := 0
	for _, q := range Parameters {
		value, set := s.Values[q.Name]
		if !set {
			continue
		}
		known++
		if !(value >= q.Min && value <= q.Max) {
			p.With(q.Name, "quality.between", q.Min, q.Max)
		} else if q.Whole && value != math.Trunc(value) {
			p.With(q.Name, "quality.whole")
		}
	}
	if known < len(s.Values) {
		return problem.New(problem.Malformed, "quality.checkUnknown")
	}
	if len(s.Boxes) > maxBoxes {
		p.With("boxes", "quality.boxesMany", maxBoxes)
	}
	for _, b := range s.Boxes {
		if strings.TrimSpace(b.Area) == "" || utf8.RuneCountInString(b.Area) > maxArea ||
			!(b.South >= -90 && b.South < b.North && b.North <= 90 && b.West >= -180 && b.West < b.East && b.East <= 180) {
			p.With("boxes", "quality.boxInvalid", b.Area)
		}
	}
	if len(p.Details) > 0 {
		return p
	}
	return nil
}
