package xlsform

import (
	"slices"
	"strings"

	"tianye/internal/problem"
)

// typeHints say what to write for words that people take for types: those of other
// survey tools and of questionnaires on paper, in lower case. What a hint says to write is in
// English, until ownWords has seen it.
var typeHints = func() map[string]problem.Text {
	hints := map[string]problem.Text{}
	put := func(hint problem.Text, words string) {
		for _, word := range strings.Fields(words) {
			hints[word] = hint
		}
	}
	for meant, words := range map[string]string{
		"text":      "文本 文本题 文字 文字题 填空 填空题 单行文本 短文本 str varchar input",
		"integer":   "整数 整型 整数题 whole",
		"decimal":   "小数 float double money currency 金额",
		"date":      "日期 日期题 birthday 生日 出生日期",
		"time":      "时间 时间题",
		"dateTime":  "日期时间 timestamp",
		"image":     "图片 照片 拍照 图片题 picture pic img camera",
		"file":      "文件 附件 上传 upload attachment",
		"geopoint":  "定位 位置 坐标 经纬度 地理位置 latlng coordinates point",
		"note":      "说明 提示 备注 文字说明 description statement info",
		"calculate": "计算 计算题 公式 formula calc",
	} {
		put(problem.Say("xlsform.typeInstead", meant), words)
	}
	put(problem.Say("xlsform.typeOne", "select_one", "yes_no", "choices"), "radio radiobutton radiobuttons radiogroup select single singlechoice single_choice choice single_select selectone one "+
		"单选 单选题 单选框 单项选择 单项选择题 选择题 选择 是非题 判断 判断题 boolean bool yesno yes_no")
	put(problem.Say("xlsform.typeList", "select_one", "appearance"), "dropdown combobox 下拉 下拉题 下拉框 下拉选择 下拉单选")
	put(problem.Say("xlsform.typeMany", "select_multiple", "crops", "choices"), "checkbox checkboxes check multiselect multi multiple multiplechoice multiple_choice multi_select selectmultiple selectmany "+
		"多选 多选题 多选框 多项选择 多项选择题 复选 复选框 不定项 不定项选择题")
	put(problem.Say("xlsform.typeRank", "rank", "choices"), "排序 排序题 ranking order sort")
	put(problem.Say("xlsform.typeLikert", "select_one", "appearance"), "likert 量表 量表题 李克特 李克特量表 matrix 矩阵 矩阵题 矩阵单选 矩阵量表")
	put(problem.Say("xlsform.typeMultiline", "text", "appearance"), "textarea paragraph longtext long_text multiline essay comment 多行文本 多行 长文本 简答 简答题 问答 问答题 开放题")
	put(problem.Say("xlsform.typeNumber", "integer", "decimal"), "number numeric num digit 数字 数字题 数值 数值题 数字填空")
	put(problem.Say("xlsform.typeScale", "range", "parameters"), "slider scale rating 滑块 滑动条 评分 评分题 打分 打分题")
	put(problem.Say("xlsform.typeSignature", "image", "appearance"), "签名 签名题 手写签名 签字 signature sign")
	put(problem.Say("xlsform.typePhone", "text", "constraint", "regex(., '^1[0-9]{10}$')"), "phonenumber phone phone_number tel telephone mobile cellphone 电话 电话号码 手机 手机号 手机号码")
	put(problem.Say("xlsform.typeEmail", "text", "constraint"), "email e-mail mail 邮箱 电子邮箱 邮件")
	put(problem.Say("xlsform.typeSection", "begin_group", "end_group", "begin_repeat", "end_repeat"), "group repeat section page 分组 题组 组 循环 循环题 重复")
	return hints
}()

// unknownType says what is wrong with a type that nobody knows, and what might be meant.
func (s *sheet) unknownType(cell string) problem.Text {
	english := meaning(cell)
	for _, word := range selectWords {
		after, found := strings.CutPrefix(english, word)
		if !found || after != "" && after[0] != ' ' {
			continue
		}
		if strings.TrimSpace(after) == "" {
			return problem.Say("xlsform.selectWithoutList", cell, s.own("select_one"), s.own("yes_no"))
		}
		return problem.Say("xlsform.selectExtra", cell, s.own("or_other"))
	}
	if cell == "include" {
		return problem.Say("xlsform.includeType")
	}
	return problem.Say("xlsform.typeUnknown", cell, s.typeHint(strings.ToLower(cell)))
}

