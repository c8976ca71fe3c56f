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

// total is how many submissions a process lists.
func (w *world) total(s *survey.Service, filter survey.Filter) int {
	w.Helper()
	page, err := s.List(w.Context(), quzhou, filter, "", 100)
	if err != nil {
		w.Fatal(err)
	}
	return page.Total
}

// wantRows checks the texts of a question in the table of every process, in any order.
func (w *world) wantRows(f survey.Form, question string, processes []*survey.Service, want ...string) {
	w.Helper()
	for i, s := range processes {
		t, err := s.Table(w.Context(), quzhou, f.ID, "zh")
		if err != nil {
			w.Fatal(err)
		}
		at, got := t.Find(question), []string{}
		for row := range t.Origins {
			got = append(got, t.Variables[at].Values[t.Columns[at].Codes[row]].Code)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) || w.total(s, survey.Filter{FormID: f.ID}) != len(want) {
			w.Errorf("process %d: rows %v, %d listed, want %v", i, got, w.total(s, survey.Filter{FormID: f.ID}), want)
		}
	}
}

// TestDeletedSubmission: every process takes the row out and puts it back; tables given out before
// stay as they are; what is sent again stays deleted.
func TestDeletedSubmission(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		w.submit(f, answers("basic/respondent", "张三"))
		in := w.incoming(f, answers("basic/respondent", "李四"))
		second := w.take(bob, in)
		w.submit(f, answers("basic/respondent", "王五"))
		processes := []*survey.Service{w.Service, w.other()}
		w.wantRows(f, "basic/respondent", processes, "张三", "李四", "王五")
		before, err := w.Table(w.Context(), quzhou, f.ID, "zh")
		if err != nil {
			w.Fatal(err)
		}

		gone, err := w.DeleteSubmission(w.Context(), quzhou, alice, second.ID, "录了两遍")
		if err != nil || gone.Deleted.By != alice || !gone.Deleted.At.Equal(w.now) {
			w.Fatal(gone.Deleted, err)
		}
		processes = append(processes, w.other())
		w.wantRows(f, "basic/respondent", processes, "张三", "王五")
		if at := before.Find("basic/respondent"); before.Len() != 3 || len(before.Columns[at].Codes) != 3 {
			w.Errorf("the table given out before has %d rows", before.Len())
		}
		if n := w.total(w.Service, survey.Filter{Text: "李四", Personal: true}); n != 0 {
			w.Errorf("a search finds %d", n)
		}
		_, err = w.Submission(w.Context(), quzhou, second.ID)
		want(w, err, problem.NotFound, "bin.submissionIn")
		_, err = w.Review(w.Context(), quzhou, rui, second.ID, 2, survey.Approved, "")
		want(w, err, problem.NotFound, "bin.submissionIn")
		if again := w.take(bob, in); again.ID != second.ID || again.Deleted == nil {
			w.Errorf("sent again: %+v", again)
		}
		binned, err := w.BinnedSubmissions(w.Context(), quzhou, id.BinMark{}, 10)
		if err != nil || len(binned) != 1 || binned[0].Title != "走访记录 "+second.Receipt() || binned[0].Why != "录了两遍" {
			w.Fatal(binned, err)
		}
		w.wantRows(f, "basic/respondent", processes, "张三", "王五")

		for range 2 { // restoring twice is restoring once
			if back, err := w.RestoreSubmission(w.Context(), quzhou, second.ID); err != nil || back.Deleted != nil || back.Revision != 3 {
				w.Fatal(back.Revision, err)
			}
		}
		w.wantRows(f, "basic/respondent", append(processes, w.other()), "张三", "李四", "王五")
		if binned, err := w.BinnedSubmissions(w.Context(), quzhou, id.BinMark{}, 10); err != nil || len(binned) != 0 {
			w.Error(binned, err)
		}
	})
}

// TestBinIsPaged: newest first, in pages, those of one moment too.
func TestBinIsPaged(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	var newest []string
	for i := range 7 {
		sub := w.submit(f, answers())
		w.now = w.now.Add(-time.Minute * time.Duration(i%2)) // some at the same moment
		if _, err := w.DeleteSubmission(w.Context(), quzhou, alice, sub.ID, ""); err != nil {
			t.Fatal(err)
		}
	}
	var from id.BinMark
	for {
		page, err := w.BinnedSubmissions(w.Context(), quzhou, from, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range page {
			if len(newest) > 0 && !from.Before(b) {
				t.Errorf("%s comes twice", b.ID)
			}
			newest, from = append(newest, b.ID), b.Mark()
		}
		if len(page) < 2 {
			break
		}
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(newest))); len(newest) != 7 || len(unique) != 7 {
		t.Errorf("%d of them, %d different", len(newest), len(unique))
	}
}

