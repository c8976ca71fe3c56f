package demo_test

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/demo"
	"tianye/survey/form"
	"tianye/survey/instance"
	"tianye/survey/xlsform"
)

func answers(t *testing.T) []demo.Answer {
	t.Helper()
	list, err := demo.Answers()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAnswersAreTheSameEachTime(t *testing.T) {
	first, second := answers(t), answers(t)
	if !reflect.DeepEqual(first, second) {
		t.Error("two runs differ")
	}
	if n := len(first); n < 1450 || n > 1550 {
		t.Errorf("%d answers, want about 1,500", n)
	}
}

func TestAnswersAreSpreadOverTheSpring(t *testing.T) {
	months, forms, states := map[time.Month]int{}, map[string]int{}, map[string]int{}
	perCase := map[string]int{}
	for _, a := range answers(t) {
		months[a.At.Month()]++
		forms[a.Form]++
		states[a.State]++
		if a.Form == demo.CaseForm {
			perCase[a.Case]++
		}
		if d := a.At.Weekday(); d == time.Saturday || d == time.Sunday || a.At.Hour() < 9 || a.At.Hour() > 20 {
			t.Errorf("%s %s arrived at %s", a.Form, a.Case, a.At)
		}
		if who := slices.IndexFunc(demo.People, func(p demo.Person) bool { return p.User == a.Enumerator }); who < 0 || demo.People[who].Role != account.Enumerator {
			t.Errorf("%s is not an enumerator", a.Enumerator)
		}
		if bad := a.State == "hasIssues" || a.State == "rejected"; bad != (a.Comment != "") {
			t.Errorf("%s has the comment %q", a.State, a.Comment)
		}
	}
	if len(months) != 4 || months[time.April] < 2*months[time.March] || months[time.May] < 2*months[time.June] {
		t.Errorf("by month: %v", months)
	}
	if forms[demo.CaseForm] < 195 || forms[demo.CaseForm] > 215 || len(perCase) != 50 {
		t.Errorf("by form: %v, cases visited: %d", forms, len(perCase))
	}
	if len(states) != 4 || states["approved"] < 900 || states["hasIssues"] < 10 || states["rejected"] < 10 || states["received"] < 100 {
		t.Errorf("by state: %v", states)
	}
}

func TestFormsAcceptEveryAnswer(t *testing.T) {
	programs := map[string]*instance.Program{}
	calculated := map[string]map[string]bool{}
	for _, name := range []string{demo.CaseForm, demo.SatisfactionForm} {
		programs[name], calculated[name] = program(t, name)
	}
	env := instance.Environment{Now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 8*60*60))}
	for _, a := range answers(t) {
		filled, violations := programs[a.Form].Load(a.Values, env)
		for _, v := range append(violations, filled.Validate()...) {
			t.Errorf("%s of %s at %s: %s %s %v", a.Form, a.Case, a.At, v.Path, v.Kind, v.Text)
		}
		given, kept := map[string]string{}, map[string]string{}
		leaves(a.Values, "", given)
		leaves(filled.Answers(), "", kept)
		for path := range kept {
			if calculated[a.Form][path[strings.LastIndexByte(path, '/')+1:]] {
				delete(kept, path)
			}
		}
		if !maps.Equal(given, kept) { // an irrelevant question was answered
			t.Errorf("%s of %s at %s: given %v, kept %v", a.Form, a.Case, a.At, given, kept)
		}
		if t.Failed() {
			return
		}
	}
}

// leaves lists an answer's values by path.
func leaves(values map[string]any, prefix string, into map[string]string) {
	for name, v := range values {
		switch v := v.(type) {
		case string:
			into[prefix+name] = v
		case map[string]any:
			leaves(v, prefix+name+"/", into)
		case []any:
			for i, entry := range v {
				leaves(entry.(map[string]any), prefix+name+"["+strconv.Itoa(i)+"]/", into)
			}
		}
	}
}

// program reads a form as the server does, and names its calculated questions.
func program(t *testing.T, name string) (*instance.Program, map[string]bool) {
	t.Helper()
	data, err := demo.Workbook(name)
	if err != nil {
		t.Fatal(err)
	}
	definition, found, err := xlsform.Read(bytes.NewReader(data), int64(len(data)), name+".xlsx")
	if err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	p, complaints := instance.Compile(definition)
	if len(complaints) > 0 {
		t.Fatal(complaints)
	}
	calculated := map[string]bool{}
	definition.Walk(func(_ form.Path, f *form.Field) {
		if f.Type == form.Calculate {
			calculated[f.Name] = true
		}
	})
	return p, calculated
}

// The comparisons that the demonstration draws must be in its answers.
func TestAnswersShowTheFindings(t *testing.T) {
	field, county := map[string]string{}, map[string]string{}
	for _, c := range cases(t) {
		field[c.Slug], county[c.Slug] = c.Field, c.County
	}
	scores, meetings := map[string][]float64{}, map[string][]float64{}
	suggestions := map[string]bool{}
	for _, a := range answers(t) {
		if a.Form != demo.SatisfactionForm || a.State == "rejected" {
			continue
		}
		overall, part := a.Values["overall"].(map[string]any), a.Values["taking_part"].(map[string]any)
		score, _ := strconv.ParseFloat(overall["score"].(string), 64)
		times, _ := strconv.ParseFloat(part["meetings"].(string), 64)
		outcome, _ := part["outcome"].(string)
		groups := []string{field[a.Case], county[a.Case], county[a.Case] + field[a.Case], "outcome " + outcome}
		if times == 0 {
			groups = append(groups, "never")
		} else if times >= 4 {
			groups = append(groups, "often")
		}
		for _, g := range groups {
			scores[g], meetings[g] = append(scores[g], score), append(meetings[g], times)
		}
		if text, ok := overall["suggestion"].(string); ok {
			suggestions[text] = true
		}
	}
	for _, more := range []struct {
		less, than string
		of         map[string][]float64
		by         float64
	}{
		{"两新组织", "社区", scores, 1}, {"龙游县", "柯城区", scores, .3}, {"两新组织", "农村", meetings, 2.5},
		{"never", "often", scores, 1}, {"outcome silent", "outcome solved", scores, 2}, {"龙游县企业", "江山市企业", scores, .8},
		{"柯城区企业", "柯城区社区", scores, .5},
	} {
		if gap := mean(more.of[more.than]) - mean(more.of[more.less]); gap < more.by {
			t.Errorf("%s exceeds %s by %.2f, want %.1f at least", more.than, more.less, gap, more.by)
		}
	}
	if len(suggestions) < 150 {
		t.Errorf("%d different suggestions", len(suggestions))
	}
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}
