package demo

import "strconv"

// profile is how a field differs from the others; the differences are what the demonstration's comparisons show.
type profile struct {
	questionnaires int                // a case's
	satisfaction   float64            // in standard deviations of a person's opinion
	meetings       float64            // a person's mean in a year
	knows          float64            // share that knows the secretary
	replyDays      float64            // mean days until an answer
	young          float64            // share of members under 35
	attendance     float64            // mean share of those expected
	items          map[string]float64 // leanings of the seven scales, in points
	identity       []weighted
	activities     []weighted
	priorities     []weighted
	kinds          []weighted // of organisation
	meetingKinds   []weighted
	funding        []weighted
	difficulties   []weighted
}

var profiles = map[string]profile{
	"office": {20, 0, 1.9, .35, 4, .36, .93,
		map[string]float64{"service": .35, "response": .15, "openness": .1, "environment": .2, "safety": .3, "fairness": -.1},
		weigh("member 12 client 70 merchant 18"), weigh("volunteering 3 class 4 consultation 2 training 2"),
		weigh("health 1 parking 4 openness 3 income 2 children 1 elderly 1 other .5"), weigh("committee 1 general_branch 4 branch 5"),
		weigh("theme_day 4 class 3 service 3 congress 1"), weigh("fiscal 9 party_fee 4"), weigh("burden 6 staff 3 partners 2 young 1 none 2")},
	"village": {26, .25, 5.2, .86, 10, .14, .74,
		map[string]float64{"service": -.15, "openness": -.1, "environment": .15, "example": .3, "safety": .1, "fairness": -.15},
		weigh("member 20 resident 72 merchant 8"), weigh("consultation 5 volunteering 3 culture 3 class 2 training 3 help 3"),
		weigh("elderly 5 children 2 parking 2 clean 3 income 6 health 4 openness 3 culture 1 other .6"), weigh("general_branch 3 branch 6 joint 1"),
		weigh("theme_day 4 consultation 5 congress 2 service 3 class 1"), weigh("fiscal 6 party_fee 3 collective 6 donation 2 other .4"),
		weigh("ageing 7 money 4 staff 3 young 4 burden 3 none 1 other .5")},
	"community": {36, .5, 4.6, .6, 6, .18, .71,
		map[string]float64{"service": .2, "response": .15, "environment": -.1, "safety": -.05, "example": .1},
		weigh("member 16 resident 74 merchant 10"), weigh("consultation 4 volunteering 5 culture 6 class 2 training 1 help 3"),
		weigh("elderly 5 children 4 parking 7 clean 4 health 2 openness 3 culture 3 other .6"), weigh("committee 5 general_branch 4"),
		weigh("theme_day 3 consultation 6 service 5 class 1"), weigh("fiscal 6 party_fee 3 dues 2 donation 3 other .3"),
		weigh("staff 6 burden 6 partners 4 young 3 money 2 ageing 2 none 1 other .4")},
	"enterprise": {24, .05, 3.8, .8, 7, .41, .86,
		map[string]float64{"openness": -.2, "safety": .35, "example": .2, "fairness": -.2},
		weigh("member 18 employee 82"), weigh("training 6 volunteering 3 culture 3 class 4 consultation 2"),
		weigh("income 6 children 4 health 3 culture 3 openness 2 parking 2 other .6"), weigh("committee 3 general_branch 3 branch 4"),
		weigh("theme_day 4 class 4 congress 1 service 2"), weigh("collective 7 party_fee 4 fiscal 1"), weigh("staff 2 young 1 burden 3 money 1 none 4 other .5")},
	"new": {20, -.35, 1.6, .37, 15, .55, .58,
		map[string]float64{"service": -.1, "response": -.15, "openness": -.4, "example": -.25, "safety": .1},
		weigh("member 9 employee 60 merchant 31"), weigh("training 4 volunteering 3 class 2 culture 2 help 1"),
		weigh("income 7 children 4 health 3 parking 2 openness 3 culture 1 other .8"), weigh("branch 4 joint 6"),
		weigh("theme_day 5 class 3 service 3 consultation 1"), weigh("party_fee 5 fiscal 3 dues 4 donation 1 other .4"),
		weigh("money 5 staff 4 young 1 partners 4 burden 2 none .5 other .6")},
}

// counties lean too, and some more in one field.
var (
	countyLean = map[string]float64{"kecheng": .2, "qujiang": -.25, "jiangshan": .1, "longyou": -.35, "changshan": 0, "kaihua": .25}
	bothLean   = map[string]float64{"kecheng community": .45, "kaihua village": .35, "jiangshan enterprise": .5, "qujiang village": -.3, "longyou new": -.2}
)

// subject is a case as the generator sees it.
type subject struct {
	Case
	profile                           profile
	county, town, field               string
	quality                           float64 // of the case, in standard deviations of a person's opinion
	liveliness                        float64 // how much more people take part than the field's mean
	members, people, grids, startYear int
	budget, income                    float64
	secretary, phone                  string
}

func (g *generator) subject(c Case) subject {
	s := subject{Case: c}
	s.county, s.town, s.field = codes(c)
	s.profile = profiles[s.field]
	lively := g.NormFloat64()
	s.liveliness = min(max(1+.3*lively, .4), 1.8)
	// where people take part they are content: the study's main finding
	s.quality = s.profile.satisfaction + countyLean[s.county] + bothLean[s.county+" "+s.field] + .22*lively + .2*g.NormFloat64()
	number := func(name string) float64 {
		v, _ := strconv.ParseFloat(c.Attribute(name), 64)
		return v
	}
	s.members, s.people, s.startYear = int(number("党员人数")), int(number("服务人口")), int(number("启动年份"))
	s.budget, s.income, s.grids = number("年度经费（万元）"), number("村集体收入（万元）"), int(number("网格数"))
	if s.grids == 0 {
		s.grids = max(1, s.people/700)
	}
	if s.secretary = c.Attribute("书记"); s.secretary == "" {
		s.secretary = g.person()
	}
	s.phone = g.telephone()
	return s
}

// person invents a name.
func (g *generator) person() string {
	surnames, given := []rune("徐郑吴余王姜方毛周汪叶程陈占何柴刘胡祝朱"), []rune("国华建平志文海秀英永明春兰玉林慧敏卫东雪琴根土水金月娟")
	name := string(surnames[g.IntN(len(surnames))]) + string(given[g.IntN(len(given))])
	if g.chance(.8) {
		name += string(given[g.IntN(len(given))])
	}
	return name
}

// telephone invents a mobile number.
func (g *generator) telephone() string { return "1990000" + strconv.Itoa(1000+g.IntN(9000)) }
