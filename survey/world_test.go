package survey_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
	"tianye/survey"
	"tianye/survey/form"
)

// The people: alice manages, bob and carol collect, rui reviews.
const alice, bob, carol, rui id.UserID = "alice", "bob", "carol", "rui"

const quzhou, hanyang id.ProjectID = "quzhou", "hanyang"

var zone = time.FixedZone("UTC+8", 8*60*60)

// world is a service on a store, with a clock that moves when it is told.
type world struct {
	testing.TB
	*survey.Service
	Store   survey.Store
	Bin     *store.Bin
	Backend store.Backend
	now     time.Time
	sent    int
}

// everywhere runs a test on every backend.
func everywhere(t *testing.T, test func(w *world)) {
	for name, b := range storetest.Backends(t, store.Collections) {
		t.Run(name, func(t *testing.T) { test(newWorld(t, b)) })
	}
}

// here runs a test on the embedded store.
func here(t *testing.T) *world { return newWorld(t, storetest.SQLite(t, store.Collections...)) }

func newWorld(t testing.TB, b store.Backend) *world {
	w := &world{TB: t, Store: store.NewSurveys(b), Bin: store.NewBin(b), Backend: b, now: time.Date(2026, 4, 12, 9, 0, 0, 0, zone)}
	w.Service = survey.New(w.Store, func() time.Time { return w.now })
	return w
}

// other is another process on the same store.
func (w *world) other() *survey.Service {
	return survey.New(w.Store, func() time.Time { return w.now })
}

func (w *world) pass(d time.Duration) { w.now = w.now.Add(d) }

