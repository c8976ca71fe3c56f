package demo_test

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tianye/internal/account"
	"tianye/internal/demo"
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

func TestFormsAskEveryValueAndOfferEveryChoice(t *testing.T) {
	asked := map[string]map[string]string{}
	offered := map[string]map[string]bool{}
	for _, form := range []string{demo.CaseForm, demo.SatisfactionForm} {
		asked[form], offered[form] = workbook(t, form)
	}
	for _, a := range answers(t) {
		each(a.Values, "", func(path, value string) {
			kind, ok := asked[a.Form][path]
			if !ok {
				t.Fatalf("%s does not ask %s", a.Form, path)
			}
			if value == "" {
				t.Errorf("%s %s is empty", a.Form, path)
			}
			list, isSelect := strings.CutPrefix(kind, "select_one ")
			if !isSelect {
				list, isSelect = strings.CutPrefix(kind, "select_multiple ")
			}
			if rank, ok := strings.CutPrefix(kind, "rank "); ok {
				list, isSelect = rank, true
			}
			for _, code := range strings.Fields(value) {
				if isSelect && !offered[a.Form][list+"/"+code] {
					t.Errorf("%s %s does not offer %q", a.Form, path, code)
				}
			}
		})
	}
}

// each calls for every leaf of an answer's values.
func each(values map[string]any, prefix string, leaf func(path, value string)) {
	for name, v := range values {
		switch v := v.(type) {
		case string:
			leaf(prefix+name, v)
		case map[string]any:
			each(v, prefix+name+"/", leaf)
		case []any:
			for _, entry := range v {
				each(entry.(map[string]any), prefix+name+"/", leaf)
			}
		}
	}
}

// workbook gives the types of a form's questions by path, and its choices as "list/name".
func workbook(t *testing.T, form string) (types map[string]string, choices map[string]bool) {
	t.Helper()
	data, err := demo.Workbook(form)
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	types, choices = map[string]string{}, map[string]bool{}
	survey, _ := book.GetRows("survey")
	prefix := ""
	for _, row := range survey[1:] {
		switch kind := row[0]; {
		case strings.HasPrefix(kind, "begin"):
			prefix += row[1] + "/"
		case strings.HasPrefix(kind, "end_"):
			prefix = prefix[:strings.LastIndexByte(strings.TrimSuffix(prefix, "/"), '/')+1]
		default:
			types[prefix+row[1]] = kind
		}
	}
	list, _ := book.GetRows("choices")
	for _, row := range list[1:] {
		choices[row[0]+"/"+row[1]] = true
	}
	return types, choices
}
