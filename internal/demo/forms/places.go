//go:build ignore

package main

import "tianye/internal/demo"

// places are the counties and their towns, for cascading selects.
func places() []row {
	var counties, towns []row
	for _, c := range demo.Counties {
		counties = append(counties, list("county", c.Code, c.Chinese, c.English)...)
		for _, t := range c.Towns {
			town := list("town", t.Code, t.Chinese, t.English)[0]
			town["county"] = c.Code
			towns = append(towns, town)
		}
	}
	return append(counties, towns...)
}

// fields are the five fields of the study.
func fields() []row {
	var rows []row
	for _, f := range demo.Fields {
		rows = append(rows, list("field", f.Code, f.Chinese, f.English)...)
	}
	return rows
}

// where are the two cascading questions. An investigator stays in a town for the day: the last answers are offered again.
func where() []row {
	return []row{
		q("select_one county", "county", "所在县（市、区）", "County or district", "default", "${last-saved#county}").required().appearance("minimal"),
		q("select_one town", "town", "所在乡镇（街道）", "Town or subdistrict", "choice_filter", "county=${county}", "default", "${last-saved#town}").
			required().appearance("minimal").hint("先选县（市、区），再选乡镇", "Choose the county first"),
	}
}

// metadata are the questions that the client answers by itself.
func metadata() []row {
	return []row{q("start", "start", "", ""), q("end", "end", "", ""), q("today", "today", "", ""),
		q("deviceid", "deviceid", "", ""), q("username", "username", "", "")}
}

func begin(name, labelZh, labelEn string) row { return q("begin_group", name, labelZh, labelEn) }

func end() row { return row{"type": "end_group"} }

func beginRepeat(name, labelZh, labelEn string) row { return q("begin_repeat", name, labelZh, labelEn) }

func endRepeat() row { return row{"type": "end_repeat"} }
