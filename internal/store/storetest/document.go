package storetest

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/problem"
	"tianye/internal/store"
)

func testInsert(t *testing.T, b store.Backend) {
	before := time.Now().Add(-time.Second).UnixMicro()
	put := insert(t, b, samples, quzhou, "a", bson.D{{Key: "name", Value: "浙江衢州"}})
	if put.Revision != 1 || put.ID != "a" || put.Project != quzhou || put.Deleted {
		t.Errorf("insert gave %+v", put)
	}
	if after := time.Now().Add(time.Second).UnixMicro(); put.Stamp < before || put.Stamp > after {
		t.Errorf("stamp %d is not between %d and %d", put.Stamp, before, after)
	}
	got, err := b.Get(t.Context(), samples, quzhou, "a")
	if err != nil || got.Revision != 1 || got.Stamp != put.Stamp || got.ID != "a" || got.Project != quzhou || !bytes.Equal(got.Body, put.Body) {
		t.Errorf("got %+v, %v, want %+v", got, err, put)
	}
	_, err = b.Insert(t.Context(), samples, store.Document{ID: "a", Project: quzhou, Body: body(t, bson.D{{Key: "name", Value: "other"}})})
	wantExists(t, err)
	if again, err := b.Get(t.Context(), samples, quzhou, "a"); err != nil || !bytes.Equal(again.Body, put.Body) {
		t.Errorf("the refused insert changed %v, %v", again, err)
	}
	_, err = b.Get(t.Context(), samples, quzhou, "b")
	want(t, err, problem.NotFound)
}

// testTogether inserts more documents than there are ids and codes at once: the refused ones, which
// may share a transaction with others, spoil nothing.
func testTogether(t *testing.T, b store.Backend) {
	const writers, ids = 64, 40
	var wait sync.WaitGroup
	errs := make([]error, writers)
	for i := range writers {
		wait.Go(func() {
			id, code := fmt.Sprint(i%ids), fmt.Sprint(i%ids)
			if i >= 50 { // another id, a code that is taken
				id = fmt.Sprint("other", i)
			}
			_, errs[i] = b.Insert(t.Context(), samples, store.Document{ID: id, Project: quzhou, Body: body(t, bson.D{{Key: "code", Value: code}})})
		})
	}
	wait.Wait()
	stored := 0
	for _, err := range errs {
		switch {
		case err == nil:
			stored++
		case !store.IsExists(err):
			t.Error(err)
		}
	}
	codes := map[any]bool{}
	err := b.Stream(t.Context(), samples, quzhou, store.Query{}, func(d store.Document) error {
		codes[store.Key(d.Body, "code")] = true
		return nil
	})
	n, countErr := b.Count(t.Context(), samples, quzhou, store.Query{})
	if err != nil || countErr != nil || stored != ids || len(codes) != ids || n != ids {
		t.Errorf("acknowledged %d, stored %d with %d codes, want %d; %v, %v", stored, n, len(codes), ids, err, countErr)
	}
}

func testUnique(t *testing.T, b store.Backend) {
	code := func(value any) bson.D { return bson.D{{Key: "code", Value: value}} }
	first := insert(t, b, samples, quzhou, "a", code("案例-1"))
	second := insert(t, b, samples, quzhou, "b", code("案例-2"))
	insert(t, b, samples, hanyang, "a", code("案例-1")) // another project may use it
	insert(t, b, samples, quzhou, "none1", nil)       // without the field: exempt
	insert(t, b, samples, quzhou, "none2", bson.D{{Key: "county", Value: "开化"}})
	insert(t, b, samples, quzhou, "none3", bson.D{{Key: "county", Value: "开化"}}) // lacks one of two
	_, err := b.Insert(t.Context(), samples, store.Document{ID: "c", Project: quzhou, Body: body(t, code("案例-1"))})
	wantExists(t, err)
	_, err = b.Get(t.Context(), samples, quzhou, "c")
	want(t, err, problem.NotFound)
	second.Body = body(t, code("案例-1"))
	_, err = b.Replace(t.Context(), samples, second)
	wantExists(t, err)
	if former, err := b.Revisions(t.Context(), samples, quzhou, "b"); err != nil || len(former) != 0 {
		t.Errorf("the refused replacement left revisions %v, %v", former, err)
	}
	first = replace(t, b, samples, first, code("案例-1")) // its own value is no obstacle
	remove(t, b, samples, first)
	replace(t, b, samples, second, code("案例-1")) // a deleted document guards nothing
	_, err = b.Insert(t.Context(), samples, store.Document{ID: "a", Project: quzhou, Body: body(t, code("案例-1"))})
	wantExists(t, err)
	place := func(county, village string) bson.D {
		return bson.D{{Key: "county", Value: county}, {Key: "village", Value: village}}
	}
	insert(t, b, samples, quzhou, "p1", place("开化", "a b"))
	insert(t, b, samples, quzhou, "p2", place("开化 a", "b"))
	_, err = b.Insert(t.Context(), samples, store.Document{ID: "p3", Project: quzhou, Body: body(t, place("开化", "a b"))})
	wantExists(t, err)
}

