package web_test

import (
	"bytes"
	"fmt"
	"image"
	pngs "image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/survey"
)

// planOf are the fields of a plan by 县: so many of each.
func planOf(w *world, form id.FormID, revision string, counts ...string) url.Values {
	return url.Values{"form": {string(form)}, "revision": {revision}, "rows": {"县"}, "columns": {""}, "basis": {"groups"}, "each": {"1"},
		"row": {"江山市", "开化县"}, "count": counts, "start": {"2026-04-01"}, "end": {"2026-04-14"}}
}

func TestBoardPage(t *testing.T) {
	w := newWorld(t)
	if got := w.As("vic").Get(w.Base()+"/progress").Want(t, http.StatusOK); !strings.Contains(got.Body, "还没有发布的问卷") {
		t.Error("the board without a form")
	}
	f := w.Publish(visit(w), "visit.xlsx")
	c := w.Case("荷塘村")
	board := w.Base() + "/progress?form=" + string(f.ID)
	if got := w.As("alice").Get(board).Want(t, http.StatusOK); !strings.Contains(got.Body, "还没有做计划") || !strings.Contains(got.Body, "江山市") {
		t.Error("the board of nothing yet")
	}
	w.As("alice").Post(w.Base()+"/progress/plan", planOf(w, f.ID, "0", "4", "6")).Want(t, http.StatusSeeOther)
	w.As("alice").Post(w.Base()+"/progress/plan", planOf(w, f.ID, "0", "5", "6")).Want(t, http.StatusConflict)
	w.Submit(f, c.ID, "uuid:1", goodVisit())
	got := w.As("alice").Get(board).Want(t, http.StatusOK).Body
	// Nine of ten working days are over on the 13th: of 4 and 6 are 4 and 5 expected.
	for _, want := range []string{"计划 10 份，已完成 1 份（10%）；按计划到目前应完成 9 份，落后 8 份。", "开化县", "▼ 3", "▼ 5", "完成日期还说不准", "吴博", "20 分钟"} {
		if !strings.Contains(got, want) {
			t.Errorf("the board lacks %q", want)
		}
	}
	link := w.Base() + "/submissions?" + url.Values{"form": {string(f.ID)}, "checks": {"no"}, "state": {"done"}, "where": {url.Values{"县": {"江山市"}}.Encode()}}.Encode()
	if !strings.Contains(got, strings.ReplaceAll(link, "&", "&amp;")) {
		t.Errorf("no way to %s", link)
	}
	if list := w.As("alice").Get(link).Want(t, http.StatusOK).Body; !strings.Contains(list, "县：江山市") || !strings.Contains(list, "荷塘村") {
		t.Error("the list behind a number")
	}
	other := strings.Replace(link, url.QueryEscape(url.QueryEscape("江山市")), url.QueryEscape(url.QueryEscape("开化县")), 1)
	if list := w.As("alice").Get(other).Want(t, http.StatusOK).Body; other == link || strings.Contains(list, survey.Receipt(w.first())) {
		t.Error("the list of another county has it too")
	}
}

// TestBoardLeadsToWhatItCounts: what is beyond the target stands beside it, back-checks are left out of both.
func TestBoardLeadsToWhatItCounts(t *testing.T) {
	w := newFieldWorld(t)
	w.give("bob", w.hetang)
	first := w.Submit(w.form, w.hetang, "uuid:first", goodVisit())
	w.Submit(w.form, w.lake, "uuid:extra", goodVisit())
	w.As("alice").Post(w.path("/check"), url.Values{"form": {string(w.form.ID)}, "receipts": {first.Receipt()}, "enumerator": {w.user("rui")}}).Want(t, http.StatusSeeOther)
	in := survey.Incoming{InstanceID: "uuid:again", FormID: w.form.ID, Version: 1, CaseID: w.hetang, Started: now, Ended: now, Answers: goodVisit()}
	again, err := w.Surveys.Submit(t.Context(), w.Project.ID, w.Users["rui"].ID, in)
	if err != nil {
		t.Fatal(err)
	}
	link := w.Base() + "/submissions?" + url.Values{"form": {string(w.form.ID)}, "checks": {"no"}, "state": {"done"}}.Encode()
	w.As("alice").Get(w.Base()+"/progress?form="+string(w.form.ID)).Want(t, http.StatusOK).
		Holds(t, `<a href="`+strings.ReplaceAll(link, "&", "&amp;")+`" title="看这 2 份填报">1<span class="cell-extra" title="另有 1 份超出计划数">+1</span></a><small> / 1</small>`).Shows(t, "100% · 另有 1 份超出计划数")
	w.As("alice").Get(link).Want(t, http.StatusOK).Shows(t, "不含复核填报").Holds(t, `id="total">共 2 份`)
	mark := `<span class="badge-state">复核</span>`
	list := w.As("alice").Get(w.Base()+"/submissions").Want(t, http.StatusOK)
	if n := strings.Count(list.Body, mark); n != 1 {
		t.Errorf("%d submissions are marked as back-checks", n)
	}
	w.As("alice").Get(w.submissionPath(first)).Hides(t, mark)
	w.As("alice").Get(w.submissionPath(again)).Holds(t, mark)
}

