// Package demo holds the demonstration project "提升组织力——衢州基层党建50例": fifty cases with their documents, two
// forms, the people and their answers. Names, figures and stories are invented (演示数据).
package demo

//go:generate sh -c "cd forms && go run generate.go places.go case.go case_choices.go satisfaction.go"
