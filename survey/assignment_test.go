package survey_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

var hetang, qinghu = id.CaseID(id.Derived("荷塘村")), id.CaseID(id.Derived("清湖村"))

// give makes assignments and gives what became of them.
func (w *world) give(wanted ...survey.NewAssignment) []survey.PlannedAssignment {
	w.Helper()
	made, err := w.MakeAssignments(w.Context(), quzhou, alice, wanted, false)
	if err != nil {
		w.Fatal(err)
	}
	return made
}

func (w *world) item(assignment id.AssignmentID) survey.AssignmentItem {
	w.Helper()
	a, err := w.AssignmentItem(w.Context(), quzhou, assignment)
	if err != nil {
		w.Fatal(err)
	}
	return a
}

// sendFor stores somebody's answers for a case.
func (w *world) sendFor(f survey.Form, by id.UserID, c id.CaseID, a map[string]any) survey.Submission {
	w.Helper()
	in := w.incoming(f, a)
	in.CaseID = c
	return w.take(by, in)
}

func (w *world) review(sub id.SubmissionID, state survey.ReviewState) {
	w.Helper()
	if _, err := w.Review(w.Context(), quzhou, rui, sub, w.read(sub).Revision, state, "核对"); err != nil {
		w.Fatal(err)
	}
}

func fates(planned []survey.PlannedAssignment) (all []survey.AssignmentFate) {
	for _, p := range planned {
		all = append(all, p.Fate)
	}
	return all
}

// TestAnAssignmentsLife: its state follows what happens in the field and at the desk.
func TestAnAssignmentsLife(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		due := w.now.Add(48 * time.Hour)
		made := w.give(survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: bob, Due: due, Note: " 先找村支书 "})[0]
		is := func(state survey.AssignmentState, late bool) {
			w.Helper()
			a := w.item(made.ID)
			if a.State != state || a.Late != late || (a.Submission == "") != (state.IsToDo() || state == survey.AssignmentWithdrawn) {
				w.Errorf("%s, late %t, submission %q; want %s, %t", a.State, a.Late, a.Submission, state, late)
			}
		}
		is(survey.AssignmentOpen, false)
		if a := w.item(made.ID); a.Note != "先找村支书" || a.By != alice || !a.Made.Equal(w.now) || !a.Due.Equal(due) {
			w.Errorf("%+v", a)
		}
		w.pass(72 * time.Hour)
		is(survey.AssignmentLate, true)
		if _, added, err := w.AddVisit(w.Context(), quzhou, bob, made.ID, survey.Visit{ID: "v1", At: w.now, Outcome: survey.NotHome}); err != nil || !added {
			w.Fatal(added, err)
		}
		is(survey.AssignmentVisited, true)
		sub := w.sendFor(f, carol, hetang, answers()) // whoever sends it
		is(survey.AssignmentDone, false)
		w.review(sub.ID, survey.HasIssues)
		is(survey.AssignmentReturned, false)
		w.review(sub.ID, survey.Approved)
		is(survey.AssignmentApproved, false)
		w.review(sub.ID, survey.Rejected)
		is(survey.AssignmentVisited, true)
		w.review(sub.ID, survey.Received)
		if _, err := w.DeleteSubmission(w.Context(), quzhou, alice, sub.ID, "重复"); err != nil {
			w.Fatal(err)
		}
		is(survey.AssignmentVisited, true)
		chosen := []survey.Chosen{{ID: made.ID, Revision: w.item(made.ID).Revision}}
		if _, err := w.Withdraw(w.Context(), quzhou, alice, chosen, "换一户"); err != nil {
			w.Fatal(err)
		}
		is(survey.AssignmentWithdrawn, false)
		if a := w.item(made.ID); a.Withdrawn.Reason != "换一户" || a.Events[0].Change != survey.TakenBack {
			w.Errorf("%+v", a)
		}
		other, err := w.other().Assignments(w.Context(), quzhou, survey.AssignmentFilter{State: survey.AssignmentWithdrawn})
		if err != nil || len(other) != 1 {
			w.Errorf("another process: %+v, %v", other, err)
		}
		if _, err := w.DeleteForm(w.Context(), quzhou, alice, f.ID, ""); err != nil {
			w.Fatal(err)
		}
		if all, err := w.Assignments(w.Context(), quzhou, survey.AssignmentFilter{}); err != nil || len(all) != 0 {
			w.Errorf("of a form in the bin: %+v, %v", all, err)
		}
		_, err = w.Assignment(w.Context(), quzhou, made.ID)
		if !problem.Is(err, problem.NotFound) {
			w.Error(err)
		}
	})
}

