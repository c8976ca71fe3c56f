package survey_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

const residentSurvey = `
type | name | label | required | personal
select_one sex | sex | 性别 | yes
select_one age | age | 年龄段 | yes
select_multiple topic | topics | 议题
text | idea | 您的建议
text | phone | 电话 | | yes
`

const residentChoices = `
list_name | name | label
sex | f | 女
sex | m | 男
age | young | 60 岁以下
age | old | 60 岁以上
topic | road | 道路
topic | water | 饮水
`

func resident(t testing.TB) []byte {
	return book(t, "survey", residentSurvey, "choices", residentChoices, "settings", "form_title | form_id\n居民议事 | resident")
}

// open publishes the residents' form and makes a link of it.
func (w *world) open(change func(*survey.LinkSettings), quotas string) (survey.Form, survey.PublicLink) {
	w.Helper()
	f := w.publish(resident(w))
	d, err := w.Definition(w.Context(), quzhou, f.ID, 1)
	if err != nil {
		w.Fatal(err)
	}
	set := survey.LinkSettings{Title: "荷塘村意见箱"}
	if set.Quotas, err = survey.ParseQuotas(d, quotas); err != nil {
		w.Fatal(err)
	}
	if change != nil {
		change(&set)
	}
	l, err := w.MakeLink(w.Context(), quzhou, alice, f.ID, set)
	if err != nil {
		w.Fatal(err)
	}
	return f, l
}

// byLink sends a resident's answers.
func (w *world) byLink(s *survey.Service, l survey.PublicLink, instance, sex, age string, entry survey.LinkEntry) (survey.LinkReceipt, error) {
	return s.SubmitByLink(context.WithoutCancel(w.Context()), &l, survey.Incoming{InstanceID: instance, Version: 1, Started: w.now.Add(-time.Minute), Ended: w.now,
		CaseID: "somebody's", DeprecatedID: "uuid:other", Answers: m{"sex": sex, "age": age, "idea": "装路灯 " + instance, "phone": "13800000000"}}, entry)
}

func (w *world) sent1(l survey.PublicLink, instance, sex, age string, entry survey.LinkEntry) survey.LinkReceipt {
	w.Helper()
	got, err := w.byLink(w.Service, l, instance, sex, age, entry)
	if err != nil {
		w.Fatal(err)
	}
	return got
}

func (w *world) renewed(l survey.PublicLink) survey.PublicLink {
	w.Helper()
	l, err := w.Link(w.Context(), quzhou, l.ID)
	if err != nil {
		w.Fatal(err)
	}
	return l
}

func TestPublicLink(t *testing.T) {
	everywhere(t, func(w *world) {
		f, l := w.open(func(set *survey.LinkSettings) { set.Consent = "同意" }, "")
		if !id.ValidShort(string(l.ID)) || l.State(w.now) != survey.LinkOpen {
			w.Errorf("%+v", l)
		}
		_, err := w.byLink(w.Service, l, "uuid:a", "f", "old", survey.LinkEntry{})
		want(w, err, problem.Invalid, "publiclink.notAgreed")
		got := w.sent1(l, "uuid:a", "f", "old", survey.LinkEntry{Agreed: w.now})
		sub := w.read(got.ID)
		if sub.Submitter != "" || sub.Link != l.ID || sub.CaseID != "" || sub.FormID != f.ID || !sub.Consented.Equal(w.now) || sub.Late || len(sub.Former) > 0 {
			w.Errorf("%+v", sub)
		}
		page, err := w.List(w.Context(), quzhou, survey.Filter{Submitter: id.UserID(l.ID)}, "", 10)
		if err != nil || page.Total != 1 {
			w.Errorf("%+v, %v", page, err)
		}
		counts, err := w.CountLink(w.Context(), &l, w.now)
		if err != nil || counts.All != 1 || counts.Today != 1 {
			w.Errorf("%+v, %v", counts, err)
		}
		limited := account.WithScope(w.Context(), account.Scope{User: bob, Limit: account.Limit{Attribute: "县", Values: []string{"江山市"}}})
		if _, err := w.Submission(limited, quzhou, got.ID); !problem.Is(err, problem.NotFound) {
			w.Error("who is limited reads it:", err)
		}
		again := w.sent1(l, "uuid:a", "f", "old", survey.LinkEntry{})
		if again.ID != got.ID || !again.Resent {
			w.Errorf("%+v", again)
		}
	})
}

