//go:build ignore

package main

import "slices"

// revisitForm is the second round's: short, so that it is done at the door.
func revisitForm() form {
	return form{file: "revisit.xlsx", id: "revisit", titleZh: "整改回访表",
		survey: slices.Concat(metadata(), revisit(), opinions()),
		choices: slices.Concat(
			list("step", "done", "已办结", "Done", "working", "正在办", "Under way", "idle", "没有动", "Nothing yet", "unknown", "说不清", "Cannot tell"),
			list("scale", "1", "很不满意", "Very dissatisfied", "2", "不太满意", "Dissatisfied", "3", "一般", "Neutral", "4", "比较满意", "Satisfied",
				"5", "非常满意", "Very satisfied"),
			list("yes_no", "yes", "是", "Yes", "no", "否", "No"))}
}

func revisit() []row {
	return []row{
		begin("visit", "一、回访情况", "1. The visit"),
		q("date", "visit_date", "回访日期", "Date of the visit", "default", "today()").required().
			must(". <= today()", "不能晚于今天", "Not later than today"),
		q("geopoint", "location", "回访地点定位", "Location").hint("站在开阔处，待精度小于20米再确认", "Stand in the open; wait for an accuracy below 20 m"),
		q("select_one step", "step", "春季提出的问题整改到哪一步了", "How far are the spring's problems mended").required(),
		q("integer", "households", "这项整改惠及多少户", "Households that it helps").required().
			must(". >= 0 and . <= 5000", "应在0至5000户之间", "Between 0 and 5000"),
		q("text", "evidence", "看到了什么", "What was seen").appearance("multiline").hint("写现场看到的，不写听说的", "What you saw, not what you heard"),
		q("image", "photo", "现场照片", "Photo", "parameters", "max-pixels=1280"),
		end(),
	}
}

func opinions() []row {
	rows := []row{begin("opinions", "二、请住户评价", "2. The household's opinion")}
	for _, item := range [][3]string{
		{"speed", "办得快不快", "Speed"}, {"result", "办得好不好", "Result"}, {"attitude", "态度怎么样", "Attitude"},
		{"openness", "有没有公开", "Openness"}, {"fairness", "公不公平", "Fairness"}, {"trust", "信不信得过", "Trust"}, {"lasting", "能不能管长远", "Will it last"},
	} {
		rows = append(rows, q("select_one scale", item[0], item[1], item[2]).appearance("likert").required())
	}
	return append(rows,
		q("text", "respondent", "受访者姓名", "Name of the respondent").personal(),
		q("select_one yes_no", "again", "是否需要再访", "Is another visit needed").required(),
		end())
}
