package survey_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
)

// giveBack returns a submission to somebody, as a reviewer does.
func (w *world) giveBack(sub survey.Submission, to id.UserID) survey.Submission {
	w.Helper()
	sub = w.read(sub.ID)
	sub.State, sub.Return = survey.HasIssues, &survey.Return{At: w.now, By: rui, To: to, Comment: "人数不对",
		Reasons: []survey.Reason{{Path: "basic/members", Text: "和名册不一致"}}}
	sub.Events = append(sub.Events, survey.Event{At: w.now, By: rui, State: survey.HasIssues, Comment: "人数不对"})
	if err := w.Store.ReplaceSubmission(w.Context(), sub); err != nil {
		w.Fatal(err)
	}
	w.pass(time.Minute)
	return w.read(sub.ID)
}

// mending is what a phone sends that mends a submission.
func (w *world) mending(f survey.Form, sub survey.Submission, a map[string]any) survey.Incoming {
	in := w.incoming(f, a)
	in.DeprecatedID, in.MendsRevision, in.CaseID = sub.InstanceID, sub.Revision, sub.CaseID
	return in
}

func (w *world) mayNot(by id.UserID, in survey.Incoming, kind problem.Kind, key string) {
	w.Helper()
	_, err := w.Submit(w.Context(), quzhou, by, in)
	want(w, err, kind, key)
	want(w, w.Check(w.Context(), quzhou, by, in), kind, key)
}

// TestMendReturned: what was returned is mended, its former revision stays readable, the request is done,
// and the same sent again, or the former instance, changes nothing.
func TestMendReturned(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		first := w.incoming(f, answers("basic/members", "31"))
		sub := w.giveBack(w.take(bob, first), bob)
		in := w.mending(f, sub, answers("basic/members", "32", "basic/respondent", "王大妈"))
		mended := w.take(bob, in)
		if mended.ID != sub.ID || mended.InstanceID != in.InstanceID || mended.State != survey.Edited || mended.Return != nil || mended.Submitter != bob {
			w.Fatalf("%+v", mended)
		}
		last := mended.Events[len(mended.Events)-1]
		if got := fmt.Sprint(last.Changes); got != `[basic/members: "31" -> "32" code: "A31" -> "A32" basic/respondent: "" -> "王大妈"]` || last.By != bob || last.Instance != in.InstanceID {
			w.Error(got, last)
		}
		for _, again := range []survey.Incoming{in, first} {
			if sub, err := w.Submit(w.Context(), quzhou, bob, again); err != nil || !sub.Resent || sub.ID != mended.ID || sub.Revision != mended.Revision {
				w.Error(sub, err)
			}
		}
		former, err := w.Former(w.Context(), quzhou, sub.ID)
		if err != nil || len(former) != 2 || former[0].Return == nil || former[0].Return.Reasons[0].Text != "和名册不一致" || former[1].InstanceID != first.InstanceID {
			w.Fatal(former, err)
		}
		other := in
		other.Answers = answers("basic/members", "40")
		_, err = w.Submit(w.Context(), quzhou, bob, other)
		want(w, err, problem.Conflict, "survey.otherContent")
		_, err = w.Submit(w.Context(), quzhou, carol, in)
		want(w, err, problem.Conflict, "survey.otherContent")
		if page, err := w.List(w.Context(), quzhou, survey.Filter{}, "", 10); err != nil || page.Total != 1 {
			w.Error(page, err)
		}
	})
}

