package demo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/casebase"
	"tianye/charts"
	"tianye/charts/render"
	"tianye/internal/account"
	"tianye/internal/backup"
	"tianye/internal/demo"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
	"tianye/survey"
)

// team works on a store: it submits, writes cases and attaches photos.
type team struct {
	demo.Services
	*testing.T
	b       store.Backend
	project id.ProjectID
	samples []survey.Submission
	cases   []id.CaseID
	mutex   sync.Mutex
	done    []string  // what was acknowledged: of the things that Everything gives, the first words
	one     sync.Cond // is told of each
}

func newTeam(t *testing.T, b store.Backend) *team {
	t.Helper()
	clock := &demo.Clock{}
	renderer := render.New("")
	t.Cleanup(func() { renderer.Close() })
	w := &team{T: t, b: b, Services: demo.Services{Accounts: account.New(store.NewAccounts(b), clock.Now), Surveys: survey.New(store.NewSurveys(b), clock.Now),
		Cases: casebase.New(store.NewCases(b), clock.Now), Charts: charts.New(store.NewCharts(b), renderer, clock.Now), Clock: clock}}
	w.one.L = &w.mutex
	if err := demo.Load(t.Context(), w.Services, func(int, int) {}); err != nil { // once: later it is there
		t.Fatal(err)
	}
	clock.Set(time.Date(2026, 7, 16, 9, 0, 0, 0, time.UTC)) // a day that all answers allow
	projects, err := store.NewAccounts(b).Projects(t.Context())
	if err != nil || len(projects) != 1 {
		t.Fatal(len(projects), err)
	}
	w.project = projects[0].ID
	list, err := w.Cases.List(t.Context(), w.project, casebase.Filter{}, casebase.Sort{}, casebase.Page{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list.Cases {
		w.cases = append(w.cases, c.ID)
	}
	forms, err := w.Surveys.Forms(t.Context(), w.project)
	if err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	for _, f := range forms {
		err := store.NewSurveys(b).StreamSubmissions(t.Context(), w.project, f.ID, func(s *survey.Submission) error {
			if len(s.Attachments) > 0 {
				return nil
			}
			w.samples = append(w.samples, *s)
			return enough
		})
		if err != nil && !errors.Is(err, enough) {
			t.Fatal(err)
		}
	}
	return w
}

// work is done by so many until the context ends.
func (w *team) work(ctx context.Context, people int) {
	var wait sync.WaitGroup
	for person := range people {
		wait.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				err := w.step(id.New(time.Now()), person, i)
				if err != nil && !problem.Is(err, problem.Unavailable) { // a busy FerretDB: not acknowledged
					w.Error(err)
					w.mutex.Lock()
					defer w.mutex.Unlock()
					w.one.Broadcast()
					return
				}
			}
		})
	}
	wait.Wait()
}

func (w *team) step(name string, person, i int) error {
	ctx := context.WithoutCancel(w.Context()) // what is begun is finished
	s := w.samples[i%len(w.samples)]
	sub, err := w.Surveys.Submit(ctx, w.project, s.Submitter, survey.Incoming{InstanceID: "uuid:" + name, FormID: s.FormID,
		Version: s.Version, CaseID: s.CaseID, Started: s.Started, Ended: s.Ended, Answers: s.Answers})
	if err != nil {
		return fmt.Errorf("submit: %w", err)
	}
	w.acknowledge("submissions", string(sub.ID), 1)
	caseID := w.cases[person] // its own
	if i%3 == 0 {
		c, _, err := w.Cases.Attach(ctx, s.Submitter, w.project, caseID, name+".txt", strings.NewReader(strings.Repeat(name, 1000)))
		if err != nil {
			return fmt.Errorf("attach: %w", err)
		}
		w.acknowledge("cases", string(caseID), c.Revision)
		return nil
	}
	c, err := w.Cases.Get(ctx, w.project, caseID)
	if err == nil {
		edit := c.Edit
		edit.Text = name
		c, err = w.Cases.Save(ctx, s.Submitter, w.project, caseID, c.Revision, edit)
	}
	if err != nil {
		return fmt.Errorf("edit: %w", err)
	}
	w.acknowledge("cases", string(caseID), c.Revision)
	return nil
}

