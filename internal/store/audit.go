package store

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"tianye/internal/audit"
	"tianye/internal/id"
	"tianye/internal/problem"
)

// auditLines are batches of a chain's lines: the id is the number of the batch's first line, so
// that no two processes can write the same place. auditHeads tell where each chain ends; they are
// server-wide, since chains are to be found without knowing the projects.
var (
	auditLines = &Collection{Name: "auditlines"}
	auditHeads = &Collection{Name: "auditheads"}
)

// Audit keeps the audit's chains.
type Audit struct{ b Backend }

// NewAudit makes the audit's store on a backend.
func NewAudit(b Backend) *Audit { return &Audit{b} }

var _ audit.Store = (*Audit)(nil)

// place makes the id of a batch: ids sort as text.
func place(first int64) string { return fmt.Sprintf("%019d", first) }

func (s *Audit) PutBatch(ctx context.Context, project id.ProjectID, batch audit.Batch) error {
	return insert(ctx, s.b, auditLines, project, place(batch.First), batch)
}

func (s *Audit) Batches(ctx context.Context, project id.ProjectID, each func(audit.Batch) error) error {
	return s.batches(ctx, project, Query{}, each)
}

func (s *Audit) BatchesBack(ctx context.Context, project id.ProjectID, to int64, each func(audit.Batch) error) error {
	q := Query{Descending: true}
	if to < math.MaxInt64 {
		plan, err := auditLines.Plan(q)
		if err != nil {
			return err
		}
		q.After = plan.Cursor(Document{ID: place(to + 1)})
	}
	return s.batches(ctx, project, q, each)
}

func (s *Audit) batches(ctx context.Context, project id.ProjectID, q Query, each func(audit.Batch) error) error {
	return s.b.Stream(ctx, auditLines, string(project), q, func(d Document) error {
		batch, err := read(auditLines, d, func(*audit.Batch, int64) {})
		if err != nil {
			return err
		}
		batch.Place, _ = strconv.ParseInt(d.ID, 10, 64) // 0, where no batch belongs, when it is no number
		return each(batch)
	})
}

// headKey is the id of a chain's head: ids are not empty.
func headKey(project id.ProjectID) string { return "chain/" + string(project) }

func (s *Audit) Head(ctx context.Context, project id.ProjectID) (audit.Head, error) {
	h, err := get(ctx, s.b, auditHeads, "", headKey(project), func(h *audit.Head, revision int64) { h.Revision = revision })
	if problem.Is(err, problem.NotFound) {
		err = nil
	}
	return h, err
}

func (s *Audit) PutHead(ctx context.Context, project id.ProjectID, h audit.Head) (int64, error) {
	body, err := encode(auditHeads, h)
	if err != nil {
		return 0, err
	}
	d := Document{ID: headKey(project), Revision: h.Revision, Body: body}
	if h.Revision == 0 {
		d, err = s.b.Insert(ctx, auditHeads, d)
	} else {
		d, err = s.b.Replace(ctx, auditHeads, d)
	}
	return d.Revision, err
}

func (s *Audit) Projects(ctx context.Context, each func(id.ProjectID) error) error {
	return s.b.Stream(ctx, auditHeads, "", Query{}, func(d Document) error {
		return each(id.ProjectID(d.ID[len("chain/"):]))
	})
}
