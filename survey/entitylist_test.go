package survey_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/survey"
	"tianye/survey/instance"
)

const treeSurvey = `
type | name | label | save_to
text | kind | Kind | kind
integer | height | Height (m) | height
`

const treeEntities = `
list_name | label
trees | ${kind}
`

const measureSurvey = `
type | name | label | save_to
select_one_from_file trees.csv | tree | Tree |
integer | now | Height (m) | height
`

const measureEntities = `
list_name | entity_id
trees | ${tree}
`

// TestEntityLists: one form makes trees, another chooses from them and changes them; a
// rejected submission has said nothing. Another process has the same list.
func TestEntityLists(t *testing.T) {
	everywhere(t, func(w *world) {
		plant := w.publish(book(w, "survey", treeSurvey, "entities", treeEntities, "settings", "form_id\nplant"))
		measure := w.publish(book(w, "survey", measureSurvey, "entities", measureEntities, "settings", "form_id\nmeasure"))
		v := measure.Current()
		if lines := w.MediaLines(survey.ListsMade([]survey.Form{plant, measure}), v.Media, v.Needs); len(lines) != 1 || lines[0].State != survey.MediaLive {
			w.Fatal(lines)
		}
		w.wantList(w.Service, measure, "name,label,__version")
		w.submit(plant, m{"kind": "樟", "height": "7"})
		w.submit(plant, m{"kind": "银杏", "height": "9"})
		lines := w.trees(w.Service, measure)
		if len(lines) != 3 || !strings.HasSuffix(lines[1], ",樟,1,7,樟") || !strings.HasSuffix(lines[2], ",银杏,1,9,银杏") {
			w.Fatalf("%q", lines)
		}
		camphor, _, _ := strings.Cut(lines[1], ",")
		grown := w.submit(measure, m{"tree": camphor, "now": "8"})
		w.wantList(w.Service, measure, "name,label,__version,height,kind", camphor+",樟,2,8,樟", lines[2])
		w.wantList(w.other(), measure, "name,label,__version,height,kind", camphor+",樟,2,8,樟", lines[2])
		if _, err := w.Review(w.Context(), quzhou, rui, grown.ID, 1, survey.Rejected, "量错了"); err != nil {
			w.Fatal(err)
		}
		w.wantList(w.Service, measure, "name,label,__version,height,kind", lines[1], lines[2])
	})
}

func (w *world) trees(s *survey.Service, f survey.Form) []string {
	w.Helper()
	_, r, err := s.OpenMedia(w.Context(), quzhou, f.ID, 1, "trees.csv")
	if err != nil {
		w.Fatal(err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		w.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(content)), "\n")
}

func (w *world) wantList(s *survey.Service, f survey.Form, want ...string) {
	w.Helper()
	if got := w.trees(s, f); strings.Join(got, "\n") != strings.Join(want, "\n") {
		w.Fatalf("got %q, want %q", got, want)
	}
}

const peopleSurvey = `
type | name | label | save_to | personal
text | who | 姓名 | who | yes
text | village | 村 | village
begin group | contact | 联系方式 | | yes
text | phone | 电话 | phone
end group
`

const peopleEntities = `
list_name | label
people | ${who}
`

