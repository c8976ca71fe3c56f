package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

// binSize is how many things a page of the recycle bin shows.
const binSize = 30

type binPage struct {
	Page
	Items []binItem
	Names map[id.UserID]string
	Next  string // the place of the next page; "" on the last
	First bool
}

// binItem is a thing in the recycle bin.
type binItem struct {
	id.Binned
	What string // its kind, in words
	Path string // below the project's
	Days int    // left
}

// binKinds are what a recycle bin can hold: who may delete them sees them there.
var binKinds = map[id.Kind]struct {
	verb         account.Verb
	folder, what string
}{
	id.KindCase:       {account.EditCase, "cases", "bin.kindCase"},
	id.KindChart:      {account.EditChart, "charts", "bin.kindChart"},
	id.KindLink:       {account.ManageLink, "links", "bin.kindLink"},
	id.KindExport:     {account.ExportSubmission, "exports", "bin.kindExport"},
	id.KindForm:       {account.DesignForm, "forms", "bin.kindForm"},
	id.KindSubmission: {account.DeleteSubmission, "submissions", "bin.kindSubmission"},
}

// bin shows what is in the recycle bin, the last deleted first.
func (s *Server) bin(r *Request) error {
	from, err := parseBinMark(r.Query("after"))
	if err != nil {
		return err
	}
	things, err := s.binned(r, from)
	if err != nil {
		return err
	}
	page := binPage{Page: s.page(r, "bin.title"), First: r.Query("after") == ""}
	if page.Names, err = s.Accounts.Names(r, r.Project.ID); err != nil {
		return err
	}
	if len(things) > binSize {
		things = things[:binSize]
		last := things[binSize-1].Mark()
		page.Next = strconv.FormatInt(last.At.UnixMilli(), 36) + "." + last.ID
	}
	for _, b := range things {
		kind := binKinds[b.Kind]
		page.Items = append(page.Items, binItem{b, page.T(kind.what), kind.folder + "/" + b.ID, s.daysLeft(b.Deletion)})
	}
	return s.show(r, "bin/list", page)
}

// parseBinMark reads the place of a page: "…?after=".
func parseBinMark(text string) (id.BinMark, error) {
	if text == "" {
		return id.BinMark{}, nil
	}
	at, thing, _ := strings.Cut(text, ".")
	millis, err := strconv.ParseInt(at, 36, 64)
	if err != nil || !isThing(thing) {
		return id.BinMark{}, problem.New(problem.Malformed, "survey.cursor")
	}
	return id.BinMark{At: time.UnixMilli(millis), ID: thing}, nil
}

// isThing tells whether text can be the id of what the recycle bin holds.
func isThing(text string) bool { return id.Valid(text) || id.ValidShort(text) }

