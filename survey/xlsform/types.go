package xlsform

import (
	"slices"
	"strings"

	"tianye/internal/problem"
	"tianye/survey/form"
)

// act is what a survey row does.
type act int

const (
	ask  act = iota // makes a field
	open            // begins a section
	shut            // ends one
)

// rowType is a type cell understood.
type rowType struct {
	act     act
	typ     form.Type
	list    string // of selects
	orOther bool
	wrong   *problem.Text // why it cannot be; typ is then only a placeholder
}

// simpleTypes are the types of one word or phrase, in lower case with single spaces.
var simpleTypes = map[string]form.Type{
	"text": form.TextQuestion, "string": form.TextQuestion, "add text prompt": form.TextQuestion, "q string": form.TextQuestion,
	"integer": form.Integer, "int": form.Integer, "add integer prompt": form.Integer, "q int": form.Integer,
	"decimal": form.Decimal, "add decimal prompt": form.Decimal, "q decimal": form.Decimal,
	"range": form.Range,
	"note":  form.Note, "add note prompt": form.Note, "q note": form.Note,
	"date": form.Date, "add date prompt": form.Date, "q date": form.Date,
	"time": form.Time, "add time prompt": form.Time, "q time": form.Time,
	"datetime": form.DateTime, "date time": form.DateTime, "add date time prompt": form.DateTime, "q datetime": form.DateTime,
	"geopoint": form.Geopoint, "gps": form.Geopoint, "location": form.Geopoint, "add location prompt": form.Geopoint,
	"q geopoint": form.Geopoint, "q location": form.Geopoint,
	"image": form.Image, "photo": form.Image, "add image prompt": form.Image, "add photo prompt": form.Image, "q image": form.Image,
	"file": form.File, "add file prompt": form.File,
	"calculate": form.Calculate, "add calculate prompt": form.Calculate, "q calculate": form.Calculate, "calculation": form.Calculate,
	"hidden":      form.Hidden,
	"acknowledge": form.Acknowledge, "trigger": form.Acknowledge, "add acknowledge prompt": form.Acknowledge, "q acknowledge": form.Acknowledge,
	"start": form.Start, "start time": form.Start, "get start time": form.Start,
	"end": form.End, "end time": form.End, "get end time": form.End,
	"today": form.Today, "get today": form.Today,
	"deviceid": form.DeviceID, "device id": form.DeviceID, "get device id": form.DeviceID, "imei": form.DeviceID,
	"username": form.Username,
}

// laterTypes are types of the standard that are not yet carried out.
var laterTypes = words("audio", "background-audio", "video", "barcode", "geotrace", "geoshape", "audit", "start-geopoint",
	"csv-external", "xml-external", "osm", "simserial", "sim serial", "subscriberid", "subscriber id",
	"percentage", "include", "cascading_select", "cascading select", "select_one_external", "select one external",
	"select_one_from_file", "select one from file", "select_multiple_from_file", "select multiple from file",
	"uri:deviceid", "uri:email", "uri:phonenumber", "uri:simserial", "uri:subscriberid", "uri:username", "property", "entity",
	"loop", "get phone number", "get sim id", "get subscriber id", "number of days in last month", "number of days in last six months",
	"number of days in last year", "add audio prompt", "add video prompt", "add barcode prompt", "q audio", "q video", "q barcode")

// selects are the phrases before a list's name; a longer one stands before what it begins with.
var selects = []struct {
	phrase string
	typ    form.Type
}{
	{"add select one prompt using", form.SelectOne},
	{"add select multiple prompt using", form.SelectMultiple},
	{"select all that apply from", form.SelectMultiple},
	{"select all that apply", form.SelectMultiple},
	{"select_multiple", form.SelectMultiple},
	{"select multiple from", form.SelectMultiple},
	{"select multiple", form.SelectMultiple},
	{"select_one", form.SelectOne},
	{"select one from", form.SelectOne},
	{"select one", form.SelectOne},
	{"select1", form.SelectOne},
	{"rank", form.Rank},
}

