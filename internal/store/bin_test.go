package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/casebase"
	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
	"tianye/survey"
)

// The bin's tests go by these times: what is old is overdue, what is recent is not.
var (
	binNow    = time.Date(2126, 6, 1, 8, 0, 0, 0, time.UTC) // long after the stamps
	binOld    = id.Deletion{By: "alice", At: binNow.Add(-id.BinLength - 2*time.Hour), Why: "secret"}
	binRecent = id.Deletion{By: "alice", At: binNow.Add(-id.BinLength + time.Hour), Why: "open"}
)

// litter fills a store: what says "secret" is to go, what says "open" stays.
type litter struct {
	testing.TB
	b store.Backend
}

func (l litter) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

// blob puts a file that says what it is.
func (l litter) blob(project id.ProjectID, content string) survey.Attachment {
	l.Helper()
	hash, size, err := l.b.PutBlob(l.Context(), string(project), strings.NewReader(content), 100)
	l.must(err)
	return survey.Attachment{Name: content, Hash: hash, Size: size}
}

func (l litter) form(project id.ProjectID, name, says string, deleted *id.Deletion) survey.Form {
	l.Helper()
	f := survey.Form{ID: id.FormID(name), ProjectID: project, Name: name, Title: says, Deleted: deleted,
		Versions: []survey.Version{{Number: 1, Definition: l.blob(project, says+" definition of "+name).Hash, Workbook: l.blob(project, says+" workbook of "+name)}}}
	l.must(store.NewSurveys(l.b).CreateForm(l.Context(), f))
	return f
}

// submission is edited once: a former revision has another file, and another instance leads to it.
func (l litter) submission(f survey.Form, instance, says string, deleted *id.Deletion, more ...survey.Attachment) {
	l.Helper()
	s := store.NewSurveys(l.b)
	sub := survey.Submission{ID: survey.InstanceKey(f.ProjectID, f.ID, instance), ProjectID: f.ProjectID, FormID: f.ID, Version: 1, InstanceID: instance, Received: binNow,
		Answers: map[string]any{"who": says}, Attachments: []survey.Attachment{l.blob(f.ProjectID, says+" former photo of "+instance)}}
	l.must(s.CreateSubmission(l.Context(), sub))
	l.must(s.KeepEdition(l.Context(), f.ProjectID, survey.InstanceKey(f.ProjectID, f.ID, instance+"/2"), sub.ID))
	sub.Revision, sub.Former, sub.InstanceID = 1, []survey.Edition{{InstanceID: instance}}, instance+"/2"
	sub.Attachments = append(more, l.blob(f.ProjectID, says+" photo of "+instance))
	l.must(s.ReplaceSubmission(l.Context(), sub))
	if sub.Revision, sub.Deleted = 2, deleted; deleted != nil {
		l.must(s.ReplaceSubmission(l.Context(), sub))
	}
}

// aCase has lost a file since it was made.
func (l litter) aCase(project id.ProjectID, name, says string, deleted bool, deletion id.Deletion, updated time.Time) {
	l.Helper()
	s := store.NewCases(l.b)
	file := l.blob(project, says+" file of "+name)
	c, err := s.InsertCase(l.Context(), casebase.Case{ID: id.CaseID(name), ProjectID: project, Edit: casebase.Edit{Title: says + " " + name},
		Attachments: []casebase.Attachment{{Name: file.Name, Hash: file.Hash}}, UpdatedAt: updated})
	l.must(err)
	c.Attachments, c.Deleted, c.Deletion = []casebase.Attachment{}, deleted, deletion
	_, err = s.ReplaceCase(l.Context(), c)
	l.must(err)
}

func (l litter) chart(project id.ProjectID, name, says string, deleted *id.Deletion) {
	l.Helper()
	_, err := store.NewCharts(l.b).CreateChart(l.Context(), charts.Saved{ID: id.ChartID(name), ProjectID: project, Spec: charts.Spec{Title: says}, Deleted: deleted})
	l.must(err)
}

// link is a public link, with a device's turn and a suggestion that was answered.
func (l litter) link(f survey.Form, name, says string, deleted *id.Deletion) {
	l.Helper()
	s := store.NewSurveys(l.b)
	made := survey.PublicLink{ID: id.LinkID(name), ProjectID: f.ProjectID, FormID: f.ID, Settings: survey.LinkSettings{Title: says}, Deleted: deleted}
	l.must(s.CreateLink(l.Context(), made))
	l.must(s.CreateClaim(l.Context(), survey.Claim{ID: says + " turn by " + name, ProjectID: f.ProjectID, Link: made.ID, Kind: survey.ClaimDevice}))
	g := survey.Suggestion{ID: "answer by " + name, ProjectID: f.ProjectID, Link: made.ID, Submission: survey.InstanceKey(f.ProjectID, f.ID, "uuid:a"), Reply: says, Revision: 1}
	l.must(s.CreateSuggestion(l.Context(), g))
	g.Reply += " again"
	l.must(s.ReplaceSuggestion(l.Context(), g))
}

