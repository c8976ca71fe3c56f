package sqlite_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/store"
	"tianye/internal/store/sqlite"
)

var submissions = &store.Collection{Name: "submissions", History: true, Indexes: []store.Index{
	{Name: "received", Fields: []string{"form", "received"}},
	{Name: "state", Fields: []string{"form", "state"}},
}}

const project = "0123456789abcdefghjkmnpqrs"

// submission is a document of a usual size, about 900 bytes.
func submission(tb testing.TB, i int) store.Document {
	answers := bson.D{}
	for q := range 25 {
		answers = append(answers, bson.E{Key: fmt.Sprintf("question_%d", q), Value: fmt.Sprintf("回答 %d", i*q)})
	}
	body, err := bson.Marshal(bson.D{
		{Key: "form", Value: "11111111111111111111111111"}, {Key: "received", Value: time.UnixMilli(int64(i))},
		{Key: "state", Value: "received"}, {Key: "answers", Value: answers},
	})
	if err != nil {
		tb.Fatal(err)
	}
	// spread like a hash: ids of submissions are derived
	return store.Document{ID: fmt.Sprintf("%08x-%017d", uint32(i)*2654435761, i), Project: project, Body: body}
}

func insert(b *testing.B, s *sqlite.Backend, writers, from, to int) {
	var next atomic.Int64
	next.Store(int64(from))
	var wait sync.WaitGroup
	for range writers {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < to; i = int(next.Add(1)) - 1 {
				if _, err := s.Insert(b.Context(), submissions, submission(b, i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
}

func perSecond(b *testing.B) { b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s") }

func BenchmarkInsert1(b *testing.B)  { benchmarkInsert(b, 1) }
func BenchmarkInsert32(b *testing.B) { benchmarkInsert(b, 32) }

func benchmarkInsert(b *testing.B, writers int) {
	s := open(b, b.TempDir(), submissions)
	b.ResetTimer()
	insert(b, s, writers, 0, b.N)
	perSecond(b)
}

const stored = 50_000

// BenchmarkStored reads a store of 50,000 documents.
func BenchmarkStored(b *testing.B) {
	dir := b.TempDir()
	s := open(b, dir, submissions)
	insert(b, s, 32, 0, stored)
	byForm := store.Query{Where: []store.Condition{store.Equal("form", "11111111111111111111111111")}, Order: "received"}
	b.Run("get", func(b *testing.B) { benchmarkGet(b, s) })
	b.Run("page", func(b *testing.B) {
		q := byForm
		q.Descending, q.Limit = true, 50
		for b.Loop() {
			var err error
			if _, q.After, err = store.Find(b.Context(), s, submissions, project, q); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("stream", func(b *testing.B) { benchmarkStream(b, s, store.Query{}) })
	b.Run("stream by index", func(b *testing.B) { benchmarkStream(b, s, byForm) })
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			if n, err := s.Count(b.Context(), submissions, project, store.Query{}); err != nil || n != stored {
				b.Fatal(n, err)
			}
		}
	})
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			s = open(b, dir, submissions)
		}
	})
}

func benchmarkGet(b *testing.B, s *sqlite.Backend) {
	ids := make([]string, 1000)
	for i := range ids {
		ids[i] = submission(b, i*stored/len(ids)).ID
	}
	for i := 0; b.Loop(); i++ {
		if _, err := s.Get(b.Context(), submissions, project, ids[i%len(ids)]); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkStream(b *testing.B, s *sqlite.Backend, q store.Query) {
	for left := b.N; left > 0; left -= stored {
		q.Limit = min(left, stored)
		if err := s.Stream(b.Context(), submissions, project, q, func(store.Document) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b)
}