func TestClosedLink(t *testing.T) {
	w := here(t)
	_, l := w.open(func(set *survey.LinkSettings) {
		set.Opens, set.Closes = w.now.Add(time.Hour), w.now.Add(3*time.Hour)
	}, "")
	_, err := w.byLink(w.Service, l, "uuid:early", "f", "old", survey.LinkEntry{})
	want(t, err, problem.Forbidden, "publiclink.early")
	w.pass(2 * time.Hour)
	first := w.sent1(l, "uuid:first", "f", "old", survey.LinkEntry{})
	seen := w.now
	l, err = w.CloseLink(w.Context(), quzhou, l.ID, l.Revision, true)
	if err != nil {
		t.Fatal(err)
	}
	w.pass(30 * time.Second)                                                     // begun a minute before: thirty seconds before the closing
	_, err = w.byLink(w.Service, l, "uuid:liar", "f", "old", survey.LinkEntry{}) // which never opened it
	want(t, err, problem.Forbidden, "publiclink.closedSince")
	_, err = w.byLink(w.Service, l, "uuid:liar", "f", "old", survey.LinkEntry{Seen: w.now})
	want(t, err, problem.Forbidden, "publiclink.closedSince")
	if late := w.sent1(l, "uuid:begun", "f", "old", survey.LinkEntry{Seen: seen.Add(-time.Minute)}); !late.Late || len(late.Events) != 1 {
		t.Errorf("%+v", late.Submission)
	}
	w.pass(time.Hour)
	_, err = w.byLink(w.Service, l, "uuid:new", "f", "old", survey.LinkEntry{Seen: seen.Add(-time.Hour)})
	want(t, err, problem.Forbidden, "publiclink.closedSince")
	ahead := survey.Incoming{InstanceID: "uuid:clock", Version: 1, Started: w.now.AddDate(1, 0, 0), Answers: m{"sex": "f", "age": "old"}}
	if got, err := w.SubmitByLink(w.Context(), &l, ahead, survey.LinkEntry{Seen: seen.Add(-time.Hour)}); err != nil || !got.Late {
		t.Error("a phone whose clock is a year ahead:", err)
	}
	w.pass(30 * 24 * time.Hour)
	ahead.InstanceID, ahead.Started = "uuid:month", seen.Add(-time.Minute)
	_, err = w.SubmitByLink(w.Context(), &l, ahead, survey.LinkEntry{Seen: seen.Add(-time.Hour)})
	want(t, err, problem.Forbidden, "publiclink.closedSince")
	if again := w.sent1(l, "uuid:first", "f", "old", survey.LinkEntry{}); again.ID != first.ID {
		t.Error("what came before is not known again")
	}
	if l, err = w.CloseLink(w.Context(), quzhou, l.ID, l.Revision, false); err != nil || l.State(w.now) != survey.LinkOpen && l.State(w.now) != survey.LinkOver {
		t.Errorf("%v %v", l.State(w.now), err)
	}
	if _, err := w.DeleteLink(w.Context(), quzhou, alice, l.ID, "错了"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Link(w.Context(), quzhou, l.ID); !problem.Is(err, problem.NotFound) {
		t.Error(err)
	}
	if l, err = w.RestoreLink(w.Context(), quzhou, l.ID); err != nil || l.Deleted != nil {
		t.Error(err)
	}
	_, err = w.SaveLink(w.Context(), quzhou, l.ID, l.Revision-1, l.Settings)
	want(t, err, problem.Conflict, "publiclink.changed")
}

func TestOncePerDevice(t *testing.T) {
	everywhere(t, func(w *world) {
		_, l := w.open(func(set *survey.LinkSettings) { set.Once = survey.OncePerDevice }, "")
		entry := survey.LinkEntry{Devices: []string{"cookie", "wallet"}}
		first := w.sent1(l, "uuid:a", "f", "old", entry)
		for _, devices := range [][]string{{"cookie", "another"}, {"another cookie", "wallet"}} {
			_, err := w.byLink(w.Service, l, "uuid:b", "f", "old", survey.LinkEntry{Devices: devices})
			if want(w, err, problem.Conflict, "publiclink.deviceUsed"); problem.From(err).Text.Args[0] != first.Receipt() {
				w.Error(err)
			}
		}
		if again := w.sent1(l, "uuid:a", "f", "old", entry); again.ID != first.ID {
			w.Error("it does not know itself")
		}
		if used, err := w.DeviceUsed(w.Context(), &l, "cookie"); err != nil || used != first.Receipt() {
			w.Error(used, err)
		}
		signed := l.NameDevice(w.now)
		device, seen := l.KnownDevice(signed)
		if device == "" || !seen.Equal(w.now) {
			w.Error(device, seen)
		}
		for _, forged := range []string{"", "x", "x.y.z", signed + "x", "a" + signed} {
			if device, _ := l.KnownDevice(forged); device != "" {
				w.Errorf("%q is believed", forged)
			}
		}
	})
}

// TestCodesOnce: of many who use one code at once, one has it; who sends again has it still.
func TestCodesOnce(t *testing.T) {
	everywhere(t, func(w *world) {
		_, l := w.open(func(set *survey.LinkSettings) { set.Once = survey.OncePerCode }, "")
		l, codes, err := w.MakeCodes(w.Context(), quzhou, alice, l.ID, 5)
		if err != nil || len(codes) != 5 || l.Batches[0].Count != 5 {
			w.Fatal(codes, err)
		}
		for i := range codes[0] { // every single mistake is told
			for _, letter := range "2345ABCXYZ" {
				typed := codes[0][:i] + string(letter) + codes[0][i+1:]
				if typed != codes[0] && survey.TidyCode(typed) != "" {
					w.Errorf("%s passes for %s", typed, codes[0])
				}
			}
		}
		_, err = w.byLink(w.Service, l, "uuid:x", "f", "old", survey.LinkEntry{Code: "ABCDEFGH"})
		want(w, err, problem.Invalid, survey.KeyCodeWrong)
		var mu sync.Mutex
		var won []string
		var wait sync.WaitGroup
		services := []*survey.Service{w.Service, w.other()}
		for i := range 16 {
			wait.Go(func() {
				name := fmt.Sprintf("uuid:%d", i/2) // each is sent twice
				_, err := w.byLink(services[i%2], l, name, "f", "old", survey.LinkEntry{Code: codes[0][:4] + "-" + codes[0][4:]})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won = append(won, name)
				} else if !problem.Is(err, problem.Conflict) {
					w.Error(err)
				}
			})
		}
		wait.Wait()
		if len(won) != 2 || won[0] != won[1] {
			w.Errorf("one code was used by %v", won)
		}
		want(w, w.CheckCode(w.Context(), &l, codes[0], ""), problem.Conflict, "publiclink.codeUsed")
		if err := w.CheckCode(w.Context(), &l, codes[1], ""); err != nil {
			w.Error(err)
		}
		if used, err := w.CodesUsed(w.Context(), &l); err != nil || used != 1 {
			w.Error(used, err)
		}
	})
}

