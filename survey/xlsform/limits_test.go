package xlsform_test

import (
	"fmt"
	"strings"
	"testing"

	"tianye/survey/form"
)

// TestLoopsInLoops: each multiplies what is in it.
func TestLoopsInLoops(t *testing.T) {
	choices := [][]any{r("list_name", "name", "label")}
	for i := range 60 {
		choices = append(choices, r("l", fmt.Sprintf("c%d", i), "C"))
	}
	expect(t, sheets{
		"survey": {r("type", "name", "label"), r("begin loop over l", "a"), r("begin loop over l", "b"), r("begin loop over l", "c"),
			r("text", "q", "Q"), r("end loop"), r("end loop"), r("end loop")},
		"choices": choices,
	}, "error survey!A2 loopTooLarge")
}

// TestManyAmpersands: a text is read in one go, whatever is in it.
func TestManyAmpersands(t *testing.T) {
	label := strings.Repeat("&", 30_000) + " &amp; ；"
	d := good(t, sheets{"survey": {r("type", "name", "label"), r("text", "q", label)}})
	d.Walk(func(_ form.Path, f *form.Field) {
		if f.Label[""] != label {
			t.Errorf("%.20s", f.Label[""])
		}
	})
}
