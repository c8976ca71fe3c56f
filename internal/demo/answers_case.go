package demo

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// caseAnswer makes the investigator's form of one visit (number 0 to 3).
func (g *generator) caseAnswer(s subject, user string, start time.Time, number int) Answer {
	v := metadata(user, start)
	v["round"] = "2026-1"
	v["visit"] = g.visitGroup(s, start, number)
	v["organisation"] = g.organisation(s, number)
	v["service"] = g.service(s)
	v["activity"] = map[string]any{"meetings": g.meetings(s, start, number)}
	v["talks"] = map[string]any{"interviews": g.interviews(s)}
	v["assessment"] = g.assessment(s, user)
	a := Answer{Form: CaseForm, Enumerator: user, Values: v}
	service, organisation := v["service"].(map[string]any), v["organisation"].(map[string]any)
	switch { // slips that a reviewer finds
	case s.budget > 0 && s.budget < 90 && g.chance(.04):
		service["budget"] = decimal(s.budget * 10)
		a.State, a.Comment = "hasIssues", "年度经费比上次多出10倍，请核对单位是否为万元。"
	case g.chance(.04):
		organisation["young_members"] = organisation["party_members"]
		a.State, a.Comment = "hasIssues", "35岁以下党员数与党员总数相同，请与台账核对。"
	}
	return a
}

// centres are the counties' seats: latitude, longitude, altitude in metres.
var centres = map[string][3]float64{"kecheng": {28.968, 118.871, 66}, "qujiang": {28.979, 118.959, 70}, "jiangshan": {28.737, 118.627, 95},
	"longyou": {29.028, 119.172, 50}, "changshan": {28.901, 118.511, 88}, "kaihua": {29.137, 118.415, 132}}

func (g *generator) visitGroup(s subject, start time.Time, number int) map[string]any {
	ways := g.rank(weigh("forum 6 household 5 records 5 walk 6 sit_in 2 other .3"), 2+g.IntN(3))
	v := map[string]any{"visit_date": start.Format(time.DateOnly), "county": s.county, "town": s.town,
		"visit_ways": inOrder(ways, "forum", "household", "records", "walk", "sit_in", "other")}
	if slices.Contains(ways, "other") {
		v["visit_ways_other"] = g.texts.take("others", "way", "any")
	}
	if g.chance(.9) {
		at := g.spot(s.county, .06, 40, 14)
		v["location"] = at.String()
		if slices.Contains(ways, "walk") {
			if way := route(s.Slug, number, at); way != "" {
				v["route"] = way
			}
		}
	}
	return v
}

func (g *generator) organisation(s subject, number int) map[string]any {
	members := max(3, s.members+g.IntN(number+1)) // a few join in the course of the spring
	young := g.near(s.profile.young*float64(members), .03*float64(members), 0, members)
	v := map[string]any{"field": s.field, "organisation_kind": kind(s, members), "party_members": strconv.Itoa(members),
		"young_members": strconv.Itoa(young), "start_year": strconv.Itoa(s.startYear)}
	if g.chance(.92) {
		v["branches"] = strconv.Itoa(members / 22)
	}
	if s.field == "village" || s.field == "community" {
		v["one_shoulder"] = map[bool]string{true: "yes", false: "no"}[len(s.Slug)%5 > 0]
	}
	if g.chance(.85) {
		v["secretary"] = s.secretary
		if g.chance(.8) {
			v["secretary_phone"] = s.phone
		}
	}
	return v
}

// kind follows the Party's constitution: a committee from about 100 members, a general branch from about 50.
func kind(s subject, members int) string {
	switch {
	case members >= 100:
		return "committee"
	case members >= 50:
		return "general_branch"
	case s.field == "new":
		return map[bool]string{true: "joint", false: "branch"}[len(s.Slug)%3 > 0]
	}
	return "branch"
}

func (g *generator) service(s subject) map[string]any {
	v := map[string]any{"population": strconv.Itoa(s.people), "budget": decimal(s.budget)}
	if s.field == "village" || s.field == "community" {
		v["grids"] = strconv.Itoa(s.grids)
	}
	if s.field == "village" && s.income > 0 {
		v["collective_income"] = decimal(s.income)
	}
	if s.budget > 0 {
		sources := g.rank(s.profile.funding, 1+g.IntN(2))
		v["funding"] = inOrder(sources, "fiscal", "party_fee", "collective", "dues", "donation", "other")
		if slices.Contains(sources, "other") {
			v["funding_other"] = g.texts.take("others", "funding", "any")
		}
		if g.chance(.85) {
			own := 15.0
			if slices.Contains(sources, "collective") || slices.Contains(sources, "dues") {
				own = 55
			}
			v["own_share"] = strconv.Itoa(5 * g.near(own/5, 3, 0, 20))
		}
	}
	if g.chance(.88) {
		v["volunteers"] = strconv.Itoa(g.near(.6*float64(s.members)*s.liveliness+.004*float64(min(s.people, 20000)), 4, 2, 900))
	}
	return v
}

