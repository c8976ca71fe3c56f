//go:build ignore

package main

import "slices"

func satisfactionForm() form {
	return form{file: "satisfaction.xlsx", id: "satisfaction", titleZh: "居民满意度问卷",
		survey:  slices.Concat(metadata(), about(), matrix(), participation(), overall()),
		choices: slices.Concat(places(), satisfactionChoices())}
}

func about() []row {
	return slices.Concat([]row{
		q("note", "intro", "您好！这是一份不记名问卷，大约需要4分钟，答案没有对错，只用于统计分析。",
			"This questionnaire is anonymous and takes about four minutes. There are no wrong answers."),
		begin("about", "一、您的基本情况", "1. About you"),
	}, where(), []row{
		q("select_one gender", "gender", "性别", "Gender").required(),
		q("select_one age_group", "age_group", "年龄段", "Age group").required(),
		q("integer", "years", "您在本地（本单位）生活或工作了几年", "Years lived or worked here").
			hint("不满一年填0", "0 if less than a year").must(". >= 0 and . <= 90", "应在0至90年之间", "Between 0 and 90"),
		q("select_one identity", "identity", "您的身份", "You are").required(),
		end(),
	})
}

// matrix asks with one scale, so that a client can show the questions as rows under common columns.
func matrix() []row {
	rows := []row{begin("matrix", "二、下列方面您是否满意", "2. How satisfied are you with …")}
	for _, item := range [][3]string{
		{"service", "办事方便程度", "Getting things done"},
		{"response", "诉求回应速度", "Speed of response to requests"},
		{"openness", "党务、村（居、厂）务公开", "Openness of affairs"},
		{"example", "党员发挥带头作用", "Party members' example"},
		{"environment", "环境与设施", "Environment and facilities"},
		{"safety", "安全与秩序", "Safety and order"},
		{"fairness", "处理事情公平公正", "Fair treatment"},
	} {
		rows = append(rows, q("select_one scale", item[0], item[1], item[2]).appearance("likert"))
	}
	rows[1].required()
	rows[2].required()
	return append(rows, end())
}

func participation() []row {
	return []row{
		begin("taking_part", "三、参与情况", "3. Taking part"),
		q("select_one yes_no", "knows_secretary", "您知道本地（本单位）党组织书记是谁吗", "Do you know the Party secretary here?").required(),
		q("integer", "meetings", "过去一年您参加过几次议事会或党群活动", "Meetings or activities attended in the past year").required().
			hint("没有参加过填0", "0 if none").must(". >= 0 and . <= 60", "应在0至60次之间", "Between 0 and 60"),
		q("select_multiple activity", "activities", "参加过哪些", "Which ones").when("${meetings} > 0").required(),
		q("select_one yes_no", "asked", "过去一年您提过意见或诉求吗", "Did you raise a request in the past year?").required(),
		q("select_one outcome", "outcome", "结果如何", "What came of it").when("${asked} = 'yes'").required(),
		q("integer", "reply_days", "几天后得到答复", "Days until the answer").when("${asked} = 'yes' and ${outcome} != 'silent'").
			must(". >= 0 and . <= 365", "应在0至365天之间", "Between 0 and 365"),
		end(),
	}
}

func overall() []row {
	return []row{
		begin("overall", "四、总体评价", "4. Overall"),
		q("range", "score", "总体满意度（0分最低，10分最高）", "Overall satisfaction (0 lowest, 10 highest)", "parameters", "start=0 end=10 step=1").required(),
		q("select_one change", "change", "与一年前相比", "Compared with a year ago").required(),
		q("select_multiple priority", "priorities", "您最希望改进什么", "What should be improved first?").hint("最多选3项", "Three at most").
			must("count-selected(.) <= 3", "最多选3项", "Three at most"),
		q("text", "priorities_other", "其他希望改进的方面", "Other").when("selected(${priorities}, 'other')").required(),
		q("text", "suggestion", "您的意见建议", "Your suggestions").appearance("multiline").
			hint("想到什么写什么，一句话也可以", "Whatever comes to mind; one sentence will do"),
		q("select_one yes_no", "call_back", "是否愿意接受回访", "May we call back?").required(),
		q("text", "phone", "联系电话", "Telephone").when("${call_back} = 'yes'").personal().
			must("regex(., '^1[3-9][0-9]{9}$')", "请填11位手机号码", "Give a mobile number of 11 digits"),
		end(),
	}
}

func satisfactionChoices() []row {
	return slices.Concat(
		list("yes_no", "yes", "是", "Yes", "no", "否", "No"),
		list("gender", "female", "女", "Female", "male", "男", "Male"),
		list("age_group", "18-29", "18—29岁", "18–29", "30-44", "30—44岁", "30–44", "45-59", "45—59岁", "45–59", "60up", "60岁及以上", "60 and over"),
		list("identity", "member", "中共党员", "Party member", "resident", "普通居民（村民）", "Resident or villager", "employee", "企业职工", "Employee",
			"client", "办事群众", "Visitor of an office", "merchant", "经营户", "Trader"),
		list("scale", "1", "很不满意", "Very dissatisfied", "2", "不太满意", "Dissatisfied", "3", "一般", "Neutral", "4", "比较满意", "Satisfied",
			"5", "非常满意", "Very satisfied"),
		list("activity", "consultation", "议事协商会", "Consultation", "volunteering", "志愿服务", "Voluntary service", "culture", "文体活动", "Culture and sport",
			"class", "政策宣讲、党课", "Lectures", "training", "技能培训", "Training", "help", "结对帮扶", "Mutual help"),
		list("outcome", "solved", "已解决", "Settled", "explained", "未解决但有说明", "Not settled, but explained", "pending", "还在办理", "Under way", "silent", "没有答复", "No answer"),
		list("change", "better", "变好了", "Better", "same", "差不多", "About the same", "worse", "变差了", "Worse"),
		list("priority", "elderly", "养老助老", "Care for the old", "children", "托幼与课后照管", "Child care", "parking", "停车与道路", "Parking and roads",
			"clean", "卫生与垃圾分类", "Cleanliness", "income", "增收与就业", "Income and jobs", "health", "看病配药", "Health care",
			"openness", "财务公开", "Open accounts", "culture", "文体设施", "Culture and sport", "other", "其他", "Other"))
}
