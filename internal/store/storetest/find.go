package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// named is a string type such as the ids of the domains.
type named string

var march = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func fillSamples(t *testing.T, b store.Backend) {
	t.Helper()
	for id, fields := range map[string]bson.D{
		"a": {{Key: "group", Value: "村"}, {Key: "rank", Value: 3}, {Key: "code", Value: "2"}},
		"b": {{Key: "group", Value: "村"}, {Key: "rank", Value: 1.5}, {Key: "code", Value: "10"}},
		"c": {{Key: "group", Value: "社区"}, {Key: "rank", Value: int64(2)}, {Key: "meta", Value: bson.D{{Key: "when", Value: march}}}},
		"d": {{Key: "group", Value: "村"}, {Key: "rank", Value: "第一"}, {Key: "meta", Value: bson.D{{Key: "when", Value: march.AddDate(0, 1, 0)}}}},
		"e": {{Key: "group", Value: "村"}},
		"f": {{Key: "group", Value: true}, {Key: "rank", Value: -1}},
		"g": {{Key: "rank", Value: bson.A{1, 2}}, {Key: "meta", Value: "no document"}},
	} {
		insert(t, b, samples, quzhou, id, fields)
	}
	insert(t, b, samples, hanyang, "h", bson.D{{Key: "group", Value: "村"}, {Key: "rank", Value: 1}})
	remove(t, b, samples, insert(t, b, samples, quzhou, "z", bson.D{{Key: "group", Value: "村"}, {Key: "rank", Value: 1}}))
}

func testConditions(t *testing.T, b store.Backend) {
	fillSamples(t, b)
	tests := []struct {
		where []store.Condition
		want  string
	}{
		{nil, "a b c d e f g"},
		{[]store.Condition{store.Equal("group", "村")}, "a b d e"},
		{[]store.Condition{store.Equal("group", named("村"))}, "a b d e"},
		{[]store.Condition{store.Equal("group", nil)}, "g"},
		{[]store.Condition{store.Equal("group", true)}, "f"},
		{[]store.Condition{store.Equal("group", "")}, ""},
		{[]store.Condition{store.Equal("rank", nil)}, "e g"},
		{[]store.Condition{store.Equal("rank", uint8(3))}, "a"},
		{[]store.Condition{store.Equal("rank", 2.0)}, "c"},
		{[]store.Condition{store.Equal("code", "10")}, "b"},
		{[]store.Condition{store.Equal("code", 10)}, ""},
		{[]store.Condition{store.In("code", "10", "2", "3")}, "a b"},
		{[]store.Condition{store.In("code", named("10"), named("2"))}, "a b"},
		{[]store.Condition{store.In[any]("rank", 3, nil)}, "a e g"},
		{[]store.Condition{store.In[string]("code")}, ""},
		{[]store.Condition{store.Above("rank", 1.5)}, "a c"},
		{[]store.Condition{store.AtLeast("rank", 1.5)}, "a b c"},
		{[]store.Condition{store.Below("rank", 2)}, "b f"},
		{[]store.Condition{store.AtMost("rank", 2)}, "b c f"},
		{[]store.Condition{store.AtLeast("rank", "")}, "d"},
		{[]store.Condition{store.Below("rank", "第二")}, "d"},
		{[]store.Condition{store.AtLeast("rank", 1), store.Below("rank", 3), store.Equal("group", "村")}, "b"},
		{[]store.Condition{store.Equal("meta.when", march)}, "c"},
		{[]store.Condition{store.Above("meta.when", march)}, "d"},
		{[]store.Condition{store.AtLeast("meta.when", march.In(time.FixedZone("CST", 8*3600))), store.Equal("code", nil)}, "c d"},
	}
	for _, test := range tests {
		ids, cursor := find(t, b, samples, quzhou, store.Query{Where: test.where})
		slices.Sort(ids)
		if strings.Join(ids, " ") != test.want || cursor != "" {
			t.Errorf("%v: got %v, want %s", test.where, ids, test.want)
		}
		n, err := b.Count(t.Context(), samples, quzhou, store.Query{Where: test.where, Limit: 1, Order: "group"})
		if err != nil || n != len(strings.Fields(test.want)) {
			t.Errorf("%v: counted %d, %v, want %s", test.where, n, err, test.want)
		}
	}
}

// testOrders walks every order in pages of every size: each gives the same sequence.
func testOrders(t *testing.T, b store.Backend) {
	fillSamples(t, b)
	tests := []struct {
		q    store.Query
		want string
	}{
		{store.Query{}, "a b c d e f g"},
		{store.Query{Order: "group"}, "g f e b a d c"},
		{store.Query{Order: "group", Where: []store.Condition{store.Equal("group", "村")}}, "e b a d"},
		{store.Query{Order: "group", Where: []store.Condition{store.Equal("group", "村"), store.AtLeast("rank", 1)}}, "b a"},
		{store.Query{Order: "group", Where: []store.Condition{store.In("group", "村", "社区")}}, "e b a d c"},
		{store.Query{Order: "when"}, "a b e f g c d"},
		{store.Query{Order: "code"}, "c d e f g b a"},
		{store.Query{Order: "place", Where: []store.Condition{store.Equal("group", "村")}}, "a b d e"},
	}
	for _, test := range tests {
		want := strings.Fields(test.want)
		for _, descending := range []bool{false, true} {
			test.q.Descending = descending
			for size := range len(want) + 2 {
				if got := pages(t, b, test.q, size); !slices.Equal(got, want) {
					t.Errorf("%+v in pages of %d: got %v, want %v", test.q, size, got, want)
				}
			}
			slices.Reverse(want)
		}
	}
}

