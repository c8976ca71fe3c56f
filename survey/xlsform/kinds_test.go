package xlsform_test

import (
	"fmt"
	"slices"
	"testing"

	"tianye/survey/form"
)

// outline is a form's fields with their types: "g:group g/a:text".
func outline(d *form.Definition) []string {
	var all []string
	d.Walk(func(path form.Path, f *form.Field) { all = append(all, fmt.Sprintf("%s:%s", path, f.Type)) })
	return all
}

func sameOutline(t *testing.T, d *form.Definition, want ...string) {
	t.Helper()
	if got := outline(d); !slices.Equal(got, want) {
		t.Errorf("fields\n got %q\nwant %q", got, want)
	}
}

var abc = [][]any{r("list_name", "name", "label", "region"), r("x", "a", "A", "n"), r("x", "b", "B", "s")}

// TestQuestionTypes: every type of one word, with what it is.
func TestQuestionTypes(t *testing.T) {
	for cell, want := range map[string]form.Type{
		"text": form.TextQuestion, "barcode": form.Barcode, "acknowledge": form.Acknowledge, "note": form.Note, "hidden": form.Hidden,
		"geotrace": form.Geotrace, "geoshape": form.Geoshape, "start-geopoint": form.StartGeopoint, "audio": form.Audio, "video": form.Video,
		"file": form.File, "osm": form.OSM, "background-audio": form.BackgroundAudio, "email": form.Email, "phonenumber": form.PhoneNumber,
		"username": form.Username, "deviceid": form.DeviceID, "imei": form.DeviceID, "start": form.Start, "end": form.End, "today": form.Today,
		"time": form.Time, "dateTime": form.DateTime, "percentage": form.Integer, "phone number": form.TextQuestion, "uri:deviceid": form.DeviceID,
	} {
		d, _ := read(t, sheets{"survey": {r("type", "name", "label"), r(cell, "a", "A")}})
		if f := d.Find("a"); f.Type != want {
			t.Errorf("%s: %s", cell, f.Type)
		}
	}
	d := good(t, sheets{"survey": {r("type", "name", "label"), r("percentage", "a", "A"), r("phone number", "b", "B"), r("uri:deviceid", "c"), r("trigger", "d", "D")}})
	if d.Find("a").Constraint.Source != "0 <= . and . <= 100" || d.Find("b").Hint[""] != "Enter numbers only." ||
		d.Find("c").Bind["jr:preloadParams"] != "uri:deviceid" || d.Find("d").Bind["type"] != "" || len(d.Find("d").Bind) != 1 {
		t.Error("what old types bring along")
	}
	expect(t, sheets{"survey": {r("type", "name", "label"), r("simserial", "a"), r("note", "n", "N")}}, "warning survey!A2 typeDeprecated")
	expect(t, sheets{"survey": {r("type", "name", "label"), r("phonenumber", "a"), r("phonenumber", "b", "Your number"), r("note", "n", "N")}}, "warning survey!A3 typeNotAsked")
}

// TestParameters: those of each type are kept, checked where they must be.
func TestParameters(t *testing.T) {
	for _, c := range []struct{ kind, given, name, want string }{
		{"text", "rows=5", "rows", "5"}, {"image", "max-pixels = 640", "max-pixels", "640"}, {"image", "app=com.example.app", "app", "com.example.app"},
		{"audio", "Quality=External", "quality", "external"}, {"background-audio", "quality=low", "quality", "low"},
		{"geopoint", "capture-accuracy=2.5;warning-accuracy=10;allow-mock-accuracy=true", "warning-accuracy", "10"},
		{"geoshape", "incremental=yes", "incremental", "true"}, {"geotrace", "reference-geometry=x", "reference-geometry", "x"},
		{"select_one x", "randomize=true, seed=42", "seed", "42"}, {"select_one_from_file c.csv", "value=ID label=Title", "value", "ID"},
		{"range", "tick_interval=2", "step", "1"}, {"range", "start=0 end=1 step=0.25", "end", "1"},
	} {
		d := good(t, sheets{"survey": {r("type", "name", "label", "parameters"), r(c.kind, "a", "A", c.given), r("note", "n", "N")}, "choices": abc})
		if got := d.Find("a").Parameters[c.name]; got != c.want {
			t.Errorf("%s %s: %s is %q", c.kind, c.given, c.name, got)
		}
	}
	for _, c := range [][3]string{
		{"audio", "quality=high", "parameterValue"}, {"background-audio", "quality=external", "parameterValue"}, {"text", "rows=many", "parameterWhole"},
		{"image", "app=none", "parameterApp"}, {"geopoint", "capture-accuracy=near", "parameterNumber"}, {"geoshape", "incremental=no", "parameterValue"},
		{"geopoint", "incremental=true", "parameterUnknown"}, {"geopoint", "reference-geometry=y", "geometryUnknown"},
		{"select_one x", "seed=1", "seedAlone"}, {"select_one x", "randomize=maybe", "parameterValue"}, {"select_one x", "randomize=true seed=x", "parameterSeed"},
		{"select_one_from_file c.csv", "value=1a", "parameterChild"}, {"select_one x", "value=a", "parameterUnknown"},
		{"range", "step=20", "rangeStepTooBig"}, {"range", "tick_interval=0", "rangeZero"}, {"range", "step=2 tick_interval=3", "rangeMultiple"},
		{"range", "placeholder=11", "rangeOutside"}, {"range", "tick_labelset=y", "rangeLabels"}, {"range", "tick_labelset=x", "parameterNumber"},
		{"range", "end=5=6", "parameterForm"}, {"range", "end", "parameterForm"},
	} {
		expect(t, sheets{"survey": {r("type", "name", "label", "parameters"), r(c[0], "a", "A", c[1])}, "choices": abc}, "error survey!D2 "+c[2])
	}
	if f := good(t, sheets{"survey": {r("type", "name", "label", "parameters"), r("range", "a", "A", "step=0.5")}}).Find("a"); f.Bind["type"] != "decimal" {
		t.Errorf("a range with fractions: %v", f.Bind)
	}
}

