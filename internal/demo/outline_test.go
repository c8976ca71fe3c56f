package demo_test

import (
	"strconv"
	"strings"
	"testing"

	"tianye/internal/demo"
	"tianye/survey"
)

// TestPlacesAreInTheirCounty by the outline that the map is drawn on, which says itself that it is schematic.
func TestPlacesAreInTheirCounty(t *testing.T) {
	outline, err := demo.Outline()
	if err != nil || len(outline.Shapes) != len(demo.Counties) || !strings.Contains(outline.File, "示意图") {
		t.Fatal(err, outline.File, len(outline.Shapes))
	}
	boxes := map[string]survey.Box{}
	for i, c := range demo.Counties {
		if outline.Shapes[i].Name != c.Chinese {
			t.Errorf("shape %d is %s, want %s", i, outline.Shapes[i].Name, c.Chinese)
		}
		boxes[c.Code] = survey.Bounds(outline.Shapes[i : i+1])
	}
	seen, spots := map[string]int{}, map[string]bool{}
	for _, a := range answers(t) {
		visit, _ := a.Values["visit"].(map[string]any)
		at, ok := visit["location"].(string)
		if !ok {
			continue
		}
		county := visit["county"].(string)
		seen[county]++
		spots[at] = true
		parts := strings.Fields(at)
		latitude, _ := strconv.ParseFloat(parts[0], 64)
		longitude, _ := strconv.ParseFloat(parts[1], 64)
		if !boxes[county].Has(latitude, longitude) || !demo.IsIn(county, latitude, longitude) {
			t.Errorf("%s: %s is beyond it", county, at)
		}
	}
	if len(seen) != len(demo.Counties) || len(spots) < 150 {
		t.Errorf("%d places in %v", len(spots), seen)
	}
}
