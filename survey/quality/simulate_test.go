package quality_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/internal/table"
	"tianye/survey/form"
	"tianye/survey/quality"
)

// The simulated fieldwork: honest interviews of a form of 47 questions by 20 enumerators in six
// counties. Opinions hang together by a person's leaning, the case's and the county's; times are
// log-normal; points lie about villages in the county.
const (
	honest      = 1500
	enumerators = 20
)

var zone = time.FixedZone("UTC+8", 8*60*60)

var counties = []struct {
	name                string
	latitude, longitude float64
}{{"kecheng", 28.97, 118.87}, {"qujiang", 28.98, 118.96}, {"jiangshan", 28.74, 118.61}, {"longyou", 29.03, 119.17}, {"changshan", 28.90, 118.51}, {"kaihua", 29.14, 118.42}}

func choices(name string, labels ...string) *form.ChoiceList {
	list := &form.ChoiceList{Name: name}
	for i, label := range labels {
		list.Choices = append(list.Choices, form.Choice{Name: strconv.Itoa(i + 1), Label: form.Text{"": label}})
	}
	return list
}

// definition is the form.
func definition() *form.Definition {
	d := &form.Definition{FormID: "household", DefaultLanguage: "", Languages: []string{""}, Lists: map[string]*form.ChoiceList{
		"agree":  choices("agree", "很不满意", "不太满意", "一般", "比较满意", "很满意"),
		"often":  choices("often", "从不", "很少", "有时", "经常", "总是"),
		"known":  choices("known", "是", "否", "不知道"),
		"school": choices("school", "没上过学", "小学", "初中", "高中", "大专", "本科以上"),
		"job":    choices("job", "务农", "务工", "经商", "单位", "学生", "退休", "其他"),
		"topic":  choices("topic", "道路", "饮水", "养老", "上学", "看病", "收入", "环境", "文化"),
	}}
	county := &form.ChoiceList{Name: "county"}
	for _, c := range counties {
		county.Choices = append(county.Choices, form.Choice{Name: c.name, Label: form.Text{"": c.name}})
	}
	d.Lists["county"] = county
	add := func(kind form.Type, list string, names ...string) {
		for _, name := range names {
			f := &form.Field{Name: name, Type: kind, List: list, Label: form.Text{"": name}}
			if list == "agree" || list == "often" {
				f.Appearance = "likert"
			}
			d.Fields = append(d.Fields, f)
		}
	}
	add(form.TextQuestion, "", "name", "phone")
	d.Fields[0].Personal, d.Fields[1].Personal = true, true
	add(form.SelectOne, "county", "county")
	add(form.Geopoint, "", "point")
	add(form.SelectOne, "known", "member")
	add(form.Integer, "", "age", "household", "income", "land", "meetings", "distance")
	add(form.SelectOne, "school", "school")
	add(form.SelectOne, "job", "job")
	add(form.SelectOne, "agree", numbered("service", 8)...)
	add(form.SelectMultiple, "topic", "topics", "wishes")
	add(form.SelectOne, "often", numbered("part", 6)...)
	add(form.SelectOne, "known", numbered("heard", 10)...)
	add(form.Decimal, "", "hours")
	add(form.SelectOne, "agree", numbered("trust", 7)...)
	add(form.TextQuestion, "", "remark")
	add(form.Image, "", "photo")
	return d
}

func numbered(name string, n int) []string {
	var all []string
	for i := range n {
		all = append(all, name+strconv.Itoa(i+1))
	}
	return all
}

// interview is one submission as it is answered.
type interview struct {
	quality.Row
	answers map[string]string
}

// team are the enumerators and the questions, as chance makes them.
type team struct {
	*rand.Rand
	pace, lean [enumerators]float64
	difficulty [40]float64
}

func (r *team) normal(mean, deviation float64) float64 { return mean + deviation*r.NormFloat64() }

func (r *team) pick(list string) string {
	words := strings.Fields(list)
	return words[r.IntN(len(words))]
}

func (r *team) near(x float64, low, high int) string {
	return strconv.Itoa(min(max(int(math.Round(x)), low), high))
}

// fieldwork simulates honest interviews; the same seed gives the same.
func fieldwork(n int, seed uint64) []interview {
	r := &team{Rand: rand.New(rand.NewPCG(seed, 7))}
	for e := range enumerators {
		r.pace[e], r.lean[e] = r.normal(0, 0.12), r.normal(0, 0.12)
	}
	for i := range r.difficulty {
		r.difficulty[i] = r.normal(0, 0.45)
	}
	var all []interview
	for i := range n {
		e := r.IntN(enumerators)
		at, village := e%len(counties), r.IntN(8)
		a := r.person()
		a["county"], a["point"], a["photo"] = counties[at].name, r.place(at, village), fmt.Sprintf("p%d.jpg", i)
		r.opinions(a, r.normal(0, 0.7)+0.25*math.Sin(float64(at*8+village))+r.lean[e])
		if r.Float64() < 0.1 {
			delete(a, r.pick("hours land distance income"))
		}
		start := time.Date(2026, 4, 1+r.IntN(60), 8, r.IntN(600), 0, 0, zone)
		taken := time.Duration(math.Exp(r.normal(math.Log(25), 0.32)+r.pace[e]) * float64(time.Minute))
		all = append(all, interview{quality.Row{Submission: id.SubmissionID(fmt.Sprintf("s%05d", i)), Enumerator: id.UserID(fmt.Sprintf("e%02d", e)),
			Case: id.CaseID(fmt.Sprint(counties[at].name, village)), Area: counties[at].name, Started: start, Ended: start.Add(taken), Received: start.Add(taken + time.Hour)}, a})
	}
	return all
}