// TestSections: loops and tables are written out.
func TestSections(t *testing.T) {
	d := good(t, sheets{
		"survey": {r("type", "name", "label", "relevant"), r("text", "c", "C"), r("begin loop over x", "l", "L"), r("integer", "n", "How many %(label)s (100%%)?", "${c} = '%(name)s'"),
			r("begin_group", "g", "G"), r("text", "t", "T"), r("end_group"), r("end loop")},
		"choices": append(abc[:3:3], r("x", "none", "None")),
	})
	sameOutline(t, d, "c:text", "l:group", "l/a:group", "l/a/n:integer", "l/a/g:group", "l/a/g/t:text", "l/b:group", "l/b/n:integer", "l/b/g:group", "l/b/g/t:text")
	if n := d.Find("l/b/n"); n.Label[""] != "How many B (100%)?" || n.Relevant.Source != "${c} = 'b'" || d.Find("l/a").Label[""] != "A" {
		t.Errorf("looped: %+v", n)
	}
	d = good(t, sheets{
		"survey": {r("type", "name", "label", "appearance"), r("begin_group", "g", "Table", "table-list w2"), r("select_one x", "a", "A"), r("select_one x", "b", "B"),
			r("end_group"), r("select_one x", "c", "C")},
		"choices": abc,
	})
	sameOutline(t, d, "g:group", "g/generated_table_list_label_2:note", "g/reserved_name_for_field_list_labels_3:select_one", "g/a:select_one", "g/b:select_one", "c:select_one")
	if g := d.Find("g"); g.Appearance != "field-list w2" || g.Label != nil || d.Find("g/b").Appearance != "list-nolabel" || d.Find("c").Appearance != "" {
		t.Errorf("table: %+v", g)
	}
	d = good(t, sheets{"survey": {r("type", "name", "label", "repeat_count"), r("integer", "n", "N"), r("begin_repeat", "a", "A", "${n}"), r("text", "t", "T"), r("end_repeat"),
		r("begin_repeat", "b", "B", "${n} + 1"), r("text", "u", "U"), r("end_repeat")}})
	sameOutline(t, d, "n:integer", "a:repeat", "a/t:text", "b_count:calculate", "b:repeat", "b/u:text")
	if f := d.Find("b_count"); f.ReadOnly.Source != "true()" || f.Calculation.Source != "${n} + 1" || d.Find("a").RepeatCount.Source != "${n}" {
		t.Errorf("count: %+v", f)
	}
}

