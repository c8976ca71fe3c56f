package xlsform

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tianye/survey/form"
)

// parameters are those of a row, by name.
type parameters map[string]string

// parameterNames are those that a type of question takes.
var parameterNames = map[form.Type][]string{
	form.TextQuestion:    {"rows"},
	form.Range:           {"start", "end", "step", "tick_interval", "placeholder", "tick_labelset"},
	form.Image:           {"max-pixels", "app"},
	form.Audio:           {"quality"},
	form.BackgroundAudio: {"quality"},
	form.Geopoint:        {"allow-mock-accuracy", "capture-accuracy", "warning-accuracy", "reference-geometry"},
	form.Geotrace:        {"allow-mock-accuracy", "incremental", "reference-geometry"},
	form.Geoshape:        {"allow-mock-accuracy", "incremental", "reference-geometry"},
}

// pair is one parameter, or what stands where one should.
var (
	pair       = regexp.MustCompile(`([^\s=,;]+)\s*=\s*([^\s=,;]+)`)
	delimiters = regexp.MustCompile(`^[\s,;]*$`)
	wide       = strings.NewReplacer("＝", "=", "；", ";", "，", ",")
)

// parameters reads "start=1;end=10;step=1"; the pairs may be set apart by spaces, commas or semicolons.
func (r *reader) parameters(row row) parameters {
	s := r.survey
	column := s.find(row, "parameters")
	cell := wide.Replace(row.at(column))
	if cell == "" {
		return nil
	}
	given := parameters{}
	at := 0
	for _, m := range pair.FindAllStringSubmatchIndex(cell, -1) {
		if !delimiters.MatchString(cell[at:m[0]]) {
			break
		}
		name, value := strings.ToLower(cell[m[2]:m[3]]), cell[m[4]:m[5]]
		if name != "label" && name != "value" && name != "reference-geometry" { // those name what the author named
			value = strings.ToLower(value)
		}
		given[name], at = value, m[1]
	}
	if !delimiters.MatchString(cell[at:]) {
		s.fail(row.number, column, "xlsform.parameterForm", cell[at:])
	}
	return given
}

// allow complains of parameters that a type does not take.
func (r *reader) allow(row row, p parameters, t string, names []string) {
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if !slices.Contains(names, name) {
			r.failParameter(row, "xlsform.parameterUnknown", name, t, strings.Join(names, ", "), didYouMean(name, slices.Values(names)))
		}
	}
}

func (r *reader) failParameter(row row, key string, args ...any) {
	r.survey.fail(row.number, r.survey.find(row, "parameters"), key, args...)
}

// useParameters checks a question's parameters and gives it those.
func (r *reader) useParameters(row row, f *form.Field, p parameters) {
	names := parameterNames[f.Type]
	if names == nil {
		return
	}
	r.allow(row, p, string(f.Type), names)
	given := parameters{}
	for _, name := range names {
		if p[name] != "" {
			given[name] = p[name]
		}
	}
	switch f.Type {
	case form.Range:
		r.checkRange(row, f, given)
	case form.Image:
		if given["app"] != "" && (f.Appearance == "" || f.Appearance == "annotate") {
			r.checkApp(row, given["app"])
		} else {
			delete(given, "app")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		r.checkParameter(row, f.Type, name, given[name])
	}
	if value := given["incremental"]; value != "" {
		given["incremental"] = "true"
	}
	if target := given["reference-geometry"]; target != "" {
		r.walk.geometry = append(r.walk.geometry, namedAt{target, row})
	}
	if len(given) > 0 {
		f.Parameters = given
	}
}

// checkParameter checks one value by its name.
func (r *reader) checkParameter(row row, t form.Type, name, value string) {
	oneOf := func(values ...string) {
		if !slices.Contains(values, value) {
			r.failParameter(row, "xlsform.parameterValue", name, strings.Join(values, ", "), value)
		}
	}
	switch name {
	case "rows", "max-pixels":
		if _, err := strconv.Atoi(value); err != nil {
			r.failParameter(row, "xlsform.parameterWhole", name, value)
		}
	case "capture-accuracy", "warning-accuracy":
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			r.failParameter(row, "xlsform.parameterNumber", name, value)
		}
	case "allow-mock-accuracy":
		oneOf("true", "false")
	case "incremental":
		if !isYes(value) {
			oneOf("true")
		}
	case "quality":
		if t == form.Audio {
			oneOf("voice-only", "low", "normal", "external")
		} else {
			oneOf("voice-only", "low", "normal")
		}
	}
}

// packageName is an Android package's: letters, digits and "_" in parts set apart by ".".
var packageName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$`)

func (r *reader) checkApp(row row, app string) {
	if !packageName.MatchString(app) {
		r.failParameter(row, "xlsform.parameterApp", app)
	}
}

// checkGeometry refuses a reference-geometry that names neither a list, a file nor a repeat.
func (r *reader) checkGeometry() {
	for _, g := range r.walk.geometry {
		_, isExternal := r.walk.externals[g.name]
		known := isExternal || r.definition.Lists[g.name] != nil || r.entities.lists[g.name] > 0
		for _, e := range r.walk.instances {
			known = known || e.ID == g.name
		}
		if name, whole := wholeReference(g.name); whole {
			known = r.walk.repeats[name] > 0
		}
		if !known {
			r.failParameter(g.row, "xlsform.geometryUnknown", g.name)
		}
	}
}