// TestWhoMayMend: the submitter, or the one whom it was returned to, until it is approved or rejected.
func TestWhoMayMend(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	sub := w.submit(f, answers())
	in := w.mending(f, sub, answers("basic/members", "40"))
	w.mayNot(carol, in, problem.NotFound, "mend.notOwn")
	w.mayNot("", in, problem.NotFound, "mend.notOwn")
	none := in
	none.DeprecatedID = "uuid:none"
	w.mayNot(bob, none, problem.NotFound, "mend.notOwn")
	if sub = w.take(bob, in); sub.State != survey.Edited { // not reviewed yet
		t.Error(sub.State)
	}
	w.mayNot(bob, w.mending(f, survey.Submission{InstanceID: "uuid:0001"}, answers()), problem.Conflict, "mend.elsewhere")

	sub = w.giveBack(sub, carol) // who took over
	if sub = w.take(carol, w.mending(f, sub, answers("basic/members", "41"))); sub.Submitter != bob || sub.Events[len(sub.Events)-1].By != carol {
		t.Error(sub)
	}
	for state, key := range map[survey.ReviewState]string{survey.Approved: "mend.approved", survey.Rejected: "mend.rejected"} {
		sub, err := w.Review(t.Context(), quzhou, rui, sub.ID, w.read(sub.ID).Revision, state, "看过")
		if err != nil {
			t.Fatal(err)
		}
		w.mayNot(bob, w.mending(f, sub, answers("basic/members", "42")), problem.Conflict, key)
	}
	sub = w.submit(f, answers())
	if _, err := w.DeleteSubmission(t.Context(), quzhou, alice, sub.ID, "重复"); err != nil {
		t.Fatal(err)
	}
	w.mayNot(bob, w.mending(f, sub, answers("basic/members", "42")), problem.Conflict, "mend.deleted")
}

// TestMendBeyondTheLimit: a member who does not reach the case any more does not mend it either.
func TestMendBeyondTheLimit(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	first := w.incoming(f, answers())
	first.CaseID = "village"
	sub := w.take(bob, first)
	limited := account.WithScope(t.Context(), account.Scope{User: bob, Limit: account.Limit{Attribute: "县", Values: []string{"江山市"}}})
	_, err := w.Submit(limited, quzhou, bob, w.mending(f, sub, answers("basic/members", "40")))
	want(t, err, problem.NotFound, "mend.notOwn")
	_, err = w.Mendable(limited, quzhou, bob, sub.ID)
	want(t, err, problem.NotFound, "mend.notOwn")
}

// TestMendAfterCorrection: what was corrected at the desk meanwhile is not overwritten; what the mender
// has seen is no hindrance, nor is a comment.
func TestMendAfterCorrection(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	correct := func(sub survey.Submission, members string) survey.Submission {
		t.Helper()
		sub, err := w.Correct(t.Context(), quzhou, rui, sub.ID, sub.Revision, survey.Correction{Answers: map[form.Path]string{"basic/members": members}, Reason: "名册"})
		if err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		return sub
	}
	sub := correct(w.submit(f, answers()), "35")
	sub = w.giveBack(sub, bob)
	unknown := w.mending(f, sub, answers("basic/members", "36"))
	unknown.MendsRevision = 0
	if err := w.Check(t.Context(), quzhou, bob, unknown); err != nil { // corrected before it was returned
		t.Error(err)
	}
	seen := w.mending(f, sub, answers("basic/members", "36"))
	sub.Events = append(sub.Events, survey.Event{At: w.now, By: rui, State: sub.State, Comment: "请尽快"})
	if err := w.Store.ReplaceSubmission(t.Context(), sub); err != nil {
		t.Fatal(err)
	}
	if err := w.Check(t.Context(), quzhou, bob, seen); err != nil {
		t.Error(err)
	}
	correct(w.read(sub.ID), "37")
	w.mayNot(bob, seen, problem.Conflict, "mend.corrected")
	w.mayNot(bob, unknown, problem.Conflict, "mend.corrected")
	w.take(bob, w.mending(f, w.read(sub.ID), answers("basic/members", "38")))
}

