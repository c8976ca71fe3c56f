package form

import (
	"strings"

	"tianye/survey/xpath"
)

// Choice is an answer option. Columns are the further columns of the choices
// sheet, by header: what a ChoiceFilter compares (county of a town).
type Choice struct {
	Name    string            `json:"name"`
	Label   Text              `json:"label,omitempty"`
	Media   Media             `json:"media,omitempty"`
	Columns map[string]string `json:"columns,omitempty"`
	Added   bool              `json:"added,omitempty"` // by or_other: the workbook has it not, and an XForm calls it Other
}

// ChoiceList is a named list of answer options, in the workbook's order.
type ChoiceList struct {
	Name    string   `json:"name"`
	Choices []Choice `json:"choices"`
	Columns []string `json:"columns,omitempty"` // the names of the further columns, in the sheet's order
	Row     int      `json:"row,omitempty"`     // of its first choice in the sheet: the lists' order
}

// External is a secondary instance whose content comes from a form's media file
// (csv-external, xml-external, select_…_from_file, pulldata), from the last saved instance, or, of another
// tool's XForm, stands in the form itself.
type External struct {
	ID     string `json:"id"`
	Source string `json:"source,omitempty"` // jr://file-csv/cities.csv, jr://file/x.xml, jr://instance/last-saved …
	XML    string `json:"xml,omitempty"`    // the instance's content when it stands in the form
}

// FileName is the name of the media file that the source asks for, or "".
func (e External) FileName() string {
	rest, found := strings.CutPrefix(e.Source, "jr://")
	kind, name, cut := strings.Cut(rest, "/")
	if !found || !cut || kind == "instance" {
		return ""
	}
	return name
}

// Entity declares that a submission makes or changes an entity (ODK Entities
// specification): of the list Dataset, in each instance of the repeat named Repeat or once.
type Entity struct {
	Dataset  string      `json:"dataset"`
	Path     Path        `json:"path,omitempty"`   // of the section in whose meta element it stands; "" for the form's own
	Repeat   string      `json:"repeat,omitempty"` // the innermost repeat that the section is in, or is
	Label    *xpath.Expr `json:"label,omitempty"`
	EntityID *xpath.Expr `json:"entityId,omitempty"`
	CreateIf *xpath.Expr `json:"createIf,omitempty"`
	UpdateIf *xpath.Expr `json:"updateIf,omitempty"`
	Row      int         `json:"-"` // in the entities sheet
}
