package xlsform_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey/xlsform"
)

// TestComplaints: what is wrong, and the one cell where it is said.
func TestComplaints(t *testing.T) {
	header := r("type", "name", "label")
	survey := func(rows ...[]any) sheets { return sheets{"survey": append([][]any{header}, rows...)} }
	yesNo := [][]any{r("list_name", "name", "label"), r("yes_no", "yes", "是"), r("yes_no", "no", "否")}
	with := func(s sheets, name string, rows ...[]any) sheets { s[name] = rows; return s }
	wide := func(headers []any, rows ...[]any) sheets {
		return with(sheets{"survey": append([][]any{append(r("type", "name", "label"), headers...)}, rows...)}, "choices", yesNo...)
	}
	for name, c := range map[string]struct {
		s    sheets
		want []string
	}{
		"no type":              {survey(r(nil, "a", "甲")), []string{"error survey!A2 typeMissing"}},
		"type column only":     {sheets{"survey": {r("type", "nam", "label"), r("text", "a", "甲"), r("text", "b", "乙")}}, []string{"error survey!A1 columnMissing", "warning survey!B1 columnUnknown"}},
		"unknown type":         {survey(r("selekt_one yes_no", "a", "甲")), []string{"error survey!A2 typeUnknown"}},
		"loop":                 {survey(r("begin loop over x", "a", "甲"), r("text", "b", "乙"), r("end loop")), []string{"error survey!A2 noChoices"}},
		"no name":              {survey(r("text", nil, "甲")), []string{"error survey!B2 nameMissing"}},
		"name with space":      {survey(r("text", "full name", "甲")), []string{"error survey!B2 nameWithSpace"}},
		"name with digit":      {survey(r("text", "1a", "甲")), []string{"error survey!B2 nameStart"}},
		"name full-width":      {survey(r("text", "年龄（岁）", "甲")), []string{"warning survey!B2 nameWide"}},
		"reserved name":        {survey(r("text", "meta", "甲")), []string{"error survey!B2 reservedName"}},
		"same name":            {survey(r("text", "a", "甲"), r("text", "a", "乙")), []string{"error survey!B3 duplicateName"}},
		"no label":             {survey(r("text", "a")), []string{"error survey!C2 labelMissing"}},
		"unknown list":         {wide(nil, r("select_one yesno", "a", "甲")), []string{"error survey!A2 listUnknown"}},
		"select alone":         {survey(r("select_one", "a", "甲")), []string{"error survey!A2 selectWithoutList"}},
		"two lists":            {survey(r("select_one a b", "a", "甲")), []string{"error survey!A2 selectExtra"}},
		"never ended":          {survey(r("begin group", "g", "组"), r("text", "a", "甲")), []string{"error survey!A2 neverEnded"}},
		"end mismatch":         {survey(r("begin group", "g", "组"), r("text", "a", "甲"), r("end repeat"), r("end group")), []string{"error survey!A4 endMismatch"}},
		"inner never ended":    {survey(r("begin group", "g", "组"), r("begin repeat", "h", "组"), r("text", "a", "甲"), r("end group")), []string{"error survey!A3 neverEnded"}},
		"crossing":             {survey(r("begin group", "g", "组"), r("begin repeat", "h", "组"), r("text", "a", "甲"), r("end group"), r("end repeat")), []string{"error survey!A5 endCrossed"}},
		"end alone":            {survey(r("text", "a", "甲"), r("end_group")), []string{"error survey!A3 endWithoutBegin"}},
		"empty group":          {survey(r("begin group", "g", "组"), r("end group"), r("text", "a", "甲")), []string{"warning survey!A2 emptySection"}},
		"empty survey":         {survey(), []string{"warning survey!A1 emptySurvey"}},
		"blank survey":         {sheets{"survey": nil}, []string{"error survey!A1 emptySurvey"}},
		"twice a column":       {sheets{"survey": {r("type", "name", "label", "caption"), r("text", "a", "甲")}}, []string{"error survey!D1 duplicateColumn"}},
		"column nearly":        {wide(r("relevent"), r("text", "a", "甲", "1")), []string{"warning survey!D1 columnUnknown"}},
		"DISABLED":             {wide(r("DISABLED"), r("text", "a", "甲", "yes")), []string{"warning survey!D1 columnUnknown"}},
		"far to the right":     {wide(append(make([]any, 1_100), "x"), r("text", "a", "甲")), nil},
		"column unknown":       {wide(r("负责人"), r("text", "a", "甲", "张三")), []string{"warning survey!D1 columnUnknown"}},
		"no header":            {wide(nil, r("text", "a", "甲", "张三")), []string{"warning survey!D2 noHeader"}},
		"language of none":     {wide(r("relevant::中文 (zh)"), r("text", "a", "甲", "1")), []string{"error survey!D2 columnWithoutLanguages"}},
		"full-width sign":      {wide(r("relevant"), r("integer", "a", "甲"), r("text", "b", "乙", "${a} ＝ 1")), []string{"error survey!D3 expression"}},
		"curly quotes":         {wide(r("relevant"), r("text", "a", "甲"), r("text", "b", "乙", "${a} = “是”")), nil},
		"bad reference":        {wide(r("relevant"), r("text", "b", "乙", "${a} = 1")), []string{"error survey!D2 unknownReference"}},
		"text reference":       {survey(r("text", "name", "甲"), r("note", "n", "您好，${nama}")), []string{"error survey!C3 unknownReference"}},
		"cases nearly":         {with(survey(r("text", "a", "甲"), r("select_one_from_file case.csv", "b", "乙")), "entities", r("list_name", "label"), r("case", "${a}")), []string{"warning survey!A3 casesNear", "warning entities!A2 casesNear"}},
		"other lists":          {with(survey(r("text", "a", "甲"), r("select_one_from_file villages.csv", "b", "乙"), r("select_one_from_file cases.csv", "c", "丙")), "entities", r("list_name", "label"), r("people", "${a}")), nil},
		"open reference":       {survey(r("note", "n", "您好，${name")), []string{"error survey!C2 badReference"}},
		"circle":               {wide(r("calculation"), r("calculate", "a", nil, "${b} + 1"), r("calculate", "b", nil, "${a} + 1")), []string{"error survey!D2 xpath.cycle"}},
		"no calculation":       {wide(r("calculation"), r("calculate", "a")), []string{"error survey!D2 calculationMissing"}},
		"default of list":      {wide(r("default"), r("select_multiple yes_no", "a", "甲", "yes maybe")), []string{"warning survey!D2 defaultNotOffered"}},
		"default no number":    {wide(r("default"), r("integer", "a", "甲", "3.5")), []string{"warning survey!D2 defaultWrong"}},
		"default no date":      {wide(r("default"), r("date", "a", "甲", "2026年4月1日")), []string{"warning survey!D2 defaultWrong"}},
		"personal maybe":       {wide(r("personal"), r("text", "a", "甲", "perhaps")), []string{"error survey!D2 personalUnknown"}},
		"range backwards":      {wide(r("parameters"), r("range", "a", "甲", "start=5 end=1")), nil},
		"range step":           {wide(r("parameters"), r("range", "a", "甲", "start=1;end=5;step=0")), []string{"error survey!D2 rangeZero"}},
		"range long step":      {wide(r("parameters"), r("range", "a", "甲", "start=1,end=5,step=9")), []string{"error survey!D2 rangeStepTooBig"}},
		"range no number":      {wide(r("parameters"), r("range", "a", "甲", "start = 一")), []string{"error survey!D2 parameterNumber"}},
		"parameter twice":      {wide(r("parameters"), r("range", "a", "甲", "end=3 end=4")), nil},
		"parameter form":       {wide(r("parameters"), r("range", "a", "甲", "end")), []string{"error survey!D2 parameterForm"}},
		"parameter of others":  {wide(r("parameters"), r("select_one yes_no", "a", "甲", "max-pixels=1")), []string{"error survey!D2 parameterUnknown"}},
		"max-pixels":           {wide(r("parameters"), r("image", "a", "甲", "max-pixels=many")), []string{"error survey!D2 parameterWhole"}},
		"other and filter":     {wide(r("choice_filter"), r("select_one yes_no or_other", "a", "甲", "name = 'yes'")), []string{"error survey!D2 otherWithFilter"}},
		"other taken":          {with(survey(r("select_one yes_no or_other", "a", "甲"), r("text", "a_other", "乙")), "choices", yesNo...), []string{"error survey!B3 duplicateName"}},
		"appearance nearly":    {wide(r("appearance"), r("text", "a", "甲", "mulitline"), r("select_one yes_no", "b", "乙", "w1 quik"), r("select_one yes_no", "c", "丙", "columns-3 nothing-like-it a('multilin', 'x')")), []string{"warning survey!D2 appearanceNear", "warning survey!D3 appearanceNear"}},
		"other apps and maps":  {wide(r("appearance", "intent"), r("text", "a", "甲", "ex:org.example.app(a='b')"), r("begin group", "g", "组", nil, "org.example.app"), r("geopoint", "b", "乙", "placement-map"), r("text", "c", "丙", "printer:org.example"), r("date", "d", "丁", "bikram-sambat"), r("end group")), []string{"warning survey!D2 otherApp", "warning survey!E3 otherApp", "warning survey!D4 noMap", "warning survey!D5 noPrinter", "warning survey!D6 noCalendar"}},
		"circle among errors":  {wide(r("calculation"), r("calculate", "a", nil, "${b} + 1"), r("calculate", "b", nil, "${a} + 1"), r("tex", "c", "丙")), []string{"error survey!D2 xpath.cycle", "error survey!A4 typeUnknown"}},
		"circle and reference": {wide(r("calculation"), r("calculate", "a", nil, "${b} + 1"), r("calculate", "b", nil, "${a} + 1"), r("calculate", "c", nil, "${zz}")), []string{"error survey!D2 xpath.cycle", "error survey!D4 unknownReference"}},
		"form's name":          {with(survey(r("text", "a", "甲")), "settings", r("form_id"), r("错 误/1")), []string{"warning settings!A2 formIDCharacters"}},
		"Excel's error":        {survey(r("text", "a", "#NAME?")), []string{"warning survey!C2 excelError"}},
		"choice without list": {with(survey(r("text", "a", "甲")), "choices", r("list name", "name", "label"), r(nil, "yes", "是")),
			[]string{"warning choices!A2 choiceWithoutList"}},
		"choice without name": {with(survey(r("text", "a", "甲")), "choices", r("list_name", "value", "label"), r("x", nil, "是")),
			[]string{"error choices!B2 choiceWithoutName"}},
		"choice twice": {with(survey(r("text", "a", "甲")), "choices", append(yesNo[:3:3], r("yes_no", "no", "不"))...),
			[]string{"error choices!B4 duplicateChoice"}},
		"choice without label": {with(survey(r("text", "a", "甲")), "choices", append(yesNo[:3:3], r("yes_no", "dk"))...),
			[]string{"warning choices!C4 choiceWithoutLabel"}},
		"choice with space": {with(survey(r("select_one x", "a", "甲"), r("select_multiple x", "b", "甲")), "choices", yesNo[0], r("x", "not sure", "不"), r("x", "so so", "半")), []string{"error survey!A3 choiceWithSpace", "warning choices!B2 choiceCodeSpace"}},
		"choice refers": {with(survey(r("select_one x", "a", "甲")), "choices", yesNo[0], r("x", "b", "${c}")),
			[]string{"error choices!C2 unknownReference"}},
		"choice column": {with(survey(r("text", "a", "甲")), "choices", r("list_name", "name", "label", "所属 县"), r("x", "b", "乙", "甲县")),
			[]string{"warning choices!D1 choiceColumnName"}},
		"choice column nearly":     {with(survey(r("text", "a", "甲")), "choices", r("list_name", "name", "lable"), r("x", "b", "乙")), []string{"warning choices!A1 noLabels", "warning choices!C1 columnUnknown"}},
		"no list column":           {with(survey(r("text", "a", "甲")), "choices", r("lists", "name"), r("x", "b")), []string{"warning choices!A1 columnMissing", "warning choices!A1 noLabels", "warning choices!A2 choiceWithoutList"}},
		"other headers":            {with(sheets{"survey": {r("题", "号", "文字"), r("text", "a", "甲")}}, "choices", yesNo...), []string{"error survey!A1 surveyHeaders"}},
		"title on top":             {sheets{"survey": {r("村情调查"), r("type", "name", "label"), r("text", "a", "甲")}}, []string{"error survey!A1 surveyHeaders"}},
		"other headers of choices": {with(survey(r("text", "a", "甲")), "choices", r("列表", "编码", "label"), r("x", "b", "乙")), []string{"error choices!A1 columnMissing"}},
		"required in words":        {wide(r("required"), r("text", "a", "甲", "必填"), r("text", "b", "乙", "y"), r("text", "c", "丙", "√"), r("text", "d", "丁", "是"), r("text", "e", "戊", "否")), []string{"warning survey!D3 xpath.unquotedText"}},
		"read-only in words":       {wide(r("readonly"), r("text", "a", "甲", "只读")), []string{"warning survey!D2 xpath.unquotedText"}},
		"division":                 {wide(r("relevant"), r("integer", "a", "甲"), r("text", "b", "乙", "${a} / 2 > 1")), []string{"error survey!D3 expression"}},
		"choice in no quotes":      {wide(r("relevant"), r("select_one yes_no", "a", "甲"), r("text", "b", "乙", "${a}=yes")), []string{"warning survey!D3 xpath.unquotedText"}},
		"encryption":               {with(survey(r("text", "a", "甲")), "settings", r("form_id", "public_key"), r("x", "MIIB")), []string{"warning settings!B2 survey.publicKey"}},
		"setting nearly":           {with(survey(r("text", "a", "甲")), "settings", r("form_idd"), r("x")), []string{"warning settings!A1 columnUnknown"}},
		"second settings":          {with(survey(r("text", "a", "甲")), "settings", r("form_id"), r("x"), r("y")), []string{"warning settings!A3 settingsRows"}},
		"default language":         {with(survey(r("text", "a", "甲")), "settings", r("default_language"), r("法语")), nil},
		"instance name":            {with(survey(r("text", "a", "甲")), "settings", r("form_id", "instance_name"), r("x", "${b}")), []string{"error settings!B2 unknownReference"}},
		"sheet nearly":             {with(survey(r("text", "a", "甲")), "choice", yesNo...), []string{"warning choice!A1 sheetNear"}},
		"survey nearly":            {sheets{"surveys": {header}, "choices": yesNo}, []string{"error surveys!A1 sheetNear"}},
		"no survey":                {sheets{"题目": {header}, "choices": yesNo}, []string{"error survey!A1 noSurvey"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := expect(t, c.s, c.want...)
			refused := strings.Contains(strings.Join(c.want, "\n"), "error")
			if (d == nil) != refused {
				t.Errorf("definition %v, refused %v", d != nil, refused)
			}
		})
	}
}

