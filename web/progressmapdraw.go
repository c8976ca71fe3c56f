package web

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tianye/survey"
)

// mapPicture is a map in the units of its picture: equirectangular, with the degrees of longitude as
// long as they are in the middle of it.
type mapPicture struct {
	Width, Height int
	Shapes        []mapShape
	Picture       bool // is drawn under all
	PictureX      float64
	PictureY      float64
	PictureW      float64
	PictureH      float64
	Marks         []mapMark
	Shown         int
	Scale         float64 // the length of a round distance
	ScaleLabel    string
}

type mapShape struct {
	Path string
	Name string // "" where there is none to tell
	X, Y float64
}

// mapMark is a point, or several that lie close together.
type mapMark struct {
	X, Y, R float64
	Count   int
	Look    string // approved, received, returned, case, many
	Link    string
	Label   string
	Path    string // of a shape around 0 0
}

const (
	mapWidth  = 1000
	mapHeight = 1100 // at most
	mapMesh   = 30   // points closer than that are drawn as one
)

type projection struct {
	box          survey.Box
	scale, slope float64 // pixels a degree of latitude; the cosine of the middle latitude
}

func (g projection) xy(longitude, latitude float64) (x, y float64) {
	return (longitude - g.box.West) * g.slope * g.scale, (g.box.North - latitude) * g.scale
}

func newMapPicture(p *mapPage, box survey.Box, points []survey.Point) *mapPicture {
	g := projection{box: box, slope: max(0.05, math.Cos((box.South+box.North)/2*math.Pi/180))}
	wide, high := (box.East-box.West)*g.slope, box.North-box.South
	g.scale = min(mapWidth/wide, mapHeight/high)
	m := &mapPicture{Width: int(math.Ceil(wide * g.scale)), Height: int(math.Ceil(high * g.scale)), Shown: len(points)}
	m.shapes(p, g)
	if c := p.Outline.Corners; len(p.Outline.Picture) > 0 {
		m.Picture = true
		m.PictureX, m.PictureY = g.xy(c.West, c.North)
		right, bottom := g.xy(c.East, c.South)
		m.PictureW, m.PictureH = right-m.PictureX, bottom-m.PictureY
	}
	m.marks(p, g, points)
	m.measure(p, g)
	return m
}

// shapes draws the outline. Of the names only those of the reader's own rows are told.
func (m *mapPicture) shapes(p *mapPage, g projection) {
	known := map[string]bool{}
	for _, place := range p.query.Places {
		known[place.Row] = true
	}
	for _, shape := range p.Outline.Shapes {
		var d strings.Builder
		longest := 0
		for i, ring := range shape.Rings {
			lastX, lastY := math.Inf(-1), 0.0
			for k := 0; k+1 < len(ring); k += 2 {
				x, y := g.xy(ring[k], ring[k+1])
				if math.Hypot(x-lastX, y-lastY) < 0.8 {
					continue
				}
				letter := 'L'
				if k == 0 {
					letter = 'M'
				}
				fmt.Fprintf(&d, "%c%.1f %.1f", letter, x, y)
				lastX, lastY = x, y
			}
			d.WriteByte('Z')
			if len(ring) > len(shape.Rings[longest]) {
				longest = i
			}
		}
		drawn := mapShape{Path: d.String()}
		if known[shape.Name] {
			drawn.Name = shape.Name
			drawn.X, drawn.Y = g.xy(roomiest(shape.Rings[longest], g.slope))
		}
		m.Shapes = append(m.Shapes, drawn)
	}
}

// roomiest finds where in a ring a name has most room: of a net of places that in it which is farthest from its
// edges. The middle of an area that lies around another is in the other.
func roomiest(ring []float64, slope float64) (longitude, latitude float64) {
	const net = 16
	b := survey.Bounds([]survey.Shape{{Rings: [][]float64{ring}}})
	longitude, latitude = (b.West+b.East)/2, (b.South+b.North)/2
	for i, most := 0, 0.0; i < net*net; i++ {
		x := b.West + (b.East-b.West)*(float64(i%net)+.5)/net
		y := b.South + (b.North-b.South)*(float64(i/net)+.5)/net
		if room := roomAt(ring, x, y, slope); room > most {
			longitude, latitude, most = x, y, room
		}
	}
	return longitude, latitude
}

