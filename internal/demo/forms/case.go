//go:build ignore

package main

import "slices"

func caseForm() form {
	return form{file: "case.xlsx", id: "case", titleZh: "案例调查表",
		survey:  slices.Concat(metadata(), visit(), organisation(), service(), meetings(), interviews(), assessment()),
		choices: slices.Concat(places(), organisationChoices(), serviceChoices(), eventChoices(), assessmentChoices())}
}

func visit() []row {
	return slices.Concat([]row{
		q("hidden", "round", "", "", "default", "2026-1"),
		q("note", "intro", "本表由调研员在走访后当天填写。案例由平台指定，不必再填案例名称；一次走访填一份。",
			"Fill this in on the day of the visit. The platform already knows the case; one form per visit."),
		begin("visit", "一、走访情况", "1. The visit"),
		q("date", "visit_date", "走访日期", "Date of the visit", "default", "today()").required().
			must(". >= date('2026-03-01') and . <= today()", "日期应在2026年3月1日至今天之间", "Between 1 March 2026 and today"),
	}, where(), []row{
		q("select_multiple visit_way", "visit_ways", "走访方式", "Ways of the visit").required().
			hint("可多选", "Choose all that apply"),
		q("text", "visit_ways_other", "其他走访方式", "Other way").when("selected(${visit_ways}, 'other')").required(),
		q("geopoint", "location", "走访地点定位", "Location").hint("站在开阔处，待精度小于20米再确认", "Stand in the open; wait for an accuracy below 20 m"),
		q("geotrace", "route", "实地察看走过的路线", "The way walked").when("selected(${visit_ways}, 'walk')").
			hint("打开“边走边记”，沿网格或村道走一圈", "Turn on recording and walk round the grid or the village"),
		q("image", "photo", "现场照片", "Photo of the place").hint("不拍人脸特写，不拍未公开的台账", "No close-ups of faces, no unpublished records"),
		end(),
	})
}

func organisation() []row {
	return []row{
		begin("organisation", "二、组织情况", "2. The organisation"),
		q("select_one field", "field", "所属领域", "Field").required(),
		q("select_one organisation_kind", "organisation_kind", "党组织类型", "Kind of Party organisation").required(),
		q("integer", "party_members", "党员总数（人）", "Party members").required().
			must(". >= 3 and . <= 5000", "党员总数应在3至5000人之间", "Between 3 and 5,000"),
		q("integer", "young_members", "其中35岁以下党员（人）", "Members under 35").required().
			must(". >= 0 and . <= ${party_members}", "不能超过党员总数", "Not more than all members"),
		q("calculate", "young_share", "35岁以下党员占比（%）", "Share of members under 35 (%)", "calculation",
			"if(${party_members} > 0 and ${young_members} != '', round(${young_members} div ${party_members} * 100, 1), '')"),
		q("note", "young_note", "35岁以下党员占 ${young_share}%，如与台账不符请核对。", "${young_share}% are under 35: check against the records.").
			when("${young_members} != ''"),
		q("integer", "branches", "下设党支部或党小组（个）", "Branches or groups below it").
			must(". >= 0 and . <= 200", "应在0至200个之间", "Between 0 and 200"),
		q("integer", "start_year", "本做法启动年份", "Year in which the practice began").required().
			must(". >= 2000 and . <= 2026", "应在2000至2026年之间", "Between 2000 and 2026"),
		q("select_one yes_no", "one_shoulder", "书记是否兼任村（居）委会主任", "Does the secretary also head the village or residents' committee?").
			when("${field} = 'village' or ${field} = 'community'").required(),
		q("text", "secretary", "书记姓名", "Secretary's name").personal(),
		q("text", "secretary_phone", "书记联系电话", "Secretary's telephone").personal().
			hint("11位手机号码，仅供回访核实", "11 digits, only to verify").
			must("regex(., '^1[3-9][0-9]{9}$')", "请填11位手机号码", "Give a mobile number of 11 digits"),
		end(),
	}
}

