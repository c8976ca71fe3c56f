package web

import (
	"cmp"
	"context"
	"strings"
	"time"

	"tianye/internal/account"
	"tianye/internal/audit"
	"tianye/internal/id"
)

// act is what a request does, for the audit: handle writes it down when a request of auditedRoutes
// succeeds, before the answer leaves.
type act struct {
	Action string // "" when the route is not audited, or the line is written
	Object string // the id of what it is done to
	Title  string // what people call it
	Before string
	After  string
	Reason string
	More   []string // further Afters, each with a line of its own
	done   bool     // the line is written also when the request fails after
}

// about names what the request is to be done to.
func (r *Request) about(object, title string) { r.act.Object, r.act.Title = object, title }

// did names what the request was done to. From here on its line is written whatever fails after.
func (r *Request) did(object, title string) {
	r.about(object, title)
	r.act.done = true
}

// changed says how it was and is, in few words. Personal answers do not belong here: what stands in
// the audit can never be erased.
func (r *Request) changed(before, after string) { r.act.Before, r.act.After = before, after }

// became says how it is in several texts, each for a line of its own.
func (r *Request) became(after []string) { r.changed("", after[0]); r.act.More = after[1:] }

// revised says which revision gave way to which. The same again is no change.
func (r *Request) revised(before, after int64) {
	if before == after {
		r.didNothing()
	}
	r.changed(say(r, "audit.revision", before), say(r, "audit.revision", after))
}

// because says why.
func (r *Request) because(reason string) { r.act.Reason = reason }

// didNothing keeps a request that succeeded without changing anything out of the audit.
func (r *Request) didNothing() { r.act.Action = "" }

// auditPatience is how long an answer waits for its line.
const auditPatience = 20 * time.Second

// record appends the request's line to the audit: to the project's chain, or to the server's. What is
// done is done, also when its sender has gone.
func (s *Server) record(r *Request) error {
	if r.act.Action == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.context()), auditPatience)
	defer cancel()
	l := audit.Line{Actor: r.User.ID, Name: r.User.Name, Role: string(roleIn(r.Project.ID, r.Role)), Address: r.address(), Action: r.act.Action,
		Object: r.act.Object, Title: r.act.Title, Before: r.act.Before, After: r.act.After, Reason: r.act.Reason}
	if strings.HasPrefix(l.Action, "cases.") {
		l.Title = "" // a case may be a person, who can ask to be forgotten: pages look its title up
	}
	if r.link != nil { // who answers is not asked, nor from where
		l.Actor, l.Name, l.Role, l.Address = id.UserID(r.link.ID), say(r, "publiclink.by", r.link.Settings.Title), "", ""
	}
	r.act.Action = ""
	err := s.Audit.Append(ctx, r.Project.ID, l)
	for _, l.After = range r.act.More {
		err = cmp.Or(err, s.Audit.Append(ctx, r.Project.ID, l))
	}
	if err != nil || l.Action != "projects.restore" {
		return err
	}
	return s.Audit.Append(ctx, id.ProjectID(l.Object), l) // after the line that it was deleted
}

// roleIn is the role in which something is done: outside projects only administrators have one.
func roleIn(project id.ProjectID, role account.Role) account.Role {
	if project == "" && role != account.Admin {
		return ""
	}
	return role
}
