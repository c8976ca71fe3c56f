package quality_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/survey/form"
	"tianye/survey/quality"
)

func flagged(flags []quality.Flag, check quality.Check) map[id.SubmissionID]quality.Flag {
	found := map[id.SubmissionID]quality.Flag{}
	for _, f := range flags {
		if _, known := found[f.Submission]; f.Check == check && !known {
			found[f.Submission] = f
		}
	}
	return found
}

// TestHonestFieldwork counts what is flagged where nothing is wrong: over five simulated fieldworks at
// most 2 % of the submissions, all checks together, no copy, no place and no enumerator.
func TestHonestFieldwork(t *testing.T) {
	d, all := definition(), 0
	const runs = 5
	for seed := range uint64(runs) {
		flags, _ := quality.Run(input(d, fieldwork(honest, seed)))
		times, any := map[quality.Check]int{}, map[id.SubmissionID]bool{}
		for _, f := range flags {
			times[f.Check]++
			any[f.Submission] = true
			if f.Check.OfEnumerators() || f.Check == quality.NearIdentical || f.Check == quality.Place || f.Check == quality.SamePerson {
				t.Errorf("seed %d: %+v", seed, f)
			}
		}
		var said []string
		for _, check := range slices.Sorted(maps.Keys(times)) {
			said = append(said, fmt.Sprintf("%s %d", check, times[check]))
		}
		all += len(any)
		t.Logf("seed %d: %d of %d honest submissions are flagged (%.2f %%): %s", seed, len(any), honest, 100*float64(len(any))/honest, strings.Join(said, ", "))
	}
	t.Logf("all: %.2f %%", 100*float64(all)/(runs*honest))
	if all > runs*honest*2/100 {
		t.Errorf("more than 2 %%: %d", all)
	}
}

// fault is what is planted, and what is to be found.
type fault struct {
	name   string
	check  quality.Check
	rows   []int // who is to be flagged by it
	key    string
	path   form.Path
	plant  func(all []interview)
	honest int     // how many others the check may flag
	items  float64 // the threshold of straight lines
}

var faults = []fault{
	{"four minutes", quality.TooFast, []int{7}, "quality.say.tooFast", "", func(all []interview) { all[7].Ended = all[7].Started.Add(4 * time.Minute) }, 8, 7},
	{"a second a question", quality.TooFast, []int{7}, "quality.say.tooFast", "", func(all []interview) { all[7].Ended = all[7].Started.Add(45 * time.Second) }, 8, 7},
	{"a form that lay open for hours, filled in at once", quality.TooFast, []int{7}, "quality.say.tooFast", "", func(all []interview) {
		all[7].Ended, all[7].Active = all[7].Started.Add(3*time.Hour), 3*time.Minute
	}, 8, 7},
	{"one column ticked", quality.StraightLine, []int{9}, "quality.say.straightLine", "service1", func(all []interview) { same(all[9], "4", numbered("service", 8)...) }, 20, 7},
	{"the same place on all scales", quality.StraightLine, []int{9}, "quality.say.noVariance", "", func(all []interview) {
		same(all[9], "2", slices.Concat(numbered("service", 8), numbered("part", 6), numbered("trust", 7))...)
	}, 0, 9},
	{"don't know, don't know", quality.DontKnow, []int{11}, "quality.say.dontKnow", "", func(all []interview) { same(all[11], "3", numbered("heard", 8)...) }, 20, 7},
	{"the same person", quality.SamePerson, []int{20, 900}, "quality.say.samePerson", "name", func(all []interview) {
		all[20].answers["name"], all[20].answers["phone"] = "王 国华", "+86 199-0000-1234"
		all[900].answers["name"], all[900].answers["phone"] = "王国华", "１９９００００１２３４"
	}, 0, 7},
	{"a copy with two changes", quality.NearIdentical, []int{30, 31}, "quality.say.nearIdentical", "", func(all []interview) {
		all[31].answers = maps.Clone(all[30].answers)
		all[31].answers["name"], all[31].answers["age"] = "叶春林", "44"
	}, 0, 7},
	{"a zero too many", quality.Outlier, []int{40}, "quality.say.outlier", "age", func(all []interview) { all[40].answers["age"] = "520" }, 20, 7},
	{"an income of millions", quality.Outlier, []int{41}, "quality.say.outlier", "income", func(all []interview) { all[41].answers["income"] = "36000000" }, 20, 7},
	{"thirty in a household", quality.Outlier, []int{42}, "quality.say.outlier", "household", func(all []interview) { all[42].answers["household"] = "95" }, 20, 7},
	{"in another province", quality.Place, []int{50}, "quality.say.placeFarIn", "point", func(all []interview) { all[50].answers["point"] = "30.2741 120.1551 10 5" }, 0, 7},
	{"from one desk", quality.Place, []int{51, 52, 53, 54, 55}, "quality.say.placeSame", "point", func(all []interview) {
		for i := 51; i <= 55; i++ {
			all[i].Area = all[51].Area
			all[i].answers["point"] = fmt.Sprintf("28.9000001 118.700000%d 10 5", i-50)
		}
	}, 0, 7},
	{"somewhere about", quality.Place, []int{56}, "quality.say.placeCoarse", "point", func(all []interview) {
		all[56].answers["point"] = strings.Join(strings.Fields(all[56].answers["point"])[:3], " ") + " 850"
	}, 0, 7},
	{"at night", quality.Night, []int{60}, "quality.say.night", "", func(all []interview) {
		all[60].Started = time.Date(2026, 4, 3, 23, 10, 0, 0, zone)
		all[60].Ended = all[60].Started.Add(30 * time.Minute)
	}, 0, 7},
	{"a photo that never came", quality.Media, []int{70}, "quality.say.media", "photo", func(all []interview) { all[70].Lacking = []form.Path{"photo"} }, 0, 7},
}

