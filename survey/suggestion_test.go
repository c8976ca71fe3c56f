package survey_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/internal/store"
	"tianye/survey"
)

// suggested is a suggestion that the team has answered and published.
func (w *world) suggested(l survey.PublicLink, instance string) survey.LinkReceipt {
	w.Helper()
	got := w.sent1(l, instance, "f", "old", survey.LinkEntry{})
	for _, reply := range []string{"王小明：已转村委会", "已转村委会，王小明可以放心"} {
		item, err := w.SuggestionOf(w.Context(), &l, got.ID)
		if err != nil {
			w.Fatal(err)
		}
		if _, err := w.Answer(w.Context(), &l, alice, got.ID, item.Revision, survey.Reply{State: survey.ReplyDone, Text: reply, Publish: "王小明建议" + item.Text}); err != nil {
			w.Fatal(err)
		}
	}
	return got
}

// kept is all that the store has of suggestions, former revisions too.
func (w *world) keptOfSuggestions() string {
	w.Helper()
	c := store.Collections[slices.IndexFunc(store.Collections, func(c *store.Collection) bool { return c.Name == "suggestions" })]
	var kept strings.Builder
	err := w.Backend.Stream(w.Context(), c, string(quzhou), store.Query{}, func(d store.Document) error {
		former, err := w.Backend.Revisions(w.Context(), c, string(quzhou), d.ID)
		for _, one := range append(former, d) {
			kept.WriteString(one.Body.String())
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return kept.String()
}

// TestErasedFromTheBoard: what the team wrote of an erased person's suggestion is found, and nothing of it is left.
func TestErasedFromTheBoard(t *testing.T) {
	everywhere(t, func(w *world) {
		_, l := w.open(func(set *survey.LinkSettings) { set.Suggestion = "idea" }, "")
		got, name := w.suggested(l, "uuid:wang"), regexp.MustCompile("王小明")
		found, _, err := w.Mentions(w.Context(), quzhou, name, "zh", 10)
		if err != nil || len(found) != 1 || len(found[0].Places) != 2 {
			w.Fatalf("%+v %v", found, err)
		}
		if _, err := w.EraseMentions(w.Context(), quzhou, []id.SubmissionID{got.ID}, name); err != nil {
			w.Fatal(err)
		}
		board, err := w.Board(w.Context(), &l)
		if err != nil || len(board) != 1 || board[0].Reply != "已转村委会，■可以放心" || board[0].Published.Text != "■建议装路灯 uuid:wang" {
			w.Errorf("%+v %v", board, err)
		}
		if kept := w.keptOfSuggestions(); strings.Contains(kept, "王小明") {
			w.Error("the name is left in " + kept)
		}
	})
}

// TestRetentionEndsPublication: what was published stays so only while somebody can tell whom it names.
func TestRetentionEndsPublication(t *testing.T) {
	w := here(t)
	_, l := w.open(func(set *survey.LinkSettings) { set.Suggestion = "idea" }, "")
	got := w.suggested(l, "uuid:wang")
	if n, err := w.EraseAll(t.Context(), quzhou); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if board, err := w.Board(t.Context(), &l); err != nil || len(board) != 0 {
		t.Errorf("%+v %v", board, err)
	}
	if strings.Contains(w.keptOfSuggestions(), "王小明建议") {
		t.Error("a former revision has what was public")
	}
	item, err := w.SuggestionOf(t.Context(), &l, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Answer(t.Context(), &l, alice, got.ID, item.Revision, survey.Reply{State: item.State, Text: item.Reply, Publish: item.Text}); err != nil {
		t.Fatal(err)
	}
	if n, err := w.EraseAll(t.Context(), quzhou); err != nil || n != 0 {
		t.Fatal(n, err)
	}
	if board, err := w.Board(t.Context(), &l); err != nil || len(board) != 1 {
		t.Errorf("what is published after it: %+v %v", board, err)
	}
}

// readOnce is a store that counts how often one submission or suggestion is read.
type readOnce struct {
	survey.Store
	read int
}

func (r *readOnce) Submission(ctx context.Context, project id.ProjectID, submission id.SubmissionID) (survey.Submission, error) {
	r.read++
	return r.Store.Submission(ctx, project, submission)
}

func (r *readOnce) Suggestion(ctx context.Context, project id.ProjectID, suggestion string) (survey.Suggestion, error) {
	r.read++
	return r.Store.Suggestion(ctx, project, suggestion)
}

// TestSuggestionsTogether: a page is read at once; what came before the link was a suggestion box is one all the same.
func TestSuggestionsTogether(t *testing.T) {
	everywhere(t, func(w *world) {
		_, l := w.open(nil, "")
		before := w.sent1(l, "uuid:before", "f", "old", survey.LinkEntry{})
		set := l.Settings
		set.Suggestion = "idea"
		l, err := w.SaveLink(w.Context(), quzhou, l.ID, l.Revision, set)
		if err != nil {
			w.Fatal(err)
		}
		w.pass(time.Minute)
		answered := w.suggested(l, "uuid:answered")
		store := &readOnce{Store: w.Store}
		s := survey.New(store, func() time.Time { return w.now })
		for _, reads := range []int{3, 0} { // what has no document yet is given one
			store.read = 0
			items, next, err := s.Suggestions(w.Context(), &l, "", 10)
			if err != nil || next != "" || len(items) != 2 || store.read != reads {
				w.Fatalf("%+v %q %v, %d reads", items, next, err, store.read)
			}
			for i, want := range []survey.SuggestionItem{{Text: "装路灯 uuid:answered", Received: answered.Received}, {Text: "装路灯 uuid:before", Received: before.Received}} {
				if items[i].Text != want.Text || !items[i].Received.Equal(want.Received) || items[i].ID == "" || items[i].Revision == 0 {
					w.Errorf("%+v", items[i])
				}
			}
			if items[0].Published == nil || items[1].State != survey.ReplyReceived {
				w.Errorf("%+v", items)
			}
		}
	})
}
