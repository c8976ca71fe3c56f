package xlsform

import (
	"tianye/survey/instance"
)

// compile asks the engine that will fill the form in what it makes of it: references,
// cycles, doubtful comparisons. What stands where a complaint stands already follows from that one.
func (r *reader) compile() {
	refused := map[string]bool{}
	for _, c := range r.all {
		if c.Severity == Error {
			refused[c.Where()] = true
		}
	}
	_, found := instance.Compile(r.definition)
	for _, c := range found {
		s, row := r.sheets[c.Sheet], c.Row
		if row == 0 { // of the settings
			row = 2
		}
		complaint := s.complaint(severity(!c.Warning), row, s.column(c.Column), c.Text)
		if complaint.Sheet == "" {
			complaint.Sheet = r.survey.name
		}
		if !refused[complaint.Where()] {
			r.add(complaint)
		}
	}
}
