package demo

import (
	"math"
	"strconv"
	"time"
)

// satisfaction makes one resident's questionnaire and the time that it took.
func (g *generator) satisfaction(s subject, user string, start time.Time) (Answer, time.Duration) {
	v := metadata(user, start)
	a := Answer{Form: SatisfactionForm, Enumerator: user, Values: v}
	taken := 150*time.Second + g.seconds(330)
	age := g.choose(ages(s.field))
	meetings := g.waiting(s.profile.meetings*s.liveliness*map[string]float64{"18-29": .6, "30-44": .8, "45-59": 1.1, "60up": 1.4}[age], 60)
	outcome := g.outcome(s, meetings)
	// opinion: the case, the person's age, taking part, what came of a request, and chance
	opinion := s.quality + map[string]float64{"18-29": -.3, "30-44": -.1, "45-59": .05, "60up": .3}[age] +
		.14*(float64(min(meetings, 8))-3) + map[string]float64{"solved": .6, "explained": .15, "pending": -.2, "silent": -1.5}[outcome] + .9*g.NormFloat64()

	v["about"] = g.about(s, age)
	v["matrix"] = g.matrix(s, opinion)
	v["taking_part"] = g.takingPart(s, meetings, outcome)
	score := min(max(int(math.Round(7.1+1.15*opinion+.5*g.NormFloat64())), 0), 10)
	switch {
	case g.chance(.025): // rushed through: one column ticked from top to bottom
		for item := range v["matrix"].(map[string]any) {
			v["matrix"].(map[string]any)[item] = "5"
		}
		taken, score = 35*time.Second+g.seconds(22), 10
		a.State, a.Comment = "rejected", "作答不到1分钟，各项答案相同，不计入统计。"
	case score >= 8 && g.chance(.03): // took 0 for the best
		score = 10 - score
		a.State, a.Comment = "hasIssues", "总体分与分项评价相反，可能把0分当成最好，请核实。"
	}
	v["overall"] = g.overall(s, opinion, score)
	return a, taken
}

func ages(field string) []weighted {
	switch field {
	case "enterprise":
		return weigh("18-29 26 30-44 42 45-59 31 60up 1")
	case "new":
		return weigh("18-29 36 30-44 41 45-59 19 60up 4")
	case "village":
		return weigh("18-29 7 30-44 18 45-59 36 60up 39")
	}
	return weigh("18-29 15 30-44 32 45-59 28 60up 25")
}

func (g *generator) about(s subject, age string) map[string]any {
	v := map[string]any{"county": s.county, "town": s.town, "gender": g.choose(weigh("female 53 male 47")), "age_group": age,
		"identity": g.choose(s.profile.identity)}
	if g.chance(.9) {
		mean := map[string]float64{"18-29": 6, "30-44": 11, "45-59": 21, "60up": 34}[age]
		if s.field == "enterprise" || s.field == "new" {
			mean /= 3
		}
		v["years"] = strconv.Itoa(g.near(mean, mean/2, 0, 70))
	}
	return v
}

// matrix are the seven scales; all but the first two may be left out.
func (g *generator) matrix(s subject, opinion float64) map[string]any {
	v := map[string]any{}
	for _, item := range []string{"service", "response", "openness", "example", "environment", "safety", "fairness"} {
		missing := map[string]float64{"openness": .07, "example": .04, "environment": .03, "safety": .03, "fairness": .09}[item]
		if point := g.near(3.7+.42*opinion+s.profile.items[item], .6, 1, 5); !g.chance(missing) {
			v[item] = strconv.Itoa(point)
		}
	}
	return v
}

// outcome is what came of a person's request, "" when there was none: those who take part ask more, good cases settle more.
func (g *generator) outcome(s subject, meetings int) string {
	if !g.chance(min(.22+.045*float64(meetings), .7)) {
		return ""
	}
	silent := max(.18-.1*s.quality, .03)
	return g.choose([]weighted{{"solved", .42 + .14*s.quality}, {"explained", .2}, {"pending", .2}, {"silent", silent}})
}

func (g *generator) takingPart(s subject, meetings int, outcome string) map[string]any {
	v := map[string]any{"meetings": strconv.Itoa(meetings), "asked": "no", "knows_secretary": "no"}
	if g.chance(min(s.profile.knows+.03*float64(meetings), .98)) {
		v["knows_secretary"] = "yes"
	}
	if meetings > 0 {
		chosen := g.rank(s.profile.activities, 1+g.IntN(min(meetings, 3)))
		v["activities"] = inOrder(chosen, "consultation", "volunteering", "culture", "class", "training", "help")
	}
	if outcome != "" {
		v["asked"], v["outcome"] = "yes", outcome
		if outcome != "silent" && g.chance(.88) {
			v["reply_days"] = strconv.Itoa(1 + g.waiting(s.profile.replyDays*(1-.25*s.quality), 180))
		}
	}
	return v
}

func (g *generator) overall(s subject, opinion float64, score int) map[string]any {
	v := map[string]any{"score": strconv.Itoa(score), "call_back": "no",
		"change": g.choose([]weighted{{"better", math.Exp(.9 * opinion)}, {"same", 1.1}, {"worse", .25 * math.Exp(-.9*opinion)}})}
	if g.chance(.95) {
		chosen := g.rank(s.profile.priorities, 1+g.IntN(3))
		v["priorities"] = inOrder(chosen, "elderly", "children", "parking", "clean", "income", "health", "openness", "culture", "other")
		for _, code := range chosen {
			if code == "other" {
				v["priorities_other"] = g.texts.take("others", "priority", s.field)
			}
		}
	}
	if g.chance(.38 + .1*math.Abs(opinion)) {
		tone := "0"
		if g.chance(.3 + .2*math.Abs(opinion)) {
			tone = map[bool]string{true: "+", false: "-"}[opinion > 0]
		}
		field := s.field
		if g.chance(.35) {
			field = "any"
		}
		v["suggestion"] = g.texts.take("suggestions", field, tone)
	}
	if g.chance(.2) {
		v["call_back"] = "yes"
		if g.chance(.85) {
			v["phone"] = g.telephone()
		}
	}
	return v
}
