package web

import (
	"net/http"
	"slices"

	"tianye/internal/account"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// Route is one line of the table: what is asked for, the verb that it takes, and
// who answers. Limit is of the request's body in bytes; 0 is the default.
type Route struct {
	Method string
	Path   string
	Verb   account.Verb
	Handle func(*Server, *Request) error
	Limit  int64
}

// Routes is every route there is.
var Routes = slices.Concat([]Route{
	{get, "/healthz", account.Anyone, (*Server).health, 0},
	{get, "/static/*file", account.Anyone, (*Server).static, 0},
	{get, "/help", account.Anyone, (*Server).help, 0},
	{get, "/sign-in", account.Anyone, (*Server).signInPage, 0},
	{post, "/sign-in", account.Anyone, (*Server).signIn, 0},
	{post, "/language", account.Anyone, (*Server).setLanguage, 0},

	{get, "/", account.SignedIn, (*Server).home, 0},
	{get, "/session", account.SignedIn, (*Server).session, 0},
	{post, "/sign-out", account.SignedIn, (*Server).signOut, 0},
	{get, "/password", account.SignedIn, (*Server).passwordPage, 0},
	{post, "/password", account.SignedIn, (*Server).changePassword, 0},
	{get, "/sign-in/code", account.Anyone, (*Server).signInCodePage, 0},
	{post, "/sign-in/code", account.Anyone, (*Server).signInCode, 0},
	{get, "/sessions", account.SignedIn, (*Server).sessions, 0},
	{post, "/sessions/end", account.SignedIn, (*Server).endSession, 0},
	{get, "/second-factor", account.SignedIn, (*Server).secondFactorPage, 0},
	{post, "/second-factor", account.SignedIn, (*Server).confirmSecondFactor, 0},
	{post, "/second-factor/remove", account.SignedIn, (*Server).removeSecondFactor, 0},
	{get, "/roles", account.SignedIn, (*Server).roles, 0},
	{get, "/xlsform-template", account.SignedIn, (*Server).xlsformTemplate, 0},

	{post, "/projects", account.Serve, (*Server).createProject, 0},
	{get, "/users", account.Serve, (*Server).users, 0},
	{post, "/users", account.Serve, (*Server).createUser, 0},
	{post, "/users/:user/reset", account.Serve, (*Server).resetUser, 0},
	{post, "/users/:user/deactivate", account.Serve, (*Server).deactivateUser, 0},
	{post, "/users/:user/activate", account.Serve, (*Server).activateUser, 0},
	{post, "/users/:user/second-factor/remove", account.Serve, (*Server).resetSecondFactor, 0},
	{post, "/projects/:project/restore", account.Serve, (*Server).restoreProject, 0},
	{get, "/audit", account.Serve, (*Server).serverAudit, 0},
	{get, "/audit/export", account.Serve, (*Server).serverExport, 0},
	{get, "/server", account.Serve, (*Server).serverState, 0},
	{post, "/server/backup", account.Serve, (*Server).startBackup, 0},
	{post, "/server/backup/cancel", account.Serve, (*Server).cancelBackup, 0},
	{get, "/server/backups/:name", account.Serve, (*Server).downloadBackup, 0},

	{get, "/p/:project", account.ReadProject, (*Server).showProject, 0},
	{post, "/p/:project", account.ManageProject, (*Server).updateProject, 0},
	{get, "/p/:project/settings", account.ManageProject, (*Server).projectSettings, 0},
	{post, "/p/:project/phase", account.ManageProject, (*Server).setPhase, 0},
	{post, "/p/:project/delete", account.ManageProject, (*Server).deleteProject, 0},
	{post, "/p/:project/second-factor", account.ManageProject, (*Server).requireSecondFactor, 0},
	{get, "/p/:project/bin", account.ReadOwn, (*Server).bin, 0},
	{get, "/p/:project/audit", account.ReadAudit, (*Server).auditPage, 0},
	{get, "/p/:project/audit/export", account.ReadAudit, (*Server).auditExport, 0},

	{get, "/p/:project/personal", account.ManagePersonal, (*Server).personalPage, 0},
	{post, "/p/:project/personal", account.ManagePersonal, (*Server).setPrivacy, 0},
	{post, "/p/:project/personal/search", account.ManagePersonal, (*Server).searchPerson, 0},
	{post, "/p/:project/personal/export", account.ManagePersonal, (*Server).exportPerson, 0},
	{post, "/p/:project/personal/erase", account.ManagePersonal, (*Server).erasePerson, 0},

	{get, "/p/:project/roles", account.ReadProject, (*Server).roles, 0},
	{get, "/p/:project/tokens", account.ManageProject, (*Server).tokens, 0},
	{post, "/p/:project/tokens", account.ManageProject, (*Server).createToken, 0},
	{post, "/p/:project/tokens/:token/revoke", account.ManageProject, (*Server).revokeToken, 0},

	{get, "/p/:project/members/import", account.ManageProject, (*Server).memberImportPage, 0},
	{post, "/p/:project/members/import", account.ManageProject, (*Server).importMembers, importLimit},
	{post, "/p/:project/members/import/preview", account.ManageProject, (*Server).previewMembers, importLimit},
	{post, "/p/:project/members/reset", account.ManageProject, (*Server).resetMembers, 0},
	{get, "/p/:project/members/template", account.ManageProject, (*Server).memberTemplate, 0},
	{get, "/p/:project/members/:user/limit", account.ManageProject, (*Server).memberLimitPage, 0},
	{post, "/p/:project/members/:user/limit", account.ManageProject, (*Server).setLimit, 0},
	{post, "/p/:project/members/:user/deactivate", account.ManageProject, (*Server).deactivateMember, 0},
	{post, "/p/:project/members/:user/activate", account.ManageProject, (*Server).activateMember, 0},
	{get, "/p/:project/members", account.ManageProject, (*Server).members, 0},
	{post, "/p/:project/members", account.ManageProject, (*Server).addMember, 0},
	{post, "/p/:project/members/:user/role", account.ManageProject, (*Server).setRole, 0},
	{post, "/p/:project/members/:user/remove", account.ManageProject, (*Server).removeMember, 0},
	{post, "/p/:project/members/:user/reset", account.ManageProject, (*Server).resetMember, 0},

	{get, "/p/:project/app-users", account.ManageProject, (*Server).appUsers, 0},
	{post, "/p/:project/app-users", account.ManageProject, (*Server).createAppUser, 0},
	{get, "/p/:project/app-users/:app", account.ManageProject, (*Server).showAppUser, 0},
	{get, "/p/:project/app-users/:app/qr.png", account.ManageProject, (*Server).appUserQR, 0},
	{post, "/p/:project/app-users/:app/revoke", account.ManageProject, (*Server).revokeAppUser, 0},

	{get, "/p/:project/forms", account.ReadForm, (*Server).forms, 0},
	{post, "/p/:project/forms", account.DesignForm, (*Server).uploadForm, mediaLimit},
	{get, "/p/:project/forms/:form", account.ReadForm, (*Server).showForm, 0},
	{post, "/p/:project/forms/:form", account.DesignForm, (*Server).uploadForm, mediaLimit},
	{get, "/p/:project/forms/:form/preview", account.DesignForm, (*Server).previewForm, 0},
	{post, "/p/:project/forms/:form/publish", account.DesignForm, (*Server).publishForm, 0},
	{get, "/p/:project/forms/:form/versions/:version", account.ReadForm, (*Server).showVersion, 0},
	{get, "/p/:project/forms/:form/versions/:version/media/:name", account.ReadForm, (*Server).formMedia, 0},
	{get, "/p/:project/forms/:form/versions/:version/xform.xml", account.ReadForm, (*Server).formXForm, 0},
	{post, "/p/:project/forms/:form/media", account.DesignForm, (*Server).uploadMedia, mediaLimit},
	{post, "/p/:project/forms/:form/media/remove", account.DesignForm, (*Server).removeMedia, 0},
	{get, "/p/:project/forms/:form/workbook", account.ReadForm, (*Server).formWorkbook, 0},
	{get, "/p/:project/forms/:form/fill", account.Fill, (*Server).fillForm, 0},

	{post, "/p/:project/forms/:form/delete", account.DesignForm, (*Server).deleteForm, 0},
	{post, "/p/:project/forms/:form/restore", account.DesignForm, (*Server).restoreForm, 0},

	{get, "/p/:project/submissions", account.ReadOwn, (*Server).submissions, 0},
	{post, submitPath, account.Fill, (*Server).submit, submitLimit},
	{get, "/p/:project/submissions/export", account.ExportSubmission, (*Server).exportSubmissions, 0},
	{get, "/p/:project/submissions/export/full", account.ExportPersonal, (*Server).fullExportPage, 0},
	{post, "/p/:project/submissions/export/full", account.ExportPersonal, (*Server).exportFull, 0},
	{post, "/p/:project/submissions/:submission/delete", account.DeleteSubmission, (*Server).deleteSubmission, 0},
	{post, "/p/:project/submissions/:submission/restore", account.DeleteSubmission, (*Server).restoreSubmission, 0},
	{get, "/p/:project/submissions/:submission", account.ReadOwn, (*Server).showSubmission, 0},
	{get, "/p/:project/submissions/:submission/instance.xml", account.ReadOwn, (*Server).submissionXML, 0},
	{get, "/p/:project/submissions/:submission/files/:name", account.ReadOwn, (*Server).submissionFile, 0},
	{get, "/p/:project/submissions/:submission/correct", account.EditSubmission, (*Server).correctPage, 0},
	{post, "/p/:project/submissions/:submission/correct", account.EditSubmission, (*Server).correctSubmission, 0},
	{post, "/p/:project/submissions/:submission/review", account.Review, (*Server).reviewSubmission, 0},
	{get, "/p/:project/submissions/:submission/history", account.ReadOwn, (*Server).submissionHistory, 0},
	{get, "/p/:project/submissions/:submission/mend", account.Fill, (*Server).mendSubmission, 0},

	{get, "/p/:project/cases", account.ReadCase, (*Server).cases, 0},
	{post, "/p/:project/cases", account.EditCase, (*Server).createCase, caseLimit},
	{get, "/p/:project/cases/new", account.EditCase, (*Server).newCase, 0},
	{get, "/p/:project/cases/import", account.EditCase, (*Server).importPage, 0},
	{post, "/p/:project/cases/import", account.EditCase, (*Server).importCases, importLimit},
	{post, "/p/:project/cases/import/preview", account.EditCase, (*Server).previewImport, importLimit},
	{post, "/p/:project/cases/preview", account.EditCase, (*Server).previewDocument, caseLimit},
	{get, "/p/:project/cases/:case", account.ReadCase, (*Server).showCase, 0},
	{post, "/p/:project/cases/:case", account.EditCase, (*Server).saveCase, caseLimit},
	{get, "/p/:project/cases/:case/edit", account.EditCase, (*Server).editCase, 0},
	{post, "/p/:project/cases/:case/delete", account.EditCase, (*Server).deleteCase, 0},
	{post, "/p/:project/cases/:case/restore", account.EditCase, (*Server).restoreCase, 0},
	{get, "/p/:project/cases/:case/revisions", account.ReadCase, (*Server).caseRevisions, 0},
	{get, "/p/:project/cases/:case/revisions/:revision", account.ReadCase, (*Server).caseRevision, 0},
	{get, "/p/:project/cases/:case/revisions/:revision/files/:name", account.ReadCase, (*Server).formerCaseFile, 0},
	{post, "/p/:project/cases/:case/files", account.EditCase, (*Server).attachToCase, attachLimit},
	{post, "/p/:project/cases/:case/files/remove", account.EditCase, (*Server).detachFromCase, 0},
	{get, "/p/:project/cases/:case/files/:name", account.ReadCase, (*Server).caseFile, 0},

	{get, "/p/:project/charts", account.ReadChart, (*Server).charts, 0},
	{post, "/p/:project/charts", account.EditChart, (*Server).saveChart, 0},
	{get, "/p/:project/charts/new", account.EditChart, (*Server).newChart, 0},
	{get, "/p/:project/charts/data", account.ReadChart, (*Server).chartData, 0},
	{get, "/p/:project/charts/evidence", account.ReadChart, (*Server).chartEvidence, 0},
	{get, "/p/:project/charts/export.svg", account.ReadChart, (*Server).chartFile, 0},
	{get, "/p/:project/charts/export.png", account.ReadChart, (*Server).chartFile, 0},
	{get, "/p/:project/charts/export.xlsx", account.ReadChart, (*Server).chartFile, 0},
	{get, "/p/:project/charts/:chart", account.ReadChart, (*Server).showChart, 0},
	{post, "/p/:project/charts/:chart", account.EditChart, (*Server).saveChart, 0},
	{post, "/p/:project/charts/:chart/move", account.EditChart, (*Server).moveChart, 0},
	{post, "/p/:project/charts/:chart/delete", account.EditChart, (*Server).deleteChart, 0},
	{post, "/p/:project/charts/:chart/restore", account.EditChart, (*Server).restoreChart, 0},
	{get, "/p/:project/charts/:chart/picture.svg", account.ReadChart, (*Server).chartFile, 0},
	{get, "/p/:project/charts/:chart/picture.png", account.ReadChart, (*Server).chartFile, 0},
	{get, "/p/:project/charts/:chart/numbers.xlsx", account.ReadChart, (*Server).chartFile, 0},
}, fieldRoutes, assignmentRoutes, publicLinkRoutes, reviewRoutes, qualityRoutes, progressRoutes, exportRoutes,
	openRosaRoutes("/key/:key"), openRosaRoutes("/p/:project/openrosa"))
