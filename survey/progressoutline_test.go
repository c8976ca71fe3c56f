package survey_test

import (
	"bytes"
	"fmt"
	"image"
	pngs "image/png"
	"math"
	"strings"
	"testing"

	"tianye/internal/problem"
	"tianye/survey"
)

const counties = `{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"name": "江山市", "adcode": 330881}, "geometry": {"type": "Polygon", "coordinates": [[[118.4, 28.3], [118.8, 28.3], [118.8, 28.9, 12], [118.4, 28.3]]]}},
 {"type": "Feature", "properties": {"name": 7}, "geometry": {"type": "MultiPolygon", "coordinates": [[[[118, 29], [118.5, 29], [118.5, 29.4], [118, 29]]], [[[118, 28], [118.1, 28], [118.1, 28.1], [118, 28]]]]}},
 {"type": "Feature", "properties": null, "geometry": null},
 {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [118, 29]}}]}`

func TestReadOutline(t *testing.T) {
	o, err := survey.ReadOutline("衢州.geojson", strings.NewReader("\ufeff"+counties))
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Shapes) != 2 || o.Shapes[0].Name != "江山市" || o.Shapes[1].Name != "" || len(o.Shapes[1].Rings) != 2 {
		t.Errorf("%+v", o)
	}
	if got, want := survey.Bounds(o.Shapes), (survey.Box{West: 118, South: 28, East: 118.8, North: 29.4}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestLargeOutline: of a circle of 50,000 positions few are kept, and it is still the circle.
func TestLargeOutline(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"type": "Polygon", "coordinates": [[`)
	for i := range 50_000 {
		turn := 2 * math.Pi * float64(i) / 50_000
		fmt.Fprintf(&b, "[%.5f,%.5f],", 118+math.Cos(turn), 29+math.Sin(turn))
	}
	b.WriteString(`[119,29]]]}`)
	o, err := survey.ReadOutline("circle.json", strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(o.Shapes[0].Rings[0]) / 2; n > 20_000 || n < 1000 {
		t.Errorf("%d positions", n)
	}
	if bounds := survey.Bounds(o.Shapes); math.Abs(bounds.West-117) > 0.001 || math.Abs(bounds.North-30) > 0.001 {
		t.Errorf("%+v", bounds)
	}
}

func TestOutlineRefused(t *testing.T) {
	polygon := func(coordinates string) string { return `{"type": "Polygon", "coordinates": ` + coordinates + `}` }
	for name, c := range map[string]struct{ raw, key string }{
		"no JSON":           {"<kml/>", "progress.outlineNotJSON"},
		"nothing":           {`{}`, "progress.outlineNoArea"},
		"only points":       {`{"type": "Point", "coordinates": [118, 29]}`, "progress.outlineNoArea"},
		"metres":            {polygon(`[[[541000, 3190000], [541000, 3190001], [541001, 3190000], [541000, 3190000]]]`), "progress.outlineCoordinates"},
		"texts":             {polygon(`[[["118", "29"]]]`), "progress.outlineCoordinates"},
		"one number":        {polygon(`[[[118], [118], [118], [118]]]`), "progress.outlineCoordinates"},
		"deep":              {strings.Repeat(`{"type": "GeometryCollection", "geometries": [`, 9) + polygon(`[]`) + strings.Repeat(`]}`, 9), "progress.outlineDeep"},
		"too large":         {`{"x": "` + strings.Repeat("x", survey.MaxOutline) + `"}`, "progress.outlineLarge"},
		"too many position": {polygon("[[" + strings.Repeat("[1,1],", 200_001) + "[1,1]]]"), "progress.outlinePositions"},
	} {
		if _, err := survey.ReadOutline(name, strings.NewReader(c.raw)); err == nil || problem.From(err).Text.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func TestReadPicture(t *testing.T) {
	var b bytes.Buffer
	if err := pngs.Encode(&b, image.NewGray(image.Rect(0, 0, 20, 10))); err != nil {
		t.Fatal(err)
	}
	corners := survey.Box{West: 118, South: 28, East: 119, North: 29}
	o, err := survey.ReadPicture("map.png", bytes.NewReader(b.Bytes()), corners)
	if err != nil || o.ContentType != "image/png" || o.Corners != corners || len(o.Picture) == 0 {
		t.Fatalf("%+v, %v", o, err)
	}
	if _, err := survey.ReadPicture("map.svg", strings.NewReader("<svg/>"), corners); !problem.Is(err, problem.Unsupported) {
		t.Error(err)
	}
	if _, err := survey.ReadPicture("map.png", bytes.NewReader(b.Bytes()), survey.Box{West: 119, South: 28, East: 118, North: 29}); !problem.Is(err, problem.Invalid) {
		t.Error(err)
	}
}

func TestParsePoint(t *testing.T) {
	for text, want := range map[string]string{"28.74 118.63 60 5": "28.74 118.63 true", "28.74, 118.63": "28.74 118.63 true", "28.74，118.63": "28.74 118.63 true",
		"118.63 28.74": "0 0 false", "0 0 0 0": "0 0 false", "NaN 1": "0 0 false", "28.74": "0 0 false", "": "0 0 false", "1 2 3 4 5": "0 0 false"} {
		latitude, longitude, ok := survey.ParsePoint(text)
		if got := fmt.Sprint(latitude, longitude, ok); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// FuzzReadOutline: whatever is uploaded, it is refused, or can be drawn.
func FuzzReadOutline(f *testing.F) {
	f.Add([]byte(counties))
	f.Add([]byte(`{"type": "GeometryCollection", "geometries": [{"type": "MultiPolygon", "coordinates": [[[[1,2],[3,4],[5,6],[1,2]]]]}]}`))
	f.Add([]byte(`{"type": "Polygon", "coordinates": [[[1e999, null]]]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, err := survey.ReadOutline("any.geojson", bytes.NewReader(raw))
		if err != nil {
			if problem.From(err).Kind == problem.Internal {
				t.Fatal(err)
			}
			return
		}
		positions := 0
		for _, shape := range o.Shapes {
			for _, ring := range shape.Rings {
				positions += len(ring) / 2
				if len(ring) < 8 || len(ring)%2 != 0 {
					t.Fatalf("a ring of %d numbers", len(ring))
				}
			}
		}
		b := survey.Bounds(o.Shapes)
		if positions == 0 || positions > 20_000 || !(math.Abs(b.North) <= 90 && math.Abs(b.South) <= 90 && math.Abs(b.East) <= 180 && math.Abs(b.West) <= 180) {
			t.Fatalf("%d positions within %+v", positions, b)
		}
	})
}
