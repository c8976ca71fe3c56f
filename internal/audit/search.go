package audit

import (
	"context"
	"math"
	"strings"
	"time"

	"tianye/internal/id"
)

// Filter selects lines; empty fields select all.
type Filter struct {
	Actor    id.UserID
	Action   string
	Object   string
	From, To time.Time // From ≤ At < To
	Text     string    // stands somewhere in the line's texts, or begins its Hash; case does not matter
}

func (f Filter) selects(l *Line) bool {
	at := time.UnixMilli(l.At)
	return (f.Actor == "" || l.Actor == f.Actor) && (f.Action == "" || l.Action == f.Action) && (f.Object == "" || l.Object == f.Object) &&
		(f.From.IsZero() || !at.Before(f.From)) && (f.To.IsZero() || at.Before(f.To)) && (f.Text == "" || l.mentions(strings.ToLower(f.Text)))
}

func (l *Line) mentions(text string) bool {
	for _, of := range []string{l.Name, l.Address, l.Object, l.Title, l.Before, l.After, l.Reason} {
		if strings.Contains(strings.ToLower(of), text) {
			return true
		}
	}
	return strings.HasPrefix(l.Hash, text)
}

// Found is a page of lines, newest first.
type Found struct {
	Lines []Line
	Next  int64 // to go on with; 0 when the chain's beginning was reached
}

// mostRead is how many lines one search looks at: it then gives what it found so far.
const mostRead = 200_000

// Search gives the newest lines that a filter selects, of those numbered below before (0: of all), at
// most limit; fewer, with Next, after a long way without enough of them.
func (s *Service) Search(ctx context.Context, project id.ProjectID, f Filter, before int64, limit int) (Found, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	var found Found
	read := 0
	err := s.store.BatchesBack(ctx, project, before-1, func(b Batch) error {
		for i := len(b.Lines) - 1; i >= 0; i-- {
			l := b.Lines[i]
			if l.Seq >= before {
				continue
			}
			if len(found.Lines) == limit || read == mostRead {
				found.Next = l.Seq + 1
				return errEnough
			}
			read++
			if f.selects(&l) {
				found.Lines = append(found.Lines, l)
			}
		}
		return ctx.Err()
	})
	if err == errEnough {
		err = nil
	}
	return found, err
}

// Each gives all lines that a filter selects, oldest first, in constant memory.
func (s *Service) Each(ctx context.Context, project id.ProjectID, f Filter, each func(*Line) error) error {
	return s.store.Batches(ctx, project, func(b Batch) error {
		for i := range b.Lines {
			if f.selects(&b.Lines[i]) {
				if err := each(&b.Lines[i]); err != nil {
					return err
				}
			}
		}
		return ctx.Err()
	})
}
