package form

import "tianye/survey/xpath"

// Type is a question's type, with XLSForm's name; "group" and "repeat" for sections.
type Type string

// The types.
const (
	Group             Type = "group"
	Repeat            Type = "repeat"
	TextQuestion      Type = "text"
	Integer           Type = "integer"
	Decimal           Type = "decimal"
	Range             Type = "range"
	Note              Type = "note"
	Barcode           Type = "barcode"
	SelectOne         Type = "select_one"
	SelectMultiple    Type = "select_multiple"
	SelectOneExternal Type = "select_one_external" // List is one of Definition.ExternalLists
	Rank              Type = "rank"
	Date              Type = "date"
	Time              Type = "time"
	DateTime          Type = "dateTime"
	Geopoint          Type = "geopoint"
	Geotrace          Type = "geotrace"
	Geoshape          Type = "geoshape"
	StartGeopoint     Type = "start-geopoint"
	BackgroundPoint   Type = "background-geopoint" // has Triggers
	Image             Type = "image"
	Audio             Type = "audio"
	Video             Type = "video"
	File              Type = "file"
	BackgroundAudio   Type = "background-audio"
	OSM               Type = "osm"
	Calculate         Type = "calculate"
	Hidden            Type = "hidden"
	Acknowledge       Type = "acknowledge"
	Start             Type = "start"
	End               Type = "end"
	Today             Type = "today"
	DeviceID          Type = "deviceid"
	Username          Type = "username"
	Email             Type = "email"
	PhoneNumber       Type = "phonenumber"
	SimSerial         Type = "simserial"
	SubscriberID      Type = "subscriberid"
	Audit             Type = "audit"  // Definition.Audit's
	UnknownBind       Type = "string" // a bind with no control: what another tool's XForm has and XLSForm has not
)

// IsSection tells whether fields of the type hold other fields.
func (t Type) IsSection() bool { return t == Group || t == Repeat }

// HasChoices tells whether the type picks from a ChoiceList.
func (t Type) HasChoices() bool {
	return t == SelectOne || t == SelectMultiple || t == Rank || t == SelectOneExternal
}

// IsPreload tells whether the engine, not the enumerator, gives the value.
func (t Type) IsPreload() bool {
	switch t {
	case Start, End, Today, DeviceID, Username, Email, PhoneNumber, SimSerial, SubscriberID, StartGeopoint, BackgroundPoint, BackgroundAudio:
		return true
	}
	return false
}

// IsAttachment tells whether the value names a file sent beside the answers.
func (t Type) IsAttachment() bool {
	switch t {
	case Image, Audio, Video, File, BackgroundAudio, OSM:
		return true
	}
	return false
}

// IsPlace tells whether the value is points on the earth.
func (t Type) IsPlace() bool {
	return t == Geopoint || t == Geotrace || t == Geoshape
}

// IsAsked tells whether the field is shown on the fill page with something to answer.
func (t Type) IsAsked() bool {
	return !t.IsSection() && !t.IsPreload() && t != Note && t != Calculate && t != Hidden && t != UnknownBind
}

// Media are the files shown or played beside a text, by kind: "image", "big-image",
// "audio", "video"; each a file's name by language.
type Media map[string]Text

