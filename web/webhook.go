package web

import (
	"net/http"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// webhookPage is where a manager has another program told.
type webhookPage struct {
	Page
	Hook    survey.Webhook
	Events  []survey.HookEvent
	Secret  string // shown once
	Last    []survey.Delivery
	Waiting int
	Tried   *survey.HookAnswer
	Error   string
	Local   bool // the operator lets the machine itself be told
}

// lastShown is how many deliveries are shown.
const lastShown = 20

// Wants tells whether an event is told.
func (p webhookPage) Wants(event survey.HookEvent) bool {
	for _, wanted := range p.Hook.Events {
		if wanted == event {
			return true
		}
	}
	return false
}

// Receipt is the number of what was told of.
func (p webhookPage) Receipt(submission id.SubmissionID) string { return survey.Receipt(submission) }

func (s *Server) webhookPage(r *Request) (webhookPage, error) {
	page := webhookPage{Page: s.page(r, "webhook.title"), Events: survey.HookEvents, Local: s.Hooks != nil && s.Hooks.AllowLocal}
	page.Section = "submissions"
	var err error
	if page.Hook, err = s.Surveys.Webhook(r, r.Project.ID); err != nil {
		return page, err
	}
	page.Last, page.Waiting, err = s.Surveys.HookDeliveries(r, r.Project.ID, lastShown)
	return page, err
}

func (s *Server) webhook(r *Request) error {
	page, err := s.webhookPage(r)
	if err != nil {
		return err
	}
	return s.show(r, "webhook/show", page)
}

func (s *Server) saveWebhook(r *Request) error {
	edit := survey.HookEdit{URL: r.Field("url"), Answers: r.Field("answers") != "", On: r.Field("on") != ""}
	for _, name := range r.Request.PostForm["event"] {
		edit.Events = append(edit.Events, survey.HookEventOf(name))
	}
	hook, fresh, err := s.Surveys.SaveWebhook(r, r.Project.ID, r.User.ID, edit)
	if problem.Is(err, problem.Invalid) {
		page, failed := s.webhookPage(r)
		if failed != nil {
			return failed
		}
		page.Hook.URL, page.Hook.Events, page.Hook.Answers, page.Hook.On = edit.URL, edit.Events, edit.Answers, edit.On
		page.Error = page.Say(problem.From(err).Text)
		return s.render(r, http.StatusUnprocessableEntity, "webhook/show", page)
	}
	if err != nil {
		return err
	}
	after := "webhook.isOff"
	if hook.On {
		after = "webhook.isOn"
	}
	r.did(string(r.Project.ID), hook.URL)
	r.changed("", say(r, after))
	if fresh {
		return s.showSecret(r, hook)
	}
	return r.To("/p/"+string(r.Project.ID)+"/webhook", "webhook.saved")
}

// showSecret shows the secret, this once.
func (s *Server) showSecret(r *Request, hook survey.Webhook) error {
	secret, err := s.Accounts.Secret(r)
	if err != nil {
		return err
	}
	page, err := s.webhookPage(r)
	if err != nil {
		return err
	}
	page.Secret = hook.Secret(secret)
	return s.show(r, "webhook/show", page)
}

func (s *Server) renewWebhook(r *Request) error {
	hook, err := s.Surveys.RenewHookSecret(r, r.Project.ID)
	if problem.Is(err, problem.NotFound) {
		return problem.New(problem.NotFound, "webhook.none")
	}
	if err != nil {
		return err
	}
	r.did(string(r.Project.ID), hook.URL)
	return s.showSecret(r, hook)
}

// testWebhook tells the receiver of nothing and shows what it answers.
func (s *Server) testWebhook(r *Request) error {
	if s.Hooks == nil {
		return problem.New(problem.Unavailable, "webhook.notHere")
	}
	answer, err := s.Hooks.Try(r, r.Project.ID)
	if problem.Is(err, problem.NotFound) {
		return problem.New(problem.NotFound, "webhook.none")
	}
	if err != nil {
		return err
	}
	page, err := s.webhookPage(r)
	if err != nil {
		return err
	}
	r.did(string(r.Project.ID), page.Hook.URL)
	r.changed("", page.Say(answer.Failed))
	page.Tried = &answer
	return s.show(r, "webhook/show", page)
}
