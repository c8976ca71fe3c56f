package survey

import (
	"time"

	"tianye/internal/id"
	"tianye/survey/form"
)

// Return is a reviewer's request to the enumerator to mend a submission.
type Return struct {
	At      time.Time
	By, To  id.UserID
	Reasons []Reason
	Comment string
}

// Reason says what is wrong with one answer.
type Reason struct {
	Path form.Path
	Text string
}