func pages(t *testing.T, b store.Backend, q store.Query, size int) (all []string) {
	t.Helper()
	for q.Limit = size; ; {
		ids, cursor := find(t, b, samples, quzhou, q)
		all = append(all, ids...)
		if size > 0 && len(ids) > size {
			t.Fatalf("a page of %d has %d", size, len(ids))
		}
		if cursor == "" {
			return all
		}
		q.After = cursor
	}
}

// testCursor reads pages while others insert before and behind: what was there from the
// beginning is met exactly once, in order.
func testCursor(t *testing.T, b store.Backend) {
	const there = 40
	fields := func(rank int) bson.D { return bson.D{{Key: "group", Value: "村"}, {Key: "rank", Value: rank}} }
	var wanted []string
	for i := range there {
		id := fmt.Sprintf("old%02d", i)
		insert(t, b, samples, quzhou, id, fields(i*10))
		wanted = append(wanted, id)
	}
	stop := make(chan struct{})
	var wait sync.WaitGroup
	for writer := range 2 {
		wait.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					insert(t, b, samples, quzhou, fmt.Sprintf("new%d-%d", writer, i), fields((i*77)%400))
				}
			}
		})
	}
	var met []string
	for q := (store.Query{Order: "group", Limit: 3}); ; {
		found, cursor, err := store.Find(t.Context(), b, samples, quzhou, q)
		if err != nil {
			t.Error(err)
			break
		}
		for _, d := range found {
			if strings.HasPrefix(d.ID, "old") {
				met = append(met, d.ID)
			}
		}
		if q.After = cursor; cursor == "" || len(met) == there {
			break
		}
	}
	close(stop)
	wait.Wait()
	if !slices.Equal(met, wanted) {
		t.Errorf("met %v", met)
	}
}

func testBadQueries(t *testing.T, b store.Backend) {
	for i := range 3 {
		insert(t, b, samples, quzhou, fmt.Sprint(i), bson.D{{Key: "group", Value: "村"}})
	}
	_, byGroup := find(t, b, samples, quzhou, store.Query{Order: "group", Limit: 1})
	if byGroup == "" {
		t.Fatal("no cursor")
	}
	for _, q := range []store.Query{
		{After: byGroup}, {Order: "when", After: byGroup}, {Order: "group", After: byGroup[1:]}, {After: "文"}, {After: "AAAA"},
	} {
		_, _, err := store.Find(t.Context(), b, samples, quzhou, q)
		want(t, err, problem.Malformed)
	}
	for _, q := range []store.Query{
		{Order: "nothing"},
		{Where: []store.Condition{store.Equal("colour", 1)}},
		{Where: []store.Condition{store.Equal("group", []string{"村"})}},
		{Where: []store.Condition{store.Above("group", nil)}},
	} {
		if _, _, err := store.Find(t.Context(), b, samples, quzhou, q); err == nil {
			t.Errorf("%+v is accepted", q)
		}
	}
}

// testStream streams more than a page, while its consumer uses the store.
func testStream(t *testing.T, b store.Backend) {
	const many = 700
	var wait sync.WaitGroup
	for writer := range 8 {
		wait.Go(func() {
			for i := writer; i < many; i += 8 {
				insert(t, b, samples, quzhou, fmt.Sprintf("%04d", i), bson.D{{Key: "rank", Value: i % 7}, {Key: "group", Value: "村"}})
			}
		})
	}
	wait.Wait()
	var met []string
	err := b.Stream(t.Context(), samples, quzhou, store.Query{Descending: true}, func(d store.Document) error {
		met = append(met, d.ID)
		if len(met)%100 != 0 {
			return nil
		}
		_, err := b.Get(t.Context(), samples, quzhou, d.ID)
		return err
	})
	if err != nil || len(met) != many || met[0] != "0699" || met[many-1] != "0000" || !slices.IsSortedFunc(met, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("streamed %d, %v", len(met), err)
	}
	n := 0
	q := store.Query{Order: "group", Where: []store.Condition{store.Equal("group", "村"), store.AtMost("rank", 2)}, Limit: 290}
	err = b.Stream(t.Context(), samples, quzhou, q, func(d store.Document) error {
		if wanted := int64(n / 100); store.Key(d.Body, "rank") != wanted {
			return fmt.Errorf("at %d: %v, want rank %d", n, d.Body, wanted)
		}
		n++
		return nil
	})
	if err != nil || n != 290 {
		t.Errorf("streamed %d, %v", n, err)
	}
}
