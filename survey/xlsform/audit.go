package xlsform

import (
	"strconv"
	"strings"

	"tianye/survey/form"
)

// auditParameters are what a client can be asked to log.
var auditParameters = []string{"location-priority", "location-min-interval", "location-max-age", "track-changes", "identify-user", "track-changes-reasons"}

// readAudit reads the row that asks for a log of how the form was filled in.
func (r *reader) readAudit(row row, p parameters) {
	s := r.survey
	if name := s.get(row, "name"); name != "" && name != "audit" {
		s.fail(row.number, s.find(row, "name"), "xlsform.auditName", name)
	}
	if r.definition.Audit != nil {
		s.fail(row.number, s.find(row, "type"), "xlsform.auditTwice")
	}
	r.allow(row, p, "audit", auditParameters)
	for _, name := range []string{"track-changes", "identify-user"} {
		if value, given := p[name]; given && value != "true" && value != "false" {
			r.failParameter(row, "xlsform.parameterValue", name, "true, false", value)
		}
	}
	if reasons, given := p["track-changes-reasons"]; given && reasons != "on-form-edit" {
		r.failParameter(row, "xlsform.parameterValue", "track-changes-reasons", "on-form-edit", reasons)
	}
	r.checkLocation(row, p)
	r.definition.Audit = r.field(row, "audit", form.Audit)
	r.definition.Audit.Parameters = p
}

// checkLocation checks the three parameters that go together.
func (r *reader) checkLocation(row row, p parameters) {
	given := 0
	for _, name := range auditParameters[:3] {
		if p[name] != "" {
			given++
		}
	}
	switch given {
	case 0:
		return
	case 1, 2:
		r.failParameter(row, "xlsform.auditLocation", strings.Join(auditParameters[:3], ", "))
		return
	}
	switch priority := p["location-priority"]; priority {
	case "no-power", "low-power", "balanced", "high-accuracy":
	default:
		r.failParameter(row, "xlsform.parameterValue", "location-priority", "no-power, low-power, balanced, high-accuracy", priority)
	}
	var seconds [2]int
	for i, name := range []string{"location-min-interval", "location-max-age"} {
		n, err := strconv.Atoi(p[name])
		if err != nil || n < 0 {
			r.failParameter(row, "xlsform.parameterWhole", name, p[name])
			return
		}
		seconds[i] = n
	}
	if seconds[1] < seconds[0] {
		r.failParameter(row, "xlsform.auditAge")
	}
}
