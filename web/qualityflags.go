package web

import (
	"context"
	"slices"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/table"
	"tianye/survey"
	"tianye/survey/form"
	"tianye/survey/quality"
)

// flagsView is what the part "flags" shows: what the quality checks found odd in a submission, or of
// an enumerator.
type flagsView struct {
	Page
	Lines  []flagLine
	Action string // where a verdict is sent; "" when the reader gives none
	Back   string // where they go then
}

type flagLine struct {
	Check    quality.Check
	Path     form.Path
	Name     string // of the check
	Question string // "" for the whole
	Sentence string
	Open     bool
	With     []flagOther
	Verdict  string // "" when nobody said anything
	Note     string
}

// flagOther is another submission that one is like.
type flagOther struct {
	ID      id.SubmissionID
	Receipt string
}

// flagWords says flags of one form.
type flagWords struct {
	Page
	d        *form.Definition
	language string
	names    map[id.UserID]string
	judges   bool
}

func (s *Server) flagWords(r *Request, page Page, f survey.Form, names map[id.UserID]string) (flagWords, error) {
	d, err := s.Surveys.Definition(r, r.Project.ID, f.ID, f.Current().Number)
	if err != nil {
		return flagWords{}, err
	}
	return flagWords{page, d, survey.LanguageFor(d, string(r.Language)), names, page.Can(string(account.Review))}, nil
}

func (w flagWords) view(flags survey.Flags, back string) flagsView {
	v := flagsView{Page: w.Page, Back: back}
	if w.judges && len(flags.Flags) > 0 {
		v.Action = w.Base() + "/submissions/" + string(flags.Submission) + "/flags"
		if flags.Submission == "" {
			v.Action = w.Base() + "/forms/" + string(flags.FormID) + "/enumerators/" + string(flags.Enumerator) + "/flags"
		}
	}
	for _, flag := range flags.Flags {
		line := flagLine{Check: flag.Check, Path: flag.Path, Name: w.Say(flag.Check.Label()), Sentence: w.Say(flag.Text), Open: flags.IsOpen(flag)}
		if f := w.d.Find(flag.Path); f != nil {
			line.Question = f.Label.In(w.language, w.d)
		}
		for _, other := range flag.With {
			line.With = append(line.With, flagOther{other, survey.Receipt(other)})
		}
		if said, ok := flags.Verdict(flag); ok {
			line.Verdict, line.Note = w.T("quality.saidTrue", w.names[said.By], w.Time(said.At)), said.Note
			if said.IsFalse {
				line.Verdict = w.T("quality.saidFalse", w.names[said.By], w.Time(said.At))
			}
		}
		v.Lines = append(v.Lines, line)
	}
	return v
}

// flagsOf gives what a submission's page shows of its flags: nothing to those who do not review.
func (s *Server) flagsOf(r *Request, page Page, sub survey.Submission) (flagsView, error) {
	if !page.Can(string(account.Review)) {
		return flagsView{}, nil
	}
	flags, err := s.Surveys.Flags(r, r.Project.ID, sub.ID)
	if err != nil || len(flags.Flags) == 0 {
		return flagsView{}, err
	}
	f, err := s.Surveys.Form(r, r.Project.ID, sub.FormID)
	if err != nil {
		return flagsView{}, err
	}
	names, err := s.senders(r)
	if err != nil {
		return flagsView{}, err
	}
	words, err := s.flagWords(r, page, f, names)
	return words.view(flags, r.here()), err
}

// locateCases introduces the cases' counties to the quality checks: the attribute that the form's
// progress is drawn by, else the one that is called so.
func locateCases(surveys *survey.Service, cases *casebase.Service) {
	surveys.LocateCases(func(ctx context.Context, project id.ProjectID, formID id.FormID) (map[id.CaseID]string, error) {
		t, err := cases.Table(ctx, project)
		if err != nil {
			return nil, err
		}
		by := countyOf(t)
		if formID != "" {
			plan, err := surveys.Plan(ctx, project, formID)
			if err != nil {
				return nil, err
			}
			if t.Find(plan.Rows) >= 0 {
				by = plan.Rows
			}
		}
		areas := map[id.CaseID]string{}
		for c, place := range placesOf(t, survey.Plan{Rows: by}) {
			if place.Row != "" {
				areas[c] = place.Row
			}
		}
		return areas, nil
	})
}

// countyOf is the attribute of the cases that is called so, "" when none is.
func countyOf(cases *table.Table) string {
	at := slices.IndexFunc(cases.Variables, func(v table.Variable) bool { return v.Type == table.One && isCounty(v.Name) })
	if at < 0 {
		return ""
	}
	return cases.Variables[at].Name
}
