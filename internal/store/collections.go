package store

// Collections is every collection there is: what a backend is opened with.
var Collections = []*Collection{users, sessions, projects, members, appUsers, secrets, tokens, auditLines, auditHeads, forms, submissions, editions, assignments, cases, charts, restores}
