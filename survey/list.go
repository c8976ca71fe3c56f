package survey

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
)

// Filter selects submissions; what is zero does not select.
type Filter struct {
	FormID    id.FormID
	Version   int
	CaseID    id.CaseID
	Submitter id.UserID
	From, To  time.Time            // received: From inclusive, To exclusive
	States    []ReviewState        // any of them
	Cases     func(id.CaseID) bool // those of the cases that it takes; of "" what belongs to none
	Queue     Queue                // beside States
	Counted   bool                 // only what enters charts and exports
	NoChecks  bool                 // not what was sent to check others
	Text      string               // in any text answer, or the receipt's number
	Personal  bool                 // Text is looked for in personal data too
}

func (f *Filter) inState(item ListItem) bool {
	return (len(f.States) == 0 || slices.Contains(f.States, item.State)) && f.Queue.has(item.Standing)
}

// ListItem is one submission in a list.
type ListItem struct {
	ID        id.SubmissionID
	FormID    id.FormID
	Version   int
	CaseID    id.CaseID
	Submitter id.UserID
	Received  time.Time
	Minutes   float64 // NaN when unknown
	State     ReviewState
	Standing
	OverQuota bool // a quota was full when it came
	Revision  int64
	Excerpt   string // the answer in which Filter.Text was found
}

// Page is one page of a list, newest first.
type Page struct {
	Items   []ListItem
	Total   int
	ByState map[ReviewState]int // of all that the filter selects but for its States and Queue
	ByQueue map[Queue]int       // likewise
	Next    string              // the cursor of the next page; "" on the last
}

// List gives a page of the submissions that a filter selects. Pages are stable: what
// arrives meanwhile comes before them.
func (s *Service) List(ctx context.Context, project id.ProjectID, filter Filter, after string, limit int) (Page, error) {
	position, err := parseCursor(after)
	if err != nil {
		return Page{}, err
	}
	page := Page{ByState: map[ReviewState]int{}, ByQueue: map[Queue]int{}}
	var selected []ListItem
	err = s.eachMatch(ctx, project, filter, func(item ListItem) {
		page.ByState[item.State]++
		for _, queue := range Queues {
			if queue.has(item.Standing) {
				page.ByQueue[queue]++
			}
		}
		if filter.inState(item) {
			page.Total++
			if position.before(item) {
				selected = append(selected, item)
			}
		}
	})
	if err != nil {
		return Page{}, err
	}
	slices.SortFunc(selected, newestFirst)
	if len(selected) > limit {
		selected = selected[:limit]
		last := selected[limit-1]
		page.Next = strconv.FormatInt(last.Received.UnixMilli(), 36) + "." + string(last.ID)
	}
	page.Items = selected
	return page, nil
}

// newestFirst is the order of lists.
func newestFirst(a, b ListItem) int {
	return cmp.Or(b.Received.Compare(a.Received), cmp.Compare(a.ID, b.ID))
}

// maxReceipts is how many submissions may be named at once.
const maxReceipts = 1000

// ByReceipts finds a form's submissions by their numbers as people write them, each once, in the order in
// which they are named. A number that none has is refused.
func (s *Service) ByReceipts(ctx context.Context, project id.ProjectID, formID id.FormID, numbers []string) ([]ListItem, error) {
	plain := func(number string) string { return strings.ToUpper(strings.ReplaceAll(number, "-", "")) }
	found := map[string]*ListItem{}
	for _, number := range numbers {
		found[plain(number)] = nil
	}
	if len(found) > maxReceipts {
		return nil, problem.New(problem.Invalid, "assignment.manyReceipts", maxReceipts).With("receipts", "assignment.manyReceipts", maxReceipts)
	}
	err := s.eachMatch(ctx, project, Filter{FormID: formID}, func(item ListItem) {
		number := plain(Receipt(item.ID))
		if other, wanted := found[number]; wanted && (other == nil || newestFirst(item, *other) < 0) {
			found[number] = &item
		}
	})
	if err != nil {
		return nil, err
	}
	var chosen []ListItem
	for _, number := range numbers {
		item, left := found[plain(number)]
		if left && item == nil {
			return nil, problem.New(problem.Invalid, "assignment.noReceipt", number).With("receipts", "assignment.noReceipt", number)
		}
		if left {
			chosen = append(chosen, *item)
			delete(found, plain(number))
		}
	}
	return chosen, nil
}

// Submitters are those who sent any of a project's submissions: people, app users and tokens.
func (s *Service) Submitters(ctx context.Context, project id.ProjectID) (map[id.UserID]bool, error) {
	who := map[id.UserID]bool{}
	err := s.eachMatch(ctx, project, Filter{}, func(item ListItem) { who[item.Submitter] = true })
	return who, err
}

// Select gives the ids of the submissions of a form that a filter selects.
func (s *Service) Select(ctx context.Context, project id.ProjectID, filter Filter) (map[id.SubmissionID]bool, error) {
	ids := map[id.SubmissionID]bool{}
	err := s.eachMatch(ctx, project, filter, func(item ListItem) {
		if filter.inState(item) {
			ids[item.ID] = true
		}
	})
	return ids, err
}

