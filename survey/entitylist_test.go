package survey_test

import (
	"io"
	"strings"
	"testing"

	"tianye/survey"
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
		if lines, err := w.MediaLines(w.Context(), quzhou, v.Media, v.Needs); err != nil || len(lines) != 1 || lines[0].State != survey.MediaLive {
			w.Fatal(lines, err)
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