// TestPlantedFaults: each check finds what was planted for it, and says so of few others.
func TestPlantedFaults(t *testing.T) {
	d := definition()
	for _, c := range faults {
		t.Run(c.name, func(t *testing.T) {
			all := fieldwork(honest, 1)
			c.plant(all)
			in := input(d, all)
			in.Settings.Values = map[string]float64{"straightItems": c.items}
			flags, _ := quality.Run(in)
			found := flagged(flags, c.check)
			for _, row := range c.rows {
				f, ok := found[all[row].Submission]
				if !ok || f.Text.Key != c.key || f.Path != c.path {
					t.Errorf("row %d: %+v", row, f)
				}
				delete(found, all[row].Submission)
			}
			if len(found) > c.honest {
				t.Errorf("flags %d others too: %v", len(found), found)
			}
		})
	}
}

func same(one interview, answer string, names ...string) {
	for _, name := range names {
		one.answers[name] = answer
	}
}

// TestPlantedEnumerators: an enumerator who leans, and one who estimates.
func TestPlantedEnumerators(t *testing.T) {
	d := definition()
	for _, c := range []struct {
		name  string
		check quality.Check
		key   string
		path  form.Path
		plant func(one interview)
	}{
		{"everyone content", quality.Peers, "quality.say.peersMean", "trust3", func(one interview) { one.answers["trust3"] = "5" }},
		{"everyone at school for long", quality.Peers, "quality.say.peersShare", "school", func(one interview) { one.answers["school"] = "6" }},
		{"round incomes and distances", quality.Digits, "quality.say.digits", "", func(one interview) {
			for _, name := range []string{"age", "income", "distance"} {
				if text := one.answers[name]; len(text) > 1 {
					one.answers[name] = text[:len(text)-1] + "0"
				}
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := fieldwork(honest, 1)
			for _, one := range all {
				if one.Enumerator == "e03" {
					c.plant(one)
				}
			}
			flags, _ := quality.Run(input(d, all))
			var found []quality.Flag
			for _, f := range flags {
				if f.Check.OfEnumerators() {
					found = append(found, f)
				}
			}
			if len(found) != 1 || found[0].Check != c.check || found[0].Enumerator != "e03" || found[0].Submission != "" || found[0].Text.Key != c.key || found[0].Path != c.path {
				t.Errorf("%+v", found)
			}
		})
	}
}

// TestSameFlagsInAnyOrder: rows come in another order on every process.
func TestSameFlagsInAnyOrder(t *testing.T) {
	d, all := definition(), fieldwork(400, 3)
	all[9].answers = maps.Clone(all[8].answers)
	all[10].answers = maps.Clone(all[8].answers)
	all[11].Lacking = []form.Path{"photo"}
	want, _ := quality.Run(input(d, all))
	slices.Reverse(all)
	got, _ := quality.Run(input(d, all))
	if len(want) < 5 || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// TestVisitsToCases: where each case is visited again and again, its people come again and it answers
// alike; in another case they do not.
func TestVisitsToCases(t *testing.T) {
	d, all := definition(), fieldwork(600, 4)
	for i := range all {
		first := i - i%4
		all[i].Case, all[i].Area, all[i].Enumerator = id.CaseID(fmt.Sprint("case", first)), "", id.UserID(fmt.Sprint("e", first/40))
		for _, name := range []string{"name", "phone", "school", "land", "member", "trust1"} {
			all[i].answers[name] = all[first].answers[name]
		}
	}
	flags, _ := quality.Run(input(d, all))
	for _, f := range flags {
		if f.Check == quality.SamePerson || f.Check == quality.Peers {
			t.Errorf("%+v", f)
		}
	}
	all[17].answers["name"], all[17].answers["phone"] = all[400].answers["name"], all[400].answers["phone"]
	flags, _ = quality.Run(input(d, all))
	found := flagged(flags, quality.SamePerson)
	if f := found[all[17].Submission]; len(found) != 5 || f.Value != 4 {
		t.Errorf("%v", found)
	}
}

// TestManyOfOneNumber: a number that thousands give costs each of them a few names, and one more who gives it
// makes no news of all the others.
func TestManyOfOneNumber(t *testing.T) {
	d := &form.Definition{FormID: "x", Languages: []string{""}, Fields: []*form.Field{{Name: "id_card", Type: form.TextQuestion, Label: form.Text{"": "身份证"}}}}
	var all []interview
	for i := range 1000 {
		one := interview{answers: map[string]string{"id_card": "123456"}}
		one.Row = quality.Row{Submission: id.SubmissionID(fmt.Sprintf("s%06d", i)), Enumerator: "bob", Received: time.Unix(int64(i), 0)}
		if i < 3 {
			one.Again = "the visit that two check"
		}
		all = append(all, one)
	}
	run := func(n int) map[id.SubmissionID]quality.Flag {
		flags, _ := quality.Run(input(d, all[:n]))
		return flagged(flags, quality.SamePerson)
	}
	before, after := run(999), run(1000)
	if len(before) != 999 {
		t.Fatalf("%d are flagged", len(before))
	}
	for sub, f := range before {
		if cap(f.With) > 8 || len(f.With) != 5 || slices.Contains(f.With, sub) {
			t.Fatalf("%s names %v, in room for %d", sub, f.With, cap(f.With))
		}
		if f.Value != after[sub].Value {
			t.Fatalf("%s is written again: %v, %v", sub, f.Value, after[sub].Value)
		}
	}
	if f := before[all[1].Submission]; fmt.Sprint(f.Text.Args[0]) != "996" || slices.Contains(f.With, all[0].Submission) {
		t.Errorf("a visit and those who check it are alike on purpose: %+v", f)
	}
}

// TestDigitsWhereAllRound: a county in which all numbers are round says nothing, and hides nothing elsewhere.
func TestDigitsWhereAllRound(t *testing.T) {
	d := &form.Definition{FormID: "x", Languages: []string{""}, Fields: []*form.Field{{Name: "income", Type: form.Integer, Label: form.Text{"": "收入"}}}}
	var all []interview
	add := func(who, area string, n, from, step int) {
		for i := range n {
			key := fmt.Sprint(who, i)
			one := interview{answers: map[string]string{"income": fmt.Sprint(from + step*i)}}
			one.Row = quality.Row{Submission: id.SubmissionID(key), Enumerator: id.UserID(who), Area: area, Case: id.CaseID(key), Received: time.Unix(int64(i), 0)}
			all = append(all, one)
		}
	}
	add("bob", "江山市", 100, 101, 1)
	add("carol", "江山市", 100, 103, 1)
	add("a maker of numbers", "江山市", 100, 100, 5)
	add("dora", "开化县", 50, 100, 10)
	add("erin", "开化县", 50, 200, 10)
	flags, _ := quality.Run(input(d, all))
	var found []id.UserID
	for _, f := range flags {
		if f.Check == quality.Digits {
			found = append(found, f.Enumerator)
		}
	}
	if !slices.Equal(found, []id.UserID{"a maker of numbers"}) {
		t.Errorf("found %v", found)
	}
}

func BenchmarkRun(b *testing.B) {
	d := definition()
	for _, n := range []int{1500, 20000} {
		in := input(d, fieldwork(n, 1))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				quality.Run(in)
			}
		})
	}
}

