package web

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
	"tianye/survey/instance"
	"tianye/survey/xpath"
)

// sheetBuilder lays a submission's answers out in the form's order.
type sheetBuilder struct {
	files    map[string]bool // names of the attachments that are here
	d        *form.Definition
	texts    survey.Choices
	language string
	page     Page
	base     string // of attachments' paths
	private  survey.Personal
	personal bool // may be shown
	relevant map[form.Path]bool
	offered  map[form.Path][]form.Choice // those that the choice filters let through
	rows     []sheetRow
	labels   map[form.Path]string
}

// note keeps what is relevant: a question that was not to be asked is not shown; and
// what the selects offer.
func (b *sheetBuilder) note(views []instance.View) {
	for _, v := range views {
		b.relevant[v.Path] = v.Relevant
		if v.Relevant && v.Field.Type.HasChoices() {
			b.offered[v.Path] = v.Choices
		}
		b.note(v.Children)
		b.note(v.Instances)
	}
}

func (b *sheetBuilder) add(prefix form.Path, fields []*form.Field, answers map[string]any, depth int) {
	for _, f := range fields {
		path := prefix.Join(f.Name)
		label := f.Label.In(b.language, b.d)
		switch f.Type {
		case form.Group:
			b.section(path, label, depth)
			b.add(path, f.Fields, survey.Section(answers[f.Name]), depth+1)
		case form.Repeat:
			for i, inner := range survey.Instances(answers[f.Name]) {
				at := form.Path(fmt.Sprintf("%s[%d]", path, i+1))
				b.section(at, strings.TrimSpace(fmt.Sprintf("%s %d", label, i+1)), depth)
				b.add(at, f.Fields, inner, depth+1)
			}
		case form.Note:
		default:
			value, _ := answers[f.Name].(string)
			if !f.Type.IsPreload() && (value != "" && label != "" || f.Type.IsAsked() && b.relevant[path]) {
				b.question(path, f, label, value, depth)
			}
		}
	}
}

func (b *sheetBuilder) section(path form.Path, label string, depth int) {
	if label != "" {
		b.rows = append(b.rows, sheetRow{Path: path, Label: label, Section: true, Depth: min(depth, 4)})
	}
}

func (b *sheetBuilder) question(path form.Path, f *form.Field, label, value string, depth int) {
	if label == "" {
		label = f.Name
	}
	b.labels[path] = label
	personal := b.private.Has(path)
	row := sheetRow{Path: path, Label: label, Depth: min(depth, 4), Raw: value, Personal: personal, Hidden: personal && !b.personal && value != "",
		Value: b.readable(path, f, value), Editable: editable(f), Asked: f.Type.IsAsked()}
	if row.Hidden {
		row.Raw, row.Value, row.Editable = "", "", false
	}
	if f.Type.IsAttachment() && value != "" && !row.Hidden {
		row.Missing = !b.files[value]
	}
	if f.Type.IsAttachment() && value != "" && !row.Hidden && !row.Missing {
		row.File, row.Element = b.base+url.PathEscape(value), elements[f.Type]
	}
	row.Control, row.Choices = b.control(path, f, row.Raw)
	b.rows = append(b.rows, row)
}

// elements show an attachment in the page.
var elements = map[form.Type]string{form.Image: "img", form.Audio: "audio", form.BackgroundAudio: "audio", form.Video: "video"}

// editable tells whether a correction may change the answer.
func editable(f *form.Field) bool {
	return f.Type.IsAsked() && !f.Type.IsAttachment() && f.ReadOnly == nil && f.Calculation == nil
}

// control is the native input that a correction uses.
func (b *sheetBuilder) control(path form.Path, f *form.Field, value string) (string, []sheetChoice) {
	switch f.Type {
	case form.SelectOne:
		return "one", b.choices(path, f, value)
	case form.SelectMultiple:
		return "many", b.choices(path, f, value)
	case form.Acknowledge:
		return "confirm", nil
	case form.Integer, form.Decimal, form.Range:
		return "number", nil
	case form.Date:
		return "date", nil
	case form.TextQuestion:
		if strings.Contains(f.Appearance, "multiline") || strings.Contains(value, "\n") {
			return "textarea", nil
		}
	}
	return "text", nil
}

// choices are those that a select offers, and what is chosen though it is not offered.
func (b *sheetBuilder) choices(path form.Path, f *form.Field, value string) []sheetChoice {
	offered, relevant := b.offered[path]
	if list := b.d.Lists[f.List]; !relevant && list != nil {
		offered = list.Choices
	}
	var choices []sheetChoice
	chosen := strings.Fields(value)
	for _, c := range offered {
		choices = append(choices, sheetChoice{c.Name, c.Label.In(b.language, b.d), slices.Contains(chosen, c.Name)})
	}
	for _, code := range chosen {
		if !slices.ContainsFunc(offered, func(c form.Choice) bool { return c.Name == code }) {
			choices = append(choices, sheetChoice{code, b.called(path, code), true})
		}
	}
	return choices
}

// called is what a choice is called; one that the list does not have, or no longer, by its code.
func (b *sheetBuilder) called(path form.Path, code string) string {
	return cmp.Or(b.texts.Label(path, code, b.language), code)
}