// TestQuotasAreExact: of 40 who come at once to two processes, 7 have places, each once, however often they send.
func TestQuotasAreExact(t *testing.T) {
	everywhere(t, func(w *world) {
		_, l := w.open(nil, "性别=女 且 年龄段=60 岁以上: 7\n性别=男: 3")
		services := []*survey.Service{w.Service, w.other()}
		var wait sync.WaitGroup
		for i := range 80 {
			wait.Go(func() {
				sex := []string{"f", "m"}[i%2]
				if _, err := w.byLink(services[i/2%2], l, fmt.Sprintf("uuid:%d", i%40), sex, "old", survey.LinkEntry{}); err != nil {
					w.Error(err)
				}
			})
		}
		wait.Wait()
		within := map[string]int{}
		all := 0
		err := w.Store.StreamSubmissions(w.Context(), quzhou, l.FormID, func(sub *survey.Submission) error {
			if all++; len(sub.OverQuota) == 0 {
				within[sub.Answers["sex"].(string)]++
			}
			return nil
		})
		if err != nil || all != 40 || within["f"] != 7 || within["m"] != 3 {
			w.Errorf("%d submissions, within the quotas %v, %v", all, within, err)
		}
		counts, err := w.CountLink(w.Context(), &l, w.now)
		if err != nil || counts.Quotas[0].Taken != 7 || counts.Quotas[1].Taken != 3 {
			w.Errorf("%+v, %v", counts, err)
		}
	})
}

