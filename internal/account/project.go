package account

import (
	"context"
	"sort"
	"strings"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// CreateProject makes a project whose manager is its maker.
func (s *Service) CreateProject(ctx context.Context, maker id.UserID, title, description string, demo bool) (Project, error) {
	p := Project{ID: id.ProjectID(id.New(s.now())), Title: strings.TrimSpace(title),
		Description: strings.TrimSpace(description), Demo: demo, Created: s.now()}
	if err := p.Validate(); err != nil {
		return Project{}, err
	}
	// The member first: a project without a manager could be reached by nobody.
	if err := s.store.PutMember(ctx, Member{ProjectID: p.ID, UserID: maker, Role: Manager, Added: s.now()}); err != nil {
		return Project{}, err
	}
	return p, s.store.CreateProject(ctx, p)
}

// UpdateProject renames a project, if it still is at the revision that was read.
func (s *Service) UpdateProject(ctx context.Context, p Project) error {
	p.Title, p.Description = strings.TrimSpace(p.Title), strings.TrimSpace(p.Description)
	if err := p.Validate(); err != nil {
		return err
	}
	return s.store.ReplaceProject(ctx, p)
}

// Project gives a project; one in the recycle bin is not found.
func (s *Service) Project(ctx context.Context, project id.ProjectID) (Project, error) {
	p, err := s.store.Project(ctx, project)
	if err == nil && p.Deleted != nil {
		return Project{}, noProject()
	}
	return p, err
}

// Membership is a project with the role that someone has in it.
type Membership struct {
	Project
	Role Role
}

// ProjectsOf lists the projects that a user may open, newest first; an
// administrator may open all.
func (s *Service) ProjectsOf(ctx context.Context, u User) ([]Membership, error) {
	projects, err := s.store.Projects(ctx)
	if err != nil {
		return nil, err
	}
	members, err := s.store.MembershipsOf(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	roles := make(map[id.ProjectID]Role, len(members))
	for _, m := range members {
		if !m.Disabled {
			roles[m.ProjectID] = m.Role
		}
	}
	var out []Membership
	for _, p := range projects {
		role := roles[p.ID]
		if u.Admin {
			role = Admin
		}
		if role != "" && p.Deleted == nil {
			out = append(out, Membership{p, role})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID > out[j].ID })
	return out, nil
}

// DeactivatedIn lists the projects in which a user was deactivated.
func (s *Service) DeactivatedIn(ctx context.Context, user id.UserID) ([]Project, error) {
	members, err := s.store.MembershipsOf(ctx, user)
	if err != nil {
		return nil, err
	}
	var out []Project
	for _, m := range members {
		if !m.Disabled {
			continue
		}
		p, err := s.Project(ctx, m.ProjectID)
		if problem.Is(err, problem.NotFound) { // in the recycle bin
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// MemberIn gives a user's membership of a project: with the role Admin for administrators, none
// (with the role "") for strangers and for those who were deactivated.
func (s *Service) MemberIn(ctx context.Context, u User, project id.ProjectID) (Member, error) {
	if u.Admin {
		return Member{ProjectID: project, UserID: u.ID, Role: Admin}, nil
	}
	m, err := s.store.Member(ctx, project, u.ID)
	if problem.Is(err, problem.NotFound) || err == nil && m.Disabled {
		return Member{}, nil
	}
	return m, err
}

// Person is a member with their account.
type Person struct {
	Member
	User User
}

// People lists a project's members by role, then name.
func (s *Service) People(ctx context.Context, project id.ProjectID) ([]Person, error) {
	members, err := s.store.Members(ctx, project)
	if err != nil {
		return nil, err
	}
	users, err := s.store.Users(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[id.UserID]User, len(users))
	for _, u := range users {
		byID[u.ID] = u
	}
	people := make([]Person, 0, len(members))
	for _, m := range members {
		people = append(people, Person{m, byID[m.UserID]})
	}
	rank := map[Role]int{}
	for i, r := range Roles {
		rank[r] = i
	}
	sort.Slice(people, func(i, j int) bool {
		a, b := people[i], people[j]
		if a.Role != b.Role {
			return rank[a.Role] < rank[b.Role]
		}
		return a.User.Login < b.User.Login
	})
	return people, nil
}

// AddMember gives a user a role in a project. When no user has the login, one is
// made and the one-time password given; else password is "".
func (s *Service) AddMember(ctx context.Context, project id.ProjectID, login, name string, role Role) (u User, password string, err error) {
	if err := validateRole(role); err != nil {
		return User{}, "", err
	}
	u, err = s.store.UserByLogin(ctx, NormalizeLogin(login))
	if problem.Is(err, problem.NotFound) {
		password = oneTimePassword()
		u, err = s.createUser(ctx, User{Login: login, Name: name, MustChange: true, MadeIn: project}, password)
	}
	if err != nil {
		return User{}, "", err
	}
	err = s.store.PutMember(ctx, Member{ProjectID: project, UserID: u.ID, Role: role, Added: s.now()})
	if problem.Is(err, problem.Conflict) {
		err = problem.New(problem.Conflict, "account.alreadyMember", u.Name).With("login", "account.alreadyMember", u.Name)
	}
	if err != nil {
		return User{}, "", err
	}
	return u, password, nil
}
