//go:build ignore

package main

import "slices"

func organisationChoices() []row {
	return slices.Concat(
		list("visit_way", "forum", "集体座谈", "Group discussion", "household", "入户访谈", "Household interviews", "records", "查阅台账", "Reading the records",
			"walk", "实地察看", "Looking round", "sit_in", "列席会议", "Sitting in on a meeting", "other", "其他", "Other"),
		fields(),
		list("organisation_kind", "committee", "党委", "Party committee", "general_branch", "党总支", "General branch", "branch", "党支部", "Branch",
			"joint", "联合党组织", "Joint organisation"),
		list("yes_no", "yes", "是", "Yes", "no", "否", "No"))
}

func serviceChoices() []row {
	return list("funding", "fiscal", "财政专项", "Public budget", "party_fee", "党费返还", "Returned membership dues", "collective", "村集体或单位自有资金", "Own funds",
		"dues", "会费或业主分摊", "Fees or owners' shares", "donation", "社会捐助", "Donations", "other", "其他", "Other")
}

func eventChoices() []row {
	return slices.Concat(
		list("meeting_kind", "theme_day", "主题党日", "Party day", "consultation", "民主议事会", "Consultation", "class", "党课", "Party class",
			"congress", "党员大会", "Members' meeting", "service", "志愿服务", "Voluntary service"),
		list("interviewee_role", "secretary", "书记或班子成员", "Secretary or committee", "member", "普通党员", "Party member", "staff", "网格员或工作人员", "Grid worker or staff",
			"resident", "群众、职工或服务对象", "Resident, employee or client", "partner", "共建单位代表", "Partner"))
}

func assessmentChoices() []row {
	return slices.Concat(
		list("strength", "1", "很不符合", "Not at all", "2", "不太符合", "Hardly", "3", "一般", "Partly", "4", "比较符合", "Mostly", "5", "非常符合", "Fully"),
		list("measure", "grid", "组织覆盖到网格、班组", "Organisation down to grids and teams", "cadre", "选好带头人", "A good leader",
			"rule", "议事与公开制度", "Rules for consultation and openness", "service", "服务项目", "Services", "digital", "数字化平台", "Digital platform"),
		list("difficulty", "staff", "人手不足", "Too few hands", "money", "经费不稳定", "Unsteady funding", "ageing", "党员年龄偏大", "Ageing members",
			"young", "年轻人参与少", "Few young people", "burden", "报表台账过多", "Too much paperwork", "partners", "共建单位积极性不高", "Reluctant partners",
			"none", "没有明显困难", "No difficulty", "other", "其他", "Other"),
		list("spread", "direct", "可以直接推广", "As it is", "adapted", "改造后可推广", "After adaptation", "local", "仅适合当地", "Only here"))
}
