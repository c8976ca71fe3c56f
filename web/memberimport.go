package web

import (
	"net/http"
	"slices"
	"strings"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/problem"
)

type memberImportPage struct {
	Page
	Roles      []account.Role
	NewRole    account.Role // of rows that name none
	Pasted     string
	Columns    []string // that may limit
	Column     string   // that does; "": none
	Attributes []string
	Attribute  string // of cases, which Column holds
	Plan       *account.MemberPlan
	Notes      []account.RowText // values that no case has
	Error      string
}

// RoleText is a role's name, or what stands in the table instead of one.
func (p memberImportPage) RoleText(role account.Role) string {
	if slices.Contains(p.Roles, role) {
		return p.RoleName(role)
	}
	return string(role)
}

func (s *Server) emptyMemberImport(r *Request) memberImportPage {
	page := memberImportPage{Page: s.page(r, "people.import"), Roles: account.Roles, NewRole: account.Enumerator, Pasted: r.Field("pasted")}
	if role := account.Role(r.Field("role")); slices.Contains(account.Roles, role) {
		page.NewRole = role
	}
	return page
}

func (s *Server) memberImportPage(r *Request) error {
	return s.show(r, "member/import", s.emptyMemberImport(r))
}

// memberFile is the table that was sent: a file, or what was pasted.
func memberFile(r *Request) (casebase.File, func(), error) {
	file, header, err := r.upload("file", "people.chooseTable")
	if err == nil {
		return casebase.File{Name: header.Filename, Content: file, Size: header.Size}, func() { file.Close() }, nil
	}
	if pasted := r.Field("pasted"); pasted != "" && problem.From(err).Text.Key == "people.chooseTable" {
		return casebase.File{Content: strings.NewReader(pasted), Size: int64(len(pasted))}, func() {}, nil
	}
	return casebase.File{}, nil, err
}

// readImport reads the table and fills in the page but for its plan: which column limits by which attribute is
// the sender's choice, when they made it for this table's column, or the likely one.
func (s *Server) readImport(r *Request, page *memberImportPage) ([]account.Newcomer, error) {
	file, done, err := memberFile(r)
	if err != nil {
		return nil, err
	}
	defer done()
	table, err := readMembers(file)
	if err != nil {
		return nil, err
	}
	summaries, err := s.Cases.Attributes(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	page.Columns, page.Attributes = table.others(), limiting(summaries)
	page.Column = table.likelyColumn(page.Attributes)
	if chosen, ok := r.Request.PostForm["column"]; ok && (chosen[0] == "" || slices.Contains(page.Columns, chosen[0])) {
		page.Column = chosen[0]
	}
	page.Attribute = likelyAttribute(page.Column, page.Attributes)
	if chosen := r.Field("attribute"); chosen != "" && r.Field("of") == page.Column {
		page.Attribute = chosen
	}
	if page.Attribute != "" && !slices.Contains(page.Attributes, page.Attribute) {
		page.Attributes = append(page.Attributes, page.Attribute)
	}
	known := knownValues(summaries, page.Attribute)
	rows := table.newcomers(page.Column, page.Attribute, page.NewRole, known)
	page.Notes = strangeValues(rows, page.Attribute, known)
	return rows, nil
}

func knownValues(summaries []casebase.AttributeSummary, attribute string) (values []string) {
	for _, a := range summaries {
		if a.Name != attribute {
			continue
		}
		for _, v := range a.Values {
			values = append(values, v.Value)
		}
	}
	return values
}

// strangeValues are those that no case has, each where it first stands: who is limited to one sees nothing yet.
func strangeValues(rows []account.Newcomer, attribute string, known []string) (notes []account.RowText) {
	said := map[string]bool{}
	for _, row := range rows {
		for _, value := range row.Limit.Values {
			if !said[value] && !slices.Contains(known, value) {
				said[value] = true
				notes = append(notes, account.RowText{Row: row.Row, Text: problem.Say("people.strangeValue", attribute, value)})
			}
		}
	}
	return notes
}

// previewMembers says what an import would do; the table stays in the browser's form.
func (s *Server) previewMembers(r *Request) error {
	r.didNothing()
	page := s.emptyMemberImport(r)
	rows, err := s.readImport(r, &page)
	if err == nil {
		page.Plan, err = s.Accounts.PlanMembers(r, r.Project.ID, rows)
	}
	if err != nil {
		p := problem.From(err)
		if p.Kind == problem.Internal || p.Kind == problem.Unavailable {
			return err
		}
		page.Error = page.Say(p.Text)
	}
	return s.renderPart(r, http.StatusOK, "member/import", "preview", page)
}

func (s *Server) importMembers(r *Request) error {
	page := s.emptyMemberImport(r)
	rows, err := s.readImport(r, &page)
	if err != nil {
		return s.importRefused(r, page, err)
	}
	plan, slips, err := s.Accounts.ImportMembers(r, r.Project.ID, rows)
	if err != nil && len(slips) == 0 {
		page.Plan = plan
		return s.importRefused(r, page, err)
	}
	r.did("", say(r, "people.count", len(slips)+plan.Count(account.Join)))
	r.became(joined(r, slips, plan))
	return s.showSlips(r, slips, plan, err)
}

// importRefused shows what people can mend; the rest is given back.
func (s *Server) importRefused(r *Request, page memberImportPage, err error) error {
	p := problem.From(err)
	if p.Kind == problem.Internal || p.Kind == problem.Unavailable || p.Kind == problem.NotFound {
		return err
	}
	page.Error = page.Say(p.Text)
	return s.render(r, statuses[p.Kind], "member/import", page)
}