// TestAssignmentsAreNeverDoubled: neither sent twice, nor at once, nor when the case has its answers.
func TestAssignmentsAreNeverDoubled(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		one := survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: bob}
		if got := fates(w.give(one, one)); !slices.Equal(got, []survey.AssignmentFate{survey.WillMake, survey.IsThere}) {
			w.Errorf("twice in a list: %v", got)
		}
		if got := fates(w.give(one)); got[0] != survey.IsThere {
			w.Errorf("again: %v", got)
		}
		carols := survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: carol}
		planned, err := w.PlanAssignments(w.Context(), quzhou, []survey.NewAssignment{carols, {FormID: f.ID, CaseID: qinghu, Enumerator: carol}}, true)
		if got := fates(planned); err != nil || !slices.Equal(got, []survey.AssignmentFate{survey.IsTaken, survey.WillMake}) || planned[0].Has != bob {
			w.Errorf("what another has: %+v, %v", planned, err)
		}
		if got := fates(w.give(carols)); got[0] != survey.WillMake {
			w.Errorf("to a second enumerator, when it is meant: %v", got)
		}
		first := w.sendFor(f, bob, qinghu, answers())
		done := survey.NewAssignment{FormID: f.ID, CaseID: qinghu, Enumerator: bob}
		if got := fates(w.give(done)); got[0] != survey.IsDone {
			w.Errorf("of a case with answers: %v", got)
		}
		done.Again = true
		again := w.give(done)[0]
		if got := fates(w.give(done)); again.Fate != survey.WillMake || got[0] != survey.IsThere {
			w.Errorf("a further visit: %v, then %v", again.Fate, got)
		}
		if a := w.item(again.ID); a.State != survey.AssignmentOpen || a.Earlier != first.ID {
			w.Errorf("%+v", a)
		}
		w.pass(time.Minute)
		w.sendFor(f, bob, qinghu, answers())
		if got := w.give(done)[0]; got.Fate != survey.WillMake || got.ID == again.ID || w.item(again.ID).State != survey.AssignmentDone {
			w.Errorf("the next further visit: %+v", got)
		}
	})
}

func TestTheSameMadeAtOnce(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	var wanted []survey.NewAssignment
	for i := range 40 {
		wanted = append(wanted, survey.NewAssignment{FormID: f.ID, CaseID: id.CaseID(id.Derived(fmt.Sprint(i))), Enumerator: bob})
	}
	failed := make(chan error)
	for _, s := range []*survey.Service{w.Service, w.other(), w.other()} {
		go func() {
			_, err := s.MakeAssignments(t.Context(), quzhou, alice, wanted, false)
			failed <- err
		}()
	}
	if err := errors.Join(<-failed, <-failed, <-failed); err != nil {
		t.Fatal(err)
	}
	if all, err := w.Assignments(t.Context(), quzhou, survey.AssignmentFilter{}); err != nil || len(all) != 40 {
		t.Errorf("%d, %v", len(all), err)
	}
}

