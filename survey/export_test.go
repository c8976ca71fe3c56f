package survey_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// asked fills in what the web layer knows.
func asked(e survey.Export) survey.Export {
	e.CaseTitle = func(c id.CaseID) string { return strings.ReplaceAll(string(c), "hetang", "荷塘村") }
	e.PersonName = func(u id.UserID) string { return "调查员" + string(u) }
	e.StateName = func(s survey.ReviewState) string { return "state " + string(s) }
	e.Header = func(meta string) string { return "#" + meta }
	e.Location, e.Language = zone, "zh"
	return e
}

func (w *world) export(e survey.Export) []byte {
	w.Helper()
	var b bytes.Buffer
	if err := w.Write(w.Context(), quzhou, asked(e), &b); err != nil {
		w.Fatal(err)
	}
	return b.Bytes()
}

// workbook reads an export's sheets, a line a row, cells between bars; receipts are numbered.
func (w *world) workbook(raw []byte, subs []survey.Submission) (names []string, sheets map[string]string) {
	w.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		w.Fatal(err)
	}
	defer f.Close()
	sheets = map[string]string{}
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			w.Fatal(err)
		}
		var lines []string
		for _, row := range rows {
			lines = append(lines, strings.Join(row, "|"))
		}
		names, sheets[name] = append(names, name), w.numbered(strings.Join(lines, "\n"), subs)
	}
	return names, sheets
}

func (w *world) numbered(text string, subs []survey.Submission) string {
	for i := range subs {
		text = strings.ReplaceAll(text, subs[i].Receipt(), fmt.Sprint("R", i+1))
		text = strings.ReplaceAll(text, survey.NewPseudonyms("", quzhou).Of("submission", string(subs[i].ID)), fmt.Sprint("P", i+1))
	}
	return text
}

func (w *world) same(what, got, wanted string) {
	w.Helper()
	if got = strings.TrimSpace(got); got != strings.TrimSpace(wanted) {
		w.Errorf("%s: got\n%s\nwant\n%s", what, got, strings.TrimSpace(wanted))
	}
}

func TestExportWorkbook(t *testing.T) {
	everywhere(t, func(w *world) {
		f, _, subs := w.five()
		e := survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.XLSX, Labels: true, Personal: true, Mark: "演示数据"}
		names, sheets := w.workbook(w.export(e), subs)
		w.same("sheets", strings.Join(names, ", "), "走访记录（新）, 亲属, 会议, 动议")
		// Oldest first; the newest version's questions in its order.
		w.same("submissions", sheets[names[0]], `
#receipt|#case|#enumerator|#received|#started|#ended|#state|#version|受访人|县|党员总数|走访日期|议题|其他议题|信任程度|电话|户数|total|code|照片|演示数据
R1|荷塘村|调查员bob|2026-04-12 09:00:00|2026-04-12 08:40:00|2026-04-12 09:00:00|state received|1||江山市|31||其他|村口的Street路灯||||0|A31
R2|荷塘村|调查员carol|2026-04-12 09:01:00|2026-04-12 08:41:00|2026-04-12 09:01:00|state received|1||江山市|31|||||||0|A31
R3|yudong|调查员bob|2026-04-12 09:02:00|2026-04-12 08:42:00|2026-04-12 09:02:00|state approved|1|王大妈|江山市|31|2026-04-11|道路；其他|路灯|信任|13800000000||20|A31
R4|yudong|调查员bob|2026-04-12 09:03:00|2026-04-12 08:43:00|2026-04-12 09:03:00|state received|2||江山市|31||其他|饮水||||0|A31
R5||调查员carol|2026-04-12 09:04:00|||state received|2|路灯管理员|江山市|31|||||||0|A31`)
		w.same("kin", sheets["亲属"], "#receipt|#position|姓名|演示数据\nR3|1|王小明")
		w.same("meetings", sheets["会议"], "#receipt|#position|到会人数|主题|发言人|演示数据\nR2|1||修路灯的事|王大妈\nR2|2\nR3|1|12|修路|王大妈\nR3|2|8|饮水")
		w.same("motions", sheets["动议"], "#receipt|#position|内容|演示数据\nR2|2.1|换成LED灯\nR3|1.1|甲\nR3|1.2|乙")
	})
}

