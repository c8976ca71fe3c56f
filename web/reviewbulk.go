package web

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey"
)

// bulkPage shows what a bulk action will do, before it is done.
type bulkPage struct {
	Page
	Decision survey.Decision
	Plan     survey.BulkPlan
	Chosen   []string // as the form sends them again
	Items    []listItem
	Query    template.URL // of the list, encoded
	Error    string
}

// mostShown is how many submissions of a bulk action are listed.
const mostShown = 50

// decided is what a form decides: a review state, or "return".
func decided(r *Request) survey.Decision {
	state := r.Field("do")
	return survey.Decision{State: survey.ReviewState(state), Returns: state == "return", Comment: r.Field("comment")}
}

// Do is the decision as the form sends it.
func (p bulkPage) Do() string {
	if p.Decision.Returns {
		return "return"
	}
	return string(p.Decision.State)
}

// Will says what will happen.
func (p bulkPage) Will() string {
	switch {
	case len(p.Plan.Do) == 0:
		return p.T("review.bulkNone")
	case p.Decision.Returns:
		return p.T("review.bulkWillReturn", len(p.Plan.Do))
	}
	return p.T("review.bulkWill", len(p.Plan.Do), p.StateName(p.Decision.State))
}

// Skips say what will not.
func (p bulkPage) Skips() (said []string) {
	for _, skip := range []struct {
		n   int
		key string
	}{{p.Plan.Changed, "review.bulkChanged"}, {p.Plan.Same, "review.bulkSame"}, {p.Plan.Asked, "review.bulkAsked"}, {p.Plan.Stuck, "review.bulkStuck"}} {
		if skip.n > 0 {
			said = append(said, p.T(skip.key, skip.n))
		}
	}
	return said
}

// chosen reads which submissions a form means: "id.revision" of those that were ticked, or, with all,
// what its list selects now.
func (s *Server) chosen(r *Request) ([]survey.SeenSubmission, error) {
	if r.Field("all") == "" {
		var chosen []survey.SeenSubmission
		for _, one := range r.Request.PostForm["chosen"] {
			sub, revision, _ := strings.Cut(one, ".")
			n, err := strconv.ParseInt(revision, 10, 64)
			if err != nil || !id.Valid(sub) {
				return nil, problem.New(problem.Malformed, "web.bodyUnreadable")
			}
			chosen = append(chosen, survey.SeenSubmission{ID: id.SubmissionID(sub), Revision: n})
		}
		return chosen, nil
	}
	list, _ := url.ParseQuery(string(listQuery(r)))
	filter, _, err := s.filterFrom(r, list)
	if err != nil {
		return nil, err
	}
	all, err := s.Surveys.List(r, r.Project.ID, filter, "", survey.MaxBulk+1)
	var chosen []survey.SeenSubmission
	for _, item := range all.Items {
		chosen = append(chosen, survey.SeenSubmission{ID: item.ID, Revision: item.Revision})
	}
	return chosen, err
}

// previewBulk asks whether to do it.
func (s *Server) previewBulk(r *Request) error {
	chosen, err := s.chosen(r)
	if err != nil {
		return err
	}
	return s.askBulk(r, chosen, nil)
}

// askBulk shows what would happen, and what is wrong; back on the list when nothing can.
func (s *Server) askBulk(r *Request, chosen []survey.SeenSubmission, wrong *problem.Problem) error {
	page := bulkPage{Page: s.page(r, "review.bulkTitle"), Decision: decided(r), Query: listQuery(r)}
	var err error
	if page.Plan, err = s.Surveys.PlanBulk(r, r.Project.ID, page.Decision, chosen); err != nil {
		return s.refuseBulk(r, problem.From(err))
	}
	for _, c := range chosen {
		page.Chosen = append(page.Chosen, fmt.Sprintf("%s.%d", c.ID, c.Revision))
	}
	lines := submissionsPage{List: survey.Page{Items: page.Plan.Do[:min(len(page.Plan.Do), mostShown)]}}
	if err := s.describe(r, &lines); err != nil {
		return err
	}
	page.Items = lines.Items
	status := http.StatusOK
	if wrong != nil {
		status, page.Error = statuses[wrong.Kind], page.Say(wrong.Text)
	}
	return s.render(r, status, "submission/bulk", page)
}

// refuseBulk shows the list again with what is wrong.
func (s *Server) refuseBulk(r *Request, wrong *problem.Problem) error {
	if !mendable(wrong) {
		return wrong
	}
	list, _ := url.ParseQuery(string(listQuery(r)))
	page, err := s.submissionsPage(r, list)
	if err != nil {
		return err
	}
	page.Error = page.Say(wrong.Text)
	return s.render(r, statuses[wrong.Kind], "submission/list", page)
}

// reviewMany decides for many submissions at once.
func (s *Server) reviewMany(r *Request) error {
	chosen, err := s.chosen(r)
	if err != nil {
		return err
	}
	d := decided(r)
	bulk, plan, err := s.Surveys.ReviewMany(r, r.Project.ID, r.User.ID, d, chosen)
	if len(bulk.Items) > 0 {
		r.did(bulk.ID, say(r, "review.count", len(bulk.Items)))
		r.changed("", bulkWords(r, bulk))
	}
	if err != nil {
		if p := problem.From(err); mendable(p) {
			return s.askBulk(r, chosen, p)
		}
		return err
	}
	done := "review.bulkDone"
	if plan.Changed > 0 {
		done = "review.bulkSkipped"
	}
	if len(bulk.Items) == 0 {
		r.didNothing()
	}
	return r.afterBulk(done, len(bulk.Items))
}

// afterBulk goes back to the list, and says with how many it was done.
func (r *Request) afterBulk(done string, n int) error {
	query, _ := url.ParseQuery(string(listQuery(r)))
	query.Set("count", strconv.Itoa(n))
	return r.To("/p/"+string(r.Project.ID)+"/submissions?"+query.Encode(), done)
}

// bulkWords says what a bulk action did.
func bulkWords(r *Request, b survey.Bulk) string {
	if b.Returns {
		return say(r, "review.queueReturned")
	}
	return message.Sprint(r.Language, b.State.Label())
}

// undoBulk takes a bulk action back.
func (s *Server) undoBulk(r *Request) error {
	bulk, back, err := s.Surveys.UndoBulk(r, r.Project.ID, r.User.ID, r.Param("bulk"))
	if err != nil {
		if problem.Is(err, problem.NotFound) {
			err = problem.New(problem.NotFound, "review.noBulk")
		}
		return err
	}
	r.did(bulk.ID, say(r, "review.count", back))
	r.changed(bulkWords(r, bulk), "")
	return r.afterBulk("review.bulkUndone", back)
}

// LastSaid tells of the reader's last bulk action.
func (p *submissionsPage) LastSaid() string {
	words := p.StateName(p.Last.State)
	if p.Last.Returns {
		words = p.T("review.queueReturned")
	}
	return p.T("review.bulkLast", p.Time(p.Last.At), len(p.Last.Items), words)
}