// person is somebody with a household.
func (r *team) person() map[string]string {
	age := min(max(int(r.normal(52, 15)), 18), 92)
	income := math.Exp(r.normal(10.4, 0.7))
	if r.Float64() < 0.5 { // people round what they earn
		income = math.Round(income/1000) * 1000
	}
	land := 0
	if r.Float64() < 0.7 {
		land = int(r.ExpFloat64() * 4)
	}
	return map[string]string{
		"name":  r.pick("徐 郑 吴 余 王 姜 方 毛 周 汪 叶 程") + r.pick("国 建 志 海 秀 永 明 春 兰 玉") + r.pick("华 平 文 英 芳 林 慧 敏 东 琴 军 娟"),
		"phone": fmt.Sprintf("199%08d", r.IntN(1e8)), "member": r.pick("1 2 2 2 2"), "age": strconv.Itoa(age), "household": r.near(1+r.ExpFloat64()*2.2, 1, 12),
		"income": strconv.Itoa(int(income)), "land": strconv.Itoa(land), "meetings": r.near(r.ExpFloat64()*3, 0, 40), "distance": strconv.Itoa(int(r.ExpFloat64()*25) + 1),
		"school": r.near(r.normal(4.6-float64(age)/30, 1), 1, 6), "job": r.pick("1 1 1 2 2 3 4 6 7"), "hours": strconv.FormatFloat(math.Round(10*max(0, r.normal(6, 2.5)))/10, 'f', -1, 64),
	}
}

// place is a point about a village.
func (r *team) place(county, village int) string {
	centre := rand.New(rand.NewPCG(uint64(county), uint64(village)))
	latitude := counties[county].latitude + 0.08*centre.NormFloat64() + 0.004*r.NormFloat64()
	longitude := counties[county].longitude + 0.08*centre.NormFloat64() + 0.004*r.NormFloat64()
	return fmt.Sprintf("%.7f %.7f 120 %.1f", latitude, longitude, 3+math.Abs(r.normal(0, 12)))
}

// opinions are the answers that hang together.
func (r *team) opinions(a map[string]string, opinion float64) {
	items := 0
	scale := func(list []string, mean, weight float64) {
		for _, name := range list {
			a[name] = r.near(mean+weight*opinion+r.difficulty[items]+r.normal(0, 0.8), 1, 5)
			items++
		}
	}
	scale(numbered("service", 8), 3.6, 0.6)
	scale(numbered("part", 6), 2.6, 0.5)
	scale(numbered("trust", 7), 3.7, 0.7)
	unknowing := math.Exp(r.normal(-2.6, 0.7)) // how readily a person says so
	for k, name := range numbered("heard", 10) {
		a[name] = map[bool]string{true: "1", false: "2"}[r.Float64() < 0.35+0.04*float64(k)]
		if r.Float64() < unknowing {
			a[name] = "3"
		}
	}
	for _, name := range []string{"topics", "wishes"} {
		var chosen []string
		for c := range 8 {
			if r.Float64() < 0.3 {
				chosen = append(chosen, strconv.Itoa(c+1))
			}
		}
		a[name] = strings.Join(chosen, " ")
	}
	if r.Float64() < 0.3 {
		a["remark"] = fmt.Sprint("希望改善", r.pick("道路 饮水 路灯 公交 养老 环境"), r.IntN(50))
	}
}

// input makes what the checks look at.
func input(d *form.Definition, all []interview) quality.Input {
	in := quality.Input{Definition: d, Table: &table.Table{}, Location: zone, Now: time.Date(2026, 7, 1, 9, 0, 0, 0, zone)}
	for _, one := range all {
		in.Rows = append(in.Rows, one.Row)
		in.Table.Origins = append(in.Table.Origins, id.Origin{Kind: id.KindSubmission, ID: string(one.Submission)})
	}
	for _, f := range d.Fields {
		v := table.Variable{Name: f.Name, Label: f.Name, Type: table.Text, Personal: f.Personal, Ordered: f.Appearance == "likert"}
		var c table.Column
		codes := map[string]int32{}
		code := func(text string) int32 {
			at, ok := codes[text]
			if !ok {
				at = int32(len(codes))
				codes[text] = at
				v.Values = append(v.Values, table.Value{Code: text, Label: text})
			}
			return at
		}
		switch f.Type {
		case form.Integer, form.Decimal:
			v.Type = table.Number
		case form.SelectOne:
			v.Type = table.One
		case form.SelectMultiple:
			v.Type = table.Many
		}
		for _, one := range all {
			answer := one.answers[f.Name]
			switch v.Type {
			case table.Number:
				x, err := strconv.ParseFloat(answer, 64)
				if err != nil {
					x = math.NaN()
				}
				c.Numbers = append(c.Numbers, x)
			case table.Many:
				var set []int32
				for name := range strings.FieldsSeq(answer) {
					set = append(set, code(name))
				}
				c.Sets = append(c.Sets, set)
			default:
				at := table.Missing
				if answer != "" {
					at = code(answer)
				}
				c.Codes = append(c.Codes, at)
			}
		}
		in.Table.Variables, in.Table.Columns = append(in.Table.Variables, v), append(in.Table.Columns, c)
	}
	return in
}