// parseType understands a type cell.
func parseType(cell string) rowType {
	cell = strings.Join(strings.Fields(cell), " ")
	lower := strings.ToLower(cell)
	if t, ok := simpleTypes[lower]; ok {
		return rowType{typ: t}
	}
	if t, ok := sectionType(lower); ok {
		return t
	}
	hint, hinted := typeHints[strings.ReplaceAll(lower, " ", "_")]
	first, _, _ := strings.Cut(lower, " ")
	if !hinted && (laterTypes[lower] || laterTypes[first] || hasPhrase(lower, "select one from file") || hasPhrase(lower, "select multiple from file")) {
		return wrongType(problem.Say("xlsform.typeLater", cell))
	}
	for _, s := range selects {
		if hasPhrase(lower, s.phrase) {
			return selectType(s.typ, cell, cell[len(s.phrase):])
		}
	}
	if !hinted {
		hint = typeHint(lower, first)
	}
	return wrongType(problem.Say("xlsform.typeUnknown", cell, hint))
}

// typeHint helps with a type that nobody knows: by its first word, by a type that is
// spelt nearly so, or with all there are.
func typeHint(lower, first string) problem.Text {
	if hint, ok := typeHints[first]; ok {
		return hint
	}
	for _, word := range []string{strings.ReplaceAll(lower, " ", "_"), first} {
		if hint := didYouMean(word, slices.Values(typeNames)); hint.Key != "" {
			return hint
		}
	}
	return problem.Say("xlsform.types", strings.Join(typeNames, ", "))
}

// typeNames are what near-miss suggestions offer.
var typeNames = []string{"text", "integer", "decimal", "range", "note", "select_one", "select_multiple", "rank", "date", "time",
	"dateTime", "geopoint", "image", "file", "calculate", "hidden", "acknowledge", "begin_group", "end_group", "begin_repeat", "end_repeat",
	"start", "end", "today", "deviceid", "username"}

func wrongType(why problem.Text) rowType { return rowType{typ: form.Hidden, wrong: &why} }

func hasPhrase(lower, phrase string) bool {
	return lower == phrase || strings.HasPrefix(lower, phrase+" ")
}

// sectionType understands "begin group", "end_repeat" and their like.
func sectionType(lower string) (rowType, bool) {
	t := rowType{act: open}
	rest, ok := strings.CutPrefix(lower, "begin")
	if !ok {
		t.act = shut
		rest, ok = strings.CutPrefix(lower, "end")
	}
	if !ok || rest == "" || rest[0] != ' ' && rest[0] != '_' && rest[0] != '-' {
		return rowType{}, false
	}
	switch kind := strings.Trim(rest, " _-"); {
	case kind == "group":
		t.typ = form.Group
	case kind == "repeat" || kind == "lgroup" || kind == "looped group":
		t.typ = form.Repeat
	case hasPhrase(kind, "loop"):
		why := problem.Say("xlsform.typeLater", lower)
		t.typ, t.wrong = form.Group, &why
	default:
		return rowType{}, false
	}
	return t, true
}

// selectType understands what follows "select_one": a list, perhaps "or_other".
func selectType(typ form.Type, cell, rest string) rowType {
	t := rowType{typ: typ}
	rest = strings.TrimSpace(rest)
	lower := strings.ToLower(rest)
	for _, ending := range []string{"or_other", "or specify other", "or other"} {
		if strings.HasSuffix(lower, " "+ending) {
			t.orOther = true
			rest = strings.TrimSpace(rest[:len(rest)-len(ending)])
			break
		}
	}
	t.list = rest
	var why problem.Text
	switch {
	case rest == "":
		why = problem.Say("xlsform.selectWithoutList", cell)
	case strings.HasPrefix(rest, "${"):
		why = problem.Say("xlsform.typeLater", cell)
	case strings.Contains(rest, " "):
		why = problem.Say("xlsform.selectExtra", cell)
	case t.orOther && typ == form.Rank:
		why = problem.Say("xlsform.rankOther")
	default:
		return t
	}
	t.wrong, t.list = &why, ""
	return t
}