// meetings are this year's until the day of the visit, the later visits see more of them.
func (g *generator) meetings(s subject, visit time.Time, number int) []any {
	first := time.Date(2026, 1, 6, 0, 0, 0, 0, zone)
	span := int(visit.Sub(first).Hours() / 24)
	dates := make([]int, 2+number+g.IntN(3))
	for i := range dates {
		dates[i] = g.IntN(span)
	}
	slices.Sort(dates)
	var list []any
	for _, d := range dates {
		kind := g.choose(s.profile.meetingKinds)
		expected := min(s.members, 320)
		if kind == "consultation" {
			expected = 14 + g.IntN(40)
		}
		rate := s.profile.attendance + .06*(s.liveliness-1)/.3
		attended := g.near(rate*float64(expected), .05*float64(expected), 1, expected)
		raised := g.waiting(3.2, 14)
		solved := 0
		for range raised {
			if g.chance(min(max(.62+.16*s.quality, .2), .95)) {
				solved++
			}
		}
		list = append(list, map[string]any{"meeting_date": first.AddDate(0, 0, d).Format(time.DateOnly), "meeting_kind": kind,
			"expected": strconv.Itoa(expected), "attended": strconv.Itoa(attended), "raised": strconv.Itoa(raised), "solved": strconv.Itoa(solved)})
	}
	return list
}

func (g *generator) interviews(s subject) []any {
	var list []any
	for _, role := range g.rank(weigh("secretary 5 member 4 staff 3 resident 6 partner 2"), 2+g.IntN(3)) {
		age := map[string]float64{"secretary": 49, "member": 54, "staff": 35, "resident": 51, "partner": 42}[role]
		v := map[string]any{"interviewee_role": role, "minutes": strconv.Itoa(5 * g.near(8, 3, 2, 20))}
		if g.chance(.7) {
			v["interviewee"] = g.person()
		}
		if g.chance(.93) {
			v["interviewee_age"] = strconv.Itoa(g.near(age, 9, 20, 84))
		}
		if field := g.either(s.field, .6); g.chance(.9) && g.texts.has("quotes", field, role) {
			v["quote"] = g.texts.take("quotes", field, role)
		}
		list = append(list, v)
	}
	return list
}

// either is the field with probability p, otherwise "any".
func (g *generator) either(field string, p float64) string {
	if g.chance(p) {
		return field
	}
	return "any"
}

func (g *generator) assessment(s subject, user string) map[string]any {
	severity := .25 * float64(len(user)%3-1) // investigators differ a little in how strictly they judge
	strength := func(lean float64) string {
		return strconv.Itoa(g.near(3.6+lean-severity, .45, 1, 5))
	}
	lively := (s.liveliness - 1) / .3
	v := map[string]any{
		"leadership":     strength(.3 + .5*s.quality),
		"participation":  strength(.35*lively + .12*(s.profile.meetings-3.4)),
		"coordination":   strength(.6*s.quality - .1),
		"relations":      strength(.7 * s.quality),
		"sustainability": strength(.4*s.quality + .2*lively - .3),
		"measures":       strings.Join(g.rank(measures(s.field), 5), " "),
		"summary":        g.texts.take("summaries", "any") + g.texts.take("summaries", s.field),
		"spread":         g.choose([]weighted{{"direct", math.Exp(.8 * s.quality)}, {"adapted", 2}, {"local", .5 * math.Exp(-.8*s.quality)}}),
		"consent":        "OK",
	}
	if g.chance(.6) {
		v["summary"] = v["summary"].(string) + g.texts.take("summaries", "any")
	}
	if v["spread"] != "direct" {
		v["spread_limit"] = g.texts.take("limits")
	}
	difficulties := g.rank(s.profile.difficulties, 1+g.IntN(3))
	if slices.Contains(difficulties, "none") {
		difficulties = []string{"none"}
	}
	v["difficulties"] = inOrder(difficulties, "staff", "money", "ageing", "young", "burden", "partners", "none", "other")
	if slices.Contains(difficulties, "other") {
		v["difficulties_other"] = g.texts.take("others", "difficulty", "any")
	}
	return v
}

// measures are what works in a field, the likely first.
func measures(field string) []weighted {
	switch field {
	case "office":
		return weigh("grid 2 cadre 2 rule 4 service 7 digital 4")
	case "village":
		return weigh("grid 3 cadre 8 rule 6 service 3 digital 1")
	case "community":
		return weigh("grid 7 cadre 3 rule 6 service 5 digital 2")
	case "enterprise":
		return weigh("grid 6 cadre 5 rule 3 service 3 digital 3")
	}
	return weigh("grid 4 cadre 4 rule 3 service 7 digital 3")
}

// inOrder writes chosen codes in the order of the choice list, as a select_multiple does.
func inOrder(chosen []string, order ...string) string {
	var codes []string
	for _, code := range order {
		if slices.Contains(chosen, code) {
			codes = append(codes, code)
		}
	}
	return strings.Join(codes, " ")
}
