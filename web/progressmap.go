package web

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/table"
	"tianye/survey"
	"tianye/survey/form"
)

type mapPage struct {
	*progressPage
	Outline   survey.Outline
	Questions []survey.PointQuestion
	Question  string // its path; "" for the cases' own coordinates
	ByCase    bool   // the cases have coordinates
	Hidden    string // why single points are not shown
	Counts    []placeCount
	Points    []survey.Point
	Listed    []survey.Point // those of the box, when there is one
	Box       string         // a part of the map that is looked at
	Picture   *mapPicture
	Titles    map[string]string // of cases
}

// placeCount is how many points a row has; fewer than the smallest group are hidden.
type placeCount struct {
	Row    string
	Count  int
	Hidden bool
}

// mostListed is how many points are listed below a part of the map.
const mostListed = 200

// progressMap shows where the submissions, or the cases, are.
func (s *Server) progressMap(r *Request) error {
	base, err := s.progressForm(r, "progress.mapTitle")
	if err != nil {
		return err
	}
	page := &mapPage{progressPage: base, Question: r.Query("question"), Box: r.Query("box")}
	page.Tab = "map"
	if page.Form.ID == "" {
		return s.show(r, "progress/map", page)
	}
	if page.Outline, err = s.Surveys.Outline(r, r.Project.ID); err != nil {
		return err
	}
	if page.Questions, err = s.Surveys.PointQuestions(r, r.Project.ID, page.Form.ID, string(r.Language)); err != nil {
		return err
	}
	ofCases := casePoints(page.cases, page.query.Places)
	page.ByCase, page.Titles = len(ofCases) > 0, titlesOf(page.cases)
	if err := s.mapPoints(r, page, ofCases); err != nil {
		return err
	}
	page.draw(r)
	return s.show(r, "progress/map", page)
}

// mapPoints finds the points, and hides single ones from those who may not see them.
func (s *Server) mapPoints(r *Request, page *mapPage, ofCases []survey.Point) error {
	at := slices.IndexFunc(page.Questions, func(q survey.PointQuestion) bool {
		return page.Question == "" && !page.ByCase || string(q.Path) == page.Question
	})
	if at < 0 {
		page.Question, page.Points = "", ofCases
		return nil
	}
	question := page.Questions[at]
	page.Question = string(question.Path)
	points, err := s.Surveys.Points(r, r.Project.ID, page.query, form.Path(question.Path))
	if err != nil {
		return err
	}
	if r.Can(account.ReadSubmission) && (!question.Personal || r.Can(account.ReadPersonal)) {
		page.Points = points
		return nil
	}
	page.Hidden = page.T("progress.pointsHidden")
	page.Counts = placeCounts(points, r.Project.Privacy.Least())
	return nil
}

// placeCounts counts points by row. Of rows with fewer than least nothing is told, nor of the next smallest
// when one alone would be hidden: it could be told from the whole.
func placeCounts(points []survey.Point, least int) []placeCount {
	counts := map[string]int{}
	for _, p := range points {
		counts[p.Row]++
	}
	var out []placeCount
	for row, n := range counts {
		out = append(out, placeCount{Row: row, Count: n, Hidden: n < least})
	}
	slices.SortFunc(out, func(a, b placeCount) int { return cmp.Or(cmp.Compare(a.Count, b.Count), cmp.Compare(a.Row, b.Row)) })
	if len(out) > 1 && out[0].Hidden && !out[1].Hidden {
		out[1].Hidden = true
	}
	for i := range out {
		if out[i].Hidden {
			out[i].Count = 0
		}
	}
	slices.Reverse(out)
	return out
}