// TestPersonalDataStaysWithSubmissions: it becomes no property of an entity or a case, also when
// only a later version says that it is personal data; who uploads such a form is told.
func TestPersonalDataStaysWithSubmissions(t *testing.T) {
	everywhere(t, func(w *world) {
		var cases []instance.Entity
		w.KeepCases(func(_ context.Context, _ id.ProjectID, _ id.UserID, _ id.CaseID, e instance.Entity) error {
			cases = append(cases, e)
			return nil
		})
		open := book(w, "survey", strings.ReplaceAll(peopleSurvey, "| yes", ""), "entities", peopleEntities, "settings", "form_id\nregister")
		register := w.publish(open)
		readers := w.publish(book(w, "survey", "type|name|label\nselect_one_from_file people.csv|who|谁", "settings", "form_id\nfollow"))
		w.submit(register, m{"who": "王芳", "village": "荷塘", "contact": m{"phone": "13800000000"}})
		lists := func() string {
			_, r, err := w.OpenMedia(w.Context(), quzhou, readers.ID, 1, "people.csv")
			return text(w, r, err)
		}
		if got := lists(); !strings.HasPrefix(got, "name,label,__version,phone,village,who\n") {
			w.Fatalf("%q", got)
		}
		f, complaints, err := w.Upload(w.Context(), quzhou, alice, book(w, "survey", peopleSurvey, "entities", peopleEntities, "settings", "form_id\nregister"), "people.xlsx", "")
		var warned []string
		for _, c := range complaints {
			warned = append(warned, c.Sheet+"!"+c.Cell+" "+c.Column+" "+c.Text.Key)
		}
		if got := strings.Join(warned, "; "); err != nil || got != "survey!2 save_to survey.personalSaved; survey!5 save_to survey.personalSaved; entities!2 label survey.personalLabel" {
			w.Fatal(got, err)
		}
		if f, err = w.Publish(w.Context(), quzhou, alice, f.ID, f.Revision); err != nil {
			w.Fatal(err)
		}
		if got := lists(); !strings.HasPrefix(got, "name,label,__version,village\n") || !strings.Contains(got, ",王芳,1,荷塘\n") {
			w.Errorf("%q", got)
		}
		w.submit(f, m{"who": "李强", "village": "莲塘", "contact": m{"phone": "13900000000"}})
		if got := lists(); strings.Contains(got, "1390") || !strings.Contains(got, ",李强,1,莲塘\n") {
			w.Errorf("%q", got)
		}
		about := w.publish(book(w, "survey", peopleSurvey, "entities", strings.Replace(peopleEntities, "people", "cases", 1), "settings", "form_id\nabout"))
		w.submit(about, m{"who": "赵敏", "village": "荷塘", "contact": m{"phone": "13700000000"}})
		if len(cases) != 1 || len(cases[0].Properties) != 1 || cases[0].Properties["village"] != "荷塘" {
			w.Errorf("%+v", cases)
		}
	})
}

// TestListsAreLookedForOnce: however many files a form names, the project's forms are read once.
func TestListsAreLookedForOnce(t *testing.T) {
	w := here(t)
	store := &counted{Store: w.Store}
	w.Service = survey.New(store, func() time.Time { return w.now })
	w.publish(book(w, "survey", treeSurvey, "entities", treeEntities, "settings", "form_id\nplant"))
	f := w.publish(book(w, "survey", "type|name|label\nselect_one_from_file trees.csv|a|甲\nselect_one_from_file b.csv|b|乙\nselect_one_from_file c.csv|c|丙", "settings", "form_id\nmany"))
	store.forms = 0
	if media, err := w.Media(w.Context(), quzhou, f.ID, 1); err != nil || given(media) != "trees.csv" || store.forms != 1 {
		t.Error(given(media), store.forms, err)
	}
}

// TestListsAreKept: a list is made when what is said of it changes, not whenever it is asked for.
func TestListsAreKept(t *testing.T) {
	w := here(t)
	plant := w.publish(book(w, "survey", treeSurvey, "entities", treeEntities, "settings", "form_id\nplant"))
	measure := w.publish(book(w, "survey", measureSurvey, "entities", measureEntities, "settings", "form_id\nmeasure"))
	const trees = 300
	for range trees {
		w.submit(plant, m{"kind": "樟", "height": "7"})
	}
	if got := len(w.trees(w.Service, measure)); got != trees+1 {
		t.Fatal(got)
	}
	if allocations := testing.AllocsPerRun(10, func() { w.trees(w.Service, measure) }); allocations > 2*trees {
		t.Errorf("%v allocations for a list of %d that has not changed", allocations, trees)
	}
}
