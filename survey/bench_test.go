package survey_test

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/internal/store"
	"tianye/internal/store/sqlite"
	"tianye/survey"
)

const household = `
type | name | label | required | relevant | constraint | choice_filter
select_one county | county | 县 | yes
select_one town | town | 乡镇 | yes | | | county=${county}
text | head | 受访人 | yes | | string-length(.) <= 20
integer | size | 人口 | yes | | . >= 1 and . <= 30
date | since | 入住 | | | . <= today()
decimal | income | 年收入 | | | . >= 0
select_multiple topic | topics | 议题
text | other | 其他议题 | yes | selected(${topics}, 'other')
select_one level | satisfied | 满意程度 | yes
`

const householdChoices = `
list_name | name | label | county
county | kaihua | 开化县
county | longyou | 龙游县
town | yinkeng | 音坑乡 | kaihua
town | zhanjia | 詹家镇 | longyou
topic | roads | 道路
topic | other | 其他
level | 1 | 不满意
level | 2 | 满意
`

// newHousehold is a world with a published form of nine answers.
func newHousehold(b *testing.B) (*world, id.FormID) {
	backend, err := sqlite.Open(b.Context(), b.TempDir(), store.Collections)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { backend.Close() })
	w := newWorld(b, backend)
	workbook := book(b, "survey", household, "choices", householdChoices, "settings", "form_title | form_id\n入户问卷 | household")
	f, complaints, err := w.Upload(b.Context(), quzhou, alice, workbook, "household.xlsx", "")
	if err != nil || f.ID == "" {
		b.Fatal(complaints, err)
	}
	if _, err = w.Publish(b.Context(), quzhou, alice, f.ID, f.Revision); err != nil {
		b.Fatal(err)
	}
	return w, f.ID
}

func householdAnswers(i int) map[string]any {
	return map[string]any{"county": "kaihua", "town": "yinkeng", "head": "王家" + strconv.Itoa(i), "size": strconv.Itoa(1 + i%8), "since": "1999-07-01",
		"income": strconv.Itoa(8000+i%90000) + ".5", "topics": "roads other", "other": "第" + strconv.Itoa(i%12) + "次", "satisfied": strconv.Itoa(1 + i%2)}
}

// BenchmarkSubmit judges and stores; each is durable when it is acknowledged.
func BenchmarkSubmit(b *testing.B) {
	for _, senders := range []int{1, 32} {
		b.Run(strconv.Itoa(senders), func(b *testing.B) {
			w, form := newHousehold(b)
			b.ReportAllocs()
			b.ResetTimer()
			inParallel(b, senders, b.N, func(ctx context.Context, i int) error {
				_, err := w.Service.Submit(ctx, quzhou, bob, survey.Incoming{InstanceID: "uuid:" + strconv.Itoa(i), FormID: form,
					Version: 1, Answers: householdAnswers(i)})
				return err
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submissions/s")
		})
	}
}

func inParallel(b *testing.B, senders, n int, do func(ctx context.Context, i int) error) {
	b.Helper()
	var next atomic.Int64
	var wait sync.WaitGroup
	for range senders {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := do(b.Context(), i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
}

// BenchmarkTable100k makes the table of 100,000 submissions: from nothing, when nothing
// changed, when one came, and when one was deleted; the last two also when some wait on hold.
func BenchmarkTable100k(b *testing.B) {
	w, form := newHousehold(b)
	create := func(ctx context.Context, i int) error {
		return w.Store.CreateSubmission(ctx, survey.Submission{ID: id.SubmissionID(id.Derived(strconv.Itoa(i))), ProjectID: quzhou,
			FormID: form, Version: 1, Submitter: bob, Received: time.UnixMilli(int64(i)), Answers: householdAnswers(i), State: survey.Received})
	}
	rows := 100_000
	inParallel(b, 32, rows, create)
	check := func(b *testing.B, service *survey.Service) {
		t, err := service.Table(b.Context(), quzhou, form, "zh")
		if err != nil || t.Len() != rows {
			b.Fatal(t, err)
		}
	}
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			check(b, w.other())
		}
	})
	check(b, w.Service)
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			check(b, w.Service)
		}
	})
	b.Run("one more", func(b *testing.B) {
		for b.Loop() {
			if err := create(b.Context(), rows); err != nil {
				b.Fatal(err)
			}
			rows++
			check(b, w.Service)
		}
	})
	b.Run("one less", func(b *testing.B) {
		for b.Loop() {
			rows--
			if _, err := w.DeleteSubmission(b.Context(), quzhou, alice, id.SubmissionID(id.Derived(strconv.Itoa(rows))), ""); err != nil {
				b.Fatal(err)
			}
			check(b, w.Service)
		}
	})
	f, err := w.Form(b.Context(), quzhou, form)
	if err == nil {
		_, err = w.SetReviewRule(b.Context(), quzhou, form, f.Revision, survey.ReviewRule{Mode: survey.HoldShare, Share: 0.3})
	}
	if err != nil {
		b.Fatal(err)
	}
	fresh := 10 * rows // of the others some are in the recycle bin
	some := func(b *testing.B) {
		if t, err := w.Table(b.Context(), quzhou, form, "zh"); err != nil || t.Len() > rows*3/4 || t.Len() < rows*2/3 {
			b.Fatal(t, err)
		}
	}
	b.Run("on hold", func(b *testing.B) {
		for b.Loop() {
			some(b)
		}
	})
	b.Run("on hold, one more", func(b *testing.B) {
		for b.Loop() {
			if err := create(b.Context(), fresh); err != nil {
				b.Fatal(err)
			}
			fresh++
			some(b)
		}
	})
}
