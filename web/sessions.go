package web

import (
	"strings"

	"tianye/internal/account"
	"tianye/internal/problem"
)

// browser is where the request comes from.
func (r *Request) browser() account.Browser {
	return account.Browser{Agent: r.Request.UserAgent(), Address: r.address(), Devices: r.cookie(deviceCookie)}
}

type sessionsPage struct {
	Page
	Sessions []account.Session
	This     string // the ID of the one that asks
}

// Agent says what a session's browser is.
func (p sessionsPage) Agent(session account.Session) string { return p.Say(agentText(session.Agent)) }

func (s *Server) sessions(r *Request) error {
	page := sessionsPage{Page: s.page(r, "people.sessions")}
	var err error
	if page.Sessions, page.This, err = s.Accounts.Sessions(r, r.User.ID, r.token); err != nil {
		return err
	}
	return s.show(r, "session/list", page)
}

// endSession ends one of the reader's sessions, or all but this one.
func (s *Server) endSession(r *Request) error {
	r.about(string(r.User.ID), r.User.Name)
	if r.Field("others") != "" {
		if err := s.Accounts.EndOtherSessions(r, r.User.ID, r.token); err != nil {
			return err
		}
		return r.To("/sessions", "people.sessionsEnded")
	}
	session := r.Field("session")
	if session == "" {
		return problem.New(problem.Malformed, "people.sessionNone")
	}
	if err := s.Accounts.EndSession(r, r.User.ID, session); err != nil {
		return err
	}
	return r.To("/sessions", "people.sessionEnded")
}

// What browsers call themselves, the particular before the general: nearly all say Chrome and Safari too.
var (
	browserMarks = []agentMark{{"MicroMessenger", problem.Say("people.weChat")}, {"DingTalk", problem.Say("people.dingTalk")}, {"QQBrowser", problem.Say("people.qqBrowser")},
		{"UCBrowser", problem.Say("people.ucBrowser")}, {"HuaweiBrowser", problem.Say("people.huaweiBrowser")}, {"MiuiBrowser", problem.Say("people.miBrowser")},
		{"Edg", problem.Say("people.edge")}, {"Firefox", problem.Say("people.firefox")}, {"Chrome", problem.Say("people.chrome")},
		{"Safari", problem.Say("people.safari")}}
	systemMarks = []agentMark{{"HarmonyOS", problem.Say("people.harmony")}, {"Android", problem.Say("people.android")}, {"iPhone", problem.Say("people.iPhone")},
		{"iPad", problem.Say("people.iPad")}, {"Windows", problem.Say("people.windows")}, {"Mac OS", problem.Say("people.mac")},
		{"Linux", problem.Say("people.linux")}}
)

type agentMark struct {
	mark string
	name problem.Text
}

// agentText says in words which browser a user agent is, on which system; it is what the browser claims.
func agentText(agent string) problem.Text {
	find := func(marks []agentMark, unknown problem.Text) problem.Text {
		for _, m := range marks {
			if strings.Contains(agent, m.mark) {
				return m.name
			}
		}
		return unknown
	}
	unknown := problem.Say("people.unknownSystem")
	browser, system := find(browserMarks, problem.Say("people.unknownBrowser")), find(systemMarks, unknown)
	if system.Key == unknown.Key {
		return browser
	}
	return problem.Say("people.agent", browser, system)
}
