package audit

import (
	"context"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Report is what Verify found.
type Report struct {
	Lines  int64  // that are there
	Seq    int64  // number of the last line
	Hash   string // of the last line: noted down elsewhere, it proves all lines up to Seq
	Faults []Fault
	More   int // faults beyond those listed
}

// Whole tells whether nothing is wrong.
func (r Report) Whole() bool { return len(r.Faults) == 0 }

// Fault is one thing that is wrong with a chain.
type Fault struct {
	Seq  int64 // of the line where it shows
	Text problem.Text
}

// mostFaults are listed; one blow can break every line.
const mostFaults = 100

func (r *Report) fault(seq int64, text problem.Text) {
	if len(r.Faults) == mostFaults {
		r.More++
		return
	}
	r.Faults = append(r.Faults, Fault{seq, text})
}

// Verify reads a project's whole chain ("": the server's), in constant memory, and tells where lines
// were removed, altered, moved or put in. Lines may be appended meanwhile.
func (s *Service) Verify(ctx context.Context, project id.ProjectID) (Report, error) {
	head, err := s.store.Head(ctx, project) // before the lines, which it never leads
	if err != nil {
		return Report{}, err
	}
	v := verifier{head: head}
	v.report.Hash = first(project)
	err = s.store.Batches(ctx, project, func(b Batch) error {
		if len(b.Lines) == 0 || b.First != b.Place || b.Lines[0].Seq != b.Place {
			v.report.fault(b.Place, problem.Say("audit.fault.place", b.Place))
		}
		for i := range b.Lines {
			v.line(&b.Lines[i])
		}
		return ctx.Err()
	})
	if err != nil {
		return Report{}, err
	}
	if r := &v.report; r.Seq < head.Seq {
		r.fault(r.Seq+1, problem.Say("audit.fault.end", r.Seq+1, head.Seq))
	}
	return v.report, nil
}

type verifier struct {
	report Report
	head   Head
}

// line takes the next line: its number must be the next, its Hash must follow from the one before.
func (v *verifier) line(l *Line) {
	r := &v.report
	r.Lines++
	if l.Seq <= r.Seq {
		r.fault(l.Seq, problem.Say("audit.fault.moved", l.Seq, r.Seq))
		return
	}
	gap := l.Seq > r.Seq+1
	switch {
	case gap:
		r.fault(r.Seq+1, problem.Say("audit.fault.missing", r.Seq+1, l.Seq-1))
	case l.sum(r.Hash) != l.Hash && l.Seq == 1:
		r.fault(l.Seq, problem.Say("audit.fault.first"))
	case l.sum(r.Hash) != l.Hash:
		r.fault(l.Seq, problem.Say("audit.fault.altered", l.Seq, r.Seq))
	}
	if l.Seq == v.head.Seq && l.Hash != v.head.Hash {
		r.fault(l.Seq, problem.Say("audit.fault.head", l.Seq))
	}
	r.Seq, r.Hash = l.Seq, l.Hash
}

// VerifyAll verifies the server's chain, those of the projects, and every other that there ever was.
func (s *Service) VerifyAll(ctx context.Context, projects []id.ProjectID, each func(id.ProjectID, Report) error) error {
	all := append([]id.ProjectID{""}, projects...)
	err := s.store.Projects(ctx, func(project id.ProjectID) error {
		all = append(all, project)
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(all)
	for _, project := range slices.Compact(all) {
		report, err := s.Verify(ctx, project)
		if err != nil {
			return err
		}
		if err := each(project, report); err != nil {
			return err
		}
	}
	return nil
}
