package web

// action is what the audit calls what a route does; label is a message key.
type action struct{ name, label string }

// auditedRoutes are the routes whose success is written down: all that change something, and those
// that hand out much at once.
var auditedRoutes = map[string]action{
	"POST /sign-in":                                    {"session.open", "audit.did.session.open"},
	"POST /sign-in/code":                               {"session.open", "audit.did.session.open"},
	"POST /sign-out":                                   {"session.close", "audit.did.session.close"},
	"POST /sessions/end":                               {"session.end", "audit.did.session.end"},
	"POST /password":                                   {"password.change", "audit.did.password.change"},
	"POST /second-factor":                              {"factor.add", "audit.did.factor.add"},
	"POST /second-factor/remove":                       {"factor.remove", "audit.did.factor.remove"},
	"POST /projects":                                   {"projects.create", "audit.did.projects.create"},
	"POST /projects/:project/restore":                  {"projects.restore", "audit.did.projects.restore"},
	"POST /users":                                      {"users.create", "audit.did.users.create"},
	"POST /users/:user/reset":                          {"users.reset", "audit.did.users.reset"},
	"POST /users/:user/deactivate":                     {"users.deactivate", "audit.did.users.deactivate"},
	"POST /users/:user/activate":                       {"users.activate", "audit.did.users.activate"},
	"POST /users/:user/second-factor/remove":           {"users.factorRemove", "audit.did.users.factorRemove"},
	"POST /server/backup":                              {"backups.start", "audit.did.backups.start"},
	"POST /server/backup/cancel":                       {"backups.cancel", "audit.did.backups.cancel"},
	"GET /server/backups/:name":                        {"backups.download", "audit.did.backups.download"},
	"GET /audit/export":                                {"audit.export", "audit.did.audit.export"},
	"GET /p/:project/audit/export":                     {"audit.export", "audit.did.audit.export"},
	"POST /p/:project":                                 {"project.update", "audit.did.project.update"},
	"POST /p/:project/phase":                           {"project.phase", "audit.did.project.phase"},
	"POST /p/:project/delete":                          {"project.delete", "audit.did.project.delete"},
	"POST /p/:project/second-factor":                   {"project.needFactor", "audit.did.project.needFactor"},
	"POST /p/:project/personal":                        {"personal.settings", "audit.did.personal.settings"},
	"POST /p/:project/personal/search":                 {"personal.search", "audit.did.personal.search"},
	"POST /p/:project/personal/export":                 {"personal.export", "audit.did.personal.export"},
	"POST /p/:project/personal/erase":                  {"personal.erase", "audit.did.personal.erase"},
	"POST /p/:project/tokens":                          {"tokens.create", "audit.did.tokens.create"},
	"POST /p/:project/tokens/:token/revoke":            {"tokens.revoke", "audit.did.tokens.revoke"},
	"POST /p/:project/members/import":                  {"members.import", "audit.did.members.import"},
	"POST /p/:project/members/:user/limit":             {"members.limit", "audit.did.members.limit"},
	"POST /p/:project/members/:user/deactivate":        {"members.deactivate", "audit.did.members.deactivate"},
	"POST /p/:project/members/:user/activate":          {"members.activate", "audit.did.members.activate"},
	"POST /p/:project/members":                         {"members.add", "audit.did.members.add"},
	"POST /p/:project/members/:user/role":              {"members.role", "audit.did.members.role"},
	"POST /p/:project/members/:user/remove":            {"members.remove", "audit.did.members.remove"},
	"POST /p/:project/members/:user/reset":             {"members.reset", "audit.did.members.reset"},
	"POST /p/:project/app-users":                       {"appUsers.create", "audit.did.appUsers.create"},
	"POST /p/:project/app-users/:app/revoke":           {"appUsers.revoke", "audit.did.appUsers.revoke"},
	"POST /p/:project/forms":                           {"forms.upload", "audit.did.forms.upload"},
	"POST /p/:project/forms/:form":                     {"forms.upload", "audit.did.forms.upload"},
	"POST /p/:project/forms/:form/publish":             {"forms.publish", "audit.did.forms.publish"},
	"POST /p/:project/forms/:form/media":               {"forms.mediaAdd", "audit.did.forms.mediaAdd"},
	"POST /p/:project/forms/:form/media/remove":        {"forms.mediaRemove", "audit.did.forms.mediaRemove"},
	"POST /p/:project/forms/:form/delete":              {"forms.delete", "audit.did.forms.delete"},
	"POST /p/:project/forms/:form/restore":             {"forms.restore", "audit.did.forms.restore"},
	"POST /p/:project/submissions":                     {"submissions.create", "audit.did.submissions.create"},
	"POST /key/:key/submission":                        {"submissions.create", "audit.did.submissions.create"},
	"POST /p/:project/openrosa/submission":             {"submissions.create", "audit.did.submissions.create"},
	"GET /p/:project/submissions/export":               {"submissions.export", "audit.did.submissions.export"},
	"POST /p/:project/submissions/export/full":         {"submissions.exportFull", "audit.did.submissions.exportFull"},
	"POST /p/:project/submissions/:submission/delete":  {"submissions.delete", "audit.did.submissions.delete"},
	"POST /p/:project/submissions/:submission/restore": {"submissions.restore", "audit.did.submissions.restore"},
	"POST /p/:project/submissions/:submission/correct": {"submissions.correct", "audit.did.submissions.correct"},
	"POST /p/:project/submissions/:submission/review":  {"submissions.review", "audit.did.submissions.review"},
	"POST /p/:project/cases":                           {"cases.create", "audit.did.cases.create"},
	"POST /p/:project/cases/import":                    {"cases.import", "audit.did.cases.import"},
	"POST /p/:project/cases/:case":                     {"cases.save", "audit.did.cases.save"},
	"POST /p/:project/cases/:case/delete":              {"cases.delete", "audit.did.cases.delete"},
	"POST /p/:project/cases/:case/restore":             {"cases.restore", "audit.did.cases.restore"},
	"POST /p/:project/cases/:case/files":               {"cases.attach", "audit.did.cases.attach"},
	"POST /p/:project/cases/:case/files/remove":        {"cases.detach", "audit.did.cases.detach"},
	"POST /p/:project/charts":                          {"charts.create", "audit.did.charts.create"},
	"POST /p/:project/charts/:chart":                   {"charts.save", "audit.did.charts.save"},
	"POST /p/:project/charts/:chart/move":              {"charts.move", "audit.did.charts.move"},
	"POST /p/:project/charts/:chart/delete":            {"charts.delete", "audit.did.charts.delete"},
	"POST /p/:project/charts/:chart/restore":           {"charts.restore", "audit.did.charts.restore"},
}

// otherActions are written by other hands than a route's.
var otherActions = []action{
	{"session.refused", "audit.did.session.refused"},
}

// line names a route in auditedRoutes.
func (route Route) line() string { return route.Method + " " + route.Path }