func service() []row {
	return []row{
		begin("service", "三、服务与经费", "3. Service and funding"),
		q("integer", "population", "服务人口或服务对象（人）", "People served").required().appearance("thousands-sep").
			must(". >= 10 and . <= 200000", "应在10至200000人之间", "Between 10 and 200,000"),
		q("calculate", "members_per_hundred", "每百名服务对象的党员数", "Members per 100 people served", "calculation",
			"if(${population} > 0 and ${party_members} > 0, round(${party_members} div ${population} * 100, 2), '')"),
		q("integer", "grids", "网格数（个）", "Grids").when("${field} = 'village' or ${field} = 'community'").required().
			must(". >= 1 and . <= 100", "应在1至100个之间", "Between 1 and 100"),
		q("decimal", "collective_income", "上年村级集体经济收入（万元）", "Village collective income last year (10,000 yuan)").
			when("${field} = 'village'").must(". >= 0 and . <= 5000", "应在0至5000万元之间", "Between 0 and 5,000"),
		q("decimal", "budget", "本做法年度经费（万元）", "Yearly budget of the practice (10,000 yuan)").required().
			must(". >= 0 and . <= 1000", "应在0至1000万元之间，注意单位是万元", "Between 0 and 1,000; the unit is 10,000 yuan"),
		q("select_multiple funding", "funding", "经费来源", "Sources of funding").when("${budget} > 0").required(),
		q("text", "funding_other", "其他经费来源", "Other source").when("selected(${funding}, 'other')").required(),
		q("range", "own_share", "自筹经费占比（%）", "Share raised by itself (%)", "parameters", "start=0 end=100 step=5").when("${budget} > 0"),
		q("integer", "volunteers", "经常参加活动的志愿者（人）", "Regular volunteers").
			must(". >= 0 and . <= 20000", "应在0至20000人之间", "Between 0 and 20,000"),
		end(),
	}
}

func meetings() []row {
	return []row{
		begin("activity", "四、今年以来的议事与组织活动", "4. Meetings this year"),
		beginRepeat("meetings", "活动", "Meeting"),
		q("date", "meeting_date", "日期", "Date").required().
			must(". >= date('2026-01-01') and . <= ${visit_date}", "应在2026年1月1日至走访日之间", "Between 1 January 2026 and the visit"),
		q("select_one meeting_kind", "meeting_kind", "活动类型", "Kind").required(),
		q("integer", "expected", "应到人数", "Expected").required().must(". >= 1 and . <= 2000", "应在1至2000人之间", "Between 1 and 2,000"),
		q("integer", "attended", "实到人数", "Attended").required().
			must(". >= 0 and . <= ${expected}", "不能超过应到人数", "Not more than expected"),
		q("integer", "raised", "提出事项（件）", "Matters raised").required().must(". >= 0 and . <= 100", "应在0至100件之间", "Between 0 and 100"),
		q("integer", "solved", "其中已办结（件）", "Of these, settled").required().
			must(". >= 0 and . <= ${raised}", "不能超过提出的事项数", "Not more than were raised"),
		endRepeat(),
		q("calculate", "meeting_count", "活动次数", "Meetings", "calculation", "count(${meetings})"),
		q("calculate", "attended_total", "累计到会人次", "Attendances", "calculation", "sum(${attended})"),
		q("calculate", "attendance_rate", "到会率（%）", "Attendance (%)", "calculation",
			"if(sum(${expected}) > 0, round(sum(${attended}) div sum(${expected}) * 100, 1), '')"),
		q("calculate", "settled_rate", "事项办结率（%）", "Matters settled (%)", "calculation",
			"if(sum(${raised}) > 0, round(sum(${solved}) div sum(${raised}) * 100, 1), '')"),
		q("note", "activity_note", "共登记 ${meeting_count} 次活动、${attended_total} 人次，到会率 ${attendance_rate}%。",
			"${meeting_count} meetings, ${attended_total} attendances, ${attendance_rate}% attendance.").when("${meeting_count} > 0"),
		end(),
	}
}

