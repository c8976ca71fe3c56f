package charts

import (
	"context"
	"time"

	"tianye/internal/id"
)

// Saved is a chart that a project keeps.
type Saved struct {
	ID        id.ChartID
	ProjectID id.ProjectID
	Spec      Spec
	Position  int       // in the project's list, from the top
	Maker     id.UserID // who saved it first
	By        id.UserID // who saved it last
	Created   time.Time
	Updated   time.Time
	Deleted   *id.Deletion `bson:",omitempty"` // in the recycle bin
	Revision  int64        `bson:"-"`
}

// Store keeps charts. It trusts what it is given; its errors are problems.
type Store interface {
	// CreateChart stores a new chart.
	CreateChart(ctx context.Context, c Saved) (Saved, error)

	// Chart gives a chart, one in the recycle bin too, or NotFound.
	Chart(ctx context.Context, project id.ProjectID, chart id.ChartID) (Saved, error)

	// Charts gives all charts of a project, those in the recycle bin too, in any order.
	Charts(ctx context.Context, project id.ProjectID) ([]Saved, error)

	// ReplaceChart stores a chart in place of the revision that it names and gives it at
	// the next one; a Conflict when it is no longer at that revision.
	ReplaceChart(ctx context.Context, c Saved) (Saved, error)
}