// TestPlacesAreGivenBack: by deletion, rejection and correction; what comes back takes one when there is one.
func TestPlacesAreGivenBack(t *testing.T) {
	w := here(t)
	_, l := w.open(nil, "性别=女: 2")
	a, b := w.sent1(l, "uuid:a", "f", "old", survey.LinkEntry{}), w.sent1(l, "uuid:b", "f", "old", survey.LinkEntry{})
	over := func(got survey.LinkReceipt) bool { return len(w.read(got.ID).OverQuota) > 0 }
	c := w.sent1(l, "uuid:c", "f", "old", survey.LinkEntry{})
	if over(a) || over(b) || !over(c) || c.OverQuota[0] != "性别=女" {
		t.Fatalf("%v %v %v", a.OverQuota, b.OverQuota, c.OverQuota)
	}
	if _, err := w.DeleteSubmission(w.Context(), quzhou, alice, a.ID, ""); err != nil {
		t.Fatal(err)
	}
	if d := w.sent1(l, "uuid:d", "f", "old", survey.LinkEntry{}); over(d) {
		t.Error("a deleted one keeps its place")
	}
	if _, err := w.RestoreSubmission(w.Context(), quzhou, a.ID); err != nil || !over(a) {
		t.Error("a restored one has a place where there is none", err)
	}
	corrected := w.read(b.ID)
	if _, err := w.Correct(w.Context(), quzhou, alice, b.ID, corrected.Revision, survey.Correction{Answers: map[formPath]string{"sex": "m"}, Reason: "本人更正"}); err != nil {
		t.Fatal(err)
	}
	if e := w.sent1(l, "uuid:e", "f", "old", survey.LinkEntry{}); over(e) {
		t.Error("a corrected one keeps its place")
	}
	if f := w.sent1(l, "uuid:f", "f", "old", survey.LinkEntry{}); !over(f) {
		t.Error("three in two places")
	}
}

// breaking is a store that dies before a submission is written.
type breaking struct {
	survey.Store
	dies bool
}

var errDied = errors.New("died")

func (b *breaking) CreateSubmission(ctx context.Context, s survey.Submission) error {
	if b.dies {
		return errDied
	}
	return b.Store.CreateSubmission(ctx, s)
}

// TestBrokenOffClaims: what a process that died had taken is found again by who sends again, and goes
// to others after a while.
func TestBrokenOffClaims(t *testing.T) {
	w := here(t)
	_, l := w.open(func(set *survey.LinkSettings) { set.Once = survey.OncePerCode }, "性别=女: 1")
	_, byDevice := w.open(func(set *survey.LinkSettings) { set.Once = survey.OncePerDevice }, "")
	l, codes, err := w.MakeCodes(w.Context(), quzhou, alice, l.ID, 3)
	if err != nil {
		t.Fatal(err)
	}
	dying := survey.New(&breaking{w.Store, true}, func() time.Time { return w.now })
	if _, err := w.byLink(dying, l, "uuid:a", "f", "old", survey.LinkEntry{Code: codes[0]}); !errors.Is(err, errDied) {
		t.Fatal(err)
	}
	if _, err := w.byLink(dying, byDevice, "uuid:phone", "f", "old", survey.LinkEntry{Devices: []string{"cookie"}}); !errors.Is(err, errDied) {
		t.Fatal(err)
	}
	if used, err := w.DeviceUsed(t.Context(), &byDevice, "cookie"); err != nil || used != "" {
		t.Error("a receipt of what never came:", used, err)
	}
	_, err = w.byLink(w.Service, l, "uuid:b", "f", "old", survey.LinkEntry{Code: codes[0]})
	want(t, err, problem.Conflict, "publiclink.codeUsed")
	if over := w.sent1(l, "uuid:c", "f", "old", survey.LinkEntry{Code: codes[1]}); len(over.OverQuota) == 0 {
		t.Error("two in one place")
	}
	w.pass(time.Hour)
	if b := w.sent1(l, "uuid:b", "f", "old", survey.LinkEntry{Code: codes[0]}); len(b.OverQuota) > 0 {
		t.Error("the place is lost for good")
	}
	_, err = w.byLink(w.Service, l, "uuid:a", "f", "old", survey.LinkEntry{Code: codes[0]})
	want(t, err, problem.Conflict, "publiclink.codeUsed")
	if a := w.sent1(l, "uuid:a", "f", "old", survey.LinkEntry{Code: codes[2]}); len(a.OverQuota) == 0 {
		t.Error("two in one place")
	}
}