type cursor struct {
	millis int64
	id     id.SubmissionID
}

func parseCursor(text string) (*cursor, error) {
	if text == "" {
		return nil, nil
	}
	at, rest, ok := strings.Cut(text, ".")
	millis, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil || !id.Valid(rest) {
		return nil, problem.New(problem.Malformed, "survey.cursor")
	}
	return &cursor{millis, id.SubmissionID(rest)}, nil
}

// before tells whether the item comes after the cursor in the order of the list.
func (c *cursor) before(item ListItem) bool {
	if c == nil {
		return true
	}
	at := item.Received.UnixMilli()
	return at < c.millis || at == c.millis && item.ID > c.id
}

// eachMatch visits what a filter selects, whatever its States, in no order.
func (s *Service) eachMatch(ctx context.Context, project id.ProjectID, filter Filter, visit func(ListItem)) error {
	reached, err := s.scope(ctx, project)
	if err != nil {
		return err
	}
	flags, err := s.OpenFlags(ctx, project)
	if err != nil {
		return err
	}
	given, err := s.allAssignments(ctx, project)
	if err != nil {
		return err
	}
	k := s.keptFor(project)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, project, k); err != nil {
		return err
	}
	checks := k.checks(given)
	for formID, f := range k.forms {
		if !k.gone[formID] && (filter.FormID == "" || filter.FormID == formID) {
			f.eachMatch(formID, filter, reached, f.judge(k.rules[formID], flags, checks), visit)
		}
	}
	return nil
}

func (f *keptForm) eachMatch(formID id.FormID, filter Filter, reached *scope, standing func(row int) Standing, visit func(ListItem)) {
	cases, people, states := f.byPath[VarCase], f.byPath[VarEnumerator], f.byPath[VarState]
	received, versions, minutes := f.byPath[VarReceived].data.Numbers, f.byPath[VarVersion].data.Numbers, f.byPath[VarMinutes].data.Numbers
	from, to := math.Inf(-1), math.Inf(1)
	if !filter.From.IsZero() {
		from = float64(filter.From.UnixMilli()) / 1000
	}
	if !filter.To.IsZero() {
		to = float64(filter.To.UnixMilli()) / 1000
	}
	text := strings.ToLower(strings.TrimSpace(filter.Text))
	var search func(row int) (string, bool)
	if text != "" {
		search = f.searcher(text, filter.Personal)
	}
	for row, origin := range f.origins {
		item := ListItem{ID: id.SubmissionID(origin.ID), FormID: formID, Version: int(versions[row]),
			CaseID: id.CaseID(cases.lexical(row)), Submitter: id.UserID(people.lexical(row)),
			Minutes: minutes[row], State: ReviewState(states.lexical(row)), Standing: standing(row), OverQuota: len(f.meta[row].over) > 0, Revision: f.revision[row]}
		if filter.Version != 0 && filter.Version != item.Version || filter.CaseID != "" && filter.CaseID != item.CaseID ||
			filter.Submitter != "" && filter.Submitter != item.Submitter || received[row] < from || received[row] >= to ||
			filter.Counted && !item.Counts || filter.NoChecks && item.Check || filter.Cases != nil && !filter.Cases(item.CaseID) || !reached.has(item.CaseID, item.Submitter) {
			continue
		}
		if text != "" {
			found := false
			if item.Excerpt, found = search(row); !found {
				continue
			}
		}
		item.Received = time.UnixMilli(int64(math.Round(received[row] * 1000)))
		visit(item)
	}
}

// searcher looks for a text in lower case in a row's text answers, in personal data only when that
// is wanted. Each distinct answer is compared once, in its column's dictionary.
func (f *keptForm) searcher(text string, personal bool) func(row int) (excerpt string, found bool) {
	type hits struct {
		column *keptColumn
		codes  []bool
	}
	var columns []hits
	for _, c := range f.columns {
		if c.kind != table.Text || len(c.sources) == 0 || c.personal && !personal {
			continue
		}
		h := hits{c, make([]bool, len(c.values))}
		any := false
		for i, value := range c.values {
			h.codes[i] = strings.Contains(strings.ToLower(value.Code), text)
			any = any || h.codes[i]
		}
		if any {
			columns = append(columns, h)
		}
	}
	return func(row int) (string, bool) {
		for _, h := range columns {
			if code := h.column.data.Codes[row]; code != table.Missing && h.codes[code] {
				return h.column.values[code].Code, true
			}
		}
		for _, t := range f.repeated[row] {
			if (personal || !t.column.personal) && strings.Contains(strings.ToLower(t.text), text) {
				return t.text, true
			}
		}
		receipt := strings.ToLower(Receipt(id.SubmissionID(f.origins[row].ID)))
		return "", strings.HasPrefix(receipt, text) || strings.HasPrefix(strings.ReplaceAll(receipt, "-", ""), text)
	}
}