// typeHint helps with a type that nobody knows: by its words, by the word of another tool, by a
// type that is spelt nearly so, or with all there are.
func (s *sheet) typeHint(lower string) problem.Text {
	if hint := s.hintSelect(lower); hint.Key != "" {
		return hint
	}
	first, rest, _ := strings.Cut(lower, " ")
	words := []string{strings.ReplaceAll(lower, " ", "_"), first}
	for _, word := range words {
		if hint, ok := typeHints[word]; ok {
			return s.ownWords(hint)
		}
	}
	if _, ok := questionTypes[lower]; ok {
		return hint(lower)
	}
	names := slices.Values(typeNames)
	if s.isChinese() && hasHan(lower) {
		names = slices.Values(chineseTypeNames)
	}
	for _, word := range words {
		if meant := nearest(word, names); meant != "" {
			if word == first && rest != "" && word != lower {
				meant += " " + rest
			}
			return hint(meant)
		}
	}
	all := typeNames
	if s.isChinese() {
		all = chineseTypeNames
	}
	return problem.Say("xlsform.types", strings.Join(all, pick(s.isChinese(), "、", ", ")))
}

// hintSelect helps with a select whose list is there, but not after a space: "单选：是否", "多选（是否）",
// "单选题 是否" in a workbook in Chinese.
func (s *sheet) hintSelect(cell string) problem.Text {
	at := strings.IndexAny(cell, " \u3000:：(（【[，,、-—/")
	if at < 0 {
		return problem.Text{}
	}
	word, list := strings.TrimSuffix(cell[:at], "题"), strings.Trim(cell[at:], " \u3000:：()（）【】[]，,、-—/")
	if english := chineseSelects[word]; english == "" || list == "" || strings.ContainsAny(list, " \u3000") || !s.isChinese() && strings.HasSuffix(cell[:at], "题") {
		return problem.Text{}
	}
	return hint(word + " " + list)
}

// chineseTypeNames are typeNames in Chinese, those that have a name in Chinese.
var chineseTypeNames = func() []string {
	var all []string
	for _, name := range typeNames {
		if own := chineseWords[name]; own != "" {
			all = append(all, own)
		}
	}
	return all
}()

// chineseWords are what a workbook in Chinese calls what the complaints speak of.
var chineseWords = func() map[string]string {
	all := pairs(`type 类型; name 名称; label 标签; list_name 列表名; appearance 外观; parameters 参数; constraint 约束; choices 选项;
		select_one 单选; select_multiple 多选; rank 排序; select_one_from_file 单选文件; select_multiple_from_file 多选文件; or_other 含其他; yes_no 是否; crops 作物;
		image 照片; begin_group 开始组; end_group 结束组; begin_repeat 开始重复; end_repeat 结束重复`)
	for chinese, english := range typeAliases {
		if hasHan(chinese) && all[strings.ReplaceAll(english, " ", "_")] == "" {
			all[english] = chinese
		}
	}
	return all
}()

// isChinese tells whether a sheet has headers in Chinese.
func (s *sheet) isChinese() bool {
	return slices.ContainsFunc(s.columns, func(c column) bool { return c.known && hasHan(split(c.header, false)[0]) })
}

// own is a word as the workbook would have it: in Chinese under headers in Chinese.
func (s *sheet) own(word string) string {
	if own := chineseWords[word]; own != "" && s.isChinese() {
		return own
	}
	return word
}

// ownWords puts the words into a text as the workbook would have them.
func (s *sheet) ownWords(text problem.Text) problem.Text {
	args := make([]any, len(text.Args))
	for i, arg := range text.Args {
		args[i] = arg
		if word, ok := arg.(string); ok {
			args[i] = s.own(word)
		}
	}
	return problem.Say(text.Key, args...)
}
