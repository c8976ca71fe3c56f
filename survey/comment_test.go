package survey_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// TestComments change no state, and tell those who are mentioned; who may not see it cannot be.
func TestComments(t *testing.T) {
	everywhere(t, func(w *world) {
		w.team()
		f := w.publish(visit(w))
		in := w.incoming(f, answers())
		in.CaseID = "hetang"
		near := w.take(bob, in)
		far := w.submit(f, answers())
		if readers, err := w.Readers(t.Context(), near); err != nil || !slices.Equal(readers, []id.UserID{alice, rui, bob, "dora"}) {
			t.Errorf("%v, %v", readers, err)
		}
		if readers, err := w.Readers(t.Context(), far); err != nil || !slices.Equal(readers, []id.UserID{alice, rui, bob}) {
			t.Errorf("%v, %v", readers, err)
		}
		sub, err := w.Comment(t.Context(), quzhou, bob, near.ID, " 王大妈不在家，是邻居说的 ", []id.UserID{"dora", bob})
		if err != nil || sub.State != survey.Received || sub.Revision != 2 || !sub.Events[0].Remark || sub.Events[0].Comment != "王大妈不在家，是邻居说的" {
			t.Fatalf("%+v, %v", sub, err)
		}
		for who, n := range map[id.UserID]int{"dora": 1, bob: 0, rui: 0} {
			if unread, err := w.Unread(t.Context(), who, of(quzhou)); err != nil || unread != n {
				t.Errorf("%s has %d unread, %v", who, unread, err)
			}
		}
		for _, m := range []id.UserID{carol, "dora", "nobody"} {
			_, err := w.Comment(t.Context(), quzhou, rui, far.ID, "请看", []id.UserID{m})
			want(t, err, problem.Invalid, "review.cannotSee")
		}
		_, err = w.Comment(t.Context(), quzhou, rui, far.ID, " ", nil)
		want(t, err, problem.Invalid, "review.commentEmpty")
		_, err = w.Comment(t.Context(), quzhou, rui, far.ID, strings.Repeat("长", 1001), nil)
		want(t, err, problem.Invalid, "review.commentEmpty")
		// A reviewer who saw the submission before the comment is told of it.
		_, err = w.Review(t.Context(), quzhou, rui, near.ID, 1, survey.Approved, "")
		want(t, err, problem.Conflict, "survey.submissionChanged")
	})
}

func of(projects ...id.ProjectID) func() ([]id.ProjectID, error) {
	return func() ([]id.ProjectID, error) { return projects, nil }
}

// TestNotices: the same takes its place, is read, and goes after its time; a project that one is no
// member of any longer tells nothing.
func TestNotices(t *testing.T) {
	everywhere(t, func(w *world) {
		w.project()
		tell := func(project id.ProjectID, key string, to ...id.UserID) {
			w.Helper()
			if err := w.Notify(t.Context(), project, survey.Notification{To: to, Text: textOf(key), Path: "/p/x", Key: key}); err != nil {
				t.Fatal(err)
			}
			w.pass(time.Minute)
		}
		list := func(projects ...id.ProjectID) (keys string) {
			w.Helper()
			after := ""
			for {
				page, next, err := w.Notices(t.Context(), bob, projects, after, 2)
				if err != nil {
					t.Fatal(err)
				}
				for _, n := range page {
					keys += n.Text.Key
					if n.Unread {
						keys += "!"
					}
					keys += " "
				}
				if after = next; next == "" {
					return strings.TrimSpace(keys)
				}
			}
		}
		tell(quzhou, "a", bob, carol, bob, "")
		tell(quzhou, "b", bob)
		tell(hanyang, "c", bob)
		tell(quzhou, "a", bob)
		if got := list(quzhou, hanyang); got != "a! c! b!" {
			t.Errorf("%q", got)
		}
		if got := list(quzhou); got != "a! b!" {
			t.Errorf("%q", got)
		}
		page, _, err := w.Notices(t.Context(), bob, []id.ProjectID{quzhou}, "", 1)
		if err == nil {
			err = w.ReadNotices(t.Context(), carol, page[0].ID) // another's
		}
		if err == nil {
			err = w.ReadNotices(t.Context(), bob, page[0].ID)
		}
		if got := list(quzhou, hanyang); err != nil || got != "a c! b!" {
			t.Errorf("%q, %v", got, err)
		}
		for n, projects := range [][]id.ProjectID{{}, {hanyang}, {quzhou, hanyang}} { // c, and b
			if got, err := w.Unread(t.Context(), bob, of(projects...)); err != nil || got != n {
				t.Errorf("unread of %v: %d, %v", projects, got, err)
			}
		}
		if err = w.ReadNotices(t.Context(), bob, ""); err != nil {
			t.Fatal(err)
		}
		if n, err := w.Unread(t.Context(), bob, of(quzhou, hanyang)); err != nil || n != 0 {
			t.Error(n, err)
		}
		tell(quzhou, "a", bob)
		if got := list(quzhou, hanyang); got != "a! c b" {
			t.Errorf("%q", got)
		}
		w.pass(survey.NoticeAge - 2*time.Minute)
		if err := w.Bin.Sweep(t.Context(), w.now); err != nil {
			t.Fatal(err)
		}
		if got := list(quzhou, hanyang); got != "a!" {
			t.Errorf("after 90 days %q", got)
		}
	})
}