func TestExportWithoutPersonalData(t *testing.T) {
	w := here(t)
	f, _, subs := w.five()
	e := survey.Export{Filter: survey.Filter{FormID: f.ID, Submitter: bob}, Format: survey.XLSX}
	names, sheets := w.workbook(w.export(e), subs)
	w.same("sheets", strings.Join(names, ", "), "走访记录（新）, 会议, 动议")
	w.same("submissions", sheets[names[0]], `
#receipt|#case|#enumerator|#received|#started|#ended|#state|#version|basic/county|basic/members|basic/day|topics|trust|households|total|code|photo
P1|荷塘村|#enumerator-BB7B50|2026-04-12|2026-04-12|2026-04-12|state received|1|jiangshan|31||other|||0|A31
P3|yudong|#enumerator-BB7B50|2026-04-12|2026-04-12|2026-04-12|state approved|1|jiangshan|31|2026-04-11|road other|high||20|A31
P4|yudong|#enumerator-BB7B50|2026-04-12|2026-04-12|2026-04-12|state received|2|jiangshan|31||other|||0|A31`)
	w.same("meetings", sheets["会议"], "#receipt|#position|meetings/attended|meetings/subject\nP3|1|12|修路\nP3|2|8|饮水")
	for _, format := range []survey.Format{survey.CSV, survey.JSONLines} {
		e.Format = format
		if out := string(w.export(e)); strings.Contains(out, "王") || strings.Contains(out, "138") || strings.Contains(out, "路灯") || strings.Contains(out, "contact") || !strings.Contains(out, "jiangshan") {
			t.Errorf("%s: %s", format, out)
		}
	}
	// What was no personal data then is left out too, once a version says that it is.
	d := map[string]any{}
	if err := json.Unmarshal([]byte(strings.SplitN(string(w.export(e)), "\n", 2)[0]), &d); err != nil || d["answers"].(m)["other"] != nil {
		t.Error(d, err)
	}
}

func TestWithoutPersonal(t *testing.T) {
	w := here(t)
	p, err := w.Program(t.Context(), quzhou, w.publish(visit(t)).ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	a := full()
	open := survey.PersonalIn(p.Definition).Without(p.Definition, a)
	w.same("open", leaves(p.Definition, open), `basic/county=jiangshan basic/members=31 basic/day=2026-04-11 topics=road other other=路灯 trust=high `+
		`meetings[1]/attended=12 meetings[1]/subject=修路 meetings[1]/motions[1]/motion=甲 meetings[1]/motions[2]/motion=乙 meetings[2]/attended=8 meetings[2]/subject=饮水`)
	if open["contact"] != nil || leaves(p.Definition, a) != leaves(p.Definition, full()) {
		t.Error("a section is left, or the original was changed")
	}
	p, err = w.Program(t.Context(), quzhou, w.publish(book(t, "survey", "type|name|label|personal\nbegin group|g|组\ntext|a|甲|yes\nend group", "settings", "form_id|form_title\nf|问卷")).ID, 1)
	if err != nil || len(survey.PersonalIn(p.Definition).Without(p.Definition, m{"g": m{"a": "x"}})) != 0 {
		t.Error("a group without answers is left", err)
	}
}

func TestExportCSV(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	sub := w.submit(f, answers("topics", "other", "other", `=HYPERLINK("http://x")`, "basic/respondent", "@SUM(A1)", "basic/members", "40"))
	raw := w.export(survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.CSV, Labels: true, Personal: true, Mark: "演示数据"})
	text, ok := strings.CutPrefix(string(raw), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !ok || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	cell := func(header string) string {
		for i, name := range rows[0] {
			if name == header && i < len(rows[1]) {
				return rows[1][i]
			}
		}
		return "none"
	}
	for header, wanted := range map[string]string{"#receipt": sub.Receipt(), "其他议题": `'=HYPERLINK("http://x")`, "受访人": "'@SUM(A1)", "党员人数": "40", "县": "江山市", "到会人数": "none", "演示数据": ""} {
		if cell(header) != wanted {
			t.Errorf("%s: %q", header, cell(header))
		}
	}
}

// TestExportAcknowledged: as people read it with labels, as it was answered else; nothing where nothing was ticked.
func TestExportAcknowledged(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", "type|name|label\nacknowledge|agreed|已读\ntext|a|甲", "settings", "form_id|form_title\nf|问卷"))
	w.submit(f, m{"agreed": "OK", "a": "一"})
	w.submit(f, m{"a": "二"})
	e := survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.CSV, Labels: true, Confirmed: "已确认"}
	if text := string(w.export(e)); !strings.Contains(text, ",已确认,一") || !strings.Contains(text, ",,二") {
		t.Error(text)
	}
	if e.Labels = false; !strings.Contains(string(w.export(e)), ",OK,一") {
		t.Error(string(w.export(e)))
	}
	for _, v := range w.table(w.Service, f, "zh").Variables {
		if v.Ticked != (v.Name == "agreed") {
			t.Error(v.Name, v.Ticked)
		}
	}
}

