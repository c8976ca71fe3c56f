package xpath

import (
	"math"
	"strings"
)

// Geographic functions, on the sphere that JavaRosa uses (GeoUtils; the radius is the
// Earth's at the equator). Areas and distances are rounded to two decimals, square metres
// and metres, so that both engines agree.
const earthRadius = 6_378_100

var geoCalls = map[string]function{
	"area":          area,
	"enclosed-area": area,
	"distance": func(c *Context, a []*Node) Value {
		points, ok := c.points(a)
		if !ok {
			return Number(math.NaN())
		}
		return Number(length(points))
	},
	"geofence": func(c *Context, a []*Node) Value {
		at, ok := c.points(a[:1])
		fence, closed := c.points(a[1:])
		return Bool(ok && closed && len(at) == 1 && inside(at[0], fence))
	},
	"intersects": func(c *Context, a []*Node) Value {
		points, ok := c.points(a)
		return Bool(ok && crossesItself(points))
	},
}

// point is a position in degrees.
type point struct{ latitude, longitude float64 }

// points reads geopoints, geotraces, geoshapes and node-sets of them as one line; what is
// unanswered is left out. ok is false when something is no position.
func (c *Context) points(args []*Node) (all []point, ok bool) { return readPoints(c.flat(args)) }

func readPoints(texts []string) (all []point, ok bool) {
	for _, text := range texts {
		for _, one := range strings.Split(text, ";") {
			parts := fields(one)
			if len(parts) == 0 {
				continue
			}
			if len(parts) < 2 || len(parts) > 4 {
				return nil, false
			}
			p := point{ParseNumber(parts[0]), ParseNumber(parts[1])}
			if !(math.Abs(p.latitude) <= 90 && math.Abs(p.longitude) <= 180) { // NaN too
				return nil, false
			}
			all = append(all, p)
		}
	}
	return all, true
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }

func twoDecimals(f float64) float64 { return roundHalfUp(f*100) / 100 }

// between is the distance of two points by the spherical law of cosines.
func between(a, b point) float64 {
	cosine := math.Sin(radians(a.latitude))*math.Sin(radians(b.latitude)) +
		math.Cos(radians(a.latitude))*math.Cos(radians(b.latitude))*math.Cos(radians(a.longitude-b.longitude))
	if a == b {
		return 0
	}
	return math.Acos(math.Max(-1, math.Min(1, cosine))) * earthRadius
}

// area adds up the triangles between the first point and the others, on the plane that
// touches the Earth there; 0 of fewer than three points.
func area(c *Context, a []*Node) Value {
	points, ok := c.points(a)
	if !ok {
		return Number(math.NaN())
	}
	return Number(areaOf(points))
}

func areaOf(points []point) float64 {
	const metresADegree = 2 * earthRadius * math.Pi / 360
	total, lastX, lastY := 0.0, 0.0, 0.0
	for i := 1; i < len(points); i++ {
		y := (points[i].latitude - points[0].latitude) * metresADegree
		x := (points[i].longitude - points[0].longitude) * metresADegree * math.Cos(radians(points[i].latitude))
		total += (lastY*x - lastX*y) / 2
		lastX, lastY = x, y
	}
	return twoDecimals(math.Abs(total))
}

func length(points []point) float64 {
	total := 0.0
	for i := 1; i < len(points); i++ {
		total += between(points[i-1], points[i])
	}
	return twoDecimals(total)
}

// Measure gives how many points a geotrace or geoshape has, its length in metres and the area that
// it encloses in square metres; none of what is no such answer.
func Measure(answer string) (points int, metres, squareMetres float64) {
	all, ok := readPoints([]string{answer})
	if !ok {
		return 0, 0, 0
	}
	return len(all), length(all), areaOf(all)
}

// inside counts the sides that a ray from the point crosses (W. R. Franklin, PNPOLY).
func inside(at point, fence []point) bool {
	odd := false
	for i := range fence {
		a, b := fence[(i+len(fence)-1)%len(fence)], fence[i]
		if (b.latitude > at.latitude) != (a.latitude > at.latitude) &&
			at.longitude < (a.longitude-b.longitude)*(at.latitude-b.latitude)/(a.latitude-b.latitude)+b.longitude {
			odd = !odd
		}
	}
	return odd
}

type segment struct{ a, b point }

// crossesItself tells whether a line meets itself but where its segments join, as ODK
// Collect judges it: exactly, on the plane of degrees.
func crossesItself(points []point) bool {
	var segments []segment
	for i := 1; i < len(points); i++ {
		if points[i-1] != points[i] {
			segments = append(segments, segment{points[i-1], points[i]})
		}
	}
	if len(segments) < 2 {
		return false
	}
	closed := len(segments) > 2 && points[0] == points[len(points)-1]
	for i, one := range segments {
		for j := i + 1; j < len(segments); j++ {
			if closed && i == 0 && j == len(segments)-1 {
				continue
			}
			if one.meets(segments[j], j == i+1) {
				return true
			}
		}
	}
	return false
}

// meets tells whether two segments have a point in common; joined, whether another than
// the end of the one and the start of the other.
func (s segment) meets(other segment, joined bool) bool {
	a, b, c, d := s.a, s.b, other.a, other.b
	turnA, turnD := turn(a, c, d), turn(a, b, d)
	switch {
	case turnA == 0 && other.holds(a), turnD == 0 && s.holds(d):
		return true
	case joined && b == c:
		return false
	}
	turnB, turnC := turn(b, c, d), turn(a, b, c)
	return turnA*turnB < 0 && turnC*turnD < 0 || turnB == 0 && other.holds(b) || turnC == 0 && s.holds(c)
}

// turn is 1 or -1 by the side of the line from a to b on which c lies, 0 on it.
func turn(a, b, c point) int {
	cross := (b.longitude-a.longitude)*(c.latitude-a.latitude) - (b.latitude-a.latitude)*(c.longitude-a.longitude)
	switch {
	case cross > 0:
		return 1
	case cross < 0:
		return -1
	}
	return 0
}

// holds tells whether a point is within the rectangle around a segment.
func (s segment) holds(p point) bool {
	return p.latitude >= math.Min(s.a.latitude, s.b.latitude) && p.latitude <= math.Max(s.a.latitude, s.b.latitude) &&
		p.longitude >= math.Min(s.a.longitude, s.b.longitude) && p.longitude <= math.Max(s.a.longitude, s.b.longitude)
}
