package account

import (
	"context"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// MaxSmallCell is the largest number that Privacy.SmallCell can be.
const MaxSmallCell = 100

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

// SetPrivacy changes how a project treats personal data, and tells how it was.
func (s *Service) SetPrivacy(ctx context.Context, project id.ProjectID, privacy Privacy) (before Privacy, err error) {
	if privacy.SmallCell < -1 || privacy.SmallCell > MaxSmallCell {
		return before, problem.New(problem.Invalid, "personal.smallCellInvalid", MaxSmallCell).With("smallCell", "personal.smallCellInvalid", MaxSmallCell)
	}
	_, err = s.changeProject(ctx, project, func(p *Project) error {
		before, p.Privacy = p.Privacy, privacy
		return nil
	})
	return before, err
}
