package account

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// MaxNewcomers is how many rows a table of members may have.
const MaxNewcomers = 1000

// Newcomer is one row of a table of members.
type Newcomer struct {
	Row   int    // in the table, from 1, as people count
	Name  string // 陈爱丽
	Phone string // as people write it; "" when it is not known
	Login string // "": the phone, or a number when there is none
	Role  Role
	Limit Limit
}

// RowText is what is wrong, or doubtful, in a row.
type RowText struct {
	Row  int
	Text problem.Text
}

// Fate is what an import does with a row.
type Fate string

// The fates.
const (
	Make Fate = "make" // an account is made, or one that an import left without a member gets a new password
	Join Fate = "join" // an account that exists becomes a member, with the password it has
	Stay Fate = "stay" // is a member already; nothing changes
	Bad  Fate = "bad"  // one of the plan's Problems is its
)

// PlannedMember is a row with what an import does with it.
type PlannedMember struct {
	Newcomer
	Fate Fate
	User User // who exists already; empty when the account is to be made
}

// MemberPlan says what an import of members would do.
type MemberPlan struct {
	Rows     []PlannedMember
	Problems []RowText // to be put right before anybody is added
	Warnings []RowText
}

// Count tells how many rows have a fate.
func (p *MemberPlan) Count(fate Fate) int {
	n := 0
	for _, row := range p.Rows {
		if row.Fate == fate {
			n++
		}
	}
	return n
}

// PlanMembers says what ImportMembers would do. Its error is of a table that is empty or too long.
func (s *Service) PlanMembers(ctx context.Context, project id.ProjectID, rows []Newcomer) (*MemberPlan, error) {
	if len(rows) == 0 {
		return nil, problem.New(problem.Invalid, "account.importEmpty")
	}
	if len(rows) > MaxNewcomers {
		return nil, problem.New(problem.TooLarge, "account.importRows", len(rows), MaxNewcomers)
	}
	known, err := s.knownPeople(ctx, project)
	if err != nil {
		return nil, err
	}
	p := &memberPlanner{known: known, users: map[id.UserID]int{}, logins: map[string]int{}, phones: map[string]int{}, names: map[string]int{}}
	for _, row := range rows {
		p.add(row)
	}
	return &p.MemberPlan, nil
}

// ImportMembers makes the accounts and memberships of a table, and gives the slips of those that were made. With
// any of the plan's Problems nothing is done. It is safe to repeat, also when it was broken off: who is a member
// already stays as they are. The slips of those that were made are given with an error as well.
func (s *Service) ImportMembers(ctx context.Context, project id.ProjectID, rows []Newcomer) (*MemberPlan, []Slip, error) {
	plan, err := s.PlanMembers(ctx, project, rows)
	if err != nil {
		return nil, nil, err
	}
	if n := len(plan.Problems); n > 0 {
		return plan, nil, problem.New(problem.Invalid, "account.importProblems", n)
	}
	secrets, err := oneTimeSecrets(ctx, plan.Count(Make)) // what takes long comes before anything is written
	if err != nil {
		return plan, nil, err
	}
	users, err := s.store.Users(ctx)
	if err != nil {
		return plan, nil, err
	}
	numbers := &loginNumbers{last: lastNumber(users)}
	var slips []Slip
	for _, row := range plan.Rows {
		m := Member{ProjectID: project, UserID: row.User.ID, Role: row.Role, Limit: row.Limit, Added: s.now()}
		user, mine := row.User, false
		if row.Fate == Make {
			if user, mine, err = s.makeNewcomer(ctx, project, row, secrets[0], numbers); err != nil {
				return plan, slips, err
			}
			m.UserID = user.ID
		}
		if row.Fate == Stay {
			continue
		}
		if err := s.store.PutMember(ctx, m); err != nil && !problem.Is(err, problem.Conflict) { // the same import, sent twice at once
			return plan, slips, err
		}
		if mine {
			slips = append(slips, Slip{Person{m, user}, secrets[0].password})
			secrets = secrets[1:]
		}
	}
	return plan, slips, nil
}

// makeNewcomer makes the account of a row, or gives the one that was left a new password. Who has neither login
// nor phone is known by the name, so that the same import sent twice at once makes them once; mine tells whether
// it was this one.
func (s *Service) makeNewcomer(ctx context.Context, project id.ProjectID, row PlannedMember, secret oneTimeSecret, numbers *loginNumbers) (u User, mine bool, err error) {
	if row.User.ID != "" {
		return row.User, true, s.setOneTime(ctx, row.User.ID, secret)
	}
	u = User{Login: row.Login, Name: row.Name, Phone: row.Phone, PasswordHash: secret.hash, MustChange: true, MadeIn: project}
	if row.Login == "" {
		u.ID = id.UserID(id.Derived(string(project), "member", row.Name))
	}
	for range MaxNewcomers {
		if row.Login == "" {
			u.Login = numbers.next()
		}
		made, err := s.keepUser(ctx, u)
		if row.Login != "" || !problem.Is(err, problem.Conflict) {
			return made, true, err
		}
		there, err := s.store.User(ctx, u.ID)
		switch {
		case problem.Is(err, problem.NotFound): // it is the number that is taken
		case err != nil:
			return User{}, false, err
		case there.MadeIn == project && there.Name == u.Name && there.MustChange && !there.Disabled: // a moment ago, or the plan had found them
			return there, false, nil
		default: // another of the name
			u.ID = ""
		}
	}
	return User{}, false, problem.New(problem.Conflict, "account.loginTaken", u.Login)
}

// loginNumbers makes logins for who has neither login nor phone: w001, w002 …
type loginNumbers struct{ last int }

func (n *loginNumbers) next() string {
	n.last++
	return fmt.Sprintf("w%03d", n.last)
}

// lastNumber is the highest that a login has.
func lastNumber(users []User) int {
	last := 0
	for _, u := range users {
		if n, ok := numberOf(u.Login); ok {
			last = max(last, n)
		}
	}
	return last
}

func numberOf(login string) (int, bool) {
	digits, ok := strings.CutPrefix(login, "w")
	if !ok || len(digits) < 3 || len(digits) > 6 || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil
}
