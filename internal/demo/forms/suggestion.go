//go:build ignore

package main

import "slices"

// suggestionForm is the residents' own: it is opened by a public link.
func suggestionForm() form {
	return form{file: "suggestion.xlsx", id: "suggestion", titleZh: "居民议事意见箱",
		survey: slices.Concat(metadata(), []row{
			q("select_one topic", "topic", "意见关于哪方面", "What is it about").required(),
			q("text", "suggestion", "您的意见或建议", "Your suggestion").required().appearance("multiline").
				hint("说清楚在哪里、什么事、希望怎么办", "Where it is, what it is, what you would like"),
			q("image", "photo", "照片（可不拍）", "Photo, if you like", "parameters", "max-pixels=1280"),
			q("select_one age_group", "age_group", "您的年龄段", "Your age").required(),
			q("text", "phone", "联系电话（可不填）", "Telephone, if you like").personal().
				must("regex(., '^1[3-9][0-9]{9}$')", "请填11位手机号码", "Give a mobile number of 11 digits"),
		}),
		choices: slices.Concat(
			list("topic", "parking", "停车与道路", "Parking and roads", "clean", "卫生与垃圾分类", "Cleanliness", "elderly", "养老助老", "Care for the old",
				"children", "托幼与课后照管", "Child care", "culture", "文体设施", "Culture and sport", "other", "其他", "Other"),
			list("age_group", "18-29", "18—29岁", "18–29", "30-44", "30—44岁", "30–44", "45-59", "45—59岁", "45–59", "60up", "60岁及以上", "60 and over"))}
}
