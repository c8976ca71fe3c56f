package form

// Keep is what a de-identified export keeps of an answer that is personal data. Everywhere else
// such an answer is personal data and nothing more.
type Keep string

// What can be kept.
const (
	KeepNothing   Keep = ""          // the answer is left out
	KeepMonth     Keep = "month"     // of a date: 2026-04
	KeepYear      Keep = "year"      // of a date: 2026
	KeepArea      Keep = "area"      // of a place: rounded to 0.1°, about 10 km
	KeepPseudonym Keep = "pseudonym" // an id in its place, the same for the same answer in the whole project
)

// Suits tells whether something can be kept of answers of a type.
func (k Keep) Suits(t Type) bool {
	switch k {
	case KeepMonth, KeepYear:
		return t == Date || t == DateTime || t == Today || t == Start || t == End
	case KeepArea:
		return t.IsPlace() || t == StartGeopoint || t == BackgroundPoint
	case KeepPseudonym:
		return !t.IsSection() && !t.IsAttachment() && !t.IsPlace() && t != StartGeopoint && t != BackgroundPoint && t != Note
	}
	return true
}

// consentAppearance marks the question that asks for consent.
const consentAppearance = "consent"

// ConsentName is the name of the question that the setting consent makes.
const ConsentName = "consent"

// NewConsent makes the first question of a form that asks the participant for consent: to be
// acknowledged before anything is sent.
func NewConsent(text Text) *Field {
	return &Field{Name: ConsentName, Type: Acknowledge, Label: text, Appearance: consentAppearance}
}

// Consent is the question that asks for consent, or nil.
func (d *Definition) Consent() *Field {
	if len(d.Fields) > 0 && d.Fields[0].Type == Acknowledge && d.Fields[0].Appearance == consentAppearance {
		return d.Fields[0]
	}
	return nil
}
