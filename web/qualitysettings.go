package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/quality"
)

// settingsForm are thresholds as they are written in the page's fields.
type settingsForm struct {
	Values map[string]string // by the parameter's name
	Boxes  string            // a line an area
	Error  string
	Wrong  map[string]string // by the parameter's name, or "boxes"
}

type parameterLine struct {
	quality.Parameter
	Text  string
	Error string
}

func settingsOf(s quality.Settings) settingsForm {
	f := settingsForm{Values: map[string]string{}, Wrong: map[string]string{}}
	for _, p := range quality.Parameters {
		f.Values[p.Name] = strconv.FormatFloat(s.Value(p.Name), 'f', -1, 64)
	}
	var lines []string
	for _, b := range s.Boxes {
		var numbers []string
		for _, x := range []float64{b.South, b.West, b.North, b.East} {
			numbers = append(numbers, strconv.FormatFloat(x, 'f', -1, 64))
		}
		lines = append(lines, b.Area+": "+strings.Join(numbers, ", "))
	}
	f.Boxes = strings.Join(lines, "\n")
	return f
}

// of are the thresholds of a check.
func (f settingsForm) of(check quality.Check) []parameterLine {
	var lines []parameterLine
	for _, p := range quality.Parameters {
		if p.Check == check {
			lines = append(lines, parameterLine{p, f.Values[p.Name], f.Wrong[p.Name]})
		}
	}
	return lines
}

// readSettings reads the fields; what is no number is said at its place by Settings.Validate.
func readSettings(r *Request) (quality.Settings, settingsForm, error) {
	sent := settingsForm{Values: map[string]string{}, Boxes: r.Field("boxes"), Wrong: map[string]string{}}
	s := quality.Settings{Values: map[string]float64{}}
	for _, check := range quality.Checks {
		if r.Field("on:"+string(check)) == "" {
			s.Off = append(s.Off, check)
		}
	}
	wrong := problem.New(problem.Invalid, "quality.settingsInvalid")
	for _, p := range quality.Parameters {
		text := r.Field(p.Name)
		sent.Values[p.Name] = text
		value, err := strconv.ParseFloat(text, 64)
		switch {
		case err != nil:
			wrong.With(p.Name, "quality.between", p.Min, p.Max)
		case value != p.Default:
			s.Values[p.Name] = value
		}
	}
	for line := range strings.Lines(sent.Boxes) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		box, ok := readBox(line)
		if !ok {
			wrong.With("boxes", "quality.boxInvalid", line)
		}
		s.Boxes = append(s.Boxes, box)
	}
	if len(wrong.Details) > 0 {
		return s, sent, wrong
	}
	return s, sent, s.Validate()
}

// readBox reads "江山市: 28.3, 118.4, 28.9, 118.9".
func readBox(line string) (quality.Box, bool) {
	line = strings.NewReplacer("：", ":", "，", ",").Replace(line)
	at := strings.LastIndexByte(line, ':')
	if at < 0 {
		return quality.Box{}, false
	}
	var n []float64
	for part := range strings.SplitSeq(line[at+1:], ",") {
		x, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil {
			return quality.Box{}, false
		}
		n = append(n, x)
	}
	if len(n) != 4 {
		return quality.Box{}, false
	}
	return quality.Box{Area: strings.TrimSpace(line[:at]), South: n[0], West: n[1], North: n[2], East: n[3]}, true
}

// setQuality keeps a form's thresholds. What does not fit is said beside its field.
func (s *Server) setQuality(r *Request) error {
	revision, err := strconv.ParseInt(r.Field("revision"), 10, 64)
	if err != nil {
		return problem.New(problem.Malformed, "web.bodyUnreadable").Because(err)
	}
	settings, sent, err := readSettings(r)
	if err == nil {
		f, err := s.Surveys.SetQuality(r, r.Project.ID, id.FormID(r.Param("form")), revision, settings)
		if err != nil {
			return err
		}
		r.did(string(f.ID), f.Title)
		r.changed("", say(r, "quality.settingsAre", len(quality.Checks)-len(settings.Off), len(settings.Values)))
		return r.To("/p/"+string(r.Project.ID)+"/quality?form="+string(f.ID), "quality.settingsSaved")
	}
	if !problem.Is(err, problem.Invalid) {
		return err
	}
	page, failed := s.qualityOf(r)
	if failed != nil {
		return failed
	}
	p := problem.From(err)
	sent.Error = page.Say(p.Text)
	for _, d := range p.Details {
		sent.Wrong[d.Where] = page.Say(d.Text)
	}
	page.Settings, page.Form.Revision = sent, revision
	for i, c := range page.Checks {
		page.Checks[i].On, page.Checks[i].Parameters = !slices.Contains(settings.Off, c.Check), sent.of(c.Check)
	}
	return s.render(r, http.StatusUnprocessableEntity, "quality/show", page)
}
