package survey

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	_ "image/jpeg" // the kinds of pictures that an outline can be
	_ "image/png"
	"io"
	"math"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	pictures "tianye/internal/image"
	"tianye/internal/problem"
)

// Outline is what the map is drawn on: shapes or a picture, one document a project.
type Outline struct {
	ProjectID   id.ProjectID
	File        string // its name as it was uploaded; "" when it was removed
	Shapes      []Shape
	Picture     []byte // a PNG or JPEG
	ContentType string
	Corners     Box // of the picture
	At          time.Time
	By          id.UserID
	Revision    int64 `bson:"-"`
}

// Shape is an area: a county. A Ring is longitude, latitude, longitude, latitude …, closed by itself.
type Shape struct {
	Name  string
	Rings [][]float64
}

// Box is an area between degrees.
type Box struct{ West, South, East, North float64 }

// Has tells whether a place is in the box.
func (b Box) Has(latitude, longitude float64) bool {
	return latitude >= b.South && latitude <= b.North && longitude >= b.West && longitude <= b.East
}

// Valid tells whether the box is one on earth.
func (b Box) Valid() bool {
	return onEarth(b.South, b.West) && onEarth(b.North, b.East) && b.South < b.North && b.West < b.East
}

// The limits of outlines.
const (
	MaxOutline    = 2 << 20 // bytes of the file
	maxPositions  = 200_000 // in the file
	keptPositions = 20_000
	maxShapes     = 2000
	maxSide       = 8000 // pixels
)

// Outline gives what the project's map is drawn on; an empty one when there is nothing.
func (s *Service) Outline(ctx context.Context, project id.ProjectID) (Outline, error) {
	o, err := s.store.Outline(ctx, project)
	if problem.Is(err, problem.NotFound) {
		return Outline{ProjectID: project}, nil
	}
	return o, err
}

// SetOutline puts an outline in place of the one there is; one without a File removes it.
func (s *Service) SetOutline(ctx context.Context, actor id.UserID, o Outline) error {
	before, err := s.Outline(ctx, o.ProjectID)
	if err != nil {
		return err
	}
	o.Revision, o.At, o.By = before.Revision, s.now().Truncate(time.Millisecond), actor
	return s.store.PutOutline(ctx, o)
}

// ReadPicture makes an outline of a PNG or JPEG with the degrees of its edges. What the picture tells
// beside itself (where it was taken) is taken out.
func ReadPicture(name string, r io.Reader, corners Box) (Outline, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxOutline+1))
	if err != nil {
		return Outline{}, problem.New(problem.Malformed, "progress.outlineUnreadable").Because(err)
	}
	if len(raw) > MaxOutline {
		return Outline{}, problem.New(problem.TooLarge, "progress.outlineLarge", MaxOutline>>20)
	}
	config, kind, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil || config.Width < 1 || config.Height < 1 || config.Width > maxSide || config.Height > maxSide {
		return Outline{}, problem.New(problem.Unsupported, "progress.pictureOdd", maxSide).Because(err)
	}
	if !corners.Valid() {
		return Outline{}, problem.New(problem.Invalid, "progress.cornersInvalid").With("north", "progress.cornersInvalid")
	}
	plain, err := io.ReadAll(pictures.Strip(bytes.NewReader(raw)))
	if err != nil {
		return Outline{}, problem.New(problem.Unsupported, "progress.pictureOdd", maxSide).Because(err)
	}
	return Outline{File: name, Picture: plain, ContentType: "image/" + kind, Corners: corners}, nil
}

// geoJSON is what is read of a file (RFC 7946): the rest is passed over.
type geoJSON struct {
	Type        string
	Features    []geoJSON
	Geometry    *geoJSON
	Geometries  []geoJSON
	Coordinates json.RawMessage
	Properties  struct{ Name any }
}

// ReadOutline reads the areas of a GeoJSON file, simplified so that they can be drawn at once.
func ReadOutline(name string, r io.Reader) (Outline, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxOutline+1))
	if err != nil {
		return Outline{}, problem.New(problem.Malformed, "progress.outlineUnreadable").Because(err)
	}
	if len(raw) > MaxOutline {
		return Outline{}, problem.New(problem.TooLarge, "progress.outlineLarge", MaxOutline>>20)
	}
	var all geoJSON
	if err := json.Unmarshal(bytes.TrimPrefix(raw, []byte("\ufeff")), &all); err != nil {
		return Outline{}, problem.New(problem.Malformed, "progress.outlineNotJSON").Because(err)
	}
	reader := &outlineReader{}
	if err := reader.read(&all, "", 0); err != nil {
		return Outline{}, err
	}
	if len(reader.shapes) == 0 {
		return Outline{}, problem.New(problem.Invalid, "progress.outlineNoArea")
	}
	return Outline{File: name, Shapes: simplified(reader.shapes, reader.positions)}, nil
}

