package xlsform

import (
	"strings"

	"tianye/internal/problem"
)

// typeHints say what to write for words that people take for types: those of other
// survey tools and of questionnaires on paper, in lower case.
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
	put(problem.Say("xlsform.typeOne"), "radio radiobutton radiobuttons radiogroup select single singlechoice single_choice choice single_select selectone one "+
		"单选 单选题 单选框 单项选择 单项选择题 选择题 选择 是非题 判断 判断题 boolean bool yesno yes_no")
	put(problem.Say("xlsform.typeList"), "dropdown combobox 下拉 下拉题 下拉框 下拉选择 下拉单选")
	put(problem.Say("xlsform.typeMany"), "checkbox checkboxes check multiselect multi multiple multiplechoice multiple_choice multi_select selectmultiple selectmany "+
		"多选 多选题 多选框 多项选择 多项选择题 复选 复选框 不定项 不定项选择题")
	put(problem.Say("xlsform.typeRank"), "排序 排序题 ranking order sort")
	put(problem.Say("xlsform.typeLikert"), "likert 量表 量表题 李克特 李克特量表 matrix 矩阵 矩阵题 矩阵单选 矩阵量表")
	put(problem.Say("xlsform.typeMultiline"), "textarea paragraph longtext long_text multiline essay comment 多行文本 多行 长文本 简答 简答题 问答 问答题 开放题")
	put(problem.Say("xlsform.typeNumber"), "number numeric num digit 数字 数字题 数值 数值题 数字填空")
	put(problem.Say("xlsform.typeScale"), "slider scale rating 滑块 滑动条 评分 评分题 打分 打分题")
	put(problem.Say("xlsform.typePhone", "regex(., '^1[0-9]{10}$')"), "phonenumber phone phone_number tel telephone mobile cellphone 电话 电话号码 手机 手机号 手机号码")
	put(problem.Say("xlsform.typeEmail"), "email e-mail mail 邮箱 电子邮箱 邮件")
	put(problem.Say("xlsform.typeSection"), "group repeat section page 分组 题组 组 循环 循环题 重复")
	return hints
}()
