package survey

import (
	"context"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
)

// What is done for a limited member reaches some of a project's submissions (account.Scope, in the
// context): those of the cases that it reaches, and its own without a case. Everything here that
// gives submissions away reads one by read, many by eachMatch, Table or the entity lists, which
// hold to it: for such a member the others do not exist.

// Reach gives the cases that are within the scope of a context. Cases are another domain's.
type Reach func(ctx context.Context, project id.ProjectID) (map[id.CaseID]bool, error)

// ReachCases introduces the cases to the scope. It is called before the service is used; without
// it a limited member reaches no case.
func (s *Service) ReachCases(reach Reach) { s.reach = reach }

// scope is what a request reaches; nil is everything.
type scope struct {
	account.Scope
	cases map[id.CaseID]bool
}

func (s *Service) scope(ctx context.Context, project id.ProjectID) (*scope, error) {
	sc := &scope{Scope: account.ScopeOf(ctx)}
	if sc.Limit.IsZero() {
		return nil, nil
	}
	if s.reach == nil {
		return sc, nil
	}
	var err error
	sc.cases, err = s.reach(ctx, project)
	return sc, err
}

func (sc *scope) has(c id.CaseID, submitter id.UserID) bool {
	return sc == nil || sc.cases[c] || c == "" && submitter == sc.User
}

// narrow takes the rows beyond the scope off a table of submissions.
func (sc *scope) narrow(t *table.Table) *table.Table {
	if sc == nil {
		return t
	}
	text := func(name string) func(row int) string {
		at := t.Find(name)
		return func(row int) string {
			if t.IsMissing(at, row) {
				return ""
			}
			return t.Variables[at].Values[t.Columns[at].Codes[row]].Code
		}
	}
	caseOf, submitter := text(VarCase), text(VarEnumerator)
	return t.Where(func(row int) bool { return sc.has(id.CaseID(caseOf(row)), id.UserID(submitter(row))) })
}

// read gives a submission; one beyond the scope is not found, nor is one in the recycle bin.
func (s *Service) read(ctx context.Context, project id.ProjectID, submission id.SubmissionID) (Submission, error) {
	sub, err := s.readBinned(ctx, project, submission)
	if err == nil && sub.Deleted != nil {
		err = problem.New(problem.NotFound, "bin.submissionIn", sub.Receipt())
	}
	if err == nil {
		_, err = s.Form(ctx, project, sub.FormID)
	}
	if err != nil {
		return Submission{}, err
	}
	return sub, nil
}

// readBinned is read, in the recycle bin too.
func (s *Service) readBinned(ctx context.Context, project id.ProjectID, submission id.SubmissionID) (Submission, error) {
	sub, err := s.store.Submission(ctx, project, submission)
	if err != nil {
		return sub, err
	}
	reached, err := s.scope(ctx, project)
	if err == nil && !reached.has(sub.CaseID, sub.Submitter) {
		err = problem.New(problem.NotFound, "store.notFound") // as the store says it
	}
	if err != nil {
		return Submission{}, err
	}
	return sub, nil
}

// stays refuses a change that would put a submission beyond the scope of who makes it.
func (s *Service) stays(ctx context.Context, sub Submission) error {
	reached, err := s.scope(ctx, sub.ProjectID)
	if err == nil && !reached.has(sub.CaseID, sub.Submitter) {
		limit := strings.Join(reached.Limit.Values, "、")
		err = problem.New(problem.Invalid, "scope.moved", reached.Limit.Attribute, limit).With("case", "scope.moved", reached.Limit.Attribute, limit)
	}
	return err
}
