package demo

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"tianye/survey"
)

// outlineName is what the outline is called where it is shown: it is a schematic drawing, not a map of the boundaries.
const outlineName = "衢州六县（市、区）示意图.geojson"

// Outline gives the six counties as plain polygons about their true places, made for the demonstration.
var Outline = sync.OnceValues(func() (survey.Outline, error) {
	raw, err := files.ReadFile("outline.geojson")
	if err != nil {
		return survey.Outline{}, err
	}
	return survey.ReadOutline(outlineName, bytes.NewReader(raw))
})

// outline puts the counties under the project's map; a broken-off start may have done so.
func (l *loader) outline(ctx context.Context) error {
	l.Clock.Set(start)
	kept, err := l.Surveys.Outline(ctx, l.project)
	if err != nil || kept.File != "" {
		return err
	}
	o, err := Outline()
	if err != nil {
		return fmt.Errorf("outline: %w", err)
	}
	o.ProjectID = l.project
	return l.Surveys.SetOutline(ctx, l.users["alice"], o)
}

// spot draws a place about a county's seat: so many degrees around it, metres above it, and metres of accuracy.
// One beyond the county is drawn back to its seat until it is in it.
func (g *generator) spot(county string, around, above, blur float64) place {
	seat := centres[county]
	at := place{seat[0] + around*g.NormFloat64(), seat[1] + around*g.NormFloat64(), seat[2] + above*g.Float64(), 4 + blur*g.Float64()}
	for range 20 {
		if IsIn(county, at[0], at[1]) {
			break
		}
		at[0], at[1] = (at[0]+seat[0])/2, (at[1]+seat[1])/2
	}
	return at
}

// IsIn tells whether a place is in a county's polygon, by the crossings of its edges to the east of the place.
func IsIn(county string, latitude, longitude float64) bool {
	o, _ := Outline()
	for _, c := range Counties {
		for _, shape := range o.Shapes {
			if c.Code == county && c.Chinese == shape.Name {
				return crossings(shape.Rings[0], latitude, longitude)%2 == 1
			}
		}
	}
	return false
}

func crossings(ring []float64, latitude, longitude float64) int {
	n := 0
	for i := 0; i+3 < len(ring); i += 2 {
		x1, y1, x2, y2 := ring[i], ring[i+1], ring[i+2], ring[i+3]
		if (y1 > latitude) != (y2 > latitude) && longitude < x1+(latitude-y1)/(y2-y1)*(x2-x1) {
			n++
		}
	}
	return n
}
