package web_test

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"
)

// sheets is a workbook as the tests write it: each sheet's rows.
type sheets map[string][][]string

func workbook(t testing.TB, content sheets) []byte {
	t.Helper()
	f := excelize.NewFile()
	for name, rows := range content {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			at, err := excelize.CoordinatesToCellName(1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetSheetRow(name, at, &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// visit is a small form with most of what the pages must show.
func visit(t testing.TB) []byte {
	return workbook(t, sheets{
		"survey": {
			{"type", "name", "label::中文 (zh)", "label::English (en)", "required", "relevant", "constraint", "constraint_message::中文 (zh)", "calculation", "choice_filter", "personal"},
			{"start", "start", "", "", "", "", "", "", "", "", ""},
			{"begin group", "basic", "基本情况", "Basics", "", "", "", "", "", "", ""},
			{"text", "respondent", "受访人", "Respondent", "", "", "", "", "", "", "yes"},
			{"select_one county", "county", "县", "County", "yes", "", "", "", "", "", ""},
			{"select_one town", "town", "乡镇", "Town", "yes", "", "", "", "", "county=${county}", ""},
			{"integer", "members", "党员人数", "Members", "yes", "", ". >= 3", "党员人数不能少于 3 人", "", "", ""},
			{"end group", "", "", "", "", "", "", "", "", "", ""},
			{"select_multiple topic", "topics", "议题", "Topics", "", "", "", "", "", "", ""},
			{"text", "other", "其他议题", "Other topic", "yes", "selected(${topics}, 'other')", "", "", "", "", ""},
			{"begin repeat", "meetings", "会议", "Meetings", "", "", "", "", "", "", ""},
			{"integer", "attended", "到会人数", "Attended", "", "", "", "", "", "", ""},
			{"end repeat", "", "", "", "", "", "", "", "", "", ""},
			{"calculate", "total", "", "", "", "", "", "", "sum(${attended})", "", ""},
			{"image", "photo", "照片", "Photo", "", "", "", "", "", "", ""},
		},
		"choices": {
			{"list_name", "name", "label::中文 (zh)", "label::English (en)", "county"},
			{"county", "jiangshan", "江山市", "Jiangshan", ""}, {"county", "kecheng", "柯城区", "Kecheng", ""},
			{"town", "hushan", "虎山街道", "Hushan", "jiangshan"}, {"town", "hecun", "贺村镇", "Hecun", "jiangshan"}, {"town", "hehua", "荷花街道", "Hehua", "kecheng"},
			{"topic", "party", "党建", "Party building", ""}, {"topic", "other", "其他", "Other", ""},
		},
		"settings": {{"form_id", "form_title", "version", "default_language"}, {"visit", "走访记录", "v1", "中文 (zh)"}},
	})
}

func goodVisit() map[string]any {
	return map[string]any{
		"basic":    map[string]any{"respondent": "王大妈", "county": "jiangshan", "town": "hecun", "members": "12"},
		"topics":   "party",
		"meetings": []any{map[string]any{"attended": "8"}, map[string]any{"attended": "5"}},
	}
}
