package survey

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"tianye/survey/form"
)

// feature is one of a FeatureCollection (RFC 7946).
type feature struct {
	Type       string         `json:"type"`
	Geometry   geometry       `json:"geometry"`
	Properties map[string]any `json:"properties"`
}

// geometry has positions as longitude, latitude and, when it is known, altitude in metres.
type geometry struct {
	Type        string `json:"type"`
	Coordinates any    `json:"coordinates"`
}

// writeGeoJSON writes every place that was answered, in a repeat too, with the row's other answers.
func (e Export) writeGeoJSON(w io.Writer, plan *exportPlan, each func(func(*Submission) error) error) error {
	out := bufio.NewWriter(w)
	if _, err := out.WriteString(`{"type":"FeatureCollection","features":[`); err != nil {
		return err
	}
	separator := "\n"
	err := each(func(sub *Submission) error {
		for _, p := range plan.sheets {
			err := p.eachRow(sub.Answers, func(position string, answers map[string]any) error {
				for _, c := range p.columns {
					g, ok := c.place(answers)
					if !ok {
						continue
					}
					raw, err := json.Marshal(feature{"Feature", g, e.properties(p, c, sub, position, answers)})
					if err != nil {
						return err
					}
					out.WriteString(separator)
					separator = ",\n"
					if _, err := out.Write(raw); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	out.WriteString("\n]}\n")
	return out.Flush()
}

// properties are what is said of a place: the columns before the questions', the question, and the
// answers of its row that are no places. Without labels they have the names of programs.
func (e Export) properties(p *sheetPlan, place *exportColumn, sub *Submission, position string, answers map[string]any) map[string]any {
	key := func(name string) string {
		if e.Labels {
			return e.Header(name)
		}
		return "_" + name
	}
	said := map[string]any{key("question"): place.header}
	for i, value := range e.meta(sub) {
		if value != "" {
			said[key(exportMeta[i])] = value
		}
	}
	if position != "" {
		said[key("position")] = position
	}
	if e.Mark != "" {
		said["mark"] = e.Mark
	}
	for _, c := range p.columns {
		value, name := c.cell(lookup(answers, c.names)), c.header
		if value == "" || c.isPlace() {
			continue
		}
		if _, taken := said[name]; taken { // two questions may read the same
			name += " (" + string(c.path) + ")"
		}
		said[name] = value
	}
	return said
}

func (c *exportColumn) isPlace() bool {
	return c.field.Type.IsPlace() || c.field.Type == form.StartGeopoint || c.field.Type == form.BackgroundPoint
}

// place reads a place as the mask leaves it. A line of one point, or a shape without area, is a point or a line.
func (c *exportColumn) place(answers map[string]any) (g geometry, ok bool) {
	if !c.isPlace() {
		return g, false
	}
	points := positions(c.mask(lookup(answers, c.names)))
	switch {
	case len(points) == 0:
		return g, false
	case len(points) == 1:
		return geometry{"Point", points[0]}, true
	case c.field.Type == form.Geoshape && len(points) > 2:
		if ring := closed(points); len(ring) > 3 {
			return geometry{"Polygon", [][][]float64{ring}}, true
		}
	}
	return geometry{"LineString", points}, true
}

// positions reads "latitude longitude altitude accuracy;…"; anything unreadable is none.
func positions(value string) (points [][]float64) {
	for text := range strings.SplitSeq(value, ";") {
		parts := strings.Fields(text)
		if len(parts) == 0 {
			continue
		}
		var n [3]float64
		for i, part := range parts[:min(3, len(parts))] {
			var err error
			if n[i], err = strconv.ParseFloat(part, 64); err != nil {
				return nil
			}
		}
		// NaN is in no range either.
		if len(parts) < 2 || !(n[0] >= -90 && n[0] <= 90 && n[1] >= -180 && n[1] <= 180 && n[2] > -1e5 && n[2] < 1e6) {
			return nil
		}
		point := []float64{n[1], n[0]}
		if n[2] != 0 {
			point = append(point, n[2])
		}
		points = append(points, point)
	}
	return points
}

// closed makes a ring that ends where it begins, counter-clockwise as an exterior ring is.
func closed(points [][]float64) [][]float64 {
	first, last := points[0], points[len(points)-1]
	if first[0] != last[0] || first[1] != last[1] {
		points = append(points, first)
	}
	area := 0.0
	for i := range points[1:] {
		area += points[i][0]*points[i+1][1] - points[i+1][0]*points[i][1]
	}
	if area < 0 {
		for i, j := 0, len(points)-1; i < j; i, j = i+1, j-1 {
			points[i], points[j] = points[j], points[i]
		}
	}
	return points
}