// TestTriggers: what a trigger can be, and what becomes of the calculation.
func TestTriggers(t *testing.T) {
	with := func(trigger, calculation any) sheets {
		return sheets{"survey": {r("type", "name", "label", "trigger", "calculation"), r("text", "a", "A"), r("csv-external", "f"), r("begin_group", "g", "G"),
			r("calculate", "c", nil, nil, "1"), r("end_group"), r("dateTime", "d", nil, trigger, calculation)}}
	}
	d := good(t, with("${a}, ${a}", "now()"))
	if f := d.Find("d"); !slices.Equal(f.Triggers, []string{"a", "a"}) || f.Calculation.Source != "now()" {
		t.Errorf("%+v", f)
	}
	if f := good(t, with("${f}", "now()")).Find("d"); len(f.Triggers) > 0 || f.Calculation != nil {
		t.Errorf("a file never changes: %+v", f)
	}
	for trigger, key := range map[string]string{"a": "triggerForm", "${a} ${a}": "triggerForm", "${g}": "triggerUnknown", "${z}": "triggerUnknown", "${c}": "triggerHidden"} {
		expect(t, with(trigger, "now()"), "error survey!D7 "+key)
	}
	expect(t, sheets{"survey": {r("type", "name", "label", "trigger", "calculation"), r("text", "a", "A"), r("background-geopoint", "b", nil, "${a}", "1"),
		r("background-geopoint", "c", "C")}}, "error survey!E3 pointCalculation", "error survey!D4 pointTrigger")
	expect(t, sheets{"survey": {r("type", "name", "label", "trigger"), r("begin_group", "g", "G"), r("text", "a", "A"), r("end_group", nil, nil, "${g}"),
		r("audit", nil, nil, "a")}}, "error survey!D4 triggerUnknown", "error survey!D5 triggerForm")
	good(t, sheets{"survey": {r("type", "name", "label", "trigger", "calculation"), r("calculate", "c", nil, nil, "1"), r("begin_group", "g", "G", "${c}"),
		r("text", "a", "A"), r("end_group", nil, nil, "${c}")}})
}

// TestChoiceReferences: what a choice's texts and files refer to must be there; its other columns are data.
func TestChoiceReferences(t *testing.T) {
	with := func(header, cell string) sheets {
		return sheets{"survey": {r("type", "name", "label"), r("select_one c", "q", "Q")}, "choices": {r("list_name", "name", "label", header), r("c", "a", "A", cell)}}
	}
	good(t, with("audio", "${q}.mp3"))
	good(t, with("extra", "${gone} ${"))
	expect(t, with("audio", "${gone}"), "error choices!D2 unknownReference")
	expect(t, with("image", "${q"), "error choices!D2 badReference")
}

// TestSelects: where choices come from besides the choices sheet.
func TestSelects(t *testing.T) {
	d := good(t, sheets{
		"survey": {r("type", "name", "label", "choice_filter", "calculation"), r("begin_repeat", "people", "People"), r("text", "who", "Who"), r("end_repeat"),
			r("select_one ${who}", "head", "Head"), r("select_multiple_from_file towns.geojson", "towns", "Towns"), r("select_one_from_file towns.geojson", "again", "Again"),
			r("select_one_external city", "city", "City", "state = ${head}"), r("csv-external", "prices"), r("xml-external", "fees"),
			r("calculate", "price", nil, nil, "pulldata('prices', 'a', 'b', ${head})"), r("calculate", "before", nil, nil, "${last-saved#head}"), r("rank x", "order", "Order")},
		"choices":          abc,
		"external_choices": {r("list_name", "name", "state"), r("city", "Q", "zj")},
	})
	if f := d.Find("head"); f.Itemset.Source != "${who}" || f.List != "" {
		t.Errorf("from a repeat: %+v", f)
	}
	if f := d.Find("towns"); f.File != "towns.geojson" || f.List != "towns" || f.Type != form.SelectMultiple {
		t.Errorf("from a file: %+v", f)
	}
	if f := d.Find("city"); f.Type != form.SelectOneExternal || f.List != "city" || d.ExternalLists["city"].Choices[0].Columns["state"] != "zj" {
		t.Errorf("external: %+v", f)
	}
	want := []form.External{{ID: "towns", Source: "jr://file/towns.geojson"}, {ID: "prices", Source: "jr://file-csv/prices.csv"},
		{ID: "fees", Source: "jr://file/fees.xml"}, {ID: "__last-saved", Source: "jr://instance/last-saved"}}
	if !slices.Equal(d.Externals, want) {
		t.Errorf("externals %+v", d.Externals)
	}
	d = expect(t, sheets{
		"survey":  {r("type", "name", "label::English (en)", "label::French (fr)"), r("begin_group", "g", "G", "G"), r("select_multiple x or_other", "w", "W", "W"), r("end_group")},
		"choices": {r("list_name", "name", "label::English (en)", "label::French (fr)"), r("x", "a", "A", "A")},
	}, "warning survey!A3 otherTranslated")
	if other := d.Find("g/w_other"); other.Relevant.Source != "selected(../w, 'other')" || other.Label[""] != "Specify other." || d.Lists["x"].Choices[1].Label["French (fr)"] != "Other" {
		t.Errorf("other: %+v", other)
	}
}