func TestExportJSONLines(t *testing.T) {
	w := here(t)
	f, _, subs := w.five()
	lines := strings.Split(strings.TrimSpace(string(w.export(survey.Export{Filter: survey.Filter{FormID: f.ID, Version: 2}, Format: survey.JSONLines, Personal: true}))), "\n")
	w.same("lines", w.numbered(strings.Join(lines, "\n"), subs), fmt.Sprintf(`
{"receipt":"R4","id":"%s","form":"visit","version":2,"case":"yudong","enumerator":"调查员bob","started":"2026-04-12T00:43:00Z","ended":"2026-04-12T01:03:00Z","received":"2026-04-12T01:03:00Z","state":"received","answers":{"basic":{"county":"jiangshan","members":"31"},"code":"A31","other":"饮水","topics":"other","total":"0"}}
{"receipt":"R5","id":"%s","form":"visit","version":2,"enumerator":"调查员carol","received":"2026-04-12T01:04:00Z","state":"received","answers":{"basic":{"county":"jiangshan","members":"31","respondent":"路灯管理员"},"code":"A31","total":"0"}}`, subs[3].ID, subs[4].ID))
}

// TestExportAcrossVersions: nothing that was answered is lost, and what is gone keeps its label.
func TestExportAcrossVersions(t *testing.T) {
	w := here(t)
	old := book(t, "survey", "type|name|label\ntext|people|多少人\ntext|gone|旧题\nselect_one l|one|选", "choices", "list_name|name|label\nl|a|甲\nl|b|乙", "settings", "form_id|form_title\nf|问卷")
	f := w.publish(old)
	subs := []survey.Submission{w.submit(f, m{"people": "约30人", "gone": "x", "one": "b"})}
	f = w.publish(book(t, "survey", "type|name|label\nselect_one l|one|选\ninteger|people|人数", "choices", "list_name|name|label\nl|a|甲（新）", "settings", "form_id|form_title\nf|问卷"))
	subs = append(subs, w.submit(f, m{"people": "123456789012345678", "one": "a"}))
	names, sheets := w.workbook(w.export(survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.XLSX, Labels: true}), subs)
	var got []string
	for line := range strings.Lines(sheets[names[0]]) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		got = append(got, strings.Join(cells[7:], "|"))
	}
	w.same("submissions", strings.Join(got, "\n"), "#version|选|人数|旧题\n1|乙|约30人|x\n2|甲（新）|123456789012345678")
}

func TestExportNothing(t *testing.T) {
	w := here(t)
	draft := w.upload(visit(t))
	err := w.Write(t.Context(), quzhou, asked(survey.Export{Filter: survey.Filter{FormID: draft.ID}}), new(bytes.Buffer))
	want(t, err, problem.NotFound, "survey.noVersion")
	f := w.publish(visit(t))
	names, sheets := w.workbook(w.export(survey.Export{Filter: survey.Filter{FormID: f.ID, States: []survey.ReviewState{survey.Rejected}}, Format: survey.XLSX}), nil)
	if len(names) != 3 || strings.Contains(sheets[names[0]], "\n") {
		t.Error(names, sheets)
	}
	err = w.Write(t.Context(), hanyang, asked(survey.Export{Filter: survey.Filter{FormID: f.ID}}), new(bytes.Buffer))
	want(t, err, problem.NotFound, "store.notFound")
	gone := errors.New("the reader is gone")
	if err := w.Write(t.Context(), quzhou, asked(survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.CSV}), failing{gone}); !errors.Is(err, gone) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// heaviest notes the most memory that was in use at any of its writes.
type heaviest struct{ most, written uint64 }

func (h *heaviest) Write(p []byte) (int, error) {
	var stats runtime.MemStats
	if h.written += uint64(len(p)); h.written%(1<<17) < uint64(len(p)) {
		runtime.GC()
		runtime.ReadMemStats(&stats)
		h.most = max(h.most, stats.HeapAlloc)
	}
	return len(p), nil
}

// TestExportStreams: memory does not grow with the answers that are written.
func TestExportStreams(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", "type|name|label\ntext|a|甲", "settings", "form_id|form_title\nf|问卷"))
	long := strings.Repeat("长", 8000) // the same text, so that the table kept for the list is small
	for range 600 {
		w.submit(f, m{"a": long})
	}
	w.table(w.Service, f, "zh")
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	for _, format := range []survey.Format{survey.CSV, survey.JSONLines} {
		h := new(heaviest)
		if err := w.Write(t.Context(), quzhou, asked(survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: format}), h); err != nil {
			t.Fatal(err)
		}
		if h.written < 600*24000 || h.most == 0 || h.most > stats.HeapAlloc+5<<20 {
			t.Errorf("%s: %d bytes in use before, %d while %d were written", format, stats.HeapAlloc, h.most, h.written)
		}
	}
}
