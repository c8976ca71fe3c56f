package survey

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/survey/form"
)

// mask is what an answer becomes; "" is no answer.
type mask func(value string) string

func unchanged(value string) string { return value }

// masked gives a copy of the answers as masks leave them; what has none is left out, a section
// with all that is in it.
func masked(prefix form.Path, fields []*form.Field, answers map[string]any, maskOf func(form.Path, *form.Field) mask) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		path := prefix.Join(f.Name)
		value, ok := answers[f.Name]
		if !ok {
			continue
		}
		change := maskOf(path, f)
		if change == nil {
			continue
		}
		switch f.Type {
		case form.Group:
			inner := masked(path, f.Fields, Section(value), maskOf)
			if len(inner) == 0 {
				continue
			}
			value = inner
		case form.Repeat:
			list := []any{}
			for _, inner := range Instances(value) {
				list = append(list, masked(path, f.Fields, inner, maskOf))
			}
			value = list
		default:
			text, _ := value.(string)
			if text = change(text); text == "" {
				continue
			}
			value = text
		}
		out[f.Name] = value
	}
	return out
}

// remainder is what a de-identified export leaves of a question's answers, or of a section: a mask, nil for
// nothing, and the key that says so; "" where all is left.
type remainder struct {
	mask mask
	said string
}

var (
	whole     = remainder{mask: unchanged}
	nothing   = remainder{said: "submission.keptNothing"}
	keptDay   = remainder{func(value string) string { return datePart(value, len("2006-01-02")) }, "submission.keptDay"}
	keptMonth = remainder{func(value string) string { return datePart(value, len("2006-01")) }, "submission.keptMonth"}
	keptYear  = remainder{func(value string) string { return datePart(value, len("2006")) }, "submission.keptYear"}
	keptKm    = remainder{func(value string) string { return roundPlaces(value, 100) }, "submission.keptKilometre"}
	keptArea  = remainder{func(value string) string { return roundPlaces(value, 10) }, "submission.keptArea"}
)

// deidentifier leaves of answers what tells nothing of who gave them.
type deidentifier struct {
	personal Personal
	names    Pseudonyms
}

// maskOf gives what an answer becomes; nil leaves it out.
func (x deidentifier) maskOf(path form.Path, f *form.Field) mask { return x.leaves(path, f).mask }

// leaves tells what is left of an answer. Of what is no personal data, devices and accounts are left
// out too, places are rounded to two decimals (about 1 km) and the times of filling in to days; files are
// called by their questions.
func (x deidentifier) leaves(path form.Path, f *form.Field) remainder {
	keep, isPersonal := x.personal.at(path)
	switch {
	case f.Type.IsSection():
		if isPersonal && !x.keepsAny(path, f) {
			return nothing
		}
		return whole
	case isPersonal:
		return x.leavesPersonal(keep, f.Type)
	}
	switch f.Type {
	case form.DeviceID, form.Username, form.Email, form.PhoneNumber, form.SimSerial, form.SubscriberID:
		return nothing
	case form.Start, form.End:
		return keptDay
	case form.Geopoint, form.Geotrace, form.Geoshape, form.StartGeopoint, form.BackgroundPoint:
		return keptKm
	}
	if f.Type.IsAttachment() { // phones call files by the moment, people by whose they are
		return remainder{func(name string) string {
			if name == "" {
				return ""
			}
			return f.Name + fileEnding(name)
		}, "submission.keptNoName"}
	}
	return whole
}

func (x deidentifier) leavesPersonal(keep form.Keep, t form.Type) remainder {
	if !keep.Suits(t) {
		return nothing
	}
	switch keep {
	case form.KeepMonth:
		return keptMonth
	case form.KeepYear:
		return keptYear
	case form.KeepArea:
		return keptArea
	case form.KeepPseudonym:
		return remainder{func(value string) string { return x.names.Of("answer", value) }, "submission.keptPseudonym"}
	}
	return nothing
}

// keepsAny tells whether anything in a personal section is kept.
func (x deidentifier) keepsAny(prefix form.Path, section *form.Field) bool {
	for _, f := range section.Fields {
		if x.maskOf(prefix.Join(f.Name), f) != nil {
			return true
		}
	}
	return false
}

// datePart is the beginning of a date, so many bytes long; "" of what is no date.
func datePart(value string, length int) string {
	if len(value) < len(time.DateOnly) {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, value[:len(time.DateOnly)]); err != nil {
		return ""
	}
	return value[:length]
}

// roundPlaces rounds latitudes and longitudes to steps of 1/scale degrees and leaves out altitudes and
// accuracies; points of a line that become the same are one. What is no place is left out.
func roundPlaces(value string, scale float64) string {
	var points []string
	for point := range strings.SplitSeq(value, ";") {
		parts := strings.Fields(point)
		if len(parts) < 2 {
			continue
		}
		for i, part := range parts[:2] {
			n, err := strconv.ParseFloat(part, 64)
			if err != nil || math.Abs(n) > 180 || math.IsNaN(n) {
				return ""
			}
			parts[i] = strconv.FormatFloat(math.Round(n*scale)/scale, 'f', -1, 64)
		}
		rounded := parts[0] + " " + parts[1]
		if len(points) == 0 || points[len(points)-1] != rounded {
			points = append(points, rounded)
		}
	}
	return strings.Join(points, ";")
}

// Pseudonyms makes the ids that stand in the place of names within one project: the same for
// the same name, and without the key nobody can tell of whom (HMAC-SHA-256, RFC 2104).
type Pseudonyms struct{ key []byte }

// NewPseudonyms makes those of a project of the server's secret.
func NewPseudonyms(secret string, project id.ProjectID) Pseudonyms {
	return Pseudonyms{keyed([]byte(secret), "pseudonyms\x00"+string(project))}
}

// Of gives the id of a name of some kind: 12 hexadecimal digits. Spaces and case do not
// matter; "" stays "".
func (p Pseudonyms) Of(kind, name string) string {
	name = strings.ToLower(strings.Join(strings.Fields(name), " "))
	if name == "" {
		return ""
	}
	return strings.ToUpper(hex.EncodeToString(keyed(p.key, kind+"\x00"+name)[:6]))
}

func keyed(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
