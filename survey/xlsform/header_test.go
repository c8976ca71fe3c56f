package xlsform_test

import (
	"maps"
	"slices"
	"testing"

	"tianye/survey/form"
)

// TestAliases: what older forms and other programs write in headers and types.
func TestAliases(t *testing.T) {
	d := good(t, sheets{
		"SURVEY": {
			r(" Command ", "Tag", "Caption：English (en)", "bind:relevant", "Constraint  Message:English (en)", "Read Only", "control:appearance", "jr:count", "bind:constraint", "Media:image"),
			r("select one from  yes_no", "a", "A", nil, "wrong", "TRUE", "minimal", nil, ". != ''", "a.png"),
			r("select all that apply from yes_no", "b", "B", "${a} = 'yes'"),
			r("q int", "c", "C", "no"),
			r("begin looped group", "d", "D", nil, nil, nil, nil, 3),
			r("add photo prompt", "e", "E"),
			r("end looped group"),
			r("date time", "f", "F"),
			r("trigger", "g", "G"),
			r("# a remark", "g", "not counted"),
			r("get today", "day"),
		},
		"Choices": {r("List Name", "Value", "label:English (en)"), r("yes_no", "yes", "Yes"), r("yes_no", "no", "No")},
	}, "warning SURVEY!C1 translationMissing", "warning SURVEY!E1 translationMissing", "warning SURVEY!J1 translationMissing", "warning SURVEY!D4 xpath.neverRelevant")
	types := map[form.Path]form.Type{"a": form.SelectOne, "b": form.SelectMultiple, "c": form.Integer, "d_count": form.Calculate, "d": form.Repeat,
		"d/e": form.Image, "f": form.DateTime, "g": form.Acknowledge, "day": form.Today}
	for path, want := range types {
		if f := d.Find(path); f == nil || f.Type != want {
			t.Errorf("%s: %+v", path, f)
		}
	}
	a := d.Find("a")
	if a.Label["English (en)"] != "A" || a.ConstraintMessage["English (en)"] != "wrong" || a.Media["image"][""] != "a.png" ||
		a.ReadOnly == nil || a.Appearance != "minimal" || a.Constraint == nil {
		t.Errorf("a: %+v", a)
	}
	if d.Find("b").Relevant.Source != "${a} = 'yes'" || d.Find("c").Relevant.Source != "false()" || d.Find("d").RepeatCount.Source != "${d_count}" ||
		d.Find("d_count").Calculation.Source != "3" {
		t.Error("expressions of b, c or d")
	}
	if d.FormID != "问卷" || d.Title != "问卷" {
		t.Errorf("id %q, title %q", d.FormID, d.Title)
	}
}

