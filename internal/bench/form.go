package main

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"

	"tianye/internal/id"
)

// rows are the sheets of the questionnaire: nine answers, with what questionnaires
// usually ask of an answer, and a calculation.
var rows = map[string][][]string{
	"survey": {
		{"type", "name", "label", "required", "relevant", "constraint", "choice_filter", "calculation", "appearance"},
		{"select_one county", "county", "县（市、区）", "yes", "", "", "", "", ""},
		{"select_one town", "town", "乡镇（街道）", "yes", "", "", "county=${county}", "", ""},
		{"text", "head", "受访人称呼", "yes", "", "string-length(.) <= 20", "", "", ""},
		{"integer", "size", "家庭人口", "yes", "", ". >= 1 and . <= 30", "", "", ""},
		{"date", "since", "何时住到本村（社区）", "", "", ". <= today()", "", "", ""},
		{"decimal", "income", "家庭年收入（元）", "", "", ". >= 0", "", "", ""},
		{"select_multiple topic", "topics", "参加过的议事主题", "", "", "", "", "", ""},
		{"text", "other", "其他主题", "yes", "selected(${topics}, 'other')", "", "", "", ""},
		{"select_one level", "satisfied", "对村（社区）工作的满意程度", "yes", "", "", "", "", "likert"},
		{"calculate", "each", "", "", "", "", "", "round(${income} div ${size}, 2)", ""},
	},
	"choices":  {{"list_name", "name", "label", "county"}},
	"settings": {{"form_id", "form_title", "version"}, {"household", "入户问卷", "1"}},
}

const (
	counties = 6
	towns    = 5 // of a county
	levels   = 5
)

func workbook() ([]byte, error) {
	choices := rows["choices"]
	for c := range counties {
		choices = append(choices, []string{"county", fmt.Sprintf("c%d", c), fmt.Sprintf("%d 县", c+1), ""})
		for t := range towns {
			choices = append(choices, []string{"town", fmt.Sprintf("c%dt%d", c, t), fmt.Sprintf("%d 县 %d 镇", c+1, t+1), fmt.Sprintf("c%d", c)})
		}
	}
	for l := range levels {
		choices = append(choices, []string{"level", strconv.Itoa(l + 1), fmt.Sprintf("%d 分", l+1), ""})
	}
	for _, topic := range []string{"roads", "water", "waste", "party", "other"} {
		choices = append(choices, []string{"topic", topic, topic, ""})
	}
	file := excelize.NewFile()
	defer file.Close()
	for sheet, lines := range map[string][][]string{"survey": rows["survey"], "choices": choices, "settings": rows["settings"]} {
		if _, err := file.NewSheet(sheet); err != nil {
			return nil, err
		}
		for i, line := range lines {
			if err := file.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &line); err != nil {
				return nil, err
			}
		}
	}
	if err := file.DeleteSheet("Sheet1"); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err := file.Write(&b)
	return b.Bytes(), err
}

// instanceID names the i-th submission.
func instanceID(i int) string { return fmt.Sprintf("uuid:%08x-0000-4000-8000-%012x", i, i) }

// body appends the i-th submission as the fill page sends it. Every i gives the same
// bytes again.
func body(to []byte, form id.FormID, i int) []byte {
	mixed := uint32(i) * 2654435761 >> 8 // neighbours differ
	county, size := mixed%counties, 1+mixed/7%8
	return fmt.Appendf(to, `{"instanceId":"%s","formId":"%s","version":1,"deviceId":"bench","started":"2026-04-12T09:00:00+08:00",`+
		`"ended":"2026-04-12T09:%02d:00+08:00","answers":{"county":"c%d","town":"c%dt%d","head":"王家%d","size":"%d","since":"%d-07-01",`+
		`"income":"%d.5","topics":"roads other","other":"第 %d 次议事","satisfied":"%d"}}`,
		instanceID(i), form, 5+mixed%40, county, county, mixed/11%towns, i, size, 1960+mixed%60, 8000+mixed%90000, mixed%12, 1+mixed/13%levels)
}

// wrong is a submission that breaks two rules: nobody lives there, and the town is
// another county's.
func wrong(form id.FormID) []byte {
	return fmt.Appendf(nil, `{"instanceId":"uuid:wrong","formId":"%s","version":1,"answers":{"county":"c0","town":"c1t0","head":"王家",`+
		`"size":"0","satisfied":"3"}}`, form)
}
