package demo

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
)

// place is latitude, longitude, altitude and accuracy in metres, as a geopoint has them.
type place [4]float64

func (p place) String() string { return fmt.Sprintf("%.6f %.6f %.1f %.1f", p[0], p[1], p[2], p[3]) }

// metre is a metre in degrees of latitude.
const metre = 1 / 111320.0

// route is what an investigator walked round the place of a visit, as a geotrace; of every third visit
// none. It is drawn from a source of its own, so that all else stays as it was drawn.
func route(slug string, number int, at place) string {
	seed := fnv.New64a()
	seed.Write([]byte(slug))
	r := rand.New(rand.NewPCG(seed.Sum64(), uint64(number)))
	if r.IntN(3) == 0 {
		return ""
	}
	heading, points := 2*math.Pi*r.Float64(), []string{at.String()}
	for range 7 + r.IntN(6) {
		heading += .9*r.Float64() - .1 // mostly to one side: the walk comes round
		step := (18 + 40*r.Float64()) * metre
		at[0] += step * math.Cos(heading)
		at[1] += step * math.Sin(heading) / math.Cos(at[0]*math.Pi/180)
		at[2] += 2 * r.NormFloat64()
		at[3] = 4 + 8*r.Float64()
		points = append(points, at.String())
	}
	return strings.Join(points, "; ")
}
