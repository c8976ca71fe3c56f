package account

import (
	"slices"

	"tianye/internal/problem"
)

// Role is a member's set of verbs in a project. Admin is of the whole server.
type Role string

// The roles.
const (
	Manager    Role = "manager"    // 课题负责人
	Reviewer   Role = "reviewer"   // 审核员
	Analyst    Role = "analyst"    // 报告撰写
	Enumerator Role = "enumerator" // 调研员
	Viewer     Role = "viewer"     // 观察员
	Admin      Role = "admin"      // 管理员: of the whole server, holds every verb
	App        Role = "app"        // 采集应用: an AppUser's, never a member's
)

// Roles are those that a member of a project can have.
var Roles = []Role{Manager, Reviewer, Analyst, Enumerator, Viewer}

// Label is the role's name for people.
func (r Role) Label() problem.Text {
	switch r {
	case Manager:
		return problem.Say("role.manager")
	case Reviewer:
		return problem.Say("role.reviewer")
	case Analyst:
		return problem.Say("role.analyst")
	case Enumerator:
		return problem.Say("role.enumerator")
	case Admin:
		return problem.Say("role.admin")
	}
	return problem.Say("role.viewer")
}

// Verb is something that can be done. Each route names one.
type Verb string

// The verbs. The first three need no project.
const (
	Anyone           Verb = "anyone"   // no session needed
	SignedIn         Verb = "signedIn" // any session
	Serve            Verb = "serve"    // run the server: users, projects
	ReadProject      Verb = "project.read"
	ManageProject    Verb = "project.manage" // rename, members
	ReadForm         Verb = "form.read"      // list and look at forms
	DesignForm       Verb = "form.design"    // upload, preview, publish
	Fill             Verb = "submission.create"
	ReadSubmission   Verb = "submission.read" // everyone's; an enumerator reads only their own
	ReadOwn          Verb = "submission.readOwn"
	EditSubmission   Verb = "submission.edit"
	Review           Verb = "submission.review"
	ExportSubmission Verb = "submission.export"
	ReadPersonal     Verb = "submission.readPersonal"
	ReadCase         Verb = "case.read"
	EditCase         Verb = "case.edit"
	ReadChart        Verb = "chart.read"
	EditChart        Verb = "chart.edit"
	DeleteSubmission Verb = "submission.delete"         // into the recycle bin, and back
	ExportPersonal   Verb = "submission.exportPersonal" // exports with personal data, for a reason
	ManagePersonal   Verb = "personal.manage"           // find, hand out, erase a person's data; retention
	ReadAudit        Verb = "audit.read"
	Assign           Verb = "assignment.manage" // give enumerators work, look at everyone's
	ReadProgress     Verb = "progress.read"
	ManageLink       Verb = "link.manage"   // open forms to the public
	FetchForm        Verb = "app.fetchForm" // the two of app users, on routes where no session counts
	SendInstance     Verb = "app.sendInstance"
)

var verbs = map[Role][]Verb{
	Manager: {ReadProject, ManageProject, ReadForm, DesignForm, Fill, ReadSubmission, ReadOwn, EditSubmission, Review,
		ExportSubmission, ReadPersonal, ReadCase, EditCase, ReadChart, EditChart, DeleteSubmission, ExportPersonal, ManagePersonal, ReadAudit,
		Assign, ReadProgress, ManageLink},
	Reviewer: {ReadProject, ReadForm, Fill, ReadSubmission, ReadOwn, EditSubmission, Review, ExportSubmission, ReadPersonal, ReadCase,
		EditCase, ReadChart, Assign, ReadProgress},
	Analyst:    {ReadProject, ReadForm, ReadSubmission, ReadOwn, ExportSubmission, ReadCase, EditCase, ReadChart, EditChart, ReadProgress},
	Enumerator: {ReadProject, ReadForm, Fill, ReadOwn, ReadCase},
	Viewer:     {ReadProject, ReadForm, ReadCase, ReadChart, ReadProgress},
	App:        {FetchForm, SendInstance},
}

// Verbs are those that a role holds in a project.
func Verbs(role Role) []Verb { return verbs[role] }

// Can tells whether a role holds a verb. Nobody's role is "".
func Can(role Role, verb Verb) bool {
	if verb == Anyone || role == Admin {
		return true
	}
	if role == "" {
		return false
	}
	return verb == SignedIn || slices.Contains(verbs[role], verb)
}

// VerbGroup is a part of the matrix of roles and verbs.
type VerbGroup struct {
	Title problem.Text
	Verbs []Verb
}

// VerbGroups are the verbs that a member of a project can hold, in the order in which people are told of them.
var VerbGroups = []VerbGroup{
	{problem.Say("verb.ofProject"), []Verb{ReadProject, ManageProject}},
	{problem.Say("verb.ofForms"), []Verb{ReadForm, DesignForm, ManageLink}},
	{problem.Say("verb.ofFieldwork"), []Verb{Assign, ReadProgress}},
	{problem.Say("verb.ofSubmissions"), []Verb{Fill, ReadOwn, ReadSubmission, EditSubmission, Review, ExportSubmission, DeleteSubmission}},
	{problem.Say("verb.ofCases"), []Verb{ReadCase, EditCase}},
	{problem.Say("verb.ofCharts"), []Verb{ReadChart, EditChart}},
	{problem.Say("verb.ofPersonal"), []Verb{ReadPersonal, ExportPersonal, ManagePersonal}},
	{problem.Say("verb.ofAudit"), []Verb{ReadAudit}},
}

var verbLabels = map[Verb]problem.Text{
	ReadProject:      problem.Say("verb.readProject"),
	ManageProject:    problem.Say("verb.manageProject"),
	ReadForm:         problem.Say("verb.readForm"),
	DesignForm:       problem.Say("verb.designForm"),
	Fill:             problem.Say("verb.fill"),
	ReadSubmission:   problem.Say("verb.readSubmission"),
	ReadOwn:          problem.Say("verb.readOwn"),
	EditSubmission:   problem.Say("verb.editSubmission"),
	Review:           problem.Say("verb.review"),
	ExportSubmission: problem.Say("verb.exportSubmission"),
	ReadPersonal:     problem.Say("verb.readPersonal"),
	ReadCase:         problem.Say("verb.readCase"),
	EditCase:         problem.Say("verb.editCase"),
	ReadChart:        problem.Say("verb.readChart"),
	EditChart:        problem.Say("verb.editChart"),
	DeleteSubmission: problem.Say("verb.deleteSubmission"),
	ExportPersonal:   problem.Say("verb.exportPersonal"),
	ManagePersonal:   problem.Say("verb.managePersonal"),
	ReadAudit:        problem.Say("verb.readAudit"),
	Assign:           problem.Say("verb.assign"),
	ReadProgress:     problem.Say("verb.readProgress"),
	ManageLink:       problem.Say("verb.manageLink"),
}

// Label is the verb in plain words, for those that a member of a project can hold.
func (v Verb) Label() problem.Text { return verbLabels[v] }