// roomAt is how far a place is from the edges of a ring, in degrees of latitude; below 0 outside.
func roomAt(ring []float64, x, y, slope float64) float64 {
	room, inside := math.Inf(1), false
	for i, k := 0, len(ring)-2; i+1 < len(ring); k, i = i, i+2 {
		x1, y1, x2, y2 := ring[k], ring[k+1], ring[i], ring[i+1]
		if (y1 > y) != (y2 > y) && x < x1+(y-y1)/(y2-y1)*(x2-x1) {
			inside = !inside
		}
		dx, dy, px, py := (x2-x1)*slope, y2-y1, (x-x1)*slope, y-y1
		along := 0.0
		if length := dx*dx + dy*dy; length > 0 {
			along = min(1, max(0, (px*dx+py*dy)/length))
		}
		room = min(room, math.Hypot(px-along*dx, py-along*dy))
	}
	if !inside {
		return -room
	}
	return room
}

// marks draws the points: those that share a mesh of the grid as one.
func (m *mapPicture) marks(p *mapPage, g projection, points []survey.Point) {
	type mesh struct{ x, y int }
	together := map[mesh][]survey.Point{}
	var order []mesh
	for _, point := range points {
		x, y := g.xy(point.Longitude, point.Latitude)
		at := mesh{int(x / mapMesh), int(y / mapMesh)}
		if together[at] == nil {
			order = append(order, at)
		}
		together[at] = append(together[at], point)
	}
	for _, at := range order {
		m.Marks = append(m.Marks, p.mark(g, together[at]))
	}
	slices.SortStableFunc(m.Marks, func(a, b mapMark) int { return b.Count - a.Count }) // small ones lie on top
}

func (p *mapPage) mark(g projection, points []survey.Point) mapMark {
	var x, y float64
	looks := map[string]bool{}
	b := survey.Box{West: math.Inf(1), South: math.Inf(1), East: math.Inf(-1), North: math.Inf(-1)}
	for _, point := range points {
		px, py := g.xy(point.Longitude, point.Latitude)
		x, y = x+px/float64(len(points)), y+py/float64(len(points))
		looks[lookOf(point)] = true
		b = survey.Box{West: min(b.West, point.Longitude), South: min(b.South, point.Latitude), East: max(b.East, point.Longitude), North: max(b.North, point.Latitude)}
	}
	m := mapMark{X: x, Y: y, R: 7, Count: len(points), Look: lookOf(points[0])}
	if len(points) == 1 {
		m.Link, m.Label, m.Path = p.PointLink(points[0]), p.PointName(points[0]), markPaths[m.Look]
		return m
	}
	margin := max(0.4*max(b.East-b.West, b.North-b.South), 0.0005) // so that what lies around is seen, too
	m.R = min(22, 9+3*math.Log(float64(len(points))))
	if len(looks) > 1 {
		m.Look = "many"
	}
	m.Link = p.MapLink(fmt.Sprintf("%.5f,%.5f,%.5f,%.5f", b.West-margin, b.South-margin, b.East+margin, b.North+margin))
	m.Label = p.T("progress.pointsHere", len(points))
	return m
}

func lookOf(point survey.Point) string {
	switch {
	case point.Case != "":
		return "case"
	case point.State == survey.Approved:
		return "approved"
	case point.State == survey.HasIssues:
		return "returned"
	}
	return "received"
}

// markPaths are shapes around 0 0, so that states are told apart without colour: a square, a disc, a
// triangle, a diamond.
var markPaths = map[string]string{
	"approved": "M-6 -6H6V6H-6Z", "received": "M-6.5 0A6.5 6.5 0 1 0 6.5 0A6.5 6.5 0 1 0 -6.5 0Z",
	"returned": "M0 -7.5L7.5 6H-7.5Z", "case": "M0 -8L7 0L0 8L-7 0Z",
}

// kilometre is how many degrees of latitude it has.
const kilometre = 1 / 111.32

// measure finds a round distance that is about a fifth of the width.
func (m *mapPicture) measure(p *mapPage, g projection) {
	wanted := float64(m.Width) / 5 / g.scale / kilometre
	power := math.Pow(10, math.Floor(math.Log10(wanted)))
	round := power
	for _, n := range []float64{2, 5} {
		if n*power <= wanted {
			round = n * power
		}
	}
	m.Scale = round * kilometre * g.scale
	m.ScaleLabel = p.T("progress.kilometres", round)
	if round < 1 {
		m.ScaleLabel = p.T("progress.metres", math.Round(round*1000))
	}
}
