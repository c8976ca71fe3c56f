package survey

import (
	"context"
	"slices"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
)

// Teammate is an active member of a project as reviews need to know them.
type Teammate struct {
	User  id.UserID
	Reads bool // everybody's submissions, within Limit
	Mends bool // what they sent themselves
	Limit account.Limit
}

// Team gives a project's active members. They are another domain's.
type Team func(ctx context.Context, project id.ProjectID) ([]Teammate, error)

// KnowTeam introduces the members. It is called before the service is used; without it nothing can
// be returned and nobody mentioned.
func (s *Service) KnowTeam(team Team) { s.team = team }

// TeamOf makes the team of a project's people.
func TeamOf(people []account.Person) []Teammate {
	var team []Teammate
	for _, p := range people {
		if !p.Disabled && !p.User.Disabled {
			team = append(team, Teammate{User: p.UserID, Reads: account.Can(p.Role, account.ReadSubmission), Mends: account.Can(p.Role, account.Fill), Limit: p.Limit})
		}
	}
	return team
}

func (s *Service) teammates(ctx context.Context, project id.ProjectID) ([]Teammate, error) {
	if s.team == nil {
		return nil, nil
	}
	return s.team(ctx, project)
}

// menders are the members who can mend what they sent.
func (s *Service) menders(ctx context.Context, project id.ProjectID) (map[id.UserID]bool, error) {
	team, err := s.teammates(ctx, project)
	menders := map[id.UserID]bool{}
	for _, m := range team {
		menders[m.User] = menders[m.User] || m.Mends
	}
	return menders, err
}

// Readers are the members who may see a submission: they can be told of it.
func (s *Service) Readers(ctx context.Context, sub Submission) ([]id.UserID, error) {
	team, err := s.teammates(ctx, sub.ProjectID)
	if err != nil {
		return nil, err
	}
	var readers []id.UserID
	reach := map[string]map[id.CaseID]bool{} // by the limit
	for _, m := range team {
		if !m.Reads && m.User != sub.Submitter {
			continue
		}
		sc := &scope{Scope: account.Scope{User: m.User, Limit: m.Limit}}
		if m.Limit.IsZero() {
			sc = nil
		} else if s.reach != nil {
			key := strings.Join(append([]string{m.Limit.Attribute}, m.Limit.Values...), "\x00")
			if reach[key] == nil {
				if reach[key], err = s.reach(account.WithScope(ctx, sc.Scope), sub.ProjectID); err != nil {
					return nil, err
				}
			}
			sc.cases = reach[key]
		}
		if sc.has(sub.CaseID, sub.Submitter) && !slices.Contains(readers, m.User) {
			readers = append(readers, m.User)
		}
	}
	return readers, nil
}