// TestMendKeepsFiles: a file that the submission has need not come again; what is replaced is a former one's.
func TestMendKeepsFiles(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	attach := func(name, content string) survey.Attachment {
		t.Helper()
		a, err := w.Attach(t.Context(), quzhou, name, "text/plain", strings.NewReader(content), survey.MaxAttachment)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	first := w.incoming(f, answers("photo", "a.jpg"))
	first.Files = []survey.Attachment{attach("a.jpg", "one")}
	sub := w.take(bob, first)
	sub = w.take(bob, w.mending(f, sub, answers("photo", "a.jpg", "basic/members", "32")))
	if len(sub.Attachments) != 1 || sub.Attachments[0].Former {
		t.Fatal(sub.Attachments)
	}
	w.mayNotStore(bob, w.mending(f, sub, answers("photo", "b.jpg")), problem.Invalid, "survey.filesMismatch")
	in := w.mending(f, sub, answers("photo", "b.jpg"))
	in.Files = []survey.Attachment{attach("b.jpg", "two")}
	sub = w.take(bob, in)
	if len(sub.Attachments) != 2 || !sub.Attachments[0].Former || sub.Attachments[1].Former {
		t.Fatal(sub.Attachments)
	}
	_, r, err := w.OpenAttachment(t.Context(), quzhou, sub.ID, "a.jpg")
	if got := text(t, r, err); got != "one" {
		t.Error(got)
	}
}

func (w *world) mayNotStore(by id.UserID, in survey.Incoming, kind problem.Kind, key string) {
	w.Helper()
	_, err := w.Submit(w.Context(), quzhou, by, in)
	want(w, err, kind, key)
}

// TestMendAtOnce: two phones that mend the same at once; one of them is told.
func TestMendAtOnce(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		sub := w.submit(f, answers())
		done := make(chan error)
		for n := range 2 {
			in := w.mending(f, sub, answers("basic/members", fmt.Sprint(40+n)))
			go func() {
				_, err := w.other().Submit(w.Context(), quzhou, bob, in)
				done <- err
			}()
		}
		one, other := <-done, <-done
		if one == nil {
			one, other = other, one
		}
		if other != nil || !problem.Is(one, problem.Conflict) || problem.From(one).Text.Key != "mend.elsewhere" {
			w.Fatal(one, other)
		}
		if sub = w.read(sub.ID); len(sub.Former) != 1 || len(sub.Events) != 1 {
			w.Errorf("%+v", sub)
		}
	})
}

// TestLate: what was begun in time is received and flagged, says why, and keeps its state.
func TestLate(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	end := w.now
	w.pass(time.Hour)
	for name, c := range map[string]struct {
		change func(*survey.Incoming)
		key    string
	}{
		"left": {func(in *survey.Incoming) { in.Left = end }, "late.left"}, "closed": {func(in *survey.Incoming) { in.Closed = end }, "late.closed"},
	} {
		in := w.incoming(f, answers())
		c.change(&in)
		in.Started, in.Ended = end.Add(-time.Minute), end.Add(time.Minute)
		sub := w.take(bob, in)
		if !sub.Late || sub.State != survey.Received || len(sub.Events) != 1 || sub.Events[0].Found[0].Text.Key != c.key {
			t.Errorf("%s: %+v", name, sub)
		}
		in = w.incoming(f, answers())
		c.change(&in)
		in.Started, in.Ended = w.now.AddDate(1, 0, 0), w.now.AddDate(1, 0, 0) // a clock that is wrong by a year
		if sub := w.take(bob, in); !sub.Late {
			t.Errorf("%s: %+v", name, sub)
		}
		in = w.incoming(f, answers())
		c.change(&in)
		in.Started, in.Ended = end.Add(time.Minute), end.Add(2*time.Minute)
		_, err := w.Submit(t.Context(), quzhou, bob, in)
		if !problem.Is(err, problem.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.DeleteForm(t.Context(), quzhou, alice, f.ID, "用完了"); err != nil {
		t.Fatal(err)
	}
	if sub := w.submit(f, answers()); !sub.Late || sub.Events[0].Found[0].Text.Key != "late.binned" {
		t.Errorf("%+v", sub)
	}
}

// TestLateForWithdrawal: what was begun for an assignment that was withdrawn meanwhile is received and flagged.
func TestLateForWithdrawal(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	given, err := w.MakeAssignments(t.Context(), quzhou, alice, []survey.NewAssignment{{FormID: f.ID, CaseID: "village", Enumerator: bob}}, false)
	if err != nil || len(given) != 1 {
		t.Fatal(given, err)
	}
	send := func() survey.Submission {
		in := w.incoming(f, answers())
		in.CaseID, in.Started = "village", w.now.Add(-time.Hour)
		return w.take(bob, in)
	}
	all, err := w.Assignments(t.Context(), quzhou, survey.AssignmentFilter{})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	if _, err := w.Withdraw(t.Context(), quzhou, alice, []survey.Chosen{{ID: all[0].ID, Revision: all[0].Revision}}, "不用去了"); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	if sub := send(); !sub.Late || sub.Events[0].Found[0].Text.Key != "late.withdrawn" || sub.State != survey.Received {
		t.Errorf("%+v", sub)
	}
	w.pass(2 * time.Hour)
	if sub := send(); sub.Late {
		t.Error("begun after it was withdrawn: it is no work for it")
	}
}
