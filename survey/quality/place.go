package quality

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/stats"
	"tianye/internal/table"
	"tianye/survey/form"
)

const (
	leastPoints = 10 // below so many points of an area none is called far from the others
	metre       = 5  // decimals of a degree to which points are the same: about a metre
	wideSpreads = 5  // robust standard deviations beyond the usual distance that are far
)

// point is where a phone said that it was.
type point struct {
	latitude, longitude float64
	accuracy            float64 // metres; 0 unknown
}

// places looks at each question for one point.
func (v *view) places() {
	for i := range v.questions {
		q := &v.questions[i]
		switch q.field.Type {
		case form.Geopoint, form.StartGeopoint, form.BackgroundPoint:
			if q.variable.Type == table.Text {
				points := q.points(len(v.Rows))
				v.outside(q, points)
				v.crowded(q, points)
				v.coarse(q, points)
			}
		}
	}
}

// points reads "latitude longitude altitude accuracy"; nil is none.
func (q *question) points(rows int) []*point {
	read := make([]*point, len(q.variable.Values))
	for code, value := range q.variable.Values {
		read[code] = readPoint(value.Code)
	}
	points := make([]*point, rows)
	for row := range points {
		if code := q.column.Codes[row]; code != table.Missing {
			points[row] = read[code]
		}
	}
	return points
}

func readPoint(text string) *point {
	var n [4]float64
	for i, word := range strings.Fields(text) {
		x, err := strconv.ParseFloat(word, 64)
		if err != nil || i >= len(n) {
			return nil
		}
		n[i] = x
	}
	if len(strings.Fields(text)) < 2 || !(math.Abs(n[0]) <= 90 && math.Abs(n[1]) <= 180) {
		return nil
	}
	return &point{n[0], n[1], n[3]}
}

// outside finds points beyond the box of their area, or, without one, far from the area's other
// points: farther than the threshold from the middle of them, and than the others usually are.
func (v *view) outside(q *question, points []*point) {
	far := v.Settings.Value("placeKm")
	for area, rows := range v.areas(points) {
		if at := slices.IndexFunc(v.Settings.Boxes, func(b Box) bool { return b.Area == area }); at >= 0 {
			for _, row := range rows {
				if !v.Settings.Boxes[at].holds(points[row]) {
					v.flag(row, Place, q.path, 0, problem.Say("quality.say.placeOutside", area))
				}
			}
			continue
		}
		if len(rows) < leastPoints {
			continue
		}
		middle := &point{latitude: medianOf(rows, func(row int) float64 { return points[row].latitude }),
			longitude: medianOf(rows, func(row int) float64 { return points[row].longitude })}
		distances := make([]float64, len(rows))
		for i, row := range rows {
			distances[i] = middle.kilometres(points[row])
		}
		usual := stats.Median(distances)
		limit := max(far, usual+wideSpreads*stats.Spread(distances, usual))
		for i, row := range rows {
			if distances[i] <= limit {
				continue
			}
			text := problem.Say("quality.say.placeFar", number(distances[i], 0), number(usual, 1))
			if area != "" {
				text = problem.Say("quality.say.placeFarIn", area, number(distances[i], 0), number(usual, 1))
			}
			v.flag(row, Place, q.path, round(distances[i], 0), text)
		}
	}
}

// areas are the rows with a point, by area.
func (v *view) areas(points []*point) map[string][]int {
	areas := map[string][]int{}
	for _, row := range v.order {
		if points[row] != nil {
			areas[v.Rows[row].Area] = append(areas[v.Rows[row].Area], row)
		}
	}
	return areas
}

func medianOf(rows []int, of func(row int) float64) float64 {
	values := make([]float64, len(rows))
	for i, row := range rows {
		values[i] = of(row)
	}
	return stats.Median(values)
}

func (b Box) holds(p *point) bool {
	return p.latitude >= b.South && p.latitude <= b.North && p.longitude >= b.West && p.longitude <= b.East
}

// kilometres is the distance on a sphere (haversine).
func (p *point) kilometres(to *point) float64 {
	const radius, degree = 6371.0, math.Pi / 180
	north, east := math.Sin((to.latitude-p.latitude)*degree/2), math.Sin((to.longitude-p.longitude)*degree/2)
	h := north*north + math.Cos(p.latitude*degree)*math.Cos(to.latitude*degree)*east*east
	return 2 * radius * math.Asin(min(1, math.Sqrt(h)))
}

// crowded finds one point of many submissions: to the metre, phones never say the same twice unless
// they say where they were before.
func (v *view) crowded(q *question, points []*point) {
	type spot struct{ latitude, longitude float64 }
	met := map[spot][]int{}
	for _, row := range v.order {
		if p := points[row]; p != nil {
			at := spot{round(p.latitude, metre), round(p.longitude, metre)}
			met[at] = append(met[at], row)
		}
	}
	least := int(v.Settings.Value("placeSame"))
	for _, rows := range met {
		if len(rows) < least {
			continue
		}
		for _, row := range rows {
			var with []id.SubmissionID
			for _, other := range rows[:min(len(rows), mostWith+1)] {
				if other != row && len(with) < mostWith {
					with = append(with, v.Rows[other].Submission)
				}
			}
			v.flag(row, Place, q.path, doubled(len(rows)), problem.Say("quality.say.placeSame", len(rows)-1)).With = with
		}
	}
}

func (v *view) coarse(q *question, points []*point) {
	most := v.Settings.Value("placeAccuracy")
	for row, p := range points {
		if p != nil && p.accuracy > most {
			v.flag(row, Place, q.path, round(p.accuracy, 0), problem.Say("quality.say.placeCoarse", number(p.accuracy, 0), number(most, 0)))
		}
	}
}