// TestTypeHints: a word of another tool or of paper is answered with what to write.
func TestTypeHints(t *testing.T) {
	for word, want := range map[string]string{
		"likert": "typeLikert", "likert agree5": "typeLikert", "phone": "typePhone", "手机号": "typePhone",
		"checkbox": "typeMany", "多选题 crops": "typeMany", "radio": "typeOne", "单选题": "typeOne", "Select": "typeOne", "下拉框": "typeList",
		"数字": "typeNumber", "填空题": "typeInstead", "long text": "typeMultiline", "e-mail": "typeEmail", "评分": "typeScale", "排序题": "typeRank",
		"group": "typeSection", "签名": "typeSignature", "单选：是否": "didYouMean", "多选（是否）": "didYouMean", "intager": "didYouMean", "xyzzy": "types",
	} {
		_, found := read(t, sheets{"survey": {r("type", "name", "label"), r(word, "a", "甲")}})
		if len(found) != 1 || found[0].Text.Key != "xlsform.typeUnknown" {
			t.Errorf("%s: %v", word, found)
		} else if hint := found[0].Text.Args[1].(problem.Text); hint.Key != "xlsform."+want {
			t.Errorf("%s: %v, want %s", word, hint, want)
		}
	}
}

// TestNearestName: what a reference or a list may have meant is offered, in Chinese too.
func TestNearestName(t *testing.T) {
	for given, want := range map[string]string{"年令": "年龄", "人口": "家庭人口", "family_sise": "family_size", "size": "family_size", "完全不同": "", "xyzzy": ""} {
		_, found := read(t, sheets{"survey": {r("type", "name", "label"), r("text", "年龄", "甲"), r("text", "家庭人口", "乙"), r("text", "family_size", "丙"),
			r("note", "n", "${"+given+"}")}})
		if len(found) != 1 || !strings.HasSuffix(message.Sprint(message.English, found[0].Text), pick(want == "", "to.", " Did you mean “"+want+"”?")) {
			t.Errorf("%s: %v, want %s", given, found, want)
		}
	}
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// TestChineseWorkbook: under Chinese headers the complaints have the words that the workbook has.
func TestChineseWorkbook(t *testing.T) {
	for word, want := range map[string]string{
		"单选题 是否": "单选 是否", "单选： 是否": "单选 是否", "多选（是否）": "多选 是否", "单选": "单选", "填空题": "文本", "数字": "整数", "图片": "照片", "签名": "照片",
		"开始重夏": "开始重复", "组": "开始组", "xyzzy": "文本、整数", "单选 是否 其他": "含其他", "intager": "integer",
	} {
		_, found := read(t, sheets{"问卷": {r("类型", "名称", "标签"), r(word, "甲", "甲")}})
		if len(found) != 1 || !strings.Contains(message.Sprint(message.Chinese, found[0].Text), want) {
			t.Errorf("%s: %v, want %s", word, found, want)
		}
	}
	for _, c := range []struct {
		s    sheets
		want string
	}{
		{sheets{"问卷": {r("类型", "标签"), r("文本", "甲")}}, "缺少“名称”列"},
		{sheets{"问卷": {r("类型", "名称", "标签", "约束条件"), r("文本", "甲", "甲", ". > 1")}}, "“约束”"},
		{sheets{"问卷": {r("类型", "名称", "标签"), r("文本", "甲", "甲")}, "设置": {r("标题", "代号"), r("题", "x")}}, "“问卷代号”"},
		{sheets{"问卷": {r("类型", "名称", "标签"), r("开始组", "甲", "甲"), r("文本", "乙", "乙")}}, "写 结束组"},
	} {
		if _, found := read(t, c.s); len(found) != 1 || !strings.Contains(message.Sprint(message.Chinese, found[0].Text), c.want) {
			t.Errorf("%v, want %s", found, c.want)
		}
	}
	if d := good(t, sheets{"问卷": {r("类型", "名称", "标签"), r("单选　是否", "甲", "甲"), r("多选　是否　含其他", "乙", "乙")},
		"选项": {r("列表名", "名称", "标签"), r("是否", "1", "是")}}); d.Find("甲").List != "是否" || d.Find("乙_other") == nil {
		t.Error("full-width spaces")
	}
}

// TestAllAtOnce: one reading tells everything, in the workbook's order.
func TestAllAtOnce(t *testing.T) {
	expect(t, sheets{
		"survey":  {r("type", "name", "label", "relevant"), r("tex", "a", "甲"), r("text", "b b", "乙"), r("text", "c", "丙", "${zz} = 1")},
		"choices": {r("list_name", "name", "label"), r("x", "1", "一"), r("x", "1", "一")},
	}, "error survey!A2 typeUnknown", "error survey!B3 nameWithSpace", "error survey!D4 unknownReference", "error choices!B3 duplicateChoice")
}

func TestTooManyComplaintsAreCut(t *testing.T) {
	rows := [][]any{r("type", "name", "label")}
	for range 700 {
		rows = append(rows, r("tex", "a b", "甲"))
	}
	_, found := read(t, sheets{"survey": rows})
	if len(found) != 501 {
		t.Fatalf("%d complaints", len(found))
	}
	if last := found[500]; last.Text.Key != "xlsform.more" || last.Text.Args[0] != 900 {
		t.Errorf("last: %+v", last)
	}
}

// TestNotAWorkbook: what cannot be opened is refused by kind, with a sentence of its own.
func TestNotAWorkbook(t *testing.T) {
	small := encode(t, book(t, sheets{"survey": {r("type", "name", "label"), r("text", "a", "甲")}}))
	old := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...)
	locked, err := excelize.Encrypt(small, &excelize.Options{Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	archive := func(part string, content []byte) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, err := z.Create(part)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(content)
		z.Close()
		return b.Bytes()
	}
	wide := make([]any, 1001)
	for i := range wide {
		wide[i] = fmt.Sprint("x", i)
	}
	tall := `<worksheet><sheetData>` + strings.Repeat(`<row><c t="inlineStr"><is><t>type</t></is></c></row>`, 60_001) + `</sheetData></worksheet>`
	for name, c := range map[string]struct {
		data []byte
		kind problem.Kind
		key  string
	}{
		"empty":        {nil, problem.Malformed, "xlsform.emptyFile"},
		"old Excel":    {old, problem.Unsupported, "xlsform.oldExcel"},
		"locked":       {locked, problem.Unsupported, "xlsform.encrypted"},
		"text":         {[]byte("type,name,label\n"), problem.Unsupported, "xlsform.notWorkbook"},
		"Word":         {archive("word/document.xml", []byte("<w:document/>")), problem.Unsupported, "xlsform.notWorkbook"},
		"cut short":    {small[:len(small)/2], problem.Malformed, "xlsform.damaged"},
		"bomb":         {archive("xl/workbook.xml", make([]byte, 129<<20)), problem.TooLarge, "xlsform.unpacksTooLarge"},
		"no sheets":    {archive("xl/workbook.xml", []byte("not XML")), problem.Malformed, "xlsform.damaged"},
		"too tall":     {withSheet(t, small, tall), problem.TooLarge, "xlsform.tooManyRows"},
		"too wide":     {encode(t, book(t, sheets{"survey": {wide}})), problem.TooLarge, "xlsform.tooManyColumns"},
		"far too long": {make([]byte, 33<<20), problem.TooLarge, "xlsform.fileTooLarge"},
	} {
		t.Run(name, func(t *testing.T) {
			d, found, err := xlsform.Read(bytes.NewReader(c.data), int64(len(c.data)), "x.xlsx")
			p := problem.From(err)
			if err == nil || p.Kind != c.kind || p.Text.Key != c.key || d != nil || found != nil {
				t.Errorf("got %v, definition %v, complaints %v", err, d, found)
			}
		})
	}
}