// casePoints are the cases with coordinates: in attributes 纬度 and 经度, or one 坐标 of both.
func casePoints(cases *table.Table, places map[id.CaseID]survey.BoardPlace) []survey.Point {
	find := func(names ...string) int {
		return slices.IndexFunc(cases.Variables, func(v table.Variable) bool { return slices.Contains(names, strings.ToLower(v.Name)) })
	}
	latitude, longitude, both := find("纬度", "latitude", "lat"), find("经度", "longitude", "lon", "lng"), find("坐标", "经纬度", "coordinates", "location")
	text := func(column, row int) string {
		c, v := &cases.Columns[column], &cases.Variables[column]
		switch {
		case cases.IsMissing(column, row):
			return ""
		case c.Codes != nil:
			return v.Values[c.Codes[row]].Code
		case c.Numbers != nil:
			return strconv.FormatFloat(c.Numbers[row], 'f', -1, 64)
		}
		return ""
	}
	var out []survey.Point
	for row, origin := range cases.Origins {
		said := ""
		if latitude >= 0 && longitude >= 0 {
			said = text(latitude, row) + " " + text(longitude, row)
		} else if both >= 0 {
			said = text(both, row)
		}
		if lat, lon, ok := survey.ParsePoint(said); ok {
			place := places[id.CaseID(origin.ID)]
			out = append(out, survey.Point{Latitude: lat, Longitude: lon, Case: id.CaseID(origin.ID), Row: place.Row, Column: place.Column})
		}
	}
	return out
}

// boxOf reads west,south,east,north.
func boxOf(text string) (b survey.Box, ok bool) {
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return b, false
	}
	for i, into := range []*float64{&b.West, &b.South, &b.East, &b.North} {
		var err error
		if *into, err = strconv.ParseFloat(parts[i], 64); err != nil {
			return b, false
		}
	}
	return b, b.Valid()
}

// draw lays out the picture, and lists what is in the part that is looked at.
func (p *mapPage) draw(r *Request) {
	box, zoomed := boxOf(p.Box)
	if !zoomed {
		p.Box = ""
		box = p.whole()
	}
	if !box.Valid() {
		return
	}
	var shown []survey.Point
	for _, point := range p.Points {
		if box.Has(point.Latitude, point.Longitude) {
			shown = append(shown, point)
		}
	}
	if zoomed {
		p.Listed = shown[:min(len(shown), mostListed)]
	}
	p.Picture = newMapPicture(p, box, shown)
}

// whole is the box of all that there is to show, with a margin.
func (p *mapPage) whole() survey.Box {
	b := survey.Box{West: math.Inf(1), South: math.Inf(1), East: math.Inf(-1), North: math.Inf(-1)}
	if len(p.Outline.Shapes) > 0 {
		b = survey.Bounds(p.Outline.Shapes)
	} else if p.Outline.Corners.Valid() {
		b = p.Outline.Corners
	} else {
		for _, point := range p.Points {
			b = survey.Box{West: min(b.West, point.Longitude), South: min(b.South, point.Latitude), East: max(b.East, point.Longitude), North: max(b.North, point.Latitude)}
		}
	}
	margin := max(0.03*max(b.East-b.West, b.North-b.South), 0.002)
	return survey.Box{West: max(-180, b.West-margin), South: max(-90, b.South-margin), East: min(180, b.East+margin), North: min(90, b.North+margin)}
}

// Beyond is how many points lie outside what is drawn.
func (p *mapPage) Beyond() int {
	if p.Picture == nil || p.Box != "" {
		return 0
	}
	return len(p.Points) - p.Picture.Shown
}

// MapLink is the address of a part of the map.
func (p *mapPage) MapLink(box string) string {
	link := p.Link("/map")
	if p.Question != "" {
		link += "&question=" + url.QueryEscape(p.Question)
	}
	if box != "" {
		link += "&box=" + box
	}
	return link
}

// PointLink is where a single point leads.
func (p *mapPage) PointLink(point survey.Point) string {
	if point.Case != "" {
		return p.Base() + "/cases/" + string(point.Case)
	}
	return p.Base() + "/submissions/" + string(point.Submission)
}

// PointName says a single point.
func (p *mapPage) PointName(point survey.Point) string {
	if point.Case != "" {
		return p.Titles[string(point.Case)]
	}
	return survey.Receipt(point.Submission)
}

// Degrees says a place: 28.7412° N 118.6321° E.
func (p *mapPage) Degrees(point survey.Point) string {
	return fmt.Sprintf("%.4f, %.4f", point.Latitude, point.Longitude)
}