func TestWhatCannotBeGiven(t *testing.T) {
	w := here(t)
	f, draft := w.publish(visit(w)), w.upload(book(w, "survey", treeSurvey, "entities", treeEntities, "settings", "form_id\nplant"))
	for name, c := range map[string]struct {
		n    survey.NewAssignment
		kind problem.Kind
		key  string
	}{
		"no form":    {survey.NewAssignment{FormID: "x", CaseID: hetang, Enumerator: bob}, problem.Invalid, "assignment.noForm"},
		"a draft":    {survey.NewAssignment{FormID: draft.ID, CaseID: hetang, Enumerator: bob}, problem.Invalid, "assignment.noForm"},
		"to nobody":  {survey.NewAssignment{FormID: f.ID, CaseID: hetang}, problem.Invalid, "assignment.nobody"},
		"long note":  {survey.NewAssignment{FormID: f.ID, Enumerator: bob, Note: string(make([]rune, 501)) + "。"}, problem.Invalid, "assignment.noteLong"},
		"of nothing": {survey.NewAssignment{FormID: f.ID, Enumerator: bob, BackCheck: "x"}, problem.NotFound, "submission.none"},
		"of his own": {survey.NewAssignment{FormID: f.ID, Enumerator: bob, BackCheck: w.submit(f, answers()).ID}, problem.Invalid, "assignment.ownCheck"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.MakeAssignments(t.Context(), quzhou, alice, []survey.NewAssignment{{FormID: f.ID, CaseID: hetang, Enumerator: bob}, c.n}, false)
			want(t, err, c.kind, c.key)
		})
	}
	_, err := w.PlanAssignments(t.Context(), quzhou, nil, false)
	want(t, err, problem.Invalid, "assignment.nothing")
	_, err = w.PlanAssignments(t.Context(), quzhou, make([]survey.NewAssignment, survey.MaxNewAssignments+1), false)
	want(t, err, problem.TooLarge, "assignment.many")
	if all, err := w.Assignments(t.Context(), quzhou, survey.AssignmentFilter{}); err != nil || len(all) != 0 {
		t.Errorf("half of it was made: %+v, %v", all, err)
	}
}

// TestAssignmentsChangeHands: with their history, all chosen or none, at the revision that was seen.
func TestAssignmentsChangeHands(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		made := w.give(survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: bob}, survey.NewAssignment{FormID: f.ID, CaseID: qinghu, Enumerator: bob})
		both := []survey.Chosen{{ID: made[0].ID, Revision: 1}, {ID: made[1].ID, Revision: 1}}
		day := w.now.AddDate(0, 0, 7)
		if changed, err := w.SetDue(w.Context(), quzhou, alice, both[:1], day); err != nil || len(changed) != 1 || !changed[0].Due.Equal(day) {
			w.Fatal(changed, err)
		}
		_, err := w.Reassign(w.Context(), quzhou, alice, both, carol, "")
		want(w, err, problem.Conflict, "assignment.changed")
		if a := w.item(made[1].ID); a.Enumerator != bob {
			w.Error("one of two was changed")
		}
		both[0].Revision = 2
		changed, err := w.Reassign(w.Context(), quzhou, alice, both, carol, "吴博请假")
		if err != nil || len(changed) != 2 {
			w.Fatal(changed, err)
		}
		if changed, err = w.Reassign(w.Context(), quzhou, alice, both, carol, "吴博请假"); err != nil || len(changed) != 0 {
			w.Errorf("the same again: %+v, %v", changed, err)
		}
		a := w.item(made[0].ID)
		if e := a.Events[1]; a.Enumerator != carol || e.Change != survey.Reassigned || e.Old != string(bob) || e.New != string(carol) || e.By != alice || e.Reason != "吴博请假" {
			w.Errorf("%+v", a)
		}
		if to, at := a.HandedTo(bob); to != carol || !at.Equal(w.now) {
			w.Errorf("%s, %s", to, at)
		}
		if to, _ := a.HandedTo(rui); to != "" {
			w.Errorf("it was never rui's: %s", to)
		}
		for former, n := range map[bool]int{true: 2, false: 0} {
			if list, err := w.Assignments(w.Context(), quzhou, survey.AssignmentFilter{Enumerator: bob, Former: former}); err != nil || len(list) != n {
				w.Errorf("former %t: %d, %v", former, len(list), err)
			}
		}
		w.give(survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: bob})
		_, err = w.Reassign(w.Context(), quzhou, alice, []survey.Chosen{{ID: a.ID, Revision: a.Revision}}, bob, "")
		want(w, err, problem.Conflict, "assignment.hasAlready")
		w.sendFor(f, carol, qinghu, answers())
		_, err = w.Reassign(w.Context(), quzhou, alice, []survey.Chosen{{ID: made[1].ID, Revision: 2}}, bob, "")
		want(w, err, problem.Conflict, "assignment.notToDo")
		_, err = w.Withdraw(w.Context(), quzhou, alice, []survey.Chosen{{ID: made[1].ID, Revision: 2}}, "不用了")
		want(w, err, problem.Conflict, "assignment.notToDo")
		_, err = w.Withdraw(w.Context(), quzhou, alice, []survey.Chosen{{ID: a.ID, Revision: a.Revision}}, " ")
		want(w, err, problem.Invalid, "assignment.reasonNeeded")
		_, err = w.SetDue(w.Context(), quzhou, alice, nil, day)
		want(w, err, problem.Invalid, "assignment.noneChosen")
		_, err = w.SetDue(w.Context(), hanyang, alice, both, day)
		want(w, err, problem.NotFound, "assignment.none")
	})
}

