package account

import (
	"context"
	"strings"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// knownPeople are those whom the rows of a table may mean.
type knownPeople struct {
	byLogin map[string]User
	members map[id.UserID]Member
	byPhone map[string]User   // members
	byName  map[string][]User // members, and accounts left without a member, that have no phone
	left    map[id.UserID]bool
}

// knownPeople reads who there is. An account is left when it was made for the project, has never been signed in
// to, and is used nowhere: an import was broken off after it was made, or the member was removed.
func (s *Service) knownPeople(ctx context.Context, project id.ProjectID) (*knownPeople, error) {
	users, err := s.store.Users(ctx)
	if err != nil {
		return nil, err
	}
	members, err := s.store.Members(ctx, project)
	if err != nil {
		return nil, err
	}
	k := &knownPeople{byLogin: map[string]User{}, members: map[id.UserID]Member{}, byPhone: map[string]User{},
		byName: map[string][]User{}, left: map[id.UserID]bool{}}
	for _, m := range members {
		k.members[m.UserID] = m
	}
	for _, u := range users {
		k.byLogin[u.Login] = u
		_, member := k.members[u.ID]
		if !member && u.MadeIn == project && u.MustChange && !u.Disabled {
			elsewhere, err := s.store.MembershipsOf(ctx, u.ID)
			if err != nil {
				return nil, err
			}
			k.left[u.ID] = len(elsewhere) == 0 && !u.Admin
		}
		if member && u.Phone != "" {
			k.byPhone[u.Phone] = u
		}
		if (member || k.left[u.ID]) && u.Phone == "" {
			k.byName[u.Name] = append(k.byName[u.Name], u)
		}
	}
	return k, nil
}

// memberPlanner plans one row after the other; it remembers in which row an account, a login, a phone, and a
// name of somebody with neither, stood.
type memberPlanner struct {
	MemberPlan
	known                 *knownPeople
	users                 map[id.UserID]int
	logins, phones, names map[string]int
}

func (p *memberPlanner) wrong(row int, key string, args ...any) {
	p.Problems = append(p.Problems, RowText{row, problem.Say(key, args...)})
}

func (p *memberPlanner) doubt(row int, key string, args ...any) {
	p.Warnings = append(p.Warnings, RowText{row, problem.Say(key, args...)})
}

// once complains of what stood in a row before.
func (p *memberPlanner) once(seen map[string]int, value string, row int, key string) {
	if before, twice := seen[value]; twice {
		p.wrong(row, key, before, value)
	} else {
		seen[value] = row
	}
}

func (p *memberPlanner) add(n Newcomer) {
	before := len(p.Problems)
	n = p.checked(n)
	row := PlannedMember{Newcomer: n, Fate: Make}
	if u, found := p.find(n); found {
		row.User = u
		if other, twice := p.users[u.ID]; twice {
			p.wrong(n.Row, "account.importLoginTwice", other, u.Login)
		}
		p.users[u.ID] = n.Row
		if m, member := p.known.members[u.ID]; member {
			row.Fate = Stay
			if m.Role != n.Role || !m.Limit.Equal(n.Limit) {
				p.doubt(n.Row, "account.importStays", n.Name, m.Role.Label())
			}
			if m.Disabled {
				p.doubt(n.Row, "account.importInactive", n.Name)
			}
		} else if !p.known.left[u.ID] {
			row.Fate = Join
		}
		if row.Fate != Make && u.Name != n.Name {
			p.doubt(n.Row, "account.importOtherName", u.Login)
		}
		if u.Disabled {
			p.doubt(n.Row, "account.importDisabled", u.Login)
		}
	} else if u, taken := p.known.byPhone[n.Phone]; taken {
		p.doubt(n.Row, "account.importPhoneTaken", n.Phone, u.Name)
	}
	if len(p.Problems) > before {
		row.Fate = Bad
	} else if row.Fate == Make && n.Phone != "" && !chineseMobile(n.Phone) {
		p.doubt(n.Row, "account.importPhoneOdd", n.Phone)
	}
	p.Rows = append(p.Rows, row)
}

// find gives the account that a row means: by its login; without one by a member's phone, or by the name of
// somebody who has no phone either.
func (p *memberPlanner) find(n Newcomer) (User, bool) {
	if n.Login != "" {
		if u, ok := p.known.byLogin[n.Login]; ok || n.Login != phoneLogin(n.Phone) {
			return u, ok
		}
		u, ok := p.known.byPhone[n.Phone]
		return u, ok
	}
	switch same := p.known.byName[n.Name]; len(same) {
	case 0:
		return User{}, false
	case 1:
		return same[0], true
	}
	p.wrong(n.Row, "account.importAmbiguous", n.Name)
	return User{}, false
}

// checked puts a row in its normal form and complains of what breaks a rule.
func (p *memberPlanner) checked(n Newcomer) Newcomer {
	n.Name, n.Login = strings.Join(strings.Fields(n.Name), " "), NormalizeLogin(n.Login)
	phone, ok := normalPhone(n.Phone)
	if n.Phone = phone; !ok {
		p.wrong(n.Row, "account.phoneInvalid", phone)
	} else if phone != "" {
		p.once(p.phones, phone, n.Row, "account.importPhoneTwice")
	}
	given := n.Login != ""
	if !given && ok {
		n.Login = phoneLogin(phone)
	}
	switch {
	case given:
		p.once(p.logins, n.Login, n.Row, "account.importLoginTwice")
	case n.Login != "" && p.phones[phone] == n.Row: // else the phone stood in another row, which is said
		p.once(p.logins, n.Login, n.Row, "account.importLoginTwice")
	case n.Name != "" && ok:
		p.once(p.names, n.Name, n.Row, "account.importNameTwice")
	}
	u := User{Name: n.Name, Login: n.Login}
	if u.Login == "" {
		u.Login = "w001"
	}
	if err := u.Validate(); err != nil {
		p.Problems = append(p.Problems, RowText{n.Row, problem.From(err).Text})
	}
	if validateRole(n.Role) != nil {
		p.wrong(n.Row, "account.importRole", n.Role, Manager.Label(), Reviewer.Label(), Analyst.Label(), Enumerator.Label(), Viewer.Label())
	}
	if n.Limit.Attribute != "" && len(n.Limit.Values) == 0 {
		p.wrong(n.Row, "account.importNoValue", n.Limit.Attribute)
		return n
	}
	limit, err := n.Limit.Normal()
	if n.Limit = limit; err == nil {
		err = Member{Role: n.Role, Limit: limit}.validateLimit()
	}
	if err != nil {
		p.Problems = append(p.Problems, RowText{n.Row, problem.From(err).Text})
	}
	return n
}

// normalPhone gives a phone number without what only parts its digits, and without China's 86; "" for none.
func normalPhone(text string) (string, bool) {
	var b strings.Builder
	for i, c := range strings.TrimSpace(text) {
		switch {
		case '0' <= c && c <= '9', c == '+' && i == 0:
			b.WriteRune(c)
		case '０' <= c && c <= '９':
			b.WriteRune('0' + c - '０')
		case !strings.ContainsRune(" -()（）\u00a0\u3000－", c):
			return text, false
		}
	}
	phone := b.String()
	for _, china := range []string{"+86", "0086", "86"} {
		if rest, ok := strings.CutPrefix(phone, china); ok && chineseMobile(rest) {
			phone = rest
		}
	}
	digits := strings.TrimPrefix(phone, "+")
	return phone, phone == "" && strings.TrimSpace(text) == "" || len(digits) >= 5 && len(digits) <= 20
}

// chineseMobile tells whether a normal phone number is of a mobile phone of mainland China: 11 digits from 1.
func chineseMobile(phone string) bool { return len(phone) == 11 && phone[0] == '1' }

// phoneLogin is the login of somebody who has a phone and no other.
func phoneLogin(phone string) string { return strings.TrimPrefix(phone, "+") }