// TestBoardLeadsToWhatIsLate: of the cell's row and column, without back-checks; a week's report names
// the row with most of it only when there is one.
func TestBoardLeadsToWhatIsLate(t *testing.T) {
	w := newFieldWorld(t)
	alice := w.As("alice")
	overdue := func(c id.CaseID) {
		alice.Post(w.path(""), url.Values{"form": {string(w.form.ID)}, "which": {"one"}, "case": {string(c)}, "enumerator": {w.user("bob")}, "due": {"2026-04-10"}}).Want(t, http.StatusSeeOther)
	}
	overdue(w.hetang)
	overdue(w.deep)
	link := w.path("?") + url.Values{"form": {string(w.form.ID)}, "checks": {"no"}, "state": {"late"}, "where": {url.Values{"县": {"开化县"}}.Encode()}}.Encode()
	alice.Get(w.Base()+"/progress?form="+string(w.form.ID)).Want(t, http.StatusOK).Holds(t, `href="`+strings.ReplaceAll(link, "&", "&amp;")+`">▼ 1</a>`)
	alice.Get(link).Want(t, http.StatusOK).Shows(t, "县：开化县", "不含复核任务", "幽谷村").Hides(t, "荷塘村").Holds(t, `id="total">1 条任务`)
	report := w.Base() + "/progress/report?week=2026-W16&form=" + string(w.form.ID)
	alice.Get(report).Want(t, http.StatusOK).Hides(t, "逾期任务最多")
	overdue(w.lake)
	alice.Get(report).Want(t, http.StatusOK).Shows(t, "逾期任务最多的是江山市（2 项）")
}

// first is the id of a submission, the newest.
func (w *world) first() id.SubmissionID {
	w.Helper()
	page, err := w.Surveys.List(w.Context(), w.Project.ID, survey.Filter{}, "", 1)
	if err != nil || len(page.Items) == 0 {
		w.Fatal(err)
	}
	return page.Items[0].ID
}

// TestViewersAreToldNoNames: numbers, yes.
func TestViewersAreToldNoNames(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(w), "visit.xlsx")
	sub := w.Submit(f, w.Case("荷塘村").ID, "uuid:1", goodVisit())
	for _, page := range []string{"/progress", "/progress/report", "/progress/screen", "/progress/map"} {
		body := w.As("vic").Get(w.Base()+page).Want(t, http.StatusOK).Body
		for _, never := range []string{"吴博", string(w.Users["bob"].ID), string(sub.ID), sub.Receipt(), "/submissions?"} {
			if strings.Contains(body, never) {
				t.Errorf("%s tells a viewer %s", page, never)
			}
		}
	}
	for _, who := range []string{"alice", "vic"} {
		body := w.As(who).Get(w.Base() + "/progress/screen").Body
		if strings.Contains(body, "吴博") || strings.Contains(body, "荷塘村") || !strings.Contains(body, "江山市") {
			t.Errorf("the big screen of %s", who)
		}
	}
	if !strings.Contains(w.As("vic").Get(w.Base()+"/progress").Body, "1 名调研员有填报") {
		t.Error("a viewer is not told how many work")
	}
	w.As("bob").Get(w.Base()+"/progress").Want(t, http.StatusForbidden)
	w.As("rui").Post(w.Base()+"/progress/plan", planOf(w, f.ID, "0", "4", "6")).Want(t, http.StatusForbidden)
}

