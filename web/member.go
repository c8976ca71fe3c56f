package web

import (
	"slices"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

type membersPage struct {
	Page
	People  []account.Person // whom the search finds
	Total   int
	Query   string
	Roles   []account.Role
	Error   string
	Login   string
	Name    string
	NewRole account.Role
}

// Resettable tells whether the reader may give a member a new password; who is in other projects as well is
// refused when it is tried.
func (p membersPage) Resettable(member account.Person) bool {
	return p.User.Admin || member.User.MadeIn == p.Project.ID && !member.User.Admin
}

// AnyResettable tells whether there is a member to tick.
func (p membersPage) AnyResettable() bool {
	return slices.ContainsFunc(p.People, func(m account.Person) bool { return m.User.ID != p.User.ID && p.Resettable(m) })
}

// RoleAsk asks whether to give a member a role.
func (p membersPage) RoleAsk(name string, role account.Role) string {
	if role == account.Manager {
		return p.T("people.managerAsk", name)
	}
	return p.T("people.roleAsk", name, p.RoleName(role))
}

// Limit is a membership's, for people: "县：江山市、龙游县".
func (p Page) Limit(l account.Limit) string {
	if l.IsZero() {
		return ""
	}
	return p.T("people.limitIs", l.Attribute, strings.Join(l.Values, p.T("people.listComma")))
}

func (s *Server) membersPage(r *Request) (membersPage, error) {
	people, err := s.Accounts.People(r, r.Project.ID)
	page := membersPage{Page: s.page(r, "member.title"), Total: len(people), Query: strings.TrimSpace(r.Query("q")), Roles: account.Roles, NewRole: account.Enumerator}
	for _, p := range people {
		text := strings.Join([]string{p.User.Name, p.User.Login, p.User.Phone, p.Limit.Attribute, strings.Join(p.Limit.Values, " "), page.RoleName(p.Role)}, "\n")
		if strings.Contains(strings.ToLower(text), strings.ToLower(page.Query)) {
			page.People = append(page.People, p)
		}
	}
	return page, err
}

func (s *Server) members(r *Request) error {
	page, err := s.membersPage(r)
	if err != nil {
		return err
	}
	return s.show(r, "member/list", page)
}

func membersPath(r *Request) string { return "/p/" + string(r.Project.ID) + "/members" }

// memberAt is the member of the path, who is what the request is about.
func (s *Server) memberAt(r *Request) (account.Person, error) {
	people, err := s.Accounts.People(r, r.Project.ID)
	if err != nil {
		return account.Person{}, err
	}
	at := slices.IndexFunc(people, func(p account.Person) bool { return p.UserID == id.UserID(r.Param("user")) })
	if at < 0 {
		return account.Person{}, problem.New(problem.NotFound, "web.noPage")
	}
	r.about(string(people[at].UserID), people[at].User.Name)
	return people[at], nil
}

func (s *Server) addMember(r *Request) error {
	role := account.Role(r.Field("role"))
	user, password, err := s.Accounts.AddMember(r, r.Project.ID, r.Field("login"), r.Field("name"), role)
	if p := problem.From(err); err != nil && (p.Kind == problem.Invalid || p.Kind == problem.Conflict) {
		page, err := s.membersPage(r)
		if err != nil {
			return err
		}
		page.Error, page.Login, page.Name, page.NewRole = page.Say(p.Text), r.Field("login"), r.Field("name"), role
		return s.render(r, statuses[p.Kind], "member/list", page)
	}
	if err != nil {
		return err
	}
	r.did(string(user.ID), user.Name)
	r.changed("", say(r, role.Label().Key))
	if password == "" {
		return r.To(membersPath(r), "member.added")
	}
	member := account.Member{ProjectID: r.Project.ID, UserID: user.ID, Role: role}
	return s.showSlips(r, []account.Slip{{Person: account.Person{Member: member, User: user}, Password: password}}, nil, nil)
}

func (s *Server) setRole(r *Request) error {
	member, err := s.memberAt(r)
	if err != nil {
		return err
	}
	role := account.Role(r.Field("role"))
	if err := s.Accounts.SetRole(r, r.Project.ID, member.UserID, role); err != nil {
		return err
	}
	r.did(string(member.UserID), member.User.Name)
	r.changed(say(r, member.Role.Label().Key), say(r, role.Label().Key))
	return r.To(membersPath(r), "member.roleSet")
}

func (s *Server) removeMember(r *Request) error {
	member, err := s.memberAt(r)
	if err != nil {
		return err
	}
	if err := s.Accounts.RemoveMember(r, r.Project.ID, member.UserID); err != nil {
		return err
	}
	r.did(string(member.UserID), member.User.Name)
	r.changed(say(r, member.Role.Label().Key), "")
	return r.To(membersPath(r), "member.removed")
}

func (s *Server) resetMember(r *Request) error {
	member, err := s.memberAt(r)
	if err != nil {
		return err
	}
	slips, err := s.Accounts.ResetMembers(r, r.User, r.Project.ID, []id.UserID{member.UserID})
	if err != nil {
		return err
	}
	r.did(string(member.UserID), member.User.Name)
	return s.showSlips(r, slips, nil, nil)
}

// resetMembers gives those who are ticked new passwords and shows their slips.
func (s *Server) resetMembers(r *Request) error {
	var users []id.UserID
	for _, user := range r.Request.PostForm["user"] {
		users = append(users, id.UserID(user))
	}
	slices.Sort(users)
	users = slices.Compact(users)
	if len(users) == 0 {
		return problem.New(problem.Malformed, "people.tickSome")
	}
	if len(users) > account.MaxNewcomers {
		return problem.New(problem.TooLarge, "people.tickFewer", account.MaxNewcomers)
	}
	slips, err := s.Accounts.ResetMembers(r, r.User, r.Project.ID, users)
	if err != nil && len(slips) == 0 {
		return err
	}
	r.did("", say(r, "people.count", len(slips)))
	r.changed("", slipNames(slips))
	return s.showSlips(r, slips, nil, err)
}

func slipNames(slips []account.Slip) string {
	names := make([]string, len(slips))
	for i, slip := range slips {
		names[i] = slip.User.Name
	}
	return strings.Join(names, ", ")
}
