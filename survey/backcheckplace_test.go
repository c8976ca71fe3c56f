package survey_test

import (
	"testing"

	"tianye/survey"
)

// TestPointsAreCompared: by where they are, whatever the phones say of how well they know.
func TestPointsAreCompared(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", "type | name | label\ngeopoint | at | 地点", "settings", "form_title | form_id\n地点 | place"))
	d, err := w.Definition(t.Context(), quzhou, f.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	for second, same := range map[string]bool{"28.7 118.6 0 10": true, "28.7 118.6": true, "28.7005 118.6 0 5": true, "28.71 118.6 0 5": false, "x": false, "": false} {
		if got := survey.CompareAnswers(d, m{"at": "28.7 118.6 0 5"}, d, m{"at": second}, 0); got[0].Same != same {
			t.Errorf("%q: %+v", second, got)
		}
	}
}