// labelled gives a complaint that names choices by their labels, not their codes.
func (b *sheetBuilder) labelled(complaint problem.Detail) problem.Text {
	text := problem.Text{Key: complaint.Text.Key}
	for _, arg := range complaint.Text.Args {
		if code, ok := arg.(string); ok {
			arg = b.called(form.Path(complaint.Where), code)
		}
		text.Args = append(text.Args, arg)
	}
	return text
}

// readable is an answer as people read it: choices by their labels.
func (b *sheetBuilder) readable(path form.Path, f *form.Field, value string) string {
	switch {
	case value == "":
		return ""
	case f.Type == form.Acknowledge:
		return b.page.T("submission.confirmed")
	case f.Type == form.DateTime || f.Type == form.Start || f.Type == form.End:
		return strings.Replace(value[:min(len(value), 16)], "T", " ", 1)
	case f.Type == form.Time:
		return value[:min(len(value), 5)]
	case f.Type == form.Geopoint || f.Type == form.StartGeopoint:
		return b.point(value)
	case f.Type == form.Geotrace:
		points, metres, _ := xpath.Measure(value)
		return b.page.T("submission.trace", points, b.page.Number(math.Round(metres)))
	case f.Type == form.Geoshape:
		points, _, square := xpath.Measure(value)
		return b.page.T("submission.shape", max(points-1, 0), b.page.Number(math.Round(square))) // the last is the first again
	}
	if !f.Type.HasChoices() {
		return value
	}
	names := strings.Fields(value)
	for i, name := range names {
		names[i] = b.called(path, name)
		if f.Type == form.Rank {
			names[i] = fmt.Sprintf("%d. %s", i+1, names[i])
		}
	}
	return strings.Join(names, b.page.T("submission.listComma"))
}

// point says where a place is: "latitude longitude altitude accuracy", the last two where the device gave them.
func (b *sheetBuilder) point(value string) string {
	parts := strings.Fields(value)
	if len(parts) < 2 {
		return value
	}
	if within := 0.0; len(parts) == 4 {
		if _, err := fmt.Sscan(parts[3], &within); err == nil && within > 0 {
			return b.page.T("submission.pointWithin", parts[0], parts[1], b.page.Number(math.Ceil(within)))
		}
	}
	return b.page.T("submission.point", parts[0], parts[1])
}

// change labels a correction; what the reader may not see stays unsaid.
func (b *sheetBuilder) change(c survey.Change) labelledChange {
	label := b.labels[c.Path]
	field := fieldAt(b.d, c.Path)
	if label == "" {
		label = string(c.Path)
		if field != nil {
			if own := field.Label.In(b.language, b.d); own != "" {
				label = own
			}
		}
	}
	if b.private.Has(c.Path) && !b.personal {
		return labelledChange{label, "", b.page.T("submission.personal")}
	}
	if field == nil {
		return labelledChange{label, c.Old, c.New}
	}
	return labelledChange{label, b.readable(c.Path, field, c.Old), b.readable(c.Path, field, c.New)}
}

// markMended marks the answers that were changed since they came: by who sent them, or in a correction.
func (b *sheetBuilder) markMended(events []survey.Event) {
	last := map[form.Path]survey.Change{}
	for _, e := range events {
		for _, c := range e.Changes {
			last[c.Path] = c
		}
	}
	for i := range b.rows {
		row := &b.rows[i]
		c, changed := last[row.Path]
		if row.Section || !changed {
			continue
		}
		row.Mended = true
		if !row.Hidden {
			row.Was = b.change(c).Old
		}
	}
}

// reason labels what is wrong with an answer; it may quote the answer.
func (b *sheetBuilder) reason(r survey.Reason) labelledChange {
	said := b.change(survey.Change{Path: r.Path})
	if b.personal || !b.private.Has(r.Path) {
		said.New = r.Text
	}
	return said
}

// casesList is where a finding is about the case that a submission makes or changes.
const casesList = "cases"

// findings say what was found when the answers came; what concerns the case is said once, at the
// question that chose it when there is one.
func (b *sheetBuilder) findings(all []problem.Detail) []labelledChange {
	var said []labelledChange
	for i, d := range all {
		again := func(other problem.Detail) bool { return reflect.DeepEqual(other.Text, d.Text) }
		ofCase := d.Where == casesList && fieldAt(b.d, form.Path(d.Where)) == nil
		if ofCase && (slices.ContainsFunc(all[:i], again) || slices.ContainsFunc(all[i+1:], again)) {
			continue
		}
		one := b.found(d)
		if ofCase {
			one.Label = b.page.T("submission.case")
		}
		said = append(said, one)
	}
	return said
}

// found says which rule an answer broke when it came. The sentence may quote answers, so
// that who may not see personal data reads only where it was.
func (b *sheetBuilder) found(d problem.Detail) labelledChange {
	said := b.change(survey.Change{Path: form.Path(d.Where)})
	said.New = b.page.Say(d.Text)
	if !b.personal {
		said.New = b.page.T("submission.breaksRule")
	}
	return said
}

// fieldAt finds the field that an answer's path names, or nil.
func fieldAt(d *form.Definition, path form.Path) *form.Field {
	var plain form.Path
	for _, segment := range path.Names() {
		name, _, _ := strings.Cut(segment, "[")
		plain = plain.Join(name)
	}
	return d.Find(plain)
}
