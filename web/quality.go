package web

import (
	"html/template"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
	"tianye/survey/quality"
)

var qualityRoutes = []Route{
	{get, "/p/:project/quality", account.Review, (*Server).qualityPage, 0},
	{get, "/p/:project/quality/daily", account.Review, (*Server).dailyQuality, 0},
	{post, "/p/:project/forms/:form/quality", account.DesignForm, (*Server).setQuality, 0},
	{post, "/p/:project/submissions/:submission/flags", account.Review, (*Server).judgeFlag, 0},
	{post, "/p/:project/forms/:form/enumerators/:user/flags", account.Review, (*Server).judgeEnumerator, 0},
}

type qualityPage struct {
	Page
	Forms       []survey.Form // that are published
	Form        survey.Form
	Report      survey.QualityReport
	Filter      qualityFilter
	Checks      []checkLine
	Items       []flaggedItem // of this page
	Found       int           // that the filter selects
	Enumerators []enumeratorLine
	Previous    template.URL
	Next        template.URL
	Settings    settingsForm
}

// qualityFilter selects among a form's flags.
type qualityFilter struct {
	Check, Enumerator string
	All               bool // those that were judged, too
	Page              int
}

type checkLine struct {
	survey.CheckCount
	Name, Explain string
	On            bool
	Parameters    []parameterLine
}

type flaggedItem struct {
	survey.Flagged
	Receipt, Name, CaseTitle string
	View                     flagsView
}

type enumeratorLine struct {
	survey.EnumeratorQuality
	Name string
	View flagsView
}

// Figure shows a figure that may be unknown.
func (p *qualityPage) Figure(x float64) string {
	if math.IsNaN(x) {
		return "—"
	}
	return strconv.FormatFloat(x, 'f', 1, 64)
}

// Percent shows a share.
func (p *qualityPage) Percent(x float64) string {
	if math.IsNaN(x) {
		return "—"
	}
	return strconv.FormatFloat(100*x, 'f', 0, 64) + "%"
}

// Link is the page's address with another check chosen.
func (p *qualityPage) Link(check quality.Check) template.URL {
	f := p.Filter
	f.Check, f.Page = string(check), 0
	return f.query(p.Form.ID)
}

func (f qualityFilter) query(formID id.FormID) template.URL {
	v := url.Values{"form": {string(formID)}}
	for name, value := range map[string]string{"check": f.Check, "enumerator": f.Enumerator} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if f.All {
		v.Set("all", "1")
	}
	if f.Page > 0 {
		v.Set("page", strconv.Itoa(f.Page))
	}
	return template.URL(v.Encode())
}

func (f qualityFilter) has(of survey.Flags, who id.UserID) bool {
	if f.Enumerator != "" && f.Enumerator != string(who) {
		return false
	}
	return slices.ContainsFunc(of.Flags, func(flag survey.Flag) bool {
		return (f.Check == "" || f.Check == string(flag.Check)) && (f.All || of.IsOpen(flag))
	})
}

func (s *Server) qualityPage(r *Request) error {
	page, err := s.qualityOf(r)
	if err != nil {
		return err
	}
	return s.show(r, "quality/show", page)
}

// qualityOf reads what the checks found in the form that was asked for, else in that in work.
func (s *Server) qualityOf(r *Request) (*qualityPage, error) {
	page := &qualityPage{Page: s.page(r, "quality.title"), Filter: qualityFilter{Check: r.Query("check"), Enumerator: r.Query("enumerator"), All: r.Query("all") != ""}}
	page.Section = "submissions"
	page.Filter.Page, _ = strconv.Atoi(r.Query("page"))
	wanted := id.FormID(r.Query("form"))
	if r.Param("form") != "" {
		wanted = id.FormID(r.Param("form"))
	}
	forms, at, err := s.publishedForms(r, wanted)
	if page.Forms = forms; err != nil || at < 0 {
		return page, err
	}
	page.Form = page.Forms[at]
	if page.Report, err = s.Surveys.Quality(r, r.Project.ID, page.Form.ID); err != nil {
		return nil, err
	}
	page.Form = page.Report.Form
	page.Settings = settingsOf(page.Form.Quality)
	return page, s.fillQuality(r, page)
}