// TestWhatIsToBeMendedChangesHands with its assignment: the new enumerator is asked, the former no more.
func TestWhatIsToBeMendedChangesHands(t *testing.T) {
	w := here(t)
	w.team()
	f := w.publish(visit(w))
	made := w.give(survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: bob})[0]
	sub := w.sendBack(w.sendFor(f, bob, hetang, answers()))
	if a := w.item(made.ID); a.State != survey.AssignmentReturned {
		t.Fatalf("%+v", a)
	}
	for range 2 { // the second time nothing is left to do
		if _, err := w.Reassign(t.Context(), quzhou, alice, []survey.Chosen{{ID: made.ID, Revision: 1}}, carol, "吴博请假"); err != nil {
			t.Fatal(err)
		}
	}
	for who, n := range map[id.UserID]int{bob: 0, carol: 1} {
		if asked, err := w.Returned(t.Context(), quzhou, who); err != nil || len(asked) != n {
			t.Errorf("%s is asked for %d, %v", who, len(asked), err)
		}
	}
	after := w.read(sub.ID)
	if e := after.Events[len(after.Events)-1]; len(after.Events) != len(sub.Events)+1 || e.By != alice || e.To != carol || after.Submitter != bob || len(after.Return.Reasons) != 1 {
		t.Errorf("%+v", after)
	}
}

// TestWithdrawnAssignmentsComeBack but not beside the same one that was made since.
func TestWithdrawnAssignmentsComeBack(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	one := survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: bob}
	made := w.give(one)[0]
	if _, err := w.Withdraw(t.Context(), quzhou, alice, []survey.Chosen{{ID: made.ID, Revision: 1}}, "换一户"); err != nil {
		t.Fatal(err)
	}
	if changed, err := w.GiveBack(t.Context(), quzhou, alice, []survey.Chosen{{ID: made.ID, Revision: 2}}); err != nil || len(changed) != 1 || w.item(made.ID).State != survey.AssignmentOpen {
		t.Fatal(changed, err)
	}
	if _, err := w.Withdraw(t.Context(), quzhou, alice, []survey.Chosen{{ID: made.ID, Revision: 3}}, "换一户"); err != nil {
		t.Fatal(err)
	}
	if second := w.give(one)[0]; second.Fate != survey.WillMake || second.ID == made.ID {
		t.Errorf("after the first was withdrawn: %+v", second)
	}
	_, err := w.GiveBack(t.Context(), quzhou, alice, []survey.Chosen{{ID: made.ID, Revision: 4}})
	want(t, err, problem.Conflict, "assignment.hasAlready")
}

// TestWhatIsDoneHindersNoOther: without a case, and of a further visit, who has done the same can have the next.
func TestWhatIsDoneHindersNoOther(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	w.sendFor(f, rui, qinghu, answers())
	for name, to := range map[string]survey.NewAssignment{"without a case": {FormID: f.ID}, "a further visit": {FormID: f.ID, CaseID: qinghu, Again: true}} {
		mine, carols := to, to
		mine.Enumerator, carols.Enumerator = bob, carol
		w.pass(time.Minute)
		done := w.give(mine)[0]
		w.pass(time.Minute)
		w.sendFor(f, bob, to.CaseID, answers())
		if a := w.item(done.ID); a.State != survey.AssignmentDone {
			t.Fatalf("%s: %+v", name, a)
		}
		second := w.give(mine)[0]
		if _, err := w.Withdraw(t.Context(), quzhou, alice, []survey.Chosen{{ID: second.ID, Revision: 1}}, "先等等"); err != nil {
			t.Fatal(name, err)
		}
		if changed, err := w.GiveBack(t.Context(), quzhou, alice, []survey.Chosen{{ID: second.ID, Revision: 2}}); err != nil || len(changed) != 1 {
			t.Errorf("%s is not given back: %v", name, err)
		}
		if _, err := w.Withdraw(t.Context(), quzhou, alice, []survey.Chosen{{ID: second.ID, Revision: 3}}, "不用了"); err != nil {
			t.Fatal(name, err)
		}
		made := w.give(carols)[0]
		for revision := range int64(2) { // the second time it is his already
			_, err := w.Reassign(t.Context(), quzhou, alice, []survey.Chosen{{ID: made.ID, Revision: revision + 1}}, bob, "")
			if err != nil || w.item(made.ID).Enumerator != bob {
				t.Errorf("%s does not change hands: %v", name, err)
			}
		}
		_, err := w.GiveBack(t.Context(), quzhou, alice, []survey.Chosen{{ID: second.ID, Revision: 4}})
		want(t, err, problem.Conflict, "assignment.hasAlready")
	}
}

