package account

import (
	"context"
	"math/rand/v2"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// tries is how often a change begins anew when another came first.
const tries = 10

// manages tells whether the membership is an active manager's.
func (m Member) manages() bool { return m.Role == Manager && !m.Disabled }

// changeMember reads a membership, changes it, and writes it. The last active manager of a project stays
// one, also when several processes work on one store: who takes a manager away first writes the manager
// who stays, unchanged. So of two who take each other away one finds that their own membership has
// another revision than they read, begins anew, and is refused.
func (s *Service) changeMember(ctx context.Context, project id.ProjectID, user id.UserID, change func(*Member) error,
	write func(context.Context, Member) error) error {
	return again(ctx, func() (bool, error) {
		m, err := s.store.Member(ctx, project, user)
		if err != nil {
			return false, err
		}
		managed := m.manages()
		if err := change(&m); err != nil {
			return false, err
		}
		if managed && !m.manages() {
			stays, err := s.anotherManager(ctx, project, user)
			if err != nil {
				return false, err
			}
			if err := s.store.PutMember(ctx, stays); err != nil {
				return overtaken(err), err
			}
		}
		err = write(ctx, m)
		return overtaken(err), err
	})
}

// overtaken tells whether what was read has been changed, or deleted, before it was written.
func overtaken(err error) bool {
	return problem.Is(err, problem.Conflict) || problem.Is(err, problem.NotFound)
}

// again does what another may have overtaken, as its first result tells, a few times at most. It waits a
// little before, longer each time and never as long as others: two who hinder each other would do so in step.
func again(ctx context.Context, do func() (overtaken bool, err error)) error {
	for try := 1; ; try++ {
		again, err := do()
		if !again || try == tries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rand.N(5 * time.Millisecond << try)):
		}
	}
}

// anotherManager gives an active manager who is not the user.
func (s *Service) anotherManager(ctx context.Context, project id.ProjectID, user id.UserID) (Member, error) {
	members, err := s.store.Members(ctx, project)
	if err != nil {
		return Member{}, err
	}
	for _, m := range members {
		if m.UserID == user || !m.manages() {
			continue
		}
		u, err := s.store.User(ctx, m.UserID)
		if err == nil && !u.Disabled {
			return m, nil
		}
		if err != nil && !problem.Is(err, problem.NotFound) {
			return Member{}, err
		}
	}
	return Member{}, problem.New(problem.Conflict, "account.lastManager")
}

// SetRole changes a member's role; the last manager stays one. Who is no manager any more has no tokens.
func (s *Service) SetRole(ctx context.Context, project id.ProjectID, user id.UserID, role Role) error {
	if err := validateRole(role); err != nil {
		return err
	}
	err := s.changeMember(ctx, project, user, func(m *Member) error {
		m.Role = role
		return m.validateLimit()
	}, s.store.PutMember)
	if err != nil || role == Manager {
		return err
	}
	return s.revokeTokensOf(ctx, project, user)
}

// RemoveMember takes a user out of a project and revokes the tokens that they made; what they did stays.
func (s *Service) RemoveMember(ctx context.Context, project id.ProjectID, user id.UserID) error {
	var was Member
	err := s.changeMember(ctx, project, user, func(m *Member) error {
		was = *m
		m.Disabled = true
		return nil
	}, s.departing(&was, s.store.DeleteMember))
	if err != nil {
		return err
	}
	return s.revokeTokensOf(ctx, project, user)
}

// SetMemberDisabled deactivates a member in a project, where they are then as if no member, or
// activates them again. The tokens that they made are revoked, for good.
func (s *Service) SetMemberDisabled(ctx context.Context, project id.ProjectID, user id.UserID, disabled bool) error {
	was, write := Member{}, s.store.PutMember
	if disabled {
		write = s.departing(&was, write)
	}
	err := s.changeMember(ctx, project, user, func(m *Member) error {
		was = *m
		m.Disabled = disabled
		return nil
	}, write)
	if err != nil || !disabled {
		return err
	}
	return s.revokeTokensOf(ctx, project, user)
}

// SetLimit narrows a membership to some cases; the zero Limit ends that.
func (s *Service) SetLimit(ctx context.Context, project id.ProjectID, user id.UserID, limit Limit) error {
	limit, err := limit.Normal()
	if err != nil {
		return err
	}
	return s.changeMember(ctx, project, user, func(m *Member) error {
		m.Limit = limit
		return m.validateLimit()
	}, s.store.PutMember)
}