// TestAudit: the log that a client is asked for.
func TestAudit(t *testing.T) {
	audit := func(parameters string) sheets {
		return sheets{"survey": {r("type", "name", "label", "parameters"), r("audit", "audit", nil, parameters), r("text", "a", "A")}}
	}
	d := good(t, audit("location-priority=balanced location-min-interval=60 location-max-age=120 track-changes=true identify-user=false track-changes-reasons=on-form-edit"))
	if d.Audit == nil || d.Audit.Parameters["location-max-age"] != "120" || len(d.Fields) != 1 {
		t.Errorf("audit %+v", d.Audit)
	}
	for parameters, key := range map[string]string{
		"location-priority=balanced": "auditLocation", "location-priority=high location-min-interval=1 location-max-age=1": "parameterValue",
		"location-priority=balanced location-min-interval=2 location-max-age=1": "auditAge", "location-priority=balanced location-min-interval=a location-max-age=1": "parameterWhole",
		"track-changes=yes": "parameterValue", "foo=1": "parameterUnknown",
	} {
		expect(t, audit(parameters), "error survey!D2 "+key)
	}
	expect(t, sheets{"survey": {r("type", "name", "label"), r("audit", "log"), r("text", "a", "A")}}, "error survey!B2 auditName")
}

// TestEntities: where an entity stands is found from what belongs to it.
func TestEntities(t *testing.T) {
	survey := [][]any{r("type", "name", "label", "save_to"), r("text", "q", "Q", nil), r("begin_group", "g", "G"), r("text", "h", "H", nil), r("end_group"),
		r("begin_repeat", "r", "R"), r("text", "p", "P", nil), r("end_repeat")}
	with := func(q, h, p any, entities ...[]any) sheets {
		all := slices.Clone(survey)
		all[1], all[3], all[6] = r("text", "q", "Q", q), r("text", "h", "H", h), r("text", "p", "P", p)
		return sheets{"survey": all, "entities": append([][]any{r("list_name", "label", "entity_id", "create_if", "update_if")}, entities...)}
	}
	for name, c := range map[string]struct {
		s    sheets
		want []string // list at path in repeat
	}{
		"nothing saved": {with(nil, nil, nil, r("trees", "'a'")), []string{"trees  "}},
		"saved":         {with("p", nil, nil, r("trees", "${q}")), []string{"trees  "}},
		"in a group":    {with(nil, "p", nil, r("trees", "${h}")), []string{"trees  "}},
		"in a repeat":   {with(nil, nil, "p", r("trees", "${p}")), []string{"trees r r"}},
		"two lists":     {with("a#x", nil, "b#x", r("a", "${q}"), r("b", "${p}")), []string{"a  ", "b r r"}},
		"two in a form": {with("a#x", "b#x", nil, r("a", "${q}"), r("b", "${h}")), []string{"a  ", "b g "}},
	} {
		d := good(t, c.s)
		var got []string
		for _, e := range d.Entities {
			got = append(got, fmt.Sprint(e.Dataset, " ", e.Path, " ", e.Repeat))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	good(t, sheets{"survey": survey, "entities": {r("list_name", "label", "repeat"), r("a", "${q}", "${gone}")}})
	if f := good(t, with("a#x", nil, nil, r("a", "${q}"), r("b", "${h}"))).Find("q"); f.SaveTo != "x" || f.SaveToList != "a" {
		t.Errorf("saved to %q of %q", f.SaveTo, f.SaveToList)
	}
	for want, s := range map[string]sheets{
		"error survey!D2 saveToNowhere":    {"survey": with("p", nil, nil)["survey"]},
		"error survey!D2 reservedProperty": with("Label", nil, nil, r("trees", "${q}")),
		"error survey!D2 reservedPrefix":   with("__a", nil, nil, r("trees", "${q}")),
		"error survey!D2 nameWithSpace":    with("a b", nil, nil, r("trees", "${q}")),
		"error survey!D4 propertyTwice":    with("a", "a", nil, r("trees", "${q}")),
		"error survey!D2 saveToList":       with("a", nil, nil, r("trees", "${q}"), r("bees", "${q}")),
		"error survey!D2 saveToUnknown":    with("b#a", nil, nil, r("trees", "${q}")),
		"error survey!D2 entityScope":      with("a", nil, "b", r("trees", "${q}")),
		"error entities!B2 entityLabel":    with(nil, nil, nil, r("trees", nil, nil, "true()")),
		"error entities!E2 entityID":       with(nil, nil, nil, r("trees", "'a'", nil, nil, "true()")),
		"error entities!D2 entityUpdate":   with(nil, nil, nil, r("trees", "'a'", "${q}", "true()")),
		"error entities!A2 reservedPrefix": with(nil, nil, nil, r("__trees", "'a'")),
		"error entities!A3 entityTwice":    with(nil, nil, nil, r("trees", "'a'"), r("trees", "'b'")),
		"error entities!A3 entityPlace":    with(nil, nil, nil, r("trees", "'a'"), r("bees", "'b'")),
	} {
		expect(t, s, want)
	}
}