// Field is a node of a form: a question, or a section with its own Fields. What
// XLSForm writes short is written out here, as an XForm has it: or_other's question, the
// groups of a loop, the labels of a table-list, the calculation behind a repeat_count that is no single ${name}.
type Field struct {
	Name              string            `json:"name"`
	Type              Type              `json:"type"`
	Label             Text              `json:"label,omitempty"`
	Hint              Text              `json:"hint,omitempty"`
	GuidanceHint      Text              `json:"guidance,omitempty"`
	Media             Media             `json:"media,omitempty"`
	HintMedia         Media             `json:"hintMedia,omitempty"`
	Relevant          *xpath.Expr       `json:"relevant,omitempty"`
	Required          *xpath.Expr       `json:"required,omitempty"` // "yes" is true()
	RequiredMessage   Text              `json:"requiredMessage,omitempty"`
	ReadOnly          *xpath.Expr       `json:"readonly,omitempty"`
	Constraint        *xpath.Expr       `json:"constraint,omitempty"`
	ConstraintMessage Text              `json:"constraintMessage,omitempty"`
	NoAppError        Text              `json:"noAppError,omitempty"` // noAppErrorString: no app answers the intent
	Calculation       *xpath.Expr       `json:"calculation,omitempty"`
	Triggers          []string          `json:"triggers,omitempty"`         // names of the questions at whose change the calculation is made (empty: whenever what it reads changes)
	Default           string            `json:"default,omitempty"`          // a literal, in the type's lexical form
	DefaultAsWritten  string            `json:"defaultAsWritten,omitempty"` // what the workbook says, where that is another form: 2026-04-12 00:00:00
	DynamicDefault    *xpath.Expr       `json:"dynamicDefault,omitempty"`   // evaluated once, when the instance or the repeat is made
	Appearance        string            `json:"appearance,omitempty"`       // space-separated words
	Parameters        map[string]string `json:"parameters,omitempty"`       // range: start, end, step; image: max-pixels; select: randomize, seed, value, label …
	List              string            `json:"list,omitempty"`             // of HasChoices: the ChoiceList's name, or the id of the secondary instance that File fills
	File              string            `json:"file,omitempty"`             // of a select from a file: cities.csv
	ChoiceFilter      *xpath.Expr       `json:"choiceFilter,omitempty"`     // evaluated with the choice as context: its columns are child elements
	Itemset           *xpath.Expr       `json:"itemset,omitempty"`          // of a select in another tool's XForm: the nodes that are its choices, Parameters value and label name their children; of a select from a repeat: ${name} of the question there whose answers are the choices
	RepeatCount       *xpath.Expr       `json:"repeatCount,omitempty"`
	SaveTo            string            `json:"saveTo,omitempty"`     // the entity property that the answer becomes
	SaveToList        string            `json:"saveToList,omitempty"` // the entity list that has the property
	Tags              []Choice          `json:"tags,omitempty"`       // of an OSM question: what to ask of a map's element
	Bind              map[string]string `json:"bind,omitempty"`       // further attributes of the XForm's bind, as written (bind::x); also what a type's own is replaced by ("type": "decimal"), "" for none
	Body              map[string]string `json:"body,omitempty"`       // … of the control (body::x, control::x; intent, rows, autoplay …)
	Attributes        map[string]string `json:"attributes,omitempty"` // … of the instance's element (instance::x)
	Flat              bool              `json:"flat,omitempty"`       // of a section: its fields stand in the element of the section around it
	Personal          bool              `json:"personal,omitempty"`
	Keep              Keep              `json:"keep,omitempty"`  // of a personal answer, in de-identified exports
	Added             bool              `json:"added,omitempty"` // by or_other: the workbook has it not, and an XForm asks in English
	Row               int               `json:"-"`               // in the survey sheet, for complaints
	Fields            []*Field          `json:"fields,omitempty"`
}

// Expressions visits every expression of a field under its XLSForm column's name.
func (f *Field) Expressions(visit func(column string, e *xpath.Expr)) {
	for _, c := range []struct {
		column string
		e      *xpath.Expr
	}{
		{"relevant", f.Relevant}, {"required", f.Required}, {"readonly", f.ReadOnly},
		{"constraint", f.Constraint}, {"calculation", f.Calculation}, {"default", f.DynamicDefault},
		{"choice_filter", f.ChoiceFilter}, {"repeat_count", f.RepeatCount}, {"itemset", f.Itemset},
	} {
		if c.e != nil {
			visit(c.column, c.e)
		}
	}
}

// Saves tells whether the answer becomes a property of the entities of a list.
func (f *Field) Saves(dataset string) bool {
	return f.SaveTo != "" && (f.SaveToList == "" || f.SaveToList == dataset)
}