// TestDeletedForm: a form goes with its submissions and comes back with them; what is sent meanwhile
// is received and kept.
func TestDeletedForm(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.visits()
		tree := w.publish(book(w, "survey", treeSurvey, "entities", treeEntities, "settings", "form_id\nplant"))
		measure := w.publish(book(w, "survey", measureSurvey, "entities", measureEntities, "settings", "form_id\nmeasure"))
		w.submit(tree, m{"kind": "樟", "height": "7"})
		w.submit(f, m{"who": "张三"})
		processes := []*survey.Service{w.Service, w.other()}
		w.wantRows(f, "who", processes, "张三")
		if lines := w.trees(w.Service, measure); len(lines) != 2 {
			w.Fatal(lines)
		}

		for _, form := range []survey.Form{f, tree} {
			if gone, err := w.DeleteForm(w.Context(), quzhou, alice, form.ID, "改版"); err != nil || gone.Deleted.Why != "改版" {
				w.Fatal(gone, err)
			}
		}
		processes = append(processes, w.other())
		for i, s := range processes {
			forms, err := s.Forms(w.Context(), quzhou)
			if n := w.total(s, survey.Filter{}); n != 0 || err != nil || len(forms) != 1 {
				w.Errorf("process %d lists %d and %d forms, %v", i, n, len(forms), err)
			}
			_, err = s.Table(w.Context(), quzhou, f.ID, "zh")
			want(w, err, problem.NotFound, "bin.formIn")
			if lines := w.trees(s, measure); len(lines) != 1 {
				w.Errorf("process %d: the list of a deleted form's entities is %q", i, lines)
			}
		}
		_, err := w.Form(w.Context(), quzhou, f.ID)
		want(w, err, problem.NotFound, "bin.formIn")
		_, _, err = w.Upload(w.Context(), quzhou, alice, book(w, "survey", "type|name|label\ntext|who|谁", "settings", "form_id\nvisits"), "visits.xlsx", "")
		want(w, err, problem.Conflict, "bin.nameTaken")

		if sub, err := w.receive(visited("uuid:client", "", "李四", "2")); err != nil || sub.FormID != f.ID {
			w.Fatal(err)
		}
		w.submit(f, m{"who": "王五"})
		if n := w.total(w.Service, survey.Filter{}); n != 0 {
			w.Errorf("what came meanwhile is listed: %d", n)
		}

		for _, form := range []survey.Form{f, tree} {
			if back, err := w.RestoreForm(w.Context(), quzhou, form.ID); err != nil || back.Deleted != nil {
				w.Fatal(err)
			}
		}
		w.wantRows(f, "who", append(processes, w.other()), "张三", "李四", "王五")
		if lines := w.trees(w.Service, measure); len(lines) != 2 || !strings.Contains(lines[1], "樟") {
			w.Error(lines)
		}
	})
}

// TestPurgedForm: after thirty days nothing of it is left on any process, and its name is free.
func TestPurgedForm(t *testing.T) {
	everywhere(t, func(w *world) {
		w.now = w.now.AddDate(100, 0, 0) // long after the store's stamps, by which the bin goes too
		f := w.visits()
		w.submit(f, m{"who": "张三"})
		other := w.other()
		w.wantRows(f, "who", []*survey.Service{w.Service, other}, "张三")
		if _, err := w.DeleteForm(w.Context(), quzhou, alice, f.ID, ""); err != nil {
			w.Fatal(err)
		}
		w.pass(id.BinLength)
		_, err := w.RestoreForm(w.Context(), quzhou, f.ID)
		want(w, err, problem.NotFound, "bin.gone")
		_, err = w.receive(visited("uuid:late", "", "李四", "2"))
		want(w, err, problem.NotFound, "openrosa.noForm")
		_, err = w.Submit(w.Context(), quzhou, bob, w.incoming(f, m{"who": "王五"}))
		want(w, err, problem.NotFound, "bin.formGone")

		w.project()
		if err := w.Bin.Sweep(w.Context(), w.now); err != nil { // a while is left to who restores at the last moment
			w.Fatal(err)
		}
		if _, err := w.Store.Form(w.Context(), quzhou, f.ID); err != nil {
			w.Fatal(err)
		}
		w.pass(2 * time.Hour)
		if err := w.Bin.Sweep(w.Context(), w.now); err != nil {
			w.Fatal(err)
		}
		if _, err := w.Store.Form(w.Context(), quzhou, f.ID); !problem.Is(err, problem.NotFound) {
			w.Fatal(err)
		}
		again := w.visits()
		if again.ID == f.ID {
			w.Fatal("the old form is back")
		}
		if sub, err := w.receive(visited("uuid:new", "", "赵六", "1")); err != nil || sub.FormID != again.ID {
			w.Fatal(sub.FormID, err)
		}
		w.wantRows(again, "who", []*survey.Service{w.Service, other, w.other()}, "赵六")
	})
}

// TestClosed: what says that it was begun after the closing is refused; what was begun before, came
// before and is sent again, or says nothing, is taken.
func TestClosed(t *testing.T) {
	w := here(t)
	f := w.visits()
	closed := w.now
	before, late, silent := w.incoming(f, m{"who": "早"}), w.incoming(f, m{"who": "晚"}), w.incoming(f, m{"who": "无"})
	late.Started, late.Ended = closed.Add(time.Minute), closed.Add(2*time.Minute)
	silent.Started, silent.Ended = time.Time{}, time.Time{}
	skewed := w.incoming(f, m{"who": "快"})
	skewed.Ended = closed.Add(time.Hour) // its clock is fast; the receipt did not arrive
	w.take(bob, skewed)
	for in, kind := range map[*survey.Incoming]problem.Kind{&before: "", &late: problem.Forbidden, &silent: "", &skewed: ""} {
		in.Closed = closed
		if kind == "" {
			w.take(bob, *in)
			continue
		}
		_, err := w.Submit(w.Context(), quzhou, bob, *in)
		want(w, err, kind, "bin.closedSince")
		want(w, w.Check(w.Context(), quzhou, bob, *in), kind, "bin.closedSince")
	}
	in := late
	in.Ended = time.Time{} // does not say when it ended
	_, err := w.Submit(w.Context(), quzhou, bob, in)
	want(w, err, problem.Forbidden, "bin.closedSince")
	month := w.incoming(f, m{"who": "久"})
	month.Closed, month.Started, month.Ended = closed, closed.Add(-time.Hour), closed.Add(-time.Minute)
	w.pass(31 * 24 * time.Hour)
	_, err = w.Submit(w.Context(), quzhou, bob, month)
	want(w, err, problem.Forbidden, "late.over")
	w.take(bob, before) // which came in time
}
