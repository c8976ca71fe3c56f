package survey_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/survey"
)

// counting is a store that counts how often places are read and tried.
type counting struct {
	survey.Store
	read, tried int
}

func (c *counting) Places(ctx context.Context, project id.ProjectID, quota string, each func(*survey.Claim) error) error {
	c.read++
	return c.Store.Places(ctx, project, quota, each)
}

func (c *counting) CreateClaim(ctx context.Context, claim survey.Claim) error {
	c.tried++
	return c.Store.CreateClaim(ctx, claim)
}

func (w *world) counted() (*survey.Service, *counting) {
	c := &counting{Store: w.Store}
	return survey.New(c, func() time.Time { return w.now }), c
}

// TestFullQuotaIsRemembered: who comes to a full quota costs no look at all its places.
func TestFullQuotaIsRemembered(t *testing.T) {
	w := here(t)
	_, l := w.open(nil, "性别=女: 1")
	s, c := w.counted()
	send := func(instance string) (sub id.SubmissionID, isOver bool) {
		t.Helper()
		got, err := w.byLink(s, l, instance, "f", "old", survey.LinkEntry{})
		if err != nil {
			t.Fatal(err)
		}
		return got.ID, len(got.OverQuota) > 0
	}
	in, _ := send("uuid:in")
	for i := range 10 {
		if _, isOver := send(fmt.Sprint("uuid:", i)); !isOver {
			t.Error("two in one place")
		}
	}
	if c.read != 2 { // when it was empty, and when it was full
		t.Errorf("the places were read %d times", c.read)
	}
	if _, err := s.DeleteSubmission(t.Context(), quzhou, alice, in, ""); err != nil {
		t.Fatal(err)
	}
	if _, isOver := send("uuid:next"); isOver {
		t.Error("a place that was given back is not found at once")
	}
}

// TestTakenElsewhere: whose list of free places is old reads it again, and tries no place after the other.
func TestTakenElsewhere(t *testing.T) {
	w := here(t)
	_, l := w.open(nil, "性别=女: 62")
	s, c := w.counted()
	send := func(s *survey.Service, instance string) []string {
		t.Helper()
		got, err := w.byLink(s, l, instance, "f", "old", survey.LinkEntry{})
		if err != nil {
			t.Fatal(err)
		}
		return got.OverQuota
	}
	send(s, "uuid:first")
	for i := range 60 {
		send(w.Service, fmt.Sprint("uuid:", i))
	}
	c.tried = 0
	if over := send(s, "uuid:last"); len(over) > 0 || c.tried > 2 {
		t.Errorf("over %v after %d tries", over, c.tried)
	}
}

// TestLinksAreCounted: each of several, without a look at every place.
func TestLinksAreCounted(t *testing.T) {
	everywhere(t, func(w *world) {
		f, first := w.open(nil, "性别=女: 2")
		_, second := w.open(nil, "性别=女: 5\n性别=男: 5")
		for i, l := range []survey.PublicLink{first, second, second, second} {
			w.sent1(l, fmt.Sprint("uuid:", i), "f", "old", survey.LinkEntry{})
		}
		s, c := w.counted()
		got, err := s.CountLinks(w.Context(), quzhou, f.ID, []survey.PublicLink{second, first}, w.now)
		if err != nil || len(got) != 2 || c.read != 0 {
			w.Fatalf("%+v %v, read %d times", got, err, c.read)
		}
		if got[0].All != 3 || got[0].Today != 3 || got[0].Quotas[0].Taken != 3 || got[0].Quotas[1].Taken != 0 || got[1].All != 1 || got[1].Quotas[0].Taken != 1 {
			w.Errorf("%+v", got)
		}
	})
}

// TestQuotaSetLater: a quota that is set when some have come counts them, in the order of their coming,
// and one that is taken away is forgotten.
func TestQuotaSetLater(t *testing.T) {
	w := here(t)
	f, l := w.open(nil, "性别=女: 1")
	_, other := w.open(nil, "")
	set := func(quotas string) {
		t.Helper()
		d, err := w.Definition(t.Context(), quzhou, f.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		changed := l.Settings
		if changed.Quotas, err = survey.ParseQuotas(d, quotas); err != nil {
			t.Fatal(err)
		}
		if l, err = w.SaveLink(t.Context(), quzhou, l.ID, l.Revision, changed); err != nil {
			t.Fatal(err)
		}
	}
	send := func(to survey.PublicLink, instance, sex string) survey.LinkReceipt {
		t.Helper()
		w.pass(time.Minute)
		return w.sent1(to, instance, sex, "old", survey.LinkEntry{})
	}
	taken := func(want ...int) {
		t.Helper()
		counts, err := w.CountLink(t.Context(), &l, w.now)
		if err != nil || len(counts.Quotas) != len(want) {
			t.Fatal(counts, err)
		}
		for i, n := range want {
			if counts.Quotas[i].Taken != n {
				t.Errorf("%d places of %v are taken, not %d", counts.Quotas[i].Taken, counts.Quotas[i].Quota, n)
			}
		}
	}
	first, over := send(l, "uuid:a", "f"), send(l, "uuid:b", "f")
	send(other, "uuid:elsewhere", "f")
	gone := send(l, "uuid:gone", "m")
	if _, err := w.DeleteSubmission(t.Context(), quzhou, alice, gone.ID, ""); err != nil {
		t.Fatal(err)
	}
	send(l, "uuid:m", "m")
	set("年龄段=60 岁以上: 2\n性别=女: 3\n性别=男: 5")
	taken(2, 1, 1) // what was over keeps its mark
	if late := send(l, "uuid:c", "m"); len(late.OverQuota) != 1 || late.OverQuota[0] != "年龄段=60 岁以上" {
		t.Error(late.OverQuota)
	}
	if _, err := w.DeleteSubmission(t.Context(), quzhou, alice, first.ID, ""); err != nil {
		t.Fatal(err)
	}
	if next := send(l, "uuid:d", "f"); len(next.OverQuota) > 0 {
		t.Error("who came first held no place:", next.OverQuota)
	}
	set("性别=女: 3")
	taken(1)
	set("性别=女: 3\n年龄段=60 岁以上: 4")
	taken(1, 3) // all but the one that was over it
	if got := w.read(over.ID).OverQuota; len(got) != 1 {
		t.Error("what was marked is marked no more", got)
	}
}
