package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/problem"
	"tianye/internal/store"
)

var both = []*store.Collection{samples, plain}

func testForget(t *testing.T, b store.Backend) {
	formers := func(id string, want int) {
		t.Helper()
		if list, err := b.Revisions(t.Context(), samples, quzhou, id); err != nil || len(list) != want {
			t.Errorf("%s has %d former revisions, %v, want %d", id, len(list), err, want)
		}
	}
	forget := func(c *store.Collection, project, id string) {
		t.Helper()
		if err := b.Forget(t.Context(), c, project, id); err != nil {
			t.Fatal(err)
		}
	}
	living := insert(t, b, samples, quzhou, "a", bson.D{{Key: "phone", Value: "1"}})
	living = replace(t, b, samples, living, bson.D{{Key: "phone", Value: "2"}})
	gone := replace(t, b, samples, insert(t, b, samples, quzhou, "b", nil), nil)
	remove(t, b, samples, gone)
	replace(t, b, samples, insert(t, b, samples, quzhou, "c", nil), nil)
	forget(samples, hanyang, "a")
	formers("a", 1)
	forget(samples, quzhou, "a")
	forget(samples, quzhou, "b")
	forget(samples, quzhou, "none")
	forget(plain, quzhou, "a")
	formers("a", 0)
	formers("b", 0)
	formers("c", 1)
	if d, err := b.Get(t.Context(), samples, quzhou, "a"); err != nil || d.Revision != 2 || d.Stamp != living.Stamp {
		t.Errorf("the present one is %+v, %v", d, err)
	}
	replace(t, b, samples, living, nil)
	formers("a", 1)
	if again := insert(t, b, samples, quzhou, "b", nil); again.Revision != 4 {
		t.Errorf("the tombstone is gone: %+v", again)
	}
}

// rest makes blobs safe from deletion for this long, while a test runs.
func rest(t *testing.T, d time.Duration) {
	before := store.BlobRest
	store.BlobRest = d
	t.Cleanup(func() { store.BlobRest = before })
}