func testProjects(t *testing.T, b store.Backend) {
	d := insert(t, b, samples, quzhou, "a", bson.D{{Key: "group", Value: "村"}})
	for _, other := range []string{hanyang, "", "*", "%", "quzhou/", "quzho"} {
		_, err := b.Get(t.Context(), samples, other, "a")
		want(t, err, problem.NotFound)
		stranger := d
		stranger.Project = other
		_, err = b.Replace(t.Context(), samples, stranger)
		want(t, err, problem.NotFound)
		want(t, b.Delete(t.Context(), samples, other, "a", 1), problem.NotFound)
		if ids, _ := find(t, b, samples, other, store.Query{}); len(ids) > 0 {
			t.Errorf("project %q finds %v", other, ids)
		}
		if n, err := b.Count(t.Context(), samples, other, store.Query{}); n != 0 || err != nil {
			t.Errorf("project %q counts %d, %v", other, n, err)
		}
		if former, err := b.Revisions(t.Context(), samples, other, "a"); len(former) > 0 || err != nil {
			t.Errorf("project %q has revisions %v, %v", other, former, err)
		}
		err = b.Changes(t.Context(), samples, other, 0, func(d store.Document) error { return fmt.Errorf("change of %s", d.ID) })
		if err != nil {
			t.Errorf("project %q: %v", other, err)
		}
	}
	// The same id in every project, and names made to run into each other.
	for _, project := range []string{hanyang, "", "quzhou/a", "a"} {
		insert(t, b, plain, project, "a/b", nil)
		insert(t, b, plain, project, "b", nil)
	}
	if ids, _ := find(t, b, plain, "", store.Query{}); fmt.Sprint(ids) != "[a/b b]" {
		t.Errorf("server-wide documents: %v", ids)
	}
}