type outlineReader struct {
	shapes    []Shape
	positions int
}

func (o *outlineReader) read(g *geoJSON, name string, depth int) error {
	if depth > 4 {
		return problem.New(problem.Invalid, "progress.outlineDeep")
	}
	var inner []geoJSON
	switch g.Type {
	case "FeatureCollection":
		inner = g.Features
	case "GeometryCollection":
		inner = g.Geometries
	case "Feature":
		if g.Geometry == nil {
			return nil
		}
		if said, ok := g.Properties.Name.(string); ok && utf8.RuneCountInString(said) <= 60 {
			name = said
		}
		return o.read(g.Geometry, name, depth+1)
	case "Polygon":
		var polygon [][][]float64
		if err := json.Unmarshal(g.Coordinates, &polygon); err != nil {
			return problem.New(problem.Invalid, "progress.outlineCoordinates", name).Because(err)
		}
		return o.area(name, polygon)
	case "MultiPolygon":
		var polygons [][][][]float64
		if err := json.Unmarshal(g.Coordinates, &polygons); err != nil {
			return problem.New(problem.Invalid, "progress.outlineCoordinates", name).Because(err)
		}
		var rings [][][]float64
		for _, polygon := range polygons {
			rings = append(rings, polygon...)
		}
		return o.area(name, rings)
	}
	for i := range inner {
		if err := o.read(&inner[i], name, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (o *outlineReader) area(name string, rings [][][]float64) error {
	shape := Shape{Name: name}
	for _, ring := range rings {
		if o.positions += len(ring); o.positions > maxPositions {
			return problem.New(problem.TooLarge, "progress.outlinePositions", maxPositions)
		}
		var flat []float64
		for _, position := range ring {
			if len(position) < 2 || !onEarth(position[1], position[0]) {
				return problem.New(problem.Invalid, "progress.outlineCoordinates", name)
			}
			flat = append(flat, position[0], position[1])
		}
		if len(ring) >= 4 {
			shape.Rings = append(shape.Rings, flat)
		}
	}
	if len(shape.Rings) == 0 {
		return nil
	}
	if o.shapes = append(o.shapes, shape); len(o.shapes) > maxShapes {
		return problem.New(problem.TooLarge, "progress.outlineShapes", maxShapes)
	}
	return nil
}

// Bounds is the box around the shapes.
func Bounds(shapes []Shape) Box {
	b := Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, shape := range shapes {
		for _, ring := range shape.Rings {
			for i := 0; i+1 < len(ring); i += 2 {
				b = Box{min(b.West, ring[i]), min(b.South, ring[i+1]), max(b.East, ring[i]), max(b.North, ring[i+1])}
			}
		}
	}
	return b
}

// simplified leaves out positions nearer to the one before than can be seen, until few enough are left.
func simplified(shapes []Shape, positions int) []Shape {
	b := Bounds(shapes)
	apart := max(b.East-b.West, b.North-b.South) / 3000
	for try := 0; positions > keptPositions && try < 12; try++ {
		positions = 0
		for i := range shapes {
			for k, ring := range shapes[i].Rings {
				shapes[i].Rings[k] = thinned(ring, apart)
				positions += len(shapes[i].Rings[k]) / 2
			}
		}
		apart *= 1.7
	}
	return shapes
}

func thinned(ring []float64, apart float64) []float64 {
	if len(ring) <= 8 {
		return ring
	}
	out := ring[:2:2]
	for i := 2; i+1 < len(ring)-2; i += 2 {
		if math.Hypot(ring[i]-out[len(out)-2], ring[i+1]-out[len(out)-1]) >= apart {
			out = append(out, ring[i], ring[i+1])
		}
	}
	if out = append(out, ring[len(ring)-2:]...); len(out) < 8 {
		return ring[:8:8]
	}
	return out
}