// fillQuality says what the report holds.
func (s *Server) fillQuality(r *Request, page *qualityPage) error {
	names, err := s.senders(r)
	if err != nil {
		return err
	}
	cases, err := s.allCaseNames(r)
	if err != nil {
		return err
	}
	words, err := s.flagWords(r, page.Page, page.Form, names)
	if err != nil {
		return err
	}
	for _, c := range page.Report.Checks {
		page.Checks = append(page.Checks, checkLine{c, page.Say(c.Check.Label()), page.Say(c.Check.Explain()),
			!slices.Contains(page.Form.Quality.Off, c.Check), page.Settings.of(c.Check)})
	}
	var found []survey.Flagged
	for _, item := range page.Report.Items {
		if page.Filter.has(item.Flags, item.Submitter) {
			found = append(found, item)
		}
	}
	page.Found = len(found)
	page.Filter.Page = min(max(page.Filter.Page, 0), max(len(found)-1, 0)/pageSize)
	first := page.Filter.Page * pageSize
	back := page.Base() + "/quality?" + string(page.Filter.query(page.Form.ID))
	for _, item := range found[first:min(first+pageSize, len(found))] {
		line := flaggedItem{item, survey.Receipt(item.Submission), names[item.Submitter], titleAmong(cases, item.CaseID), words.view(item.Flags, back)}
		page.Items = append(page.Items, line)
	}
	turn := page.Filter
	if turn.Page--; first > 0 {
		page.Previous = turn.query(page.Form.ID)
	}
	if turn.Page += 2; first+pageSize < len(found) {
		page.Next = turn.query(page.Form.ID)
	}
	for _, e := range page.Report.Enumerators {
		page.Enumerators = append(page.Enumerators, enumeratorLine{e, names[e.ID], words.view(e.Own, back)})
	}
	slices.SortStableFunc(page.Enumerators, func(a, b enumeratorLine) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// judgeFlag keeps what a reviewer says to a flag of a submission.
func (s *Server) judgeFlag(r *Request) error {
	sub := id.SubmissionID(r.Param("submission"))
	if !id.Valid(string(sub)) {
		return problem.New(problem.NotFound, "submission.none")
	}
	return s.judge(r, string(sub), string(sub), survey.Receipt(sub), "/submissions/"+string(sub))
}

// judgeEnumerator keeps what one says to a flag of an enumerator.
func (s *Server) judgeEnumerator(r *Request) error {
	formID, who := id.FormID(r.Param("form")), id.UserID(r.Param("user"))
	names, err := s.senders(r)
	if err != nil {
		return err
	}
	return s.judge(r, survey.FlagsOf(formID, who), string(who), names[who], "/quality?form="+url.QueryEscape(string(formID)))
}

func (s *Server) judge(r *Request, flags, object, title, path string) error {
	said := r.Field("verdict")
	if said != "true" && said != "false" {
		return problem.New(problem.Malformed, "web.bodyUnreadable")
	}
	v := survey.Verdict{Check: quality.Check(r.Field("check")), Path: form.Path(r.Field("path")), IsFalse: said == "false", Note: r.Field("note")}
	if _, err := s.Surveys.JudgeFlag(r, r.Project.ID, r.User.ID, flags, v); err != nil {
		return err
	}
	r.did(object, title)
	outcome, word := "quality.judgedTrue", "quality.isTrue"
	if v.IsFalse {
		outcome, word = "quality.judgedFalse", "quality.isFalse"
	}
	r.changed("", say(r, "quality.judgedAs", v.Check.Label(), problem.Say(word)))
	base := "/p/" + string(r.Project.ID)
	if back, err := url.Parse(localPath(r.Field("back"))); err == nil && strings.HasPrefix(back.Path, base+"/") {
		query := back.Query()
		query.Del("done")
		path = strings.TrimPrefix(back.Path, base) + "?" + query.Encode()
	}
	return r.To(base+path, outcome)
}