func testReplace(t *testing.T, b store.Backend) {
	first := insert(t, b, samples, quzhou, "a", bson.D{{Key: "n", Value: 1}})
	second := replace(t, b, samples, first, bson.D{{Key: "n", Value: 2}})
	if second.Revision != 2 || second.Stamp <= first.Stamp {
		t.Errorf("replace gave revision %d, stamp %d after %d", second.Revision, second.Stamp, first.Stamp)
	}
	got, err := b.Get(t.Context(), samples, quzhou, "a")
	if err != nil || got.Revision != 2 || got.Stamp != second.Stamp || store.Key(got.Body, "n") != int64(2) {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, revision := range []int64{0, 1, 3, -1} {
		stale := first
		stale.Revision = revision
		_, err := b.Replace(t.Context(), samples, stale)
		wantChanged(t, err)
		wantChanged(t, b.Delete(t.Context(), samples, quzhou, "a", revision))
	}
	_, err = b.Replace(t.Context(), samples, store.Document{ID: "b", Project: quzhou, Revision: 1, Body: first.Body})
	want(t, err, problem.NotFound)
	if ids, _ := find(t, b, samples, quzhou, store.Query{}); len(ids) != 1 {
		t.Errorf("found %v", ids)
	}
}

func testLostUpdate(t *testing.T, b store.Backend) {
	insert(t, b, samples, quzhou, "counter", bson.D{{Key: "n", Value: int64(0)}})
	const enumerators, rounds = 32, 1
	var wait sync.WaitGroup
	for range enumerators {
		wait.Go(func() {
			for done := 0; done < rounds; {
				d, err := b.Get(t.Context(), samples, quzhou, "counter")
				if err != nil {
					t.Error(err)
					return
				}
				d.Body = body(t, bson.D{{Key: "n", Value: store.Key(d.Body, "n").(int64) + 1}})
				switch _, err = b.Replace(t.Context(), samples, d); {
				case err == nil:
					done++
				case !store.IsChanged(err):
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	d, err := b.Get(t.Context(), samples, quzhou, "counter")
	if err != nil || store.Key(d.Body, "n") != int64(enumerators*rounds) || d.Revision != enumerators*rounds+1 {
		t.Fatalf("counted %v at revision %d, %v, want %d", store.Key(d.Body, "n"), d.Revision, err, enumerators*rounds)
	}
	former, err := b.Revisions(t.Context(), samples, quzhou, "counter")
	if err != nil || len(former) != enumerators*rounds {
		t.Fatalf("%d former revisions, %v", len(former), err)
	}
	for i, f := range former {
		if store.Key(f.Body, "n") != f.Revision-1 || f.Revision != d.Revision-1-int64(i) {
			t.Errorf("revision %d holds %v", f.Revision, store.Key(f.Body, "n"))
		}
	}
}

func testDelete(t *testing.T, b store.Backend) {
	d := insert(t, b, samples, quzhou, "a", bson.D{{Key: "group", Value: "村"}, {Key: "code", Value: "1"}})
	remove(t, b, samples, d)
	_, err := b.Get(t.Context(), samples, quzhou, "a")
	want(t, err, problem.NotFound)
	_, err = b.Replace(t.Context(), samples, d)
	want(t, err, problem.NotFound)
	want(t, b.Delete(t.Context(), samples, quzhou, "a", 2), problem.NotFound)
	for _, q := range []store.Query{{}, {Order: "group"}, {Where: []store.Condition{store.Equal("group", nil)}}} {
		if ids, _ := find(t, b, samples, quzhou, q); len(ids) > 0 {
			t.Errorf("%v finds the deleted %v", q, ids)
		}
	}
	var tombstone store.Document
	err = b.Changes(t.Context(), samples, quzhou, 0, func(d store.Document) error { tombstone = d; return nil })
	if err != nil || !tombstone.Deleted || tombstone.ID != "a" || tombstone.Revision != 2 || tombstone.Stamp <= d.Stamp || len(tombstone.Body) > 0 {
		t.Errorf("tombstone %+v, %v", tombstone, err)
	}
	again := insert(t, b, samples, quzhou, "a", bson.D{{Key: "code", Value: "2"}})
	if again.Revision != 3 || again.Stamp <= tombstone.Stamp {
		t.Errorf("the revived document is %+v", again)
	}
	if got, err := b.Get(t.Context(), samples, quzhou, "a"); err != nil || got.Revision != 3 || store.Key(got.Body, "code") != "2" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func testHistory(t *testing.T, b store.Backend) {
	d := insert(t, b, samples, quzhou, "a", bson.D{{Key: "text", Value: "first"}})
	stamps := []int64{d.Stamp}
	for _, text := range []string{"second", "third"} {
		d = replace(t, b, samples, d, bson.D{{Key: "text", Value: text}})
		stamps = append(stamps, d.Stamp)
	}
	check := func(want ...string) {
		t.Helper()
		former, err := b.Revisions(t.Context(), samples, quzhou, "a")
		if err != nil || len(former) != len(want) {
			t.Fatalf("%d revisions, %v, want %v", len(former), err, want)
		}
		for i, f := range former {
			if store.Key(f.Body, "text") != want[i] || f.Stamp != stamps[f.Revision-1] || f.ID != "a" || f.Project != quzhou {
				t.Errorf("%+v, want %s", f, want[i])
			}
		}
	}
	check("second", "first")
	remove(t, b, samples, d)
	check("third", "second", "first")
	insert(t, b, samples, quzhou, "a", bson.D{{Key: "text", Value: "fifth"}})
	check("third", "second", "first")

	p := insert(t, b, plain, quzhou, "a", nil)
	replace(t, b, plain, p, nil)
	if former, err := b.Revisions(t.Context(), plain, quzhou, "a"); err != nil || len(former) > 0 {
		t.Errorf("a collection without history has %v, %v", former, err)
	}
}

// testBodies stores what only some servers would take as it is.
func testBodies(t *testing.T, b store.Backend) {
	bodies := map[string]bson.D{
		"empty":    {},
		"chinese":  {{Key: "名称", Value: "石榴红 🏮 e\u0301"}},
		"nul":      {{Key: "code", Value: "a\x00b"}},
		"keys":     {{Key: "a.b", Value: 1}, {Key: "$set", Value: 2}, {Key: "", Value: 3}, {Key: "c", Value: bson.D{{Key: "$d.e", Value: 4}}}},
		"order":    {{Key: "z", Value: 1}, {Key: "_id", Value: 2}, {Key: "a", Value: bson.D{{Key: "y", Value: 1}, {Key: "_id", Value: 2}}}},
		"twice":    {{Key: "a", Value: 1}, {Key: "a", Value: 2}},
		"numbers":  {{Key: "i", Value: int32(1)}, {Key: "l", Value: int64(1)}, {Key: "d", Value: 1.0}, {Key: "max", Value: int64(math.MaxInt64)}},
		"floats":   {{Key: "nan", Value: math.NaN()}, {Key: "inf", Value: math.Inf(1)}, {Key: "zero", Value: math.Copysign(0, -1)}, {Key: "tiny", Value: 5e-324}},
		"arrays":   {{Key: "rows", Value: bson.A{bson.A{1, "a"}, bson.A{2.5, nil, true}, bson.A{}}}},
		"types":    {{Key: "t", Value: time.UnixMilli(1).UTC()}, {Key: "b", Value: []byte("\x00\xff")}, {Key: "n", Value: nil}, {Key: "o", Value: bson.NewObjectID()}},
		"decimal":  {{Key: "d", Value: bson.NewDecimal128(1, 2)}, {Key: "ts", Value: bson.Timestamp{T: 1}}},
		"broken":   {{Key: "code", Value: "\xff\xfe"}},
		"deep":     deep(120),
		"sentinel": {{Key: "rank", Value: math.Inf(-1)}},
	}
	for id, fields := range bodies {
		put := insert(t, b, samples, quzhou, id, fields)
		got, err := b.Get(t.Context(), samples, quzhou, id)
		if err != nil || !bytes.Equal(got.Body, put.Body) {
			t.Errorf("%s: got %v, %v, want %v", id, got.Body, err, put.Body)
		}
	}
	for id := range bodies {
		insert(t, b, plain, id+"\x00/'\"%;\xe7\x94\xb0", id+"\x00 田野", nil)
		if _, err := b.Get(t.Context(), plain, id+"\x00/'\"%;田", id+"\x00 田野"); err != nil {
			t.Errorf("%s as a name: %v", id, err)
		}
	}
	if ids, _ := find(t, b, samples, quzhou, store.Query{Where: []store.Condition{store.Equal("code", "a\x00b")}}); fmt.Sprint(ids) != "[nul]" {
		t.Errorf("found %v by a code with NUL", ids)
	}
}

func deep(levels int) bson.D {
	if levels == 0 {
		return bson.D{}
	}
	return bson.D{{Key: "d", Value: deep(levels - 1)}}
}

func testTooLarge(t *testing.T, b store.Backend) {
	large := body(t, bson.D{{Key: "text", Value: strings.Repeat("x", store.MaxBody)}})
	_, err := b.Insert(t.Context(), plain, store.Document{ID: "a", Project: quzhou, Body: large})
	want(t, err, problem.TooLarge)
	d := insert(t, b, plain, quzhou, "a", bson.D{{Key: "text", Value: strings.Repeat("y", store.MaxBody-100)}})
	if got, err := b.Get(t.Context(), plain, quzhou, "a"); err != nil || !bytes.Equal(got.Body, d.Body) {
		t.Errorf("the largest body came back with %d bytes, %v", len(got.Body), err)
	}
	d.Body = large
	_, err = b.Replace(t.Context(), plain, d)
	want(t, err, problem.TooLarge)
}