// TestLimitMadeSmaller: who is in stays in; nobody comes in before there are fewer than the new limit.
func TestLimitMadeSmaller(t *testing.T) {
	w := here(t)
	_, l := w.open(nil, "性别=女: 3")
	var in []survey.LinkReceipt
	for i := range 3 {
		in = append(in, w.sent1(l, fmt.Sprint("uuid:", i), "f", "old", survey.LinkEntry{}))
	}
	limit := func(n int) {
		t.Helper()
		set := l.Settings
		set.Quotas = []survey.Quota{{Conditions: set.Quotas[0].Conditions, Limit: n}}
		var err error
		if l, err = w.SaveLink(t.Context(), quzhou, l.ID, l.Revision, set); err != nil {
			t.Fatal(err)
		}
	}
	leave := func(at int) {
		t.Helper()
		if _, err := w.DeleteSubmission(t.Context(), quzhou, alice, in[at].ID, ""); err != nil {
			t.Fatal(err)
		}
	}
	over := func(instance string) bool {
		t.Helper()
		return len(w.sent1(l, instance, "f", "old", survey.LinkEntry{}).OverQuota) > 0
	}
	limit(2)
	if leave(0); !over("uuid:a") { // two are left: the one with the third place, too
		t.Error("three in two places")
	}
	if leave(1); over("uuid:b") {
		t.Error("the last place is given to nobody")
	}
	if !over("uuid:c") {
		t.Error("three in two places")
	}
	if limit(3); over("uuid:d") || !over("uuid:e") {
		t.Error("one place more is not one place more")
	}
	counts, err := w.CountLink(t.Context(), &l, w.now)
	if err != nil || counts.Quotas[0].Taken != 3 {
		t.Errorf("%+v, %v", counts, err)
	}
}

// TestRejectedOnesHaveNoPlace: a place is given back by rejection, and taken again when the rejection is taken back.
func TestRejectedOnesHaveNoPlace(t *testing.T) {
	w := here(t)
	_, l := w.open(nil, "性别=女: 1")
	a := w.sent1(l, "uuid:a", "f", "old", survey.LinkEntry{})
	review := func(state survey.ReviewState) survey.Submission {
		t.Helper()
		now := w.read(a.ID)
		got, err := w.Review(t.Context(), quzhou, rui, a.ID, now.Revision, state, "看过")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	review(survey.Rejected)
	if got := review(survey.Approved); len(got.OverQuota) > 0 {
		t.Error("its own place is not found again")
	}
	review(survey.Rejected)
	b := w.sent1(l, "uuid:b", "f", "old", survey.LinkEntry{})
	if len(b.OverQuota) > 0 {
		t.Error("a rejected one keeps its place")
	}
	if got := review(survey.Approved); len(got.OverQuota) != 1 {
		t.Error("two in one place")
	}
}

// TestBinnedLinksDoNotCount: who has 200 links and deletes one may make another.
func TestBinnedLinksDoNotCount(t *testing.T) {
	w := here(t)
	f, l := w.open(nil, "")
	add := func() error {
		_, err := w.MakeLink(t.Context(), quzhou, alice, f.ID, survey.LinkSettings{Title: "又一个"})
		return err
	}
	for range 199 {
		if err := add(); err != nil {
			t.Fatal(err)
		}
	}
	want(t, add(), problem.Invalid, "publiclink.tooMany")
	if _, err := w.DeleteLink(t.Context(), quzhou, alice, l.ID, "不用了"); err != nil {
		t.Fatal(err)
	}
	if err := add(); err != nil {
		t.Error(err)
	}
}
