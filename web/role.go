package web

import "tianye/internal/account"

// rolesPage is the matrix of roles and verbs in plain words.
type rolesPage struct {
	Page
	Roles   []account.Role
	Groups  []account.VerbGroup
	Columns int
}

// May tells whether a role holds a verb.
func (p rolesPage) May(role account.Role, verb account.Verb) bool { return account.Can(role, verb) }

// roles shows the matrix by itself, and within a project.
func (s *Server) roles(r *Request) error {
	page := rolesPage{Page: s.page(r, "people.roles"), Roles: account.Roles, Groups: account.VerbGroups, Columns: len(account.Roles) + 1}
	page.Section = "members"
	return s.show(r, "member/roles", page)
}