func TestPlanPage(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(w), "visit.xlsx")
	w.Case("荷塘村")
	path := w.Base() + "/progress/plan?form=" + string(f.ID)
	if body := w.As("alice").Get(path).Want(t, http.StatusOK).Body; !strings.Contains(body, `name="count"`) || !strings.Contains(body, `value="江山市"`) {
		t.Error("no grid")
	}
	bad := planOf(w, f.ID, "0", "四", "6")
	bad.Set("course", "不久 一半")
	body := w.As("alice").Post(w.Base()+"/progress/plan", bad).Want(t, http.StatusUnprocessableEntity).Body
	if !strings.Contains(body, "“江山市”的计划数“四”不是整数。") || !strings.Contains(body, "不久 一半") {
		t.Errorf("what is wrong is not said, or what was written is gone")
	}
	good := planOf(w, f.ID, "0", "4", "6")
	good.Set("course", "2026-04-08 25%\n2026-04-10：60")
	good.Set("daysOff", "2026-04-06、2026-04-07")
	w.As("alice").Post(w.Base()+"/progress/plan", good).Want(t, http.StatusSeeOther)
	body = w.As("alice").Get(path).Want(t, http.StatusOK).Body
	for _, want := range []string{"2026-04-08 25%\n2026-04-10 60%", "2026-04-06\n2026-04-07", `value="6"`, `name="revision" value="1"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// TestPlanRegrouped: with other attributes the numbers for the former groups are not asked for.
func TestPlanRegrouped(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(w), "visit.xlsx")
	w.Case("荷塘村")
	w.As("alice").Post(w.Base()+"/progress/plan", planOf(w, f.ID, "0", "4321", "6")).Want(t, http.StatusSeeOther)
	path := w.Base() + "/progress/plan?form=" + string(f.ID)
	for query, has := range map[string]bool{"": true, "&rows=县&columns=乡": true, "&rows=乡": false} {
		if body := w.As("alice").Get(path+query).Want(t, http.StatusOK).Body; strings.Contains(body, "4321") != has {
			t.Errorf("%q: the grid has the target: %t, want %t", query, !has, has)
		}
	}
}

func TestWeeklyReport(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(w), "visit.xlsx")
	w.As("alice").Post(w.Base()+"/progress/plan", planOf(w, f.ID, "0", "4", "6")).Want(t, http.StatusSeeOther)
	w.Submit(f, w.Case("荷塘村").ID, "uuid:1", goodVisit())
	report := w.Base() + "/progress/report?form=" + string(f.ID)
	// It is Monday the 13th: the report is of the week that was, in which nothing had come.
	last := w.As("alice").Get(report).Want(t, http.StatusOK).Body
	for _, want := range []string{"第 15 周", "2026-04-06 — 2026-04-12", "第 15 周填报 0 份，计划 5 份。", "落后最多的是开化县（5 份）。", "week=2026-W14"} {
		if !strings.Contains(last, want) {
			t.Errorf("the last week's lacks %q", want)
		}
	}
	now := w.As("alice").Get(report+"&week=2026-W16").Want(t, http.StatusOK).Body
	if !strings.Contains(now, "第 16 周填报 1 份") || !strings.Contains(now, "本周还没结束") {
		t.Error("the present week's")
	}
	for _, week := range []string{"2026-W17", "2026-W54", "2026-W00", "W15", "2026-15"} {
		w.As("alice").Get(report+"&week="+week).Want(t, http.StatusBadRequest)
	}
	book := whole(t, w.As("alice").Get(w.Base()+"/progress/report.xlsx?form="+string(f.ID)+"&week=2026-W16").Want(t, http.StatusOK))
	for _, want := range []string{"江山市", "开化县", "吴博", "第 16 周填报 1 份"} {
		if !strings.Contains(book, want) {
			t.Errorf("the workbook lacks %q", want)
		}
	}
	if strings.Contains(whole(t, w.As("vic").Get(w.Base()+"/progress/report.xlsx?week=2026-W16").Want(t, http.StatusOK)), "吴博") {
		t.Error("a viewer's workbook names who works")
	}
}

// placesForm asks for a place, and for one that is personal data.
func placesForm(t testing.TB) []byte {
	return workbook(t, sheets{
		"survey":   {{"type", "name", "label", "personal"}, {"geopoint", "site", "走访地点", ""}, {"geopoint", "home", "受访人住处", "yes"}},
		"settings": {{"form_id", "form_title", "version"}, {"places", "定位", "1"}},
	})
}

func TestMapPage(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(placesForm(w), "places.xlsx")
	c := w.Case("荷塘村")
	for i, at := range []string{"28.7401 118.6302 60 5", "28.7402 118.6303", "28.95 118.88", ""} {
		answers := map[string]any{"home": "28.71 118.61"}
		if at != "" {
			answers["site"] = at
		}
		sub := w.Submit(f, c.ID, "uuid:"+string(rune('a'+i)), answers)
		if said := []string{"纬度 28.7401，经度 118.6302（误差约 5 米）", "纬度 28.7402，经度 118.6303"}; i < len(said) {
			w.As("alice").Get(w.Base()+"/submissions/"+string(sub.ID)).Shows(t, said[i])
		}
	}
	site, home := w.Base()+"/progress/map?form="+string(f.ID)+"&question=site", w.Base()+"/progress/map?form="+string(f.ID)+"&question=home"
	body := w.As("alice").Get(site).Want(t, http.StatusOK).Body
	if !strings.Contains(body, "地图，共 3 个点") || !strings.Contains(body, "这里有 2 个点") || strings.Count(body, "look-received") != 3 {
		t.Error("two points close together are one mark, the third another")
	}
	listed := w.As("alice").Get(site+"&box=118.6,28.7,118.7,28.8").Want(t, http.StatusOK).Body
	if !strings.Contains(listed, "28.7401, 118.6302") || strings.Contains(listed, "28.9500") {
		t.Error("the list of a part of the map")
	}
	for who, told := range map[string]bool{"alice": true, "rui": true, "ana": false, "vic": false} {
		body := w.As(who).Get(home+"&box=118.5,28.5,118.7,28.8").Want(t, http.StatusOK).Body
		if strings.Contains(body, "28.7100") != told || strings.Contains(body, "map-mark") != told {
			t.Errorf("whether %s is told of homes", who)
		}
		if !told && !strings.Contains(body, "太少，不显示") { // four are fewer than five
			t.Errorf("%s is told of a small group", who)
		}
	}
	if body := w.As("vic").Get(site).Body; strings.Contains(body, "map-mark") {
		t.Error("a viewer sees single submissions")
	}
}

const outline = `{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"name": "江山市"}, "geometry": {"type": "Polygon", "coordinates": [[[118.4, 28.3], [118.8, 28.3], [118.8, 28.9], [118.4, 28.3]]]}},
 {"type": "Feature", "properties": {"name": "开化县"}, "geometry": {"type": "Polygon", "coordinates": [[[118, 29], [118.5, 29], [118.5, 29.4], [118, 29]]]}}]}`

func TestOutlinePage(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(placesForm(w), "places.xlsx")
	w.Case("荷塘村")
	form := url.Values{"form": {string(f.ID)}}
	upload, page := w.Base()+"/progress/map/outline", w.Base()+"/progress/map?form="+string(f.ID)
	w.As("alice").Upload(upload, "file", "衢州.geojson", []byte(outline), form).Want(t, http.StatusSeeOther)
	body := w.As("vic").Get(page).Want(t, http.StatusOK).Body
	if strings.Count(body, `class="map-shape"`) != 2 || !strings.Contains(body, ">江山市</text>") || strings.Contains(body, "开化县") {
		t.Error("both counties are drawn, and the one with cases is named")
	}
	w.As("alice").Get(w.Base()+"/progress/map/picture").Want(t, http.StatusNotFound)
	var picture bytes.Buffer
	if err := pngs.Encode(&picture, image.NewGray(image.Rect(0, 0, 20, 10))); err != nil {
		t.Fatal(err)
	}
	w.As("alice").Upload(upload, "file", "map.png", picture.Bytes(), form).Want(t, http.StatusUnprocessableEntity)
	form = url.Values{"form": {string(f.ID)}, "west": {"118"}, "east": {"119"}, "south": {"28"}, "north": {"29"}}
	w.As("alice").Upload(upload, "file", "map.png", picture.Bytes(), form).Want(t, http.StatusSeeOther)
	if body := w.As("vic").Get(page).Body; !strings.Contains(body, "<image ") {
		t.Error("the picture is not drawn")
	}
	if got := w.As("vic").Get(w.Base()+"/progress/map/picture").Want(t, http.StatusOK); got.Header.Get("Content-Type") != "image/png" {
		t.Error(got.Header)
	}
	w.As("alice").Post(upload+"/remove", url.Values{"form": {string(f.ID)}}).Want(t, http.StatusSeeOther)
	if body := w.As("vic").Get(page).Body; strings.Contains(body, "<image ") || strings.Contains(body, "map-shape") {
		t.Error("the picture is still there")
	}
}

// TestNameLiesInItsArea: what lies around another area has its name beside it, not in it.
func TestNameLiesInItsArea(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(placesForm(w), "places.xlsx")
	w.Case("荷塘村")
	around := `{"type": "Feature", "properties": {"name": "江山市"}, "geometry": {"type": "Polygon", "coordinates":
 [[[0, 0], [3, 0], [3, 3], [2, 3], [2, 0.5], [1, 0.5], [1, 3], [0, 3], [0, 0]]]}}`
	w.As("alice").Upload(w.Base()+"/progress/map/outline", "file", "around.geojson", []byte(around), url.Values{"form": {string(f.ID)}}).Want(t, http.StatusSeeOther)
	body := w.As("vic").Get(w.Base()+"/progress/map?form="+string(f.ID)).Want(t, http.StatusOK).Body
	var width, height, x, y float64
	for from, into := range map[string][2]*float64{`class="map" viewBox="0 0 `: {&width, &height}, `class="map-name" x="`: {&x, &y}} {
		_, rest, _ := strings.Cut(body, from)
		if _, err := fmt.Sscan(strings.NewReplacer(`"`, " ", "y=", " ").Replace(rest[:min(len(rest), 40)]), into[0], into[1]); err != nil {
			t.Fatal(from, err)
		}
	}
	if share := x / width; share > 1.0/3 && share < 2.0/3 || y <= 0 || y >= height {
		t.Errorf("the name is at %g, %g of %g, %g: in the gap", x, y, width, height)
	}
}

