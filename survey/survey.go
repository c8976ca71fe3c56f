package survey

import (
	"context"
	"io"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/instance"
	"tianye/survey/quality"
)

// Form is a questionnaire's identity in a project, with its draft and the list of
// its published versions.
type Form struct {
	ID        id.FormID
	ProjectID id.ProjectID
	Name      string // the workbook's form_id, unique in the project
	Title     string
	Draft     *Draft
	Versions  []Version // in the order of publication; the last is the current one
	Created   time.Time
	Review    ReviewRule   `bson:",omitzero"`  // which submissions wait on hold
	Deleted   *id.Deletion `bson:",omitempty"` // in the recycle bin, and its submissions with it
	Revision  int64        `bson:"-"`

	Quality quality.Settings `bson:",omitzero"` // the thresholds of its quality checks
}

// Current is the version that is filled in now; nil when none is published.
func (f Form) Current() *Version {
	if len(f.Versions) == 0 {
		return nil
	}
	return &f.Versions[len(f.Versions)-1]
}

// Draft is a workbook that was uploaded and is not yet published.
type Draft struct {
	Workbook  Attachment
	Warnings  []Complaint
	Media     []Attachment   // in the order of their names
	Needs     []string       // the media files that the definition names, in order
	Doubts    []problem.Text // about the columns of media files
	Uploaded  time.Time
	By        id.UserID
	Questions int
}

// Complaint is what a workbook was warned of or refused for, with its place.
type Complaint struct {
	IsError bool
	Sheet   string
	Cell    string // "C12"; "" for the whole sheet
	Column  string // the header
	Text    problem.Text
}

// Version is one published definition. It never changes.
type Version struct {
	Number     int    // 1, 2, 3 …
	Name       string // settings' version, free text
	Definition string // the hash of the stored form.Definition, as JSON
	Workbook   Attachment
	Media      []Attachment
	Needs      []string
	Makes      []string // the entity lists that its submissions make; not "cases"
	Published  time.Time
	By         id.UserID
	Questions  int
}

// Attachment is a stored file, named by the hash of its content.
type Attachment struct {
	Name        string
	Hash        string
	Size        int64
	ContentType string
	MD5         string `bson:",omitempty"` // of a form's media: OpenRosa's manifest names it
	Former      bool   `bson:",omitempty"` // of a submission: came with an instance that an edit took the place of
}

// ReviewState is where a submission stands in review.
type ReviewState string

// The review states.
const (
	Received  ReviewState = "received"
	Edited    ReviewState = "edited"
	HasIssues ReviewState = "hasIssues"
	Approved  ReviewState = "approved"
	Rejected  ReviewState = "rejected"
)

// ReviewStates are all of them, in the order of work.
var ReviewStates = []ReviewState{Received, Edited, HasIssues, Approved, Rejected}

// Label is the review state's name for people.
func (s ReviewState) Label() problem.Text {
	switch s {
	case Edited:
		return problem.Say("state.edited")
	case HasIssues:
		return problem.Say("state.hasIssues")
	case Approved:
		return problem.Say("state.approved")
	case Rejected:
		return problem.Say("state.rejected")
	}
	return problem.Say("state.received")
}

// Submission is an instance that the server has received.
type Submission struct {
	ID          id.SubmissionID
	ProjectID   id.ProjectID
	FormID      id.FormID
	Version     int
	InstanceID  string // made by the client, e.g. "uuid:…"
	Digest      string // of what was sent: the same again is the same submission
	CaseID      id.CaseID
	Submitter   id.UserID
	DeviceID    string
	Started     time.Time
	Ended       time.Time
	Received    time.Time
	Answers     map[string]any // see package instance
	Attachments []Attachment
	State       ReviewState
	Events      []Event           // corrections and reviews, oldest first
	Original    []byte            `bson:",omitempty"` // the XML that a collection client sent, byte by byte
	Former      []Edition         `bson:",omitempty"` // what InstanceID and Digest were before edits, oldest first
	Deleted     *id.Deletion      `bson:",omitempty"` // in the recycle bin
	Erased      time.Time         `bson:",omitzero"`  // when its personal answers were removed for good
	Link        id.LinkID         `bson:",omitempty"` // the public link by which it came: then there is no Submitter
	Consented   time.Time         `bson:",omitzero"`  // when who sent it by a link agreed to the link's consent, by their clock
	OverQuota   []string          `bson:",omitempty"` // the names of the quotas that were full when it came
	Late        bool              `bson:",omitempty"` // came in the grace period: of someone who is no member any longer, or after the end
	Return      *Return           `bson:",omitempty"` // the enumerator is asked to mend it; its State is HasIssues then
	Entities    []instance.Entity `bson:",omitempty"` // what it made or changed in entity lists; not in "cases"
	Revision    int64             `bson:"-"`
	Resent      bool              `bson:"-"` // Submit and Receive say so: it had come before, nothing changed
}

