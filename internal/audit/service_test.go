package audit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/internal/audit"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
)

const (
	quzhou  = id.ProjectID("quzhou")
	hanyang = id.ProjectID("hanyang")
)

var monday = time.Date(2026, 4, 13, 9, 30, 0, 0, time.UTC)

func fixed() time.Time { return monday }

func whole(t *testing.T, s *audit.Service, project id.ProjectID, lines int) audit.Report {
	t.Helper()
	report, err := s.Verify(t.Context(), project)
	if err != nil || !report.Whole() || report.Lines != int64(lines) || report.Seq != int64(lines) {
		t.Fatalf("%q: %+v, %v, want %d lines", project, report, err, lines)
	}
	return report
}

func objects(t *testing.T, s *audit.Service, project id.ProjectID) []string {
	t.Helper()
	var out []string
	err := s.Each(t.Context(), project, audit.Filter{}, func(l *audit.Line) error { out = append(out, l.Object); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestProcesses appends from several processes to the same chains at once.
func TestProcesses(t *testing.T) {
	const processes, people, lines = 3, 4, 10
	for name, b := range storetest.Backends(t, store.Collections) {
		t.Run(name, func(t *testing.T) {
			var want []string
			var wait sync.WaitGroup
			for p := range processes {
				s := audit.New(store.NewAudit(b), fixed)
				t.Cleanup(s.Close)
				for person := range people {
					for i := range lines {
						want = append(want, fmt.Sprintf("%d/%d/%d", p, person, i))
					}
					wait.Go(func() {
						for i := range lines {
							l := audit.Line{Action: "cases.save", Object: fmt.Sprintf("%d/%d/%d", p, person, i)}
							if err := errors.Join(s.Append(t.Context(), quzhou, l), s.Append(t.Context(), hanyang, l)); err != nil {
								t.Error(err)
							}
						}
					})
				}
			}
			wait.Wait()
			s := audit.New(store.NewAudit(b), fixed)
			for _, project := range []id.ProjectID{quzhou, hanyang} {
				whole(t, s, project, len(want))
				got := objects(t, s, project)
				if slices.Sort(got); !slices.Equal(got, want) {
					t.Errorf("%s: %d objects, want %d", project, len(got), len(want))
				}
			}
			whole(t, s, "", 0)
		})
	}
}

// counting counts batches, holds them back, and fails when it is told to.
type counting struct {
	audit.Store
	mu      sync.Mutex
	batches []int
	fail    func() error
	hold    chan struct{}
	entered chan struct{}
}

func (c *counting) PutBatch(ctx context.Context, project id.ProjectID, b audit.Batch) error {
	if c.hold != nil {
		select {
		case c.entered <- struct{}{}:
		default:
		}
		<-c.hold
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fail != nil {
		if err := c.fail(); err != nil {
			return err
		}
	}
	c.batches = append(c.batches, len(b.Lines))
	return c.Store.PutBatch(ctx, project, b)
}

func sqlite(t *testing.T) *store.Audit {
	return store.NewAudit(storetest.SQLite(t, store.Collections...))
}

// TestGroupCommit: what comes while a batch is being written goes together in the next.
func TestGroupCommit(t *testing.T) {
	c := &counting{Store: sqlite(t), hold: make(chan struct{}), entered: make(chan struct{}, 1)}
	s := audit.New(c, fixed)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for i := range 601 {
		if err := s.Append(gone, quzhou, audit.Line{Action: "submissions.create", Object: fmt.Sprint(i)}); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if i == 0 {
			<-c.entered
		}
	}
	close(c.hold)
	s.Close()
	if !slices.Equal(c.batches, []int{1, 500, 100}) {
		t.Errorf("batches of %v", c.batches)
	}
	whole(t, audit.New(c, fixed), quzhou, 601)
	if got := objects(t, s, quzhou); got[0] != "0" || got[600] != "600" {
		t.Errorf("from %s to %s", got[0], got[600])
	}
	if err := s.Append(t.Context(), quzhou, audit.Line{}); !problem.Is(err, problem.Unavailable) {
		t.Errorf("after Close: %v", err)
	}
}

// TestFailingStore: who appended is told, and the line is written with the next that can be.
func TestFailingStore(t *testing.T) {
	c := &counting{Store: sqlite(t), fail: func() error { return errors.New("disk full") }}
	s := audit.New(c, fixed)
	if err := s.Append(t.Context(), quzhou, audit.Line{Action: "cases.save", Object: "a"}); !problem.Is(err, problem.Unavailable) {
		t.Fatalf("the failure is told as %v", err)
	}
	c.fail = nil
	if err := s.Append(t.Context(), quzhou, audit.Line{Action: "cases.save", Object: "b"}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if got := objects(t, s, quzhou); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("lines of %v", got)
	}
	whole(t, s, quzhou, 2)
}

// unsure writes and says that it did not.
type unsure struct {
	audit.Store
	fails int
}

func (u *unsure) PutBatch(ctx context.Context, project id.ProjectID, b audit.Batch) error {
	err := u.Store.PutBatch(ctx, project, b)
	if u.fails > 0 {
		u.fails--
		return errors.New("connection lost")
	}
	return err
}

// TestOwedLines are written when nothing else comes before the end, and once when they had been written.
func TestOwedLines(t *testing.T) {
	lost := errors.New("disk full")
	c := &counting{Store: sqlite(t), fail: func() error { return lost }}
	s := audit.New(c, fixed)
	if err := s.Append(t.Context(), quzhou, audit.Line{Action: "cases.save", Object: "a"}); err == nil {
		t.Fatal("written")
	}
	lost = nil
	s.Close()
	if got := objects(t, s, quzhou); !slices.Equal(got, []string{"a"}) {
		t.Errorf("lines of %v", got)
	}
	u := &unsure{sqlite(t), 1}
	s = audit.New(u, fixed)
	if err := s.Append(t.Context(), quzhou, audit.Line{Action: "cases.save", Object: "a"}); err == nil {
		t.Fatal("the loss is not told")
	}
	if err := s.Append(t.Context(), quzhou, audit.Line{Action: "cases.save", Object: "b"}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if got := objects(t, s, quzhou); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("lines of %v", got)
	}
	whole(t, s, quzhou, 2)
}

// TestWaitingIsBounded: a store that stands still does not fill the memory.
func TestWaitingIsBounded(t *testing.T) {
	c := &counting{Store: sqlite(t), hold: make(chan struct{}), entered: make(chan struct{}, 1)}
	s := audit.New(c, fixed)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	refused := 0
	for range 12_000 {
		if err := s.Append(gone, quzhou, audit.Line{Action: "cases.save"}); problem.Is(err, problem.Unavailable) {
			refused++
		}
	}
	if refused < 1_000 || refused > 2_000 {
		t.Errorf("%d of 12,000 refused", refused)
	}
	close(c.hold)
	s.Close()
	whole(t, s, quzhou, 12_000-refused)
}

// TestStoppedAnywhere: a process that ended after its lines and before the head leaves a whole chain,
// on which another goes on.
func TestStoppedAnywhere(t *testing.T) {
	b := sqlite(t)
	line := audit.Line{Action: "cases.save", Object: "a"}
	s := audit.New(headless{b}, fixed)
	for range 3 {
		if err := s.Append(t.Context(), quzhou, line); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	whole(t, audit.New(b, fixed), quzhou, 3)
	next := audit.New(b, fixed)
	if err := next.Append(t.Context(), quzhou, line); err != nil {
		t.Fatal(err)
	}
	next.Close()
	report := whole(t, next, quzhou, 4)
	if head, err := b.Head(t.Context(), quzhou); err != nil || head.Seq != 4 || head.Hash != report.Hash {
		t.Errorf("head %+v, %v", head, err)
	}
}

type headless struct{ audit.Store }

func (headless) PutHead(context.Context, id.ProjectID, audit.Head) (int64, error) {
	return 0, errors.New("killed")
}

// TestClockSetBack: times may go back, numbers do not.
func TestClockSetBack(t *testing.T) {
	clock := monday
	s := audit.New(sqlite(t), func() time.Time { return clock })
	for i := range 4 {
		clock = monday.Add(time.Duration(-i) * 24 * time.Hour)
		if err := s.Append(t.Context(), quzhou, audit.Line{Action: "cases.save", Object: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	whole(t, s, quzhou, 4)
	found, err := s.Search(t.Context(), quzhou, audit.Filter{From: monday.Add(-24 * time.Hour)}, 0, 10)
	if err != nil || len(found.Lines) != 2 || found.Lines[0].Object != "1" {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestSearch(t *testing.T) {
	for name, b := range storetest.Backends(t, store.Collections) {
		t.Run(name, func(t *testing.T) {
			s := audit.New(store.NewAudit(b), fixed)
			for i := range 25 {
				l := audit.Line{Actor: id.UserID([]string{"alice", "bob"}[i%2]), Action: []string{"cases.save", "cases.delete", "members.role"}[i%3],
					Object: fmt.Sprint("case", i%5), Title: "荷塘村", At: monday.Add(time.Duration(i) * time.Hour).UnixMilli(), Reason: fmt.Sprintf("Nr. %d", i)}
				if err := s.Append(t.Context(), quzhou, l); err != nil {
					t.Fatal(err)
				}
			}
			seqs := func(f audit.Filter, before int64, limit int) (out []int64, next int64) {
				found, err := s.Search(t.Context(), quzhou, f, before, limit)
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range found.Lines {
					out = append(out, l.Seq)
				}
				return out, found.Next
			}
			report := whole(t, s, quzhou, 25)
			for _, c := range []struct {
				f    audit.Filter
				want []int64
			}{
				{audit.Filter{Actor: "bob", Action: "cases.save"}, []int64{22, 16, 10, 4}},
				{audit.Filter{Object: "case4"}, []int64{25, 20, 15, 10, 5}},
				{audit.Filter{From: monday.Add(3 * time.Hour), To: monday.Add(5 * time.Hour)}, []int64{5, 4}},
				{audit.Filter{Text: "nr. 24"}, []int64{25}}, {audit.Filter{Text: "荷塘", Actor: "nobody"}, nil},
				{audit.Filter{Text: report.Hash[:12]}, []int64{25}},
			} {
				if got, next := seqs(c.f, 0, 10); !slices.Equal(got, c.want) || next != 0 {
					t.Errorf("%+v: %v, %d, want %v", c.f, got, next, c.want)
				}
			}
			var paged []int64
			for before, pages := int64(0), 0; pages == 0 || before > 0; pages++ {
				got, next := seqs(audit.Filter{Actor: "alice"}, before, 5)
				paged, before = append(paged, got...), next
				if pages > 5 {
					t.Fatal("no end")
				}
			}
			if want := []int64{25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1}; !slices.Equal(paged, want) {
				t.Errorf("pages give %v", paged)
			}
			if got, _ := s.Search(t.Context(), hanyang, audit.Filter{}, 0, 10); len(got.Lines) > 0 {
				t.Errorf("another project has %v", got)
			}
		})
	}
}

// TestLongTexts: what is too long is cut, what no store takes is replaced.
func TestLongTexts(t *testing.T) {
	s := audit.New(sqlite(t), fixed)
	long := strings.Repeat("长", 1_000)
	if err := s.Append(t.Context(), quzhou, audit.Line{Action: "cases.save", Name: "a\x00\xff", Title: long, Object: long}); err != nil {
		t.Fatal(err)
	}
	found, err := s.Search(t.Context(), quzhou, audit.Filter{}, 0, 1)
	if err != nil || len(found.Lines) != 1 {
		t.Fatal(found, err)
	}
	l := found.Lines[0]
	if l.Name != "a\uFFFD\uFFFD" || l.Title != long[:499*3]+"…" || l.Object != long[:99*3]+"…" {
		t.Errorf("kept as %+v", l)
	}
	whole(t, s, quzhou, 1)
}

func TestVerifyAll(t *testing.T) {
	s := audit.New(sqlite(t), fixed)
	for _, project := range []id.ProjectID{"", quzhou} {
		if err := s.Append(t.Context(), project, audit.Line{Action: "users.create"}); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	var got []string
	err := s.VerifyAll(t.Context(), []id.ProjectID{hanyang, quzhou}, func(project id.ProjectID, r audit.Report) error {
		got = append(got, fmt.Sprint(project, " ", r.Lines, " ", r.Whole()))
		return nil
	})
	if err != nil || strings.Join(got, ", ") != " 1 true, hanyang 0 true, quzhou 1 true" {
		t.Errorf("%q, %v", got, err)
	}
}
