package account

import (
	"context"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Departure is a membership that ended: its owner was removed from the project or deactivated in it.
// What they began before is still taken for GraceLength.
type Departure struct {
	ProjectID id.ProjectID
	UserID    id.UserID
	Role      Role
	Limit     Limit `bson:",omitzero"`
	At        time.Time
}

// GraceLength is how long after a departure what was begun before is taken.
const GraceLength = 30 * 24 * time.Hour

// Departed gives how a user left a project, for GraceLength after. Who is a member again is none of
// its business.
func (s *Service) Departed(ctx context.Context, project id.ProjectID, user id.UserID) (Departure, error) {
	d, err := s.store.Departure(ctx, project, user)
	if err == nil && s.now().Sub(d.At) > GraceLength {
		err = problem.New(problem.NotFound, "web.noProject")
	}
	return d, err
}

// departing writes down that a member leaves, before it is done: stopped in between, they still are one.
func (s *Service) departing(was *Member, leave func(context.Context, Member) error) func(context.Context, Member) error {
	return func(ctx context.Context, m Member) error {
		if !was.Disabled { // else they left before
			d := Departure{ProjectID: was.ProjectID, UserID: was.UserID, Role: was.Role, Limit: was.Limit, At: s.now()}
			if err := s.store.PutDeparture(ctx, d); err != nil {
				return err
			}
		}
		return leave(ctx, m)
	}
}
