package xlsform

import "strings"

// vocabulary is what the headers of a sheet may be.
type vocabulary struct {
	columns map[string]bool   // known as they are
	aliases map[string]string // another header -> what it means, its parts joined by "::"
	chinese map[string]string // a Chinese header -> the English one
}

// surveyWords are the headers of the survey sheet, with the aliases that XLSForm has grown.
var surveyWords = vocabulary{
	columns: words("type name label hint guidance_hint default trigger choice_filter parameters bind control instance media " +
		"query sms_field disabled personal intent flat"),
	aliases: pairs(`command type; tag name; value name; caption label;
		relevant bind::relevant; relevance bind::relevant; required bind::required; constraint bind::constraint;
		calculation bind::calculate; calculate bind::calculate; readonly bind::readonly; read_only bind::readonly;
		constraint_message bind::jr:constraintMsg; constraining_message bind::jr:constraintMsg;
		required_message bind::jr:requiredMsg; requiredmsg bind::jr:requiredMsg;
		noapperrorstring bind::jr:noAppErrorString; no_app_error_string bind::jr:noAppErrorString;
		save_to bind::entities:saveto; compact_tag instance::odk:tag; body control;
		appearance control::appearance; autoplay control::autoplay; rows control::rows;
		repeat_count control::jr:count; count control::jr:count; jr:count control::jr:count;
		image media::image; big-image media::big-image; audio media::audio; video media::video`),
	chinese: pairs(`类型 type; 题型 type; 名称 name; 变量名 name; 变量 name; 标签 label; 题目 label; 提示 hint; 填写说明 guidance_hint;
		必填 required; 必填提示 required_message; 显示条件 relevant; 相关 relevant; 约束 constraint; 约束提示 constraint_message;
		计算 calculation; 算式 calculation; 默认值 default; 外观 appearance; 参数 parameters; 选项筛选 choice_filter; 只读 readonly;
		重复次数 repeat_count; 触发 trigger; 存入 save_to; 个人信息 personal; 停用 disabled; 图片 image; 大图 big-image; 音频 audio; 视频 video`),
}

// choicesWords are those of the choices sheet, of external_choices and osm; any other column is
// data for choice filters.
var choicesWords = vocabulary{
	columns: words("name label media sms_option"),
	aliases: pairs(`list_name list name; value name; caption label; image media::image; big-image media::big-image; audio media::audio; video media::video`),
	chinese: pairs(`列表名 list_name; 列表 list_name; 选项列表 list_name; 名称 name; 代号 name; 标签 label; 选项 label; 图片 image; 大图 big-image; 音频 audio; 视频 video`),
}

// listName is what list_name is called within; a header "list name" means the same.
const listName = "list name"

// settingsWords are those of the settings sheet.
var settingsWords = vocabulary{
	columns: words("title id_string name version default_language style instance_name instance_id attribute namespaces instance_xmlns " +
		"public_key submission_url auto_send auto_delete client_editable omit_instanceID flat allow_choice_duplicates clean_text_values " +
		"add_none_option consent delimiter prefix sms_keyword sms_separator sms_allow_media sms_date_format sms_datetime_format sms_response"),
	aliases: pairs(`form_title title; set_form_title title; form_id id_string; set_form_id id_string; prefix prefix`),
	chinese: pairs(`问卷标题 form_title; 标题 form_title; 问卷代号 form_id; 版本 version; 默认语言 default_language; 样式 style;
		填报名称 instance_name; 允许选项重复 allow_choice_duplicates; 清理空格 clean_text_values; 知情同意 consent`),
}

// entitiesWords are those of the entities sheet.
var entitiesWords = vocabulary{
	columns: words("dataset entity_id create_if update_if label repeat"),
	aliases: pairs(`list_name dataset`),
	chinese: pairs(`列表名 list_name; 列表 list_name; 标签 label; 实体编号 entity_id; 新建条件 create_if; 更新条件 update_if`),
}

// sheetNames are the sheets that are read; Chinese ones too.
var (
	sheetNames   = []string{"survey", "choices", "settings", "external_choices", "entities", "osm"}
	sheetAliases = pairs(`问卷 survey; 选项 choices; 设置 settings; 外部选项 external_choices; 实体 entities`)
)

// texts are the columns that may carry a language, and what people call them.
var texts = map[string]string{
	"label": "label", "hint": "hint", "guidance_hint": "guidance_hint",
	"bind::jr:constraintMsg": "constraint_message", "bind::jr:requiredMsg": "required_message", "bind::jr:noAppErrorString": "noAppErrorString",
	"media::image": "image", "media::big-image": "big-image", "media::audio": "audio", "media::video": "video",
}

// columnOfKey are the columns as people call them, by what they are within.
var columnOfKey = map[string]string{
	"relevant": "bind::relevant", "required": "bind::required", "readonly": "bind::readonly", "constraint": "bind::constraint",
	"calculation": "bind::calculate", "constraint_message": "bind::jr:constraintMsg", "required_message": "bind::jr:requiredMsg",
	"appearance": "control::appearance", "repeat_count": "control::jr:count", "itemset": "type", "save_to": "bind::entities:saveto",
	"list_name": "dataset",
}

func words(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// pairs reads "word meaning; word meaning"; a meaning may have spaces.
func pairs(list string) map[string]string {
	m := map[string]string{}
	for _, pair := range strings.Split(list, ";") {
		word, meaning, _ := strings.Cut(strings.TrimSpace(pair), " ")
		m[word] = strings.TrimSpace(meaning)
	}
	return m
}