func (w *team) acknowledge(collection, key string, revision int64) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.done = append(w.done, fmt.Sprintf("%q %q %d ", w.project, key, revision))
	w.one.Broadcast()
}

// busyBackup writes a backup while so many work, and tells what was acknowledged before it began.
func (w *team) busyBackup(people int) (file *os.File, before []string) {
	w.Helper()
	file, err := os.Create(filepath.Join(w.TempDir(), "backup"))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { file.Close() })
	ctx, stop := context.WithCancel(w.Context())
	var wait sync.WaitGroup
	wait.Go(func() { w.work(ctx, people) })
	w.mutex.Lock()
	for len(w.done) < 10*people && !w.Failed() {
		w.one.Wait()
	}
	before = slices.Clone(w.done)
	w.mutex.Unlock()
	_, err = backup.Write(w.Context(), w.b, file, backup.Options{Passphrase: "chrysanthemum"})
	w.mutex.Lock()
	meanwhile := len(w.done) - len(before)
	w.mutex.Unlock()
	stop()
	wait.Wait()
	if err != nil || meanwhile < people {
		w.Fatalf("%d changes while the backup was written, %v", meanwhile, err)
	}
	w.Logf("%d acknowledged before, %d changes meanwhile", len(before), meanwhile)
	return file, before
}

// restored restores a file and looks at it: everything in it is the source's, present or former; what was
// acknowledged before is there; what documents name is there. It gives what was restored.
func restored(t *testing.T, to store.Backend, file io.ReadSeeker, source []string, before []string) []string {
	t.Helper()
	if _, err := backup.Restore(t.Context(), to, file, backup.Options{Passphrase: "chrysanthemum"}); err != nil {
		t.Fatal(err)
	}
	all := storetest.Everything(t, to, store.Lasting)
	was := map[string]bool{}
	for _, line := range source {
		was[strings.Replace(line, "former true", "former false", 1)] = true
	}
	there := strings.Join(all, "\n")
	for _, line := range all {
		if !was[strings.Replace(line, "former true", "former false", 1)] {
			t.Fatalf("the source never had %.200s", line)
		}
	}
	for _, line := range before {
		if !strings.Contains(there, line) {
			t.Errorf("acknowledged before the backup, and lost: %s", line)
		}
	}
	w := newTeam(t, to)
	for _, key := range w.cases {
		c, err := w.Cases.Get(t.Context(), w.project, key)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range c.Attachments {
			_, r, err := w.Cases.OpenAttachment(t.Context(), w.project, key, a.Name)
			if err != nil {
				t.Fatalf("%s of %s: %v", a.Name, c.Title, err)
			}
			r.Close()
		}
	}
	return all
}

// quietly backs up a store that rests and holds so much, and restores it: the two are equal.
func quietly(t *testing.T, from, to store.Backend, want []string) {
	t.Helper()
	var file bytes.Buffer
	if _, err := backup.Write(t.Context(), from, &file, backup.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Restore(t.Context(), to, bytes.NewReader(file.Bytes()), backup.Options{}); err != nil {
		t.Fatal(err)
	}
	storetest.Same(t, storetest.Everything(t, to, store.Lasting), want)
	t.Logf("%d documents, former revisions and blobs are equal; %d bytes of backup", len(want), file.Len())
}

// TestBackup takes the demonstration, while a team works on it, from SQLite to FerretDB and back.
func TestBackup(t *testing.T) {
	if testing.Short() {
		t.Skip("FerretDB is left out by -short")
	}
	sqlite := func() store.Backend { return storetest.SQLite(t, store.Collections...) }
	source, ferret := sqlite(), storetest.FerretDB(t, store.Collections...)
	first := newTeam(t, source)
	file, before := first.busyBackup(4)
	everything := storetest.Everything(t, source, store.Lasting)
	quietly(t, ferret, sqlite(), restored(t, ferret, file, everything, before))
	quietly(t, source, sqlite(), everything)

	second := newTeam(t, ferret)
	file, before = second.busyBackup(1)
	restored(t, sqlite(), file, storetest.Everything(t, ferret, store.Lasting), before)
}
