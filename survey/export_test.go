package survey_test

import (
	"bytes"

	"tianye/internal/id"
	"tianye/survey"
)

// export writes an export as the web layer asks for it.
func (w *world) export(e survey.Export) []byte {
	w.Helper()
	e.CaseTitle = func(c id.CaseID) string { return string(c) }
	e.PersonName = func(u id.UserID) string { return string(u) }
	e.StateName = func(s survey.ReviewState) string { return string(s) }
	e.Header = func(meta string) string { return "#" + meta }
	if e.Location == nil {
		e.Location = zone
	}
	if e.Language == "" {
		e.Language = "zh"
	}
	var b bytes.Buffer
	if err := w.Write(w.Context(), quzhou, e, &b); err != nil {
		w.Fatal(err)
	}
	return b.Bytes()
}