func testDeleteBlob(t *testing.T, b store.Backend) {
	put := func(project string) string {
		t.Helper()
		hash, _, err := b.PutBlob(t.Context(), project, strings.NewReader("村口的照片"), 100)
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	hash := put(quzhou)
	put(hanyang)
	if err := b.DeleteBlob(t.Context(), quzhou, hash); !store.IsFresh(err) {
		t.Errorf("deleting what was just put: %v", err)
	}
	readBlob(t, b, quzhou, hash)
	rest(t, 0)
	for range 2 {
		if err := b.DeleteBlob(t.Context(), quzhou, hash); err != nil {
			t.Fatal(err)
		}
		_, _, err := b.OpenBlob(t.Context(), quzhou, hash)
		want(t, err, problem.NotFound)
	}
	readBlob(t, b, hanyang, hash)
	put(quzhou)
	readBlob(t, b, quzhou, hash)
	for _, none := range []string{"", "..", "../lock", hash[:62], strings.ToUpper(hash)} {
		if err := b.DeleteBlob(t.Context(), quzhou, none); err != nil {
			t.Errorf("%q: %v", none, err)
		}
	}
}

func testEachBlob(t *testing.T, b store.Backend) {
	var wanted []string
	for _, project := range []string{"", quzhou, hanyang, "Quzhou/%25", "田野", "_", "a.b"} {
		for _, content := range []string{"", "照片", strings.Repeat("录音", 1000)} {
			hash, size, err := b.PutBlob(t.Context(), project, strings.NewReader(content), 10_000)
			if err != nil {
				t.Fatal(err)
			}
			wanted = append(wanted, fmt.Sprint(project, " ", hash, " ", size))
		}
	}
	var got []string
	err := b.EachBlob(t.Context(), func(project, hash string, size int64) error {
		readBlob(t, b, project, hash)
		got = append(got, fmt.Sprint(project, " ", hash, " ", size))
		return nil
	})
	slices.Sort(got)
	if slices.Sort(wanted); err != nil || !slices.Equal(got, wanted) {
		t.Errorf("%v\ngot  %v\nwant %v", err, got, wanted)
	}
	enough := errors.New("enough")
	if err := b.EachBlob(t.Context(), func(string, string, int64) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("got %v, want the caller's own error", err)
	}
}

// dump reads everything, as text to compare.
func dump(t *testing.T, b store.Backend) (records []store.Record, text []string) {
	t.Helper()
	err := b.Dump(t.Context(), both, func(r store.Record) error {
		records = append(records, r)
		text = append(text, line(r))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(text)
	return records, text
}

func load(t *testing.T, b store.Backend, records ...store.Record) {
	t.Helper()
	for _, r := range records {
		if err := b.Load(t.Context(), r.Collection, []store.Record{r}); err != nil {
			t.Fatal(err)
		}
	}
}

// testDump changes, removes and forgets everything that was dumped, loads the dump, twice, and finds all as it was.
func testDump(t *testing.T, b store.Backend) {
	for _, project := range []string{quzhou, hanyang, "Quzhou/%25 田野", ""} {
		d := insert(t, b, samples, project, "a/%", bson.D{{Key: "code", Value: "1"}, {Key: "group", Value: "村"}})
		d = replace(t, b, samples, d, bson.D{{Key: "code", Value: "2"}})
		replace(t, b, samples, d, bson.D{{Key: "code", Value: "3"}, {Key: "odd.$", Value: "\xff"}})
		remove(t, b, samples, replace(t, b, samples, insert(t, b, samples, project, "gone", nil), nil))
		insert(t, b, plain, project, "p", bson.D{{Key: "deep", Value: deep(50)}})
	}
	records, wanted := dump(t, b)
	if len(records) != 4*7 {
		t.Fatalf("%d records: %v", len(records), wanted)
	}
	for _, r := range records {
		if r.Former || r.Deleted {
			continue
		}
		d := replace(t, b, r.Collection, r.Document, bson.D{{Key: "code", Value: "other"}})
		if r.Collection == samples {
			remove(t, b, samples, d)
		}
		if err := b.Forget(t.Context(), r.Collection, r.Project, r.ID); err != nil {
			t.Fatal(err)
		}
	}
	load(t, b, records...)
	if _, got := dump(t, b); !slices.Equal(got, wanted) {
		t.Errorf("got  %v\nwant %v", got, wanted)
	}
	for _, c := range both { // once more, each collection in one
		only := slices.DeleteFunc(slices.Clone(records), func(r store.Record) bool { return r.Collection != c })
		if err := b.Load(t.Context(), c, only); err != nil {
			t.Fatal(err)
		}
	}
	if _, got := dump(t, b); !slices.Equal(got, wanted) {
		t.Errorf("loaded twice: got  %v\nwant %v", got, wanted)
	}
	if ids, _ := find(t, b, samples, quzhou, store.Query{Where: []store.Condition{store.Equal("code", "3")}}); !slices.Equal(ids, []string{"a/%"}) {
		t.Errorf("an index finds %v", ids)
	}
	for i, bad := range []store.Record{
		{Collection: samples}, {Collection: plain, Former: true, Document: records[0].Document},
		{Collection: samples, Document: store.Document{ID: "x", Revision: 1, Stamp: 1, Body: bson.Raw("no document")}},
		{Collection: samples, Document: store.Document{ID: "x", Revision: 1, Stamp: 1}},
	} {
		if err := b.Load(t.Context(), bad.Collection, []store.Record{bad}); err == nil {
			t.Errorf("bad record %d is loaded", i)
		}
	}
	enough := errors.New("enough")
	if err := b.Dump(t.Context(), both, func(store.Record) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("got %v, want the caller's own error", err)
	}
}

// testLoadTaken loads two documents that no index would have let be at the same time, and a former
// revision that is none.
func testLoadTaken(t *testing.T, b store.Backend) {
	record := func(id string, revision int64, former bool) store.Record {
		return store.Record{Collection: samples, Former: former, Document: store.Document{
			ID: id, Project: quzhou, Revision: revision, Stamp: 1, Body: body(t, bson.D{{Key: "code", Value: "1"}})}}
	}
	if err := b.Load(t.Context(), samples, []store.Record{record("a", 2, false), record("b", 1, false), record("c", 1, false)}); err != nil {
		t.Fatal(err)
	}
	load(t, b, record("a", 1, true), record("a", 2, true), record("a", 3, true), record("none", 1, true))
	if ids, _ := find(t, b, samples, quzhou, store.Query{}); !slices.Equal(ids, []string{"a", "b", "c"}) {
		t.Errorf("found %v", ids)
	}
	if list, err := b.Revisions(t.Context(), samples, quzhou, "a"); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	_, err := b.Replace(t.Context(), samples, record("b", 1, false).Document)
	wantExists(t, err)
	replace(t, b, samples, record("b", 1, false).Document, bson.D{{Key: "code", Value: "2"}})
	records, _ := dump(t, b)
	for _, r := range records {
		if r.Former && (r.ID != "a" && r.ID != "b" || r.Revision != 1) {
			t.Errorf("former revision %+v", r)
		}
	}
}

// testLoadedStamps loads what a server with a fast clock wrote: what comes later is seen by who read it.
func testLoadedStamps(t *testing.T, b store.Backend) {
	ahead := time.Now().Add(24 * time.Hour).UnixMicro()
	d := store.Document{ID: "a", Project: quzhou, Revision: 1, Stamp: ahead, Body: body(t, nil)}
	load(t, b, store.Record{Collection: samples, Document: d})
	f := store.Follow(samples, quzhou, 0)
	if err := f.Next(t.Context(), b, ignore); err != nil || f.Mark() != ahead {
		t.Fatalf("mark %d, %v", f.Mark(), err)
	}
	insert(t, b, samples, quzhou, "b", nil)
	var met []string
	err := f.Next(context.WithoutCancel(t.Context()), b, func(d store.Document) error { met = append(met, d.ID); return nil })
	if err != nil || !slices.Equal(met, []string{"b"}) {
		t.Errorf("met %v, %v", met, err)
	}
}