// TestNewestAreTold: the big screen tells where and when, in the server's time zone.
func TestNewestAreTold(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(w), "visit.xlsx")
	w.Submit(f, w.Case("荷塘村").ID, "uuid:1", goodVisit())
	if body := w.As("vic").Get(w.Base() + "/progress/screen").Body; !strings.Contains(body, now.Format("01-02 15:04")+"</time> 江山市") || !strings.Contains(body, `hx-trigger="every 60s"`) {
		t.Error(now.Format(time.DateTime))
	}
}

// progress walks the routes of the audit that change plans and outlines.
func (a *auditWalk) progress() {
	form := a.places[":form"]
	if l := a.post("/p/:project/progress/plan", "alice", form, planOf(a.world, id.FormID(form), "0", "4", "6")); l.Before != "" || l.After != "县，计划 10 份，2026-04-01–2026-04-14" {
		a.Errorf("%+v", l)
	}
	a.step("POST /p/:project/progress/map/outline", "alice", string(a.Project.ID), func(path string) answer {
		return a.As("alice").Upload(path, "file", "衢州.geojson", []byte(outline), url.Values{"form": {form}})
	})
	a.post("/p/:project/progress/map/outline/remove", "alice", string(a.Project.ID), url.Values{"form": {form}})
}

// TestProgressOfACounty: a limited member's board, map, big screen and report are of their county alone, its
// targets too, though the plan and the outline are of both.
func TestProgressOfACounty(t *testing.T) {
	w := newScopeWorld(t)
	plan := url.Values{"form": {string(w.visits.ID)}, "revision": {"0"}, "rows": {"县"}, "basis": {"groups"}, "each": {"1"}, "row": {w.near.name, w.far.name},
		"count": {"7", "123456"}, "start": {"2026-04-01"}, "end": {"2026-04-30"}}
	w.As("alice").Post(w.Base()+"/progress/plan", plan).Want(t, http.StatusSeeOther)
	w.As("alice").Upload(w.Base()+"/progress/map/outline", "file", "衢州.geojson", []byte(outline), url.Values{"form": {string(w.visits.ID)}}).Want(t, http.StatusSeeOther)
	query := "?form=" + string(w.visits.ID)
	for _, page := range []string{"", "/map", "/map?box=118,28,119,29", "/screen", "/report", "/report.xlsx"} {
		path := w.Base() + "/progress" + strings.Replace(page+query, query, "", 1) + query
		if strings.Contains(page, "box") {
			path = w.Base() + "/progress" + page + "&" + query[1:]
		}
		for login := range limited {
			if login == "bob" {
				continue
			}
			a := w.As(login).Get(path).Want(t, http.StatusOK)
			if told := w.told(a, w.far); len(told) > 0 || strings.Contains(whole(t, a), "123456") || strings.Contains(whole(t, a), "123463") {
				t.Errorf("%s tells %s of the other county: %q", page, login, told)
			}
			if !strings.Contains(whole(t, a), w.near.name) {
				t.Errorf("%s tells %s nothing of their own county", page, login)
			}
		}
		if a := w.As("alice").Get(path); len(w.told(a, w.far)) == 0 {
			t.Errorf("%s tells a manager nothing of one county", page)
		}
	}
}