func interviews() []row {
	return []row{
		begin("talks", "五、访谈", "5. Interviews"),
		beginRepeat("interviews", "访谈对象", "Interviewee"),
		q("text", "interviewee", "姓名", "Name").personal().hint("对象不愿具名的可以不填", "May be left out"),
		q("select_one interviewee_role", "interviewee_role", "身份", "Role").required(),
		q("integer", "interviewee_age", "年龄（岁）", "Age").must(". >= 16 and . <= 100", "应在16至100岁之间", "Between 16 and 100"),
		q("integer", "minutes", "访谈时长（分钟）", "Minutes").required().must(". >= 5 and . <= 240", "应在5至240分钟之间", "Between 5 and 240"),
		q("text", "quote", "最有代表性的一句话", "The most telling sentence").appearance("multiline").
			hint("照原话记录，不要润色", "In the interviewee's own words"),
		q("audio", "recording", "访谈录音", "Recording", "parameters", "quality=voice-only").personal().
			hint("本人同意后再录，只用于核对原话", "Only with the interviewee's consent, to check the quotation"),
		endRepeat(),
		q("calculate", "interview_count", "访谈人数", "Interviews", "calculation", "count(${interviews})"),
		q("calculate", "interview_minutes", "访谈总时长（分钟）", "Minutes of interviews", "calculation", "sum(${minutes})"),
		end(),
	}
}

func assessment() []row {
	return []row{
		begin("assessment", "六、调研员判断", "6. The investigator's judgement"),
		q("select_one strength", "leadership", "党组织在重大事项中起到主导作用", "The Party organisation leads in what matters").required().appearance("likert"),
		q("select_one strength", "participation", "群众（职工、会员）主动参与", "People take part of their own accord").required().appearance("likert"),
		q("select_one strength", "coordination", "各方主体协同顺畅", "Those involved work together well").required().appearance("likert"),
		q("select_one strength", "relations", "干群关系、邻里关系融洽", "Relations are good").required().appearance("likert"),
		q("select_one strength", "sustainability", "不靠个别人也能持续下去", "It would last without particular persons").required().appearance("likert"),
		// in another order on each form: what stands first is easily put first
		q("rank measure", "measures", "按成效从高到低为下列举措排序", "Rank these measures by their effect", "parameters", "randomize=true").required(),
		q("select_multiple difficulty", "difficulties", "目前主要困难", "Main difficulties").required().hint("最多选3项", "Three at most").
			must("count-selected(.) <= 3 and not(selected(., 'none') and count-selected(.) > 1)", "最多选3项；选“没有明显困难”时不能再选其他",
				"Three at most, and none of them with “no difficulty”"),
		q("text", "difficulties_other", "其他困难", "Other difficulty").when("selected(${difficulties}, 'other')").required(),
		q("select_one spread", "spread", "推广价值", "Can it be spread?").required(),
		q("text", "spread_limit", "推广的前提或限制", "Conditions or limits").when("${spread} != 'direct'").required().appearance("multiline"),
		q("text", "summary", "走访小结", "Summary of the visit").required().appearance("multiline").
			hint("写看到的事实和仍有疑问的地方，不少于20字", "What you saw and what remains open, 20 characters at least").
			must("string-length(.) >= 20", "请至少写20个字", "At least 20 characters"),
		q("file", "material", "佐证材料", "Supporting document").hint("会议记录、制度文本等，不超过10兆", "Minutes, rules …, 10 MB at most"),
		q("acknowledge", "consent", "已向访谈对象说明调研用途，并征得同意", "The interviewees know the purpose and have agreed").required(),
		end(),
	}
}