func scatter(t testing.TB, b store.Backend) {
	l, accounts := litter{TB: t, b: b}, store.NewAccounts(b)
	l.must(accounts.CreateProject(t.Context(), account.Project{ID: "living", Title: "open"}))
	l.must(accounts.CreateProject(t.Context(), account.Project{ID: "gone", Title: "secret", Deleted: &binOld}))
	l.must(accounts.CreateProject(t.Context(), account.Project{ID: "going", Title: "open", Deleted: &binRecent}))
	for project, says := range map[id.ProjectID]string{"living": "open", "gone": "secret", "going": "open"} {
		l.must(accounts.PutMember(t.Context(), account.Member{ProjectID: project, UserID: id.UserID(says), Role: account.Manager}))
		l.must(accounts.CreateAppUser(t.Context(), account.AppUser{ID: id.UserID("app of " + project), ProjectID: project, Name: says, Login: "login of " + string(project)}))
		l.must(accounts.CreateToken(t.Context(), account.Token{ID: id.UserID("token of " + project), ProjectID: project, Name: says, Hash: "hash of " + string(project)}))
		l.submission(l.form(project, "form", says, nil), "uuid:a", says, nil)
		l.aCase(project, "case", says, false, id.Deletion{}, binNow)
		l.chart(project, "chart", says, nil)
		l.link(survey.Form{ID: "form", ProjectID: project}, "link of "+string(project), says, nil)
	}
	l.link(survey.Form{ID: "form", ProjectID: "living"}, "old link", "secret", &binOld)
	l.link(survey.Form{ID: "form", ProjectID: "living"}, "recent link", "open", &binRecent)
	l.link(survey.Form{ID: "old", ProjectID: "living"}, "link of old", "secret", nil)
	shared := l.blob("living", "open shared")
	f := survey.Form{ID: "form", ProjectID: "living"}
	l.submission(f, "uuid:b", "open", nil, shared)
	l.submission(f, "uuid:c", "secret", &binOld, shared)
	l.submission(f, "uuid:d", "open", &binRecent)
	old := l.form("living", "old", "secret", &binOld)
	l.submission(old, "uuid:e", "secret", nil)
	l.submission(old, "uuid:f", "secret", &binRecent)
	l.submission(l.form("living", "recent", "open", &binRecent), "uuid:g", "open", nil)
	l.aCase("living", "old", "secret", true, binOld, binNow)
	l.aCase("living", "recent", "open", true, binRecent, binOld.At)
	l.aCase("living", "unnoted", "secret", true, id.Deletion{}, binOld.At) // by a program that noted no more
	l.chart("living", "old", "secret", &binOld)
	l.chart("living", "recent", "open", &binRecent)
	l.blob("living", "secret orphan")
}

