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

// Text is a text by language, as the workbook's headers name the languages:
// "中文 (zh)". A form without languages has the one language "". Texts may hold
// ${name}: the answer's value (of a select: its code), filled in by the engine; where several
// fields have the name, as in another tool's XForm, ${/data/group/name}.
type Text map[string]string

// In gives the text in a language; else in the form's default; else any, in the order of languages, last that without a language.
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
	return t[""]
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
	ExternalLists   map[string]*ChoiceList `json:"externalLists,omitempty"` // of the sheet external_choices: itemsets.csv
	Externals       []External             `json:"externals,omitempty"`
	Entities        []Entity               `json:"entities,omitempty"`
	Audit           *Field                 `json:"audit,omitempty"` // asks the client for a log of how the form was filled in; Parameters: location-priority, track-changes …
	XForm           XForm                  `json:"xform,omitzero"`
}

// XForm is what the settings sheet says that only an XForm's reader sees.
type XForm struct {
	Name              string            `json:"name,omitempty"`              // of the instance's root element; "" for data
	DefaultLanguage   string            `json:"defaultLanguage,omitempty"`   // the setting as written: the language of texts without one where other texts have languages
	Namespaces        map[string]string `json:"namespaces,omitempty"`        // further ones: address by prefix
	Attributes        map[string]string `json:"attributes,omitempty"`        // of the instance's root element (attribute::x)
	InstanceNamespace string            `json:"instanceNamespace,omitempty"` // instance_xmlns
	SubmissionURL     string            `json:"submissionUrl,omitempty"`
	PublicKey         string            `json:"publicKey,omitempty"` // a form with one can be converted, not published
	AutoSend          string            `json:"autoSend,omitempty"`
	AutoDelete        string            `json:"autoDelete,omitempty"`
	SMSKeyword        string            `json:"smsKeyword,omitempty"`
	Prefix            string            `json:"prefix,omitempty"`    // sms prefix, odk:prefix
	Delimiter         string            `json:"delimiter,omitempty"` // odk:delimiter
	ClientEditable    string            `json:"clientEditable,omitempty"`
	EntitiesVersion   string            `json:"entitiesVersion,omitempty"` // of the ODK Entities specification, of a form that declares entities
	OmitInstanceID    bool              `json:"omitInstanceId,omitempty"`
	InstanceIDPreload string            `json:"instanceIdPreload,omitempty"` // instance_id: who gives the instanceID; "" for uid
	Flat              bool              `json:"flat,omitempty"`
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

// Shows tells whether there is anything to fill in or to read: no form is published without.
func (d *Definition) Shows() bool {
	shows := false
	d.Walk(func(_ Path, f *Field) { shows = shows || f.Type.IsAsked() || f.Type == Note })
	return shows
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