// TestOutsideTheBox: where it is known where a county lies, a point is in it or not.
func TestOutsideTheBox(t *testing.T) {
	all := fieldwork(honest, 1)
	in := input(definition(), all)
	in.Settings.Boxes = []quality.Box{{Area: all[50].Area, South: 20, West: 110, North: 21, East: 111}, {Area: all[51].Area, South: 20, West: 110, North: 40, East: 130}}
	flags, _ := quality.Run(in)
	found := flagged(flags, quality.Place)
	if f := found[all[50].Submission]; f.Text.Key != "quality.say.placeOutside" || f.Text.Args[0] != all[50].Area {
		t.Errorf("%+v", f)
	}
	for _, one := range all {
		if _, is := found[one.Submission]; is != (one.Area == all[50].Area) {
			t.Fatalf("%s of %s: %t", one.Submission, one.Area, is)
		}
	}
}

// TestWhatMeansDontKnow: by name, by number, by label; 99 of a hundred numbers is a number, and some
// call 99 what is something else.
func TestWhatMeansDontKnow(t *testing.T) {
	for _, c := range []struct {
		name, label string
		choices     int
		means       bool
	}{
		{"dk", "?", 3, true}, {"DONT_KNOW", "?", 3, true}, {"99", "不适用", 3, true}, {"-98", "?", 3, true}, {"x", "说不清", 3, true}, {"x", "Don’t know", 3, true}, {"x", "Not sure / can't say", 3, true},
		{"99", "其他", 3, false}, {"99", "拒绝回答", 3, false}, {"99", "99", 60, false}, {"desk", "知道", 3, false}, {"9", "很好", 3, false},
	} {
		list := &form.ChoiceList{Name: "list"}
		for i := range c.choices - 1 {
			list.Choices = append(list.Choices, form.Choice{Name: fmt.Sprint("c", i), Label: form.Text{"": "有"}})
		}
		list.Choices = append(list.Choices, form.Choice{Name: c.name, Label: form.Text{"": c.label}})
		d := &form.Definition{Languages: []string{""}, Lists: map[string]*form.ChoiceList{"list": list}}
		one := interview{quality.Row{Submission: "s", Enumerator: "e"}, map[string]string{}}
		for _, name := range numbered("q", 5) {
			d.Fields = append(d.Fields, &form.Field{Name: name, Type: form.SelectOne, List: "list"})
			one.answers[name] = c.name
		}
		flags, _ := quality.Run(input(d, []interview{one}))
		if _, means := flagged(flags, quality.DontKnow)["s"]; means != c.means {
			t.Errorf("%s %s of %d: %t", c.name, c.label, c.choices, means)
		}
	}
}

// TestNightBegins: the hours are the server's, and may lie on either side of midnight.
func TestNightBegins(t *testing.T) {
	for _, c := range []struct {
		from, to float64
		at       string
		night    bool
	}{{22, 6, "21:59", false}, {22, 6, "22:00", true}, {22, 6, "05:59", true}, {22, 6, "06:00", false}, {1, 5, "00:30", false}, {1, 5, "04:00", true}, {22.5, 6, "22:15", false}} {
		at, err := time.ParseInLocation("15:04", c.at, zone)
		if err != nil {
			t.Fatal(err)
		}
		at = at.AddDate(2026, 3, 1)
		in := input(&form.Definition{}, []interview{{quality.Row{Submission: "s", Enumerator: "e", Started: at.UTC(), Ended: at.Add(time.Second)}, nil}})
		in.Settings.Values = map[string]float64{"nightFrom": c.from, "nightTo": c.to}
		flags, _ := quality.Run(in)
		if _, night := flagged(flags, quality.Night)["s"]; night != c.night {
			t.Errorf("%+v: %t", c, night)
		}
		in.Rows[0].Enumerator = ""
		if flags, _ := quality.Run(in); len(flags) > 0 {
			t.Errorf("a participant may answer by night: %v", flags)
		}
	}
}