// TestWithoutACase: every submission of the enumerator does one assignment, those sent before none.
func TestWithoutACase(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	w.submit(f, answers())
	one := survey.NewAssignment{FormID: f.ID, Enumerator: bob}
	first := w.give(one)[0]
	if got := w.give(one)[0]; got.Fate != survey.IsThere || w.item(first.ID).State != survey.AssignmentOpen {
		t.Errorf("%+v", got)
	}
	w.take(carol, w.incoming(f, answers()))
	if w.item(first.ID).State != survey.AssignmentOpen {
		t.Error("carol's does bob's work")
	}
	sent := w.submit(f, answers())
	if a := w.item(first.ID); a.Submission != sent.ID {
		t.Errorf("%+v", a)
	}
	second := w.give(one)[0]
	if second.Fate != survey.WillMake || w.item(second.ID).State != survey.AssignmentOpen {
		t.Errorf("one submission does two: %+v", second)
	}
	w.submit(f, answers())
	if w.item(first.ID).Submission != sent.ID || w.item(second.ID).State != survey.AssignmentDone {
		t.Error("the second is not done by the second")
	}
}

// TestAssignmentsBeyondTheScope do not exist, and none can be made there.
func TestAssignmentsBeyondTheScope(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	made := w.give(survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: bob}, survey.NewAssignment{FormID: f.ID, CaseID: qinghu, Enumerator: bob},
		survey.NewAssignment{FormID: f.ID, Enumerator: bob}, survey.NewAssignment{FormID: f.ID, Enumerator: carol})
	w.ReachCases(func(context.Context, id.ProjectID) (map[id.CaseID]bool, error) {
		return map[id.CaseID]bool{hetang: true}, nil
	})
	ctx := account.WithScope(t.Context(), account.Scope{User: carol, Limit: account.Limit{Attribute: "县", Values: []string{"江山市"}}})
	list, err := w.Assignments(ctx, quzhou, survey.AssignmentFilter{})
	if err != nil || len(list) != 2 {
		t.Errorf("%d, %v", len(list), err)
	}
	far := []survey.Chosen{{ID: made[1].ID, Revision: 1}}
	for name, try := range map[string]func() error{
		"read":     func() error { _, err := w.Assignment(ctx, quzhou, made[1].ID); return err },
		"item":     func() error { _, err := w.AssignmentItem(ctx, quzhou, made[1].ID); return err },
		"reassign": func() error { _, err := w.Reassign(ctx, quzhou, carol, far, carol, ""); return err },
		"due":      func() error { _, err := w.SetDue(ctx, quzhou, carol, far, w.now); return err },
		"withdraw": func() error { _, err := w.Withdraw(ctx, quzhou, carol, far, "换"); return err },
		"visit": func() error {
			_, _, err := w.AddVisit(ctx, quzhou, carol, made[1].ID, survey.Visit{ID: "v", At: w.now, Outcome: survey.NotHome})
			return err
		},
		"of another": func() error { _, err := w.Assignment(ctx, quzhou, made[2].ID); return err },
	} {
		if err := try(); !problem.Is(err, problem.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = w.MakeAssignments(ctx, quzhou, carol, []survey.NewAssignment{{FormID: f.ID, CaseID: qinghu, Enumerator: carol}}, false)
	want(t, err, problem.Invalid, "submission.noCase")
}