// remains are all living documents, and fails when there is a secret anywhere.
func remains(t testing.TB, b store.Backend) (left []string) {
	t.Helper()
	err := b.Dump(t.Context(), store.Collections, func(r store.Record) error {
		if bytes.Contains(r.Body, []byte("secret")) {
			t.Errorf("%s %s/%s (revision %d, former %v) has a secret", r.Collection.Name, r.Project, r.ID, r.Revision, r.Former)
		}
		if !r.Deleted && !r.Former {
			left = append(left, fmt.Sprint(r.Collection.Name, " ", r.Project, "/", r.ID, " ", r.Revision))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = b.EachBlob(t.Context(), func(project, hash string, size int64) error {
		r, _, err := b.OpenBlob(t.Context(), project, hash)
		if err != nil {
			return err
		}
		defer r.Close()
		content := make([]byte, size)
		if _, err := r.Read(content); err != nil {
			return err
		}
		if bytes.Contains(content, []byte("secret")) {
			t.Errorf("blob %q of %s", content, project)
		}
		left = append(left, fmt.Sprintf("blob %s %q", project, content))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(left)
	return left
}

// stopping is a backend that works a number of steps, and then no more: the process was killed.
type stopping struct {
	store.Backend
	left int
}

var errKilled = errors.New("killed")

func (s *stopping) step() error {
	if s.left--; s.left < 0 {
		return errKilled
	}
	return nil
}

func (s *stopping) Replace(ctx context.Context, c *store.Collection, d store.Document) (store.Document, error) {
	if err := s.step(); err != nil {
		return d, err
	}
	return s.Backend.Replace(ctx, c, d)
}

func (s *stopping) Delete(ctx context.Context, c *store.Collection, project, key string, revision int64) error {
	if err := s.step(); err != nil {
		return err
	}
	return s.Backend.Delete(ctx, c, project, key, revision)
}

func (s *stopping) Forget(ctx context.Context, c *store.Collection, project, key string) error {
	if err := s.step(); err != nil {
		return err
	}
	return s.Backend.Forget(ctx, c, project, key)
}

func (s *stopping) DeleteBlob(ctx context.Context, project, hash string) error {
	if err := s.step(); err != nil {
		return err
	}
	return s.Backend.DeleteBlob(ctx, project, hash)
}

// noRest lets blobs be deleted right after they were put.
func noRest(t *testing.T) {
	before := store.BlobRest
	store.BlobRest = 0
	t.Cleanup(func() { store.BlobRest = before })
}

// TestSweep: what is overdue goes without a trace, with the blobs that nothing names, from all
// projects; the rest stays.
func TestSweep(t *testing.T) {
	noRest(t)
	for _, at := range storetest.Opens() {
		t.Run(at.Name, func(t *testing.T) {
			b := at.Open(t, store.Collections...)
			scatter(t, b)
			for n := 3; ; n++ { // killed again and again
				err := store.NewBin(&stopping{Backend: b, left: n}).Sweep(t.Context(), binNow)
				if err == nil {
					break
				}
				if !errors.Is(err, errKilled) {
					t.Fatal(err)
				}
			}
			if left := remains(t, b); len(left) != 56 || !slices.Contains(left, `blob living "open former photo of uuid:d"`) || !slices.Contains(left, `blob living "open shared"`) {
				t.Errorf("%d things are left: %q", len(left), left)
			}
		})
	}
}

// TestSweepStoppedAnywhere kills it before its nth step, and does it again.
func TestSweepStoppedAnywhere(t *testing.T) {
	noRest(t)
	dir := t.TempDir()
	b := storetest.SQLiteIn(dir)(t, store.Collections...)
	scatter(t, b)
	b.Close()
	for n := 0; ; n += 3 {
		copied := t.TempDir()
		if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		b := storetest.SQLiteIn(copied)(t, store.Collections...)
		err := store.NewBin(&stopping{Backend: b, left: n}).Sweep(t.Context(), binNow)
		if err != nil && !errors.Is(err, errKilled) {
			t.Fatalf("killed before step %d: %v", n, err)
		}
		if again := store.NewBin(b).Sweep(t.Context(), binNow); again != nil {
			t.Fatal(again)
		}
		if left := remains(t, b); len(left) != 56 {
			t.Fatalf("killed before step %d: %q", n, left)
		}
		b.Close()
		if err == nil {
			if n < 80 {
				t.Errorf("only %d steps", n)
			}
			break
		}
	}
}

// TestSweepTwiceAtOnce: two processes do it at the same time, and a third restores what is not overdue.
func TestSweepTwiceAtOnce(t *testing.T) {
	noRest(t)
	b := storetest.SQLite(t, store.Collections...)
	scatter(t, b)
	var sweeps sync.WaitGroup
	for range 3 {
		sweeps.Go(func() {
			if err := store.NewBin(b).Sweep(t.Context(), binNow); err != nil {
				t.Error(err)
			}
		})
	}
	s := survey.New(store.NewSurveys(b), func() time.Time { return binNow })
	if _, err := s.RestoreForm(t.Context(), "living", "recent"); err != nil {
		t.Error(err)
	}
	if _, err := s.RestoreForm(t.Context(), "living", "old"); !problem.Is(err, problem.NotFound) {
		t.Error(err)
	}
	sweeps.Wait()
	if left := remains(t, b); len(left) != 56 {
		t.Errorf("%d things are left: %q", len(left), left)
	}
}

// TestClockInThePast: what was deleted while the clock stood in the past has its thirty days.
func TestClockInThePast(t *testing.T) {
	b := storetest.SQLite(t, store.Collections...)
	l := litter{t, b}
	l.must(store.NewAccounts(b).CreateProject(t.Context(), account.Project{ID: "p", Title: "衢州"}))
	f := l.form("p", "old", "open", &id.Deletion{By: "alice", At: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
	l.must(store.NewBin(b).Sweep(t.Context(), time.Now()))
	if _, err := store.NewSurveys(b).Form(t.Context(), "p", f.ID); err != nil {
		t.Error(err)
	}
	l.must(store.NewBin(b).Sweep(t.Context(), binNow))
	if _, err := store.NewSurveys(b).Form(t.Context(), "p", f.ID); !problem.Is(err, problem.NotFound) {
		t.Error(err)
	}
}

// TestFreshBlobsStay: the document of a blob that was just put may be on its way.
func TestFreshBlobsStay(t *testing.T) {
	b := storetest.SQLite(t, store.Collections...)
	scatter(t, b)
	if err := store.NewBin(b).Sweep(t.Context(), binNow); err != nil {
		t.Fatal(err)
	}
	found := 0
	err := b.EachBlob(t.Context(), func(project, hash string, _ int64) error {
		found++
		return nil
	})
	if err != nil || found != 36 {
		t.Errorf("%d blobs are left, %v", found, err)
	}
	if _, err := store.NewAccounts(b).Project(t.Context(), "gone"); err != nil {
		t.Errorf("the project went before its blobs: %v", err)
	}
}
