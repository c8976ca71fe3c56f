// Package form is the definition of a questionnaire: what XLSForm's sheets say,
// with every expression parsed. An instance (a filled-in copy) is package instance.
package form

import (
	"strings"

	"tianye/survey/xpath"
)

// Path is the names from the form's root to a field, joined by "/": "basic/county".
// Path segments of one instance may carry a position from 1: "members[2]/age".
type Path string

// Join adds a name below a path.
func (p Path) Join(name string) Path {
	if p == "" {
		return Path(name)
	}
	return p + "/" + Path(name)
}

// Names are the path's segments.
func (p Path) Names() []string {
	if p == "" {
		return nil
	}
	return strings.Split(string(p), "/")
}

// Type is a question's type, with XLSForm's name; "group" and "repeat" for sections.
type Type string

// The types.
const (
	Group          Type = "group"
	Repeat         Type = "repeat"
	TextQuestion   Type = "text"
	Integer        Type = "integer"
	Decimal        Type = "decimal"
	Range          Type = "range"
	Note           Type = "note"
	SelectOne      Type = "select_one"
	SelectMultiple Type = "select_multiple"
	Rank           Type = "rank"
	Date           Type = "date"
	Time           Type = "time"
	DateTime       Type = "dateTime"
	Geopoint       Type = "geopoint"
	Image          Type = "image"
	File           Type = "file"
	Calculate      Type = "calculate"
	Hidden         Type = "hidden"
	Acknowledge    Type = "acknowledge"
	Start          Type = "start"
	End            Type = "end"
	Today          Type = "today"
	DeviceID       Type = "deviceid"
	Username       Type = "username"
)

// IsSection tells whether fields of the type hold other fields.
func (t Type) IsSection() bool { return t == Group || t == Repeat }

// HasChoices tells whether the type picks from a ChoiceList.
func (t Type) HasChoices() bool { return t == SelectOne || t == SelectMultiple || t == Rank }

// IsPreload tells whether the engine, not the enumerator, gives the value.
func (t Type) IsPreload() bool {
	switch t {
	case Start, End, Today, DeviceID, Username:
		return true
	}
	return false
}

// IsAttachment tells whether the value names a file sent beside the answers.
func (t Type) IsAttachment() bool { return t == Image || t == File }

// IsAsked tells whether the field is shown on the fill page with something to answer.
func (t Type) IsAsked() bool {
	return !t.IsSection() && !t.IsPreload() && t != Note && t != Calculate && t != Hidden
}

// Text is a text by language, as the workbook's headers name the languages:
// "中文 (zh)". A form without languages has the one language "". Texts may hold
// ${name}: the answer's value (of a select: its code), filled in by the engine.
type Text map[string]string

// In gives the text in a language; else in the form's default; else any, in the order of languages.
func (t Text) In(language string, d *Definition) string {
	if s := t[language]; s != "" {
		return s
	}
	if s := t[d.DefaultLanguage]; s != "" {
		return s
	}
	for _, l := range d.Languages {
		if s := t[l]; s != "" {
			return s
		}
	}
	return ""
}

// Field is a node of a form: a question, or a section with its own Fields.
type Field struct {
	Name              string            `json:"name"`
	Type              Type              `json:"type"`
	Label             Text              `json:"label,omitempty"`
	Hint              Text              `json:"hint,omitempty"`
	GuidanceHint      Text              `json:"guidance,omitempty"`
	Relevant          *xpath.Expr       `json:"relevant,omitempty"`
	Required          *xpath.Expr       `json:"required,omitempty"` // "yes" is true()
	RequiredMessage   Text              `json:"requiredMessage,omitempty"`
	ReadOnly          *xpath.Expr       `json:"readonly,omitempty"`
	Constraint        *xpath.Expr       `json:"constraint,omitempty"`
	ConstraintMessage Text              `json:"constraintMessage,omitempty"`
	Calculation       *xpath.Expr       `json:"calculation,omitempty"`
	Default           string            `json:"default,omitempty"`        // a literal
	DynamicDefault    *xpath.Expr       `json:"dynamicDefault,omitempty"` // evaluated once, when the instance or the repeat is made
	Appearance        string            `json:"appearance,omitempty"`     // space-separated words
	Parameters        map[string]string `json:"parameters,omitempty"`     // range: start, end, step; image: max-pixels …
	List              string            `json:"list,omitempty"`           // of HasChoices: the ChoiceList's name
	ChoiceFilter      *xpath.Expr       `json:"choiceFilter,omitempty"`   // evaluated with the choice as context: its columns are child elements
	RepeatCount       *xpath.Expr       `json:"repeatCount,omitempty"`
	Personal          bool              `json:"personal,omitempty"`
	Row               int               `json:"-"` // in the survey sheet, for complaints
	Fields            []*Field          `json:"fields,omitempty"`
}

// Choice is an answer option. Columns are the further columns of the choices
// sheet, by header: what a ChoiceFilter compares (county of a town).
type Choice struct {
	Name    string            `json:"name"`
	Label   Text              `json:"label,omitempty"`
	Columns map[string]string `json:"columns,omitempty"`
}

// ChoiceList is a named list of answer options, in the workbook's order.
type ChoiceList struct {
	Name    string   `json:"name"`
	Choices []Choice `json:"choices"`
}

// Definition is what one workbook says. It is immutable once published.
type Definition struct {
	FormID          string                 `json:"formId"` // settings' form_id
	Title           string                 `json:"title"`
	Version         string                 `json:"version,omitempty"` // settings' version, free text
	DefaultLanguage string                 `json:"defaultLanguage"`
	Languages       []string               `json:"languages"` // in the workbook's order; [""] without any
	Style           string                 `json:"style,omitempty"`
	InstanceName    *xpath.Expr            `json:"instanceName,omitempty"`
	Fields          []*Field               `json:"fields"`
	Lists           map[string]*ChoiceList `json:"lists,omitempty"`
}

// Walk visits every field with its path, sections before what they hold, in the form's order.
func (d *Definition) Walk(visit func(path Path, f *Field)) {
	var walk func(prefix Path, fields []*Field)
	walk = func(prefix Path, fields []*Field) {
		for _, f := range fields {
			path := prefix.Join(f.Name)
			visit(path, f)
			walk(path, f.Fields)
		}
	}
	walk("", d.Fields)
}

// Find gives the field at a path without positions, or nil.
func (d *Definition) Find(path Path) *Field {
	fields := d.Fields
	var found *Field
	for _, name := range path.Names() {
		found = nil
		for _, f := range fields {
			if f.Name == name {
				found = f
				break
			}
		}
		if found == nil {
			return nil
		}
		fields = found.Fields
	}
	return found
}

// Expressions visits every expression of a field under its XLSForm column's name.
func (f *Field) Expressions(visit func(column string, e *xpath.Expr)) {
	for _, c := range []struct {
		column string
		e      *xpath.Expr
	}{
		{"relevant", f.Relevant}, {"required", f.Required}, {"readonly", f.ReadOnly},
		{"constraint", f.Constraint}, {"calculation", f.Calculation}, {"default", f.DynamicDefault},
		{"choice_filter", f.ChoiceFilter}, {"repeat_count", f.RepeatCount},
	} {
		if c.e != nil {
			visit(c.column, c.e)
		}
	}
}
