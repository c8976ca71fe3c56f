package store

// Collections is every collection there is: what a backend is opened with.
var Collections = []*Collection{users, sessions, projects, members, departures, appUsers, secrets, tokens, auditLines, auditHeads, forms, submissions, editions, publicLinks, claims, suggestions, bulks, notices, flags, assignments, plans, outlines, exportSettings, webhooks, deliveries, cases, charts, restores}