// TestAttributesInParts: what single colons make of the headers of other tools' attributes.
func TestAttributesInParts(t *testing.T) {
	d := good(t, sheets{"survey": {r("type", "name", "label", "body:esri:style", "body:esri:note", "media", "bind:esri:type"), r("image", "a", nil, "x", "it's", "a.png", `\`)}})
	if a := d.Find("a"); a.Body["esri"] != `{'style': 'x', 'note': "it's"}` || a.Bind["esri"] != `{'type': '\\'}` || a.Label[""] != "" {
		t.Errorf("%+v", a)
	}
}

// TestLanguages: how texts without a language go with those that have one.
func TestLanguages(t *testing.T) {
	for name, c := range map[string]struct {
		headers, cells []any
		setting        string
		want           form.Text
	}{
		"alone":               {r("label"), r("a"), "", form.Text{"": "a"}},
		"with another":        {r("label", "label::English (en)"), r("a", "b"), "", form.Text{"": "a", "English (en)": "b"}},
		"empty other":         {r("label", "label::English (en)"), r("a", nil), "", form.Text{"": "a"}},
		"in the default":      {r("label", "label::English (en)"), r("a", "b"), "Français (fr)", form.Text{"Français (fr)": "a", "English (en)": "b"}},
		"default wins":        {r("label", "label::English (en)"), r("a", "b"), "English (en)", form.Text{"English (en)": "b"}},
		"bare one last":       {r("label::English (en)", "label"), r("b", "a"), "", form.Text{"": "a"}},
		"default by its name": {r("label", "label::default"), r("a", "b"), "", form.Text{"default": "b"}},
		"one language":        {r("label::English (en)"), r("b"), "English (en)", form.Text{"English (en)": "b"}},
	} {
		s := sheets{"survey": {append(r("type", "name"), c.headers...), append(r("text", "q"), c.cells...)}}
		if c.setting != "" {
			s["settings"] = [][]any{r("default_language"), r(c.setting)}
		}
		if d, found := read(t, s); d == nil {
			t.Errorf("%s: refused: %q", name, complaints(found))
		} else if got := d.Find("q").Label; !maps.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	d, _ := read(t, sheets{
		"survey": {r("type", "name", "label", "constraint_message::English (en)", "constraint_message", "image::English (en)", "image"),
			r("text", "q", "甲", "b", "a", "b.png", "a.png")},
		"settings": {r("default_language"), r("中文 (zh)")},
	})
	q := d.Find("q")
	if !maps.Equal(q.ConstraintMessage, form.Text{"中文 (zh)": "a", "English (en)": "b"}) || !maps.Equal(q.Media["image"], form.Text{"中文 (zh)": "a.png", "English (en)": "b.png"}) {
		t.Errorf("message %q, media %q", q.ConstraintMessage, q.Media)
	}
	if !slices.Equal(d.Languages, []string{"中文 (zh)", "English (en)"}) || d.DefaultLanguage != "中文 (zh)" || d.XForm.DefaultLanguage != "中文 (zh)" {
		t.Errorf("languages %q, default %q", d.Languages, d.DefaultLanguage)
	}
}

func TestLanguageDoubts(t *testing.T) {
	expect(t, sheets{
		"survey":   {r("type", "name", "label::中文 (zh)"), r("text", "a", "甲")},
		"settings": {r("default_language"), r("English")},
	}, "warning settings!A2 defaultLanguage")
	d := expect(t, sheets{
		"survey":  {r("type", "name", "label::中文(zh)"), r("select_one x", "a", "甲")},
		"choices": {r("list_name", "name", "label::中文"), r("x", "b", "乙")},
	}, "warning choices!C1 languageTwice")
	if !slices.Equal(d.Languages, []string{"中文(zh)", "中文"}) {
		t.Errorf("languages %q", d.Languages)
	}
	expect(t, sheets{
		"survey": {r("type", "name", "label::English (en)", "label::French (fr)", "hint::English (en)"), r("text", "a", "A", "B", "C")},
	}, "warning survey!E1 translationMissing")
	expect(t, sheets{"survey": {r("type", "name", "label::English"), r("text", "a", "A")}}, "warning survey!C1 languageTag")
}

// TestChinese: a workbook all in Chinese, its own columns of Chinese names among them.
func TestChinese(t *testing.T) {
	d := good(t, sheets{
		"问卷": {
			r("类型", "名称", "标签", "提示", "必填", "必填提示", "显示条件", "约束", "约束提示", "计算", "默认值", "外观", "参数", "选项筛选", "只读", "重复次数", "触发", "个人信息"),
			r("文本", "姓名", "姓名", "照身份证", "是", "请填", nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, "是"),
			r("整数", "年龄", "年龄", nil, nil, nil, "${姓名} != ''", ". > 0", "应大于0", nil, "18"),
			r("单选 县", "县", "县"),
			r("多选 事项 含其他", "事项", "事项"),
			r("单选 镇", "镇", "镇", nil, nil, nil, nil, nil, nil, nil, nil, "minimal", nil, "县 = ${县}"),
			r("开始重复", "成员", "成员", nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, "${年龄}"),
			r("照片", "照片", "照片", nil, nil, nil, nil, nil, nil, nil, nil, nil, "max-pixels＝800"),
			r("结束重复"),
			r("开始组", "组", "组"),
			r("计算", "翻倍", nil, nil, nil, nil, nil, nil, nil, "${年龄} * 2"),
			r("结束组"),
			r("计算", "当时", nil, nil, nil, nil, nil, nil, nil, "now()", nil, nil, nil, nil, nil, nil, "${年龄}"),
			r("日期", "日期", "日期", nil, nil, nil, nil, nil, nil, nil, "today()", nil, nil, nil, "否"),
		},
		"选项": {r("列表名", "名称", "标签", "县"), r("县", "k", "柯城"), r("镇", "s", "石梁", "k"), r("事项", "r", "道路")},
		"设置": {r("问卷标题", "问卷代号", "版本"), r("走访", "visit", "1")},
	})
	if d.FormID != "visit" || d.Title != "走访" || !d.Find("姓名").Personal || d.Find("姓名").Required.Source != "true()" || d.Find("姓名").RequiredMessage[""] != "请填" {
		t.Errorf("%+v", d)
	}
	if d.Lists["镇"].Choices[0].Columns["县"] != "k" || d.Find("成员").RepeatCount.Source != "${年龄}" || d.Find("成员/照片").Parameters["max-pixels"] != "800" {
		t.Error("choices' columns, repeats or parameters")
	}
	if other := d.Find("事项_other"); other == nil || other.Label[""] != "请说明" || d.Lists["事项"].Choices[1].Label[""] != "其他" {
		t.Error("the other choice")
	}
	if f := d.Find("当时"); f.Triggers[0] != "年龄" || d.Find("日期").DynamicDefault == nil || d.Find("日期").ReadOnly.Source != "false()" {
		t.Error("trigger or default")
	}
}

// TestSettings: what the settings sheet says beyond title and id.
func TestSettings(t *testing.T) {
	d := good(t, sheets{
		"survey": {r("type", "name", "label", "body::esri:style", "bind::esri:fieldType", "instance::esri:z"), r("text", "a", "A", "x", "y", "z")},
		"settings": {r("form_id", "name", "namespaces", "attribute::esri:version", "submission_url", "public_key", "auto_send", "auto_delete", "client_editable", "prefix", "delimiter", "instance_xmlns", "style", "instance_name", "sms_keyword"),
			r("f", "root", `esri="http://esri.com/xforms" foo='bar'`, "2", "https://example.org/s", "MIIB", "true", "false", "yes", "p", "+", "http://example.org/x", "pages theme-grid", "concat('a', ${a})", "k")},
	}, "warning settings!F2 survey.publicKey")
	x := d.XForm
	if x.Name != "root" || x.Namespaces["esri"] != "http://esri.com/xforms" || x.Namespaces["foo"] != "bar" || x.Attributes["esri:version"] != "2" ||
		x.SubmissionURL != "https://example.org/s" || x.PublicKey != "MIIB" || x.AutoSend != "true" || x.AutoDelete != "false" || x.ClientEditable != "true" ||
		x.Prefix != "p" || x.Delimiter != "+" || x.InstanceNamespace != "http://example.org/x" || x.SMSKeyword != "k" || d.Style != "pages theme-grid" || d.InstanceName == nil {
		t.Errorf("%+v", x)
	}
	a := d.Find("a")
	if a.Body["esri:style"] != "x" || a.Bind["esri:fieldType"] != "y" || a.Attributes["esri:z"] != "z" {
		t.Errorf("a: %+v", a)
	}
	if d.Title != "f" {
		t.Errorf("a form without a title is called by its id, not %q", d.Title)
	}
	d = good(t, sheets{
		"survey":   {r("type", "name", "label"), r("text", "a", "two  spaces"), r("begin_group", "g", "G"), r("text", "b", "B"), r("end_group")},
		"settings": {r("clean_text_values", "omit_instanceID", "flat"), r("no", "yes", "yes")},
	})
	if d.Find("a").Label[""] != "two  spaces" || !d.XForm.OmitInstanceID || !d.XForm.Flat {
		t.Errorf("%+v %+v", d.Find("a"), d.XForm)
	}
}