// binned gives a page of what the sender may restore, and one more when there is more.
func (s *Server) binned(r *Request, from id.BinMark) ([]id.Binned, error) {
	var all []id.Binned
	for kind, look := range binKinds {
		if !r.Can(look.verb) {
			continue
		}
		var found []id.Binned
		var err error
		switch kind {
		case id.KindCase:
			found, err = s.Cases.Binned(r, r.Project.ID)
		case id.KindChart:
			found, err = s.binnedCharts(r)
		case id.KindLink:
			found, err = s.Surveys.BinnedLinks(r, r.Project.ID)
		case id.KindExport:
			found, err = s.Surveys.BinnedExports(r, r.Project.ID)
		case id.KindForm:
			found, err = s.Surveys.BinnedForms(r, r.Project.ID)
		case id.KindSubmission:
			found, err = s.Surveys.BinnedSubmissions(r, r.Project.ID, from, binSize+1)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	all = slices.DeleteFunc(all, func(b id.Binned) bool { return !from.Before(b) })
	slices.SortFunc(all, func(a, b id.Binned) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
	return all[:min(len(all), binSize+1)], nil
}

// binnedCharts are the charts in the recycle bin.
func (s *Server) binnedCharts(r *Request) ([]id.Binned, error) {
	charts, err := s.Charts.Deleted(r, r.Project.ID)
	var out []id.Binned
	for _, c := range charts {
		out = append(out, id.Binned{Kind: id.KindChart, ID: string(c.ID), Title: c.Spec.Title, Deletion: *c.Deleted})
	}
	return out, err
}

// why is the reason of a deletion, which need not be given.
func (r *Request) why() (string, error) {
	why := r.Field("why")
	if utf8.RuneCountInString(why) > id.MaxWhy {
		return "", problem.New(problem.Invalid, "bin.whyLong", id.MaxWhy).With("why", "bin.whyLong", id.MaxWhy)
	}
	r.because(why)
	return why, nil
}

// binnedTo goes to the list from which a thing was deleted, where it can be undone.
func (r *Request) binnedTo(kind id.Kind, thing string) error {
	folder := binKinds[kind].folder
	return r.To("/p/"+string(r.Project.ID)+"/"+folder+"?undo="+folder+"/"+thing, keyBinned)
}

// keyBinned is what a page says after a deletion: with the day until which it can be undone.
const keyBinned = "bin.moved"

// undoPath is what the page after a deletion offers to restore; "" when it comes after no deletion.
func (r *Request) undoPath() string {
	folder, thing, _ := strings.Cut(r.Query("undo"), "/")
	for _, kind := range binKinds {
		if kind.folder == folder && isThing(thing) && r.Query("done") == keyBinned {
			return "/p/" + string(r.Project.ID) + "/" + folder + "/" + thing + "/restore"
		}
	}
	return ""
}

// restoredTo goes back to the recycle bin when it was restored there, else to the thing itself.
func (r *Request) restoredTo(kind id.Kind, thing string) error {
	base := "/p/" + string(r.Project.ID) + "/"
	if r.Field("from") == "bin" {
		return r.To(base+"bin", "bin.restored")
	}
	return r.To(base+binKinds[kind].folder+"/"+thing, "bin.restored")
}

func (s *Server) deleteForm(r *Request) error {
	f, err := s.Surveys.Form(r, r.Project.ID, id.FormID(r.Param("form")))
	if err != nil {
		return err
	}
	r.about(string(f.ID), f.Title)
	why, err := r.why()
	if err != nil {
		return err
	}
	if _, err := s.Surveys.DeleteForm(r, r.Project.ID, r.User.ID, f.ID, why); err != nil {
		return err
	}
	return r.binnedTo(id.KindForm, string(f.ID))
}

func (s *Server) restoreForm(r *Request) error {
	f, err := s.Surveys.RestoreForm(r, r.Project.ID, id.FormID(r.Param("form")))
	if err != nil {
		return err
	}
	r.did(string(f.ID), f.Title)
	return r.restoredTo(id.KindForm, string(f.ID))
}

func (s *Server) deleteSubmission(r *Request) error {
	sub, err := s.mayRead(r)
	if err != nil {
		return err
	}
	r.about(string(sub.ID), sub.Receipt())
	why, err := r.why()
	if err != nil {
		return err
	}
	if _, err := s.Surveys.DeleteSubmission(r, r.Project.ID, r.User.ID, sub.ID, why); err != nil {
		return err
	}
	return r.binnedTo(id.KindSubmission, string(sub.ID))
}

func (s *Server) restoreSubmission(r *Request) error {
	sub, err := s.Surveys.RestoreSubmission(r, r.Project.ID, id.SubmissionID(r.Param("submission")))
	if problem.Is(err, problem.NotFound) && problem.From(err).Text.Key != "bin.gone" {
		err = problem.New(problem.NotFound, "submission.none")
	}
	if err != nil {
		return err
	}
	r.did(string(sub.ID), sub.Receipt())
	return r.restoredTo(id.KindSubmission, string(sub.ID))
}

func (s *Server) deleteCase(r *Request) error {
	c, err := s.caseOf(r)
	if err != nil {
		return err
	}
	r.about(string(c.ID), c.Title)
	why, err := r.why()
	if err != nil {
		return err
	}
	if _, err := s.Cases.Delete(r, r.User.ID, r.Project.ID, c.ID, why); err != nil {
		return err
	}
	return r.binnedTo(id.KindCase, string(c.ID))
}

func (s *Server) restoreCase(r *Request) error {
	c, err := s.Cases.Restore(r, r.User.ID, r.Project.ID, id.CaseID(r.Param("case")))
	if err != nil {
		return err
	}
	r.did(string(c.ID), c.Title)
	return r.restoredTo(id.KindCase, string(c.ID))
}

func (s *Server) deleteChart(r *Request) error {
	saved, err := s.savedChart(r)
	if err != nil {
		return err
	}
	r.about(string(saved.ID), saved.Spec.Title)
	why, err := r.why()
	if err != nil {
		return err
	}
	if _, err := s.Charts.Delete(r, r.Project.ID, r.User.ID, saved.ID, why); err != nil {
		return err
	}
	return r.binnedTo(id.KindChart, string(saved.ID))
}

func (s *Server) restoreChart(r *Request) error {
	missing := problem.New(problem.NotFound, "chart.none")
	if !id.Valid(r.Param("chart")) {
		return missing
	}
	saved, err := s.Charts.Restore(r, r.Project.ID, id.ChartID(r.Param("chart")))
	if problem.Is(err, problem.NotFound) && problem.From(err).Text.Key != "bin.gone" {
		return missing
	}
	if err != nil {
		return err
	}
	r.did(string(saved.ID), saved.Spec.Title)
	return r.restoredTo(id.KindChart, string(saved.ID))
}

// binnedCases are the cases in the recycle bin, marked as such: their submissions stay in the lists.
func (s *Server) binnedCases(r *Request) ([]caseName, error) {
	things, err := s.Cases.Binned(r, r.Project.ID)
	var names []caseName
	for _, b := range things {
		names = append(names, caseName{ID: id.CaseID(b.ID), Title: say(r, "bin.caseMark", b.Title)})
	}
	slices.SortFunc(names, func(a, b caseName) int { return cmp.Compare(a.Title, b.Title) })
	return names, err
}

// allCaseNames are the names of the project's cases, those in the recycle bin at the end.
func (s *Server) allCaseNames(r *Request) ([]caseName, error) {
	names, err := s.caseNames(r)
	if err != nil {
		return nil, err
	}
	binned, err := s.binnedCases(r)
	return append(names, binned...), err
}