// book writes a workbook: sheet by sheet, a line a row, cells between bars.
func book(t testing.TB, sheets ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for at := 0; at < len(sheets); at += 2 {
		if _, err := f.NewSheet(sheets[at]); err != nil {
			t.Fatal(err)
		}
		for row, line := range strings.Split(strings.TrimSpace(sheets[at+1]), "\n") {
			var cells []any
			for cell := range strings.SplitSeq(line, "|") {
				cells = append(cells, strings.TrimSpace(cell))
			}
			if err := f.SetSheetRow(sheets[at], fmt.Sprintf("A%d", row+1), &cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const visitSurvey = `
type | name | label::中文 (zh) | label::English (en) | required | relevant | constraint | constraint_message::中文 (zh) | calculation | appearance | personal
begin group | basic | 基本情况 | Basics
text | respondent | 受访人 | Respondent | | | | | | | yes
select_one county | county | 县 | County | yes
integer | members | 党员人数 | Party members | yes | | . >= 3 | ${county} 的党员人数不能少于 3 人
date | day | 走访日期 | Day of the visit
end group
select_multiple topic | topics | 议题 | Topics
text | other | 其他议题 | Other topic | yes | selected(${topics}, 'other')
select_one agree | trust | 信任程度 | Trust | | | | | | likert
begin group | contact | 联系方式 | Contact | | | | | | | yes
text | phone | 电话 | Phone
begin repeat | kin | 亲属 | Kin
text | kin_name | 姓名 | Name
end repeat
end group
begin repeat | meetings | 会议 | Meetings
integer | attended | 到会人数 | Attended
text | subject | 主题 | Subject
text | speaker | 发言人 | Speaker | | | | | | | yes
begin repeat | motions | 动议 | Motions
text | motion | 内容 | Motion
end repeat
end repeat
calculate | total | | | | | | | sum(${attended})
calculate | code | | | | | | | concat('A', ${members})
image | photo | 照片 | Photo | | ${members} < 500
`

const visitChoices = `
list_name | name | label::中文 (zh) | label::English (en)
county | jiangshan | 江山市 | Jiangshan
county | kaihua | 开化县 | Kaihua
topic | road | 道路 | Roads
topic | water | 饮水 | Water
topic | other | 其他 | Other
agree | low | 不信任 | Low
agree | high | 信任 | High
`

const visitSettings = `
form_title | form_id | version | default_language
走访记录 | visit | 2026-1 | 中文 (zh)
`

func visit(t testing.TB) []byte {
	return book(t, "survey", visitSurvey, "choices", visitChoices, "settings", visitSettings)
}

// visit2 is the form's next version: a question more, a text that turns out to be personal, a
// choice gone, one in the middle, a number where a date was.
func visit2(t testing.TB) []byte {
	questions := replaceAll(t, visitSurvey,
		"text | other | 其他议题 | Other topic | yes | selected(${topics}, 'other')", "text | other | 其他议题 | Other topic | yes | selected(${topics}, 'other') | | | | | yes",
		"党员人数 | Party members", "党员总数 | Members of the Party",
		"calculate | total", "integer | households | 户数 | Households\ncalculate | total")
	choices := replaceAll(t, visitChoices, "topic | water | 饮水 | Water\n", "", "agree | high", "agree | middle | 一般 | Middle\nagree | high")
	return book(t, "survey", questions, "choices", choices, "settings", replaceAll(t, visitSettings, "走访记录", "走访记录（新）", "2026-1", "2026-2"))
}

func replaceAll(t testing.TB, text string, pairs ...string) string {
	t.Helper()
	for at := 0; at < len(pairs); at += 2 {
		if !strings.Contains(text, pairs[at]) {
			t.Fatalf("there is no %q", pairs[at])
		}
		text = strings.ReplaceAll(text, pairs[at], pairs[at+1])
	}
	return text
}

func (w *world) upload(workbook []byte) survey.Form {
	w.Helper()
	f, complaints, err := w.Upload(w.Context(), quzhou, alice, workbook, "走访.xlsx", "")
	if err != nil || f.Draft == nil {
		w.Fatal(err, complaints)
	}
	return f
}

func (w *world) publish(workbook []byte) survey.Form {
	w.Helper()
	f := w.upload(workbook)
	f, err := w.Publish(w.Context(), quzhou, alice, f.ID, f.Revision)
	if err != nil {
		w.Fatal(err)
	}
	return f
}

// answers are the least that the form asks for, and more.
func answers(more ...any) map[string]any {
	basic := map[string]any{"county": "jiangshan", "members": "31"}
	all := map[string]any{"basic": basic}
	for at := 0; at < len(more); at += 2 {
		name, inBasic := strings.CutPrefix(more[at].(string), "basic/")
		if inBasic {
			basic[name] = more[at+1]
		} else {
			all[name] = more[at+1]
		}
	}
	return all
}

type m = map[string]any

func (w *world) incoming(f survey.Form, a map[string]any) survey.Incoming {
	w.sent++
	return survey.Incoming{InstanceID: fmt.Sprintf("uuid:%04d", w.sent), FormID: f.ID, Version: f.Current().Number, DeviceID: "phone",
		Started: w.now.Add(-20 * time.Minute), Ended: w.now, Answers: a}
}

// submit stores bob's answers and lets a minute pass.
func (w *world) submit(f survey.Form, a map[string]any) survey.Submission {
	w.Helper()
	return w.take(bob, w.incoming(f, a))
}

func (w *world) take(by id.UserID, in survey.Incoming) survey.Submission {
	w.Helper()
	sub, err := w.Submit(w.Context(), quzhou, by, in)
	if err != nil {
		w.Fatal(err)
	}
	w.pass(time.Minute)
	return sub
}

func (w *world) read(submission id.SubmissionID) survey.Submission {
	w.Helper()
	sub, err := w.Submission(w.Context(), quzhou, submission)
	if err != nil {
		w.Fatal(err)
	}
	return sub
}

// want fails unless err is a problem of the kind with the sentence; it gives its details.
func want(t testing.TB, err error, kind problem.Kind, key string) map[string]problem.Text {
	t.Helper()
	if !problem.Is(err, kind) || problem.From(err).Text.Key != key {
		t.Fatalf("got %v, want %s: %s", err, kind, key)
	}
	details := map[string]problem.Text{}
	for _, d := range problem.From(err).Details {
		details[d.Where] = d.Text
	}
	return details
}

// leaves writes answers as path=value, in the form's order.
func leaves(d *form.Definition, a map[string]any) string {
	var all []string
	survey.EachLeaf(d, a, func(path form.Path, _ *form.Field, value string) { all = append(all, string(path)+"="+value) })
	return strings.Join(all, " ")
}

func text(t testing.TB, r io.ReadCloser, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// broken is a store whose next replacing of a form fails: the process dies there.
type broken struct {
	survey.Store
	err error
}

func (b *broken) ReplaceForm(ctx context.Context, f survey.Form) error {
	if b.err != nil {
		return b.err
	}
	return b.Store.ReplaceForm(ctx, f)
}

// project makes the tests' project known to what goes over all projects.
func (w *world) project() {
	w.Helper()
	if err := store.NewAccounts(w.Backend).CreateProject(w.Context(), account.Project{ID: quzhou, Title: "衢州"}); err != nil {
		w.Fatal(err)
	}
}