// Event is one thing that happened to a submission after it was received.
type Event struct {
	At      time.Time
	By      id.UserID
	State   ReviewState // after the event
	Comment string      // of a review; of a correction, its reason
	Changes []Change    // of a correction, or of a client's edit

	Mentions []id.UserID      `bson:",omitempty"` // who is told of the comment
	Remark   bool             `bson:",omitempty"` // a comment alone: it reviews nothing
	To       id.UserID        `bson:",omitempty"` // of a return: who is asked to mend it
	Reasons  []Reason         `bson:",omitempty"` // of a return
	Undo     bool             `bson:",omitempty"` // takes a bulk action back
	Instance string           `bson:",omitempty"` // the instance that a client's edit brought
	Found    []problem.Detail `bson:",omitempty"` // the rules that what a client sent breaks
}

// Change is the correction of one answer, or of the case.
type Change struct {
	Path form.Path // VarCase for the case, which Old and New name by id
	Old  string
	New  string
}

// Receipt is the number by which people speak of a submission: "7K3M-9QXD".
func (s *Submission) Receipt() string { return Receipt(s.ID) }

// Receipt is the first eight characters of the id, in two groups.
func Receipt(submission id.SubmissionID) string {
	if len(submission) < 8 {
		return string(submission)
	}
	upper := []byte(submission[:8])
	for i, c := range upper {
		if c >= 'a' && c <= 'z' {
			upper[i] = c - 'a' + 'A'
		}
	}
	return string(upper[:4]) + "-" + string(upper[4:])
}

// Store keeps forms and submissions. Methods that replace take the revision that was
// read and give problem.Conflict when another came first; former revisions stay.
type Store interface {
	FlagStore

	CreateForm(ctx context.Context, f Form) error // problem.Conflict when the name is taken
	Form(ctx context.Context, project id.ProjectID, form id.FormID) (Form, error)
	FormByName(ctx context.Context, project id.ProjectID, name string) (Form, error)
	Forms(ctx context.Context, project id.ProjectID) ([]Form, error)
	ReplaceForm(ctx context.Context, f Form) error

	CreateSubmission(ctx context.Context, s Submission) error // problem.Conflict when the id exists
	Submission(ctx context.Context, project id.ProjectID, submission id.SubmissionID) (Submission, error)
	ReplaceSubmission(ctx context.Context, s Submission) error
	FormerSubmissions(ctx context.Context, project id.ProjectID, submission id.SubmissionID) ([]Submission, error)
	// ForgetSubmission removes a submission's former revisions for good.
	ForgetSubmission(ctx context.Context, project id.ProjectID, submission id.SubmissionID) error
	// DeletedSubmissions gives those that were deleted after one time and not after another (zero: at
	// any later time), the last first.
	DeletedSubmissions(ctx context.Context, project id.ProjectID, after, until time.Time, each func(*Submission) error) error
	StreamSubmissions(ctx context.Context, project id.ProjectID, form id.FormID, each func(*Submission) error) error
	// SubmissionChanges opens a reader of what changes in a project's submissions;
	// each call of it gives, at least once, what changed since the call before,
	// all submissions at first.
	// Of one that was purged there is only the ID, and that it is Deleted.
	SubmissionChanges(project id.ProjectID) func(ctx context.Context, each func(*Submission) error) error
	// FormChanges does so for its forms, and tells which are in the recycle bin or purged, and by which
	// rule their submissions are reviewed.
	FormChanges(project id.ProjectID) func(ctx context.Context, each func(formID id.FormID, gone bool, rule ReviewRule) error) error
	// ReturnedSubmissions gives those that somebody is asked to mend, by id.
	ReturnedSubmissions(ctx context.Context, project id.ProjectID, to id.UserID) ([]Submission, error)

	// KeepEdition notes that an instance, named by the id that it would have as a submission of its
	// own, belongs to another submission, whatever was noted before; EditionOf tells to which.
	KeepEdition(ctx context.Context, project id.ProjectID, instance, of id.SubmissionID) error
	EditionOf(ctx context.Context, project id.ProjectID, instance id.SubmissionID) (id.SubmissionID, error)

	AssignmentStore
	LinkStore
	PlanStore
	BulkStore
	NoticeStore
	ExportStore
	WebhookStore

	PutBlob(ctx context.Context, project id.ProjectID, r io.Reader, limit int64) (hash string, size int64, err error)
	OpenBlob(ctx context.Context, project id.ProjectID, hash string) (io.ReadCloser, int64, error)
}
