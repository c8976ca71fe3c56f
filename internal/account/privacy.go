package account

import (
	"context"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// MaxSmallCell is the largest number that Privacy.SmallCell can be.
const MaxSmallCell = 100

// RetainGrace is how long after it was set a day of retention is obeyed: a slip of the pen can be mended.
const RetainGrace = 7 * 24 * time.Hour

// Due tells whether personal answers are to be anonymised.
func (p Privacy) Due(now time.Time) bool {
	return !p.RetainUntil.IsZero() && now.After(p.RetainUntil) && !now.Before(p.RetainSet.Add(RetainGrace))
}

// Least is the smallest group that is shown; 0 shows all.
func (p Privacy) Least() int {
	switch {
	case p.SmallCell < 0:
		return 0
	case p.SmallCell == 0:
		return DefaultSmallCell
	}
	return p.SmallCell
}

// SetPrivacy changes how a project treats personal data, and tells how it was. RetainSet is its own.
func (s *Service) SetPrivacy(ctx context.Context, project id.ProjectID, privacy Privacy) (before Privacy, err error) {
	if privacy.SmallCell < -1 || privacy.SmallCell > MaxSmallCell {
		return before, problem.New(problem.Invalid, "personal.smallCellInvalid", MaxSmallCell).With("smallCell", "personal.smallCellInvalid", MaxSmallCell)
	}
	_, err = s.changeProject(ctx, project, func(p *Project) error {
		before = p.Privacy
		privacy.RetainSet = before.RetainSet
		if !privacy.RetainUntil.Equal(before.RetainUntil) {
			privacy.RetainSet = s.now().Truncate(time.Millisecond)
		}
		p.Privacy = privacy
		return nil
	})
	return before, err
}
