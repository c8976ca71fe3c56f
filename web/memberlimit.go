package web

import (
	"slices"
	"strings"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/problem"
)

type memberLimitPage struct {
	Page
	limitChoice
	Member account.Person
	More   string // values that no case has yet, as they were written
	Error  string
}

// limitChoice is what somebody, or a token, may be limited by.
type limitChoice struct {
	Attributes []string
	Attribute  string // whose values are shown
	Values     []limitValue
}

// limitValue is a value to tick.
type limitValue struct {
	Value string
	Cases int
	On    bool
}

// memberLimitPage shows the values of one attribute; another is chosen by ?attribute=.
func (s *Server) memberLimitPage(r *Request) error {
	member, err := s.memberAt(r)
	if err != nil {
		return err
	}
	attribute := r.Query("attribute")
	if attribute == "" {
		attribute = member.Limit.Attribute
	}
	var on []string
	if attribute == member.Limit.Attribute {
		on = member.Limit.Values
	}
	page, err := s.limitPage(r, member, attribute, on)
	if err != nil {
		return err
	}
	return s.show(r, "member/limit", page)
}

// limitPage makes the page of a member with an attribute's values, of which some are on.
func (s *Server) limitPage(r *Request, member account.Person, attribute string, on []string) (memberLimitPage, error) {
	page := memberLimitPage{Page: s.page(r, "people.limit"), Member: member}
	summaries, err := s.Cases.Attributes(r, r.Project.ID)
	if err != nil {
		return page, err
	}
	if attribute == "" {
		attribute = likelyAttribute("", limiting(summaries))
	}
	page.limitChoice = choiceOf(summaries, attribute, on)
	return page, nil
}

// choiceOf offers an attribute's values, of which some are on.
func choiceOf(summaries []casebase.AttributeSummary, attribute string, on []string) limitChoice {
	c := limitChoice{Attributes: limiting(summaries), Attribute: attribute}
	if attribute != "" && !slices.Contains(c.Attributes, attribute) { // no case has it any more
		c.Attributes = append(c.Attributes, attribute)
	}
	for _, a := range summaries {
		if a.Name != attribute {
			continue
		}
		for _, v := range a.Values {
			c.Values = append(c.Values, limitValue{v.Value, v.Cases, slices.Contains(on, v.Value)})
		}
	}
	for _, value := range on {
		if !slices.ContainsFunc(c.Values, func(v limitValue) bool { return v.Value == value }) {
			c.Values = append(c.Values, limitValue{value, 0, true})
		}
	}
	slices.SortStableFunc(c.Values, func(a, b limitValue) int { return strings.Compare(a.Value, b.Value) })
	return c
}

// limiting are the attributes that can limit: those with values to tick.
func limiting(summaries []casebase.AttributeSummary) (names []string) {
	for _, a := range summaries {
		if len(a.Values) > 0 {
			names = append(names, a.Name)
		}
	}
	return names
}

// setLimit takes the ticked values and those that were written; without an attribute it ends the limit.
func (s *Server) setLimit(r *Request) error {
	member, err := s.memberAt(r)
	if err != nil {
		return err
	}
	limit := account.Limit{Attribute: r.Field("attribute")}
	if limit.Attribute != "" {
		limit.Values = append(slices.Clone(r.Request.PostForm["value"]), splitValues(r.Field("more"))...)
	}
	err = s.Accounts.SetLimit(r, r.Project.ID, member.UserID, limit)
	if problem.Is(err, problem.Invalid) {
		page, pageErr := s.limitPage(r, member, limit.Attribute, r.Request.PostForm["value"])
		if pageErr != nil {
			return pageErr
		}
		page.Error, page.More = page.Say(problem.From(err).Text), r.Field("more")
		return s.render(r, statuses[problem.Invalid], "member/limit", page)
	}
	if err != nil {
		return err
	}
	r.did(string(member.UserID), member.User.Name)
	if limit, err = limit.Normal(); err != nil {
		return err
	}
	page := Page{Language: r.Language}
	r.changed(page.Limit(member.Limit), page.Limit(limit))
	if limit.IsZero() {
		return r.To(membersPath(r), "people.limitEnded")
	}
	return r.To(membersPath(r), "people.limitSet")
}

func (s *Server) deactivateMember(r *Request) error {
	return s.setMemberDisabled(r, true, "people.deactivated")
}

func (s *Server) activateMember(r *Request) error {
	return s.setMemberDisabled(r, false, "people.activated")
}

func (s *Server) setMemberDisabled(r *Request, disabled bool, done string) error {
	member, err := s.memberAt(r)
	if err != nil {
		return err
	}
	if err := s.Accounts.SetMemberDisabled(r, r.Project.ID, member.UserID, disabled); err != nil {
		return err
	}
	return r.To(membersPath(r), done)
}
