// Package account knows the people: users, sessions, projects, members, roles and
// verbs. A user may sign in; a member is a user in a project with a role; a role is a
// set of verbs; every route names the verb it needs.
package account
