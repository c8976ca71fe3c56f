//go:build ignore

package main

// places are the six counties and their towns that the demonstration visits, for cascading selects.
func places() []row {
	rows := list("county",
		"kecheng", "柯城区", "Kecheng District", "qujiang", "衢江区", "Qujiang District", "jiangshan", "江山市", "Jiangshan City",
		"longyou", "龙游县", "Longyou County", "changshan", "常山县", "Changshan County", "kaihua", "开化县", "Kaihua County")
	for _, c := range []struct {
		county string
		towns  []string
	}{
		{"kecheng", []string{"hehua", "荷花街道", "Hehua", "baiyun", "白云街道", "Baiyun", "fushan", "府山街道", "Fushan",
			"hangbu", "航埠镇", "Hangbu", "shiliang", "石梁镇", "Shiliang", "gouxi", "沟溪乡", "Gouxi"}},
		{"qujiang", []string{"zhangtan", "樟潭街道", "Zhangtan", "nianli", "廿里镇", "Nianli", "gaojia", "高家镇", "Gaojia",
			"duze", "杜泽镇", "Duze", "lianhua", "莲花镇", "Lianhua", "dazhou", "大洲镇", "Dazhou"}},
		{"jiangshan", []string{"shuangta", "双塔街道", "Shuangta", "hushan", "虎山街道", "Hushan", "hecun", "贺村镇", "Hecun",
			"qinghu", "清湖街道", "Qinghu", "dachen", "大陈乡", "Dachen", "xiakou", "峡口镇", "Xiakou"}},
		{"longyou", []string{"longzhou", "龙洲街道", "Longzhou", "donghua", "东华街道", "Donghua", "huzhen", "湖镇镇", "Huzhen",
			"xiaonanhai", "小南海镇", "Xiaonanhai", "xikou", "溪口镇", "Xikou", "zhanjia", "詹家镇", "Zhanjia"}},
		{"changshan", []string{"tianma", "天马街道", "Tianma", "zigang", "紫港街道", "Zigang", "qiuchuan", "球川镇", "Qiuchuan",
			"huibu", "辉埠镇", "Huibu", "fangcun", "芳村镇", "Fangcun", "qingshi", "青石镇", "Qingshi"}},
		{"kaihua", []string{"qinyang", "芹阳办事处", "Qinyang", "huabu", "华埠镇", "Huabu", "majin", "马金镇", "Majin",
			"chihuai", "池淮镇", "Chihuai", "yinkeng", "音坑乡", "Yinkeng", "qixi", "齐溪镇", "Qixi"}},
	} {
		for _, town := range list("town", c.towns...) {
			town["county"] = c.county
			rows = append(rows, town)
		}
	}
	return rows
}

// where are the two cascading questions.
func where() []row {
	return []row{
		q("select_one county", "county", "所在县（市、区）", "County or district").required().appearance("minimal"),
		q("select_one town", "town", "所在乡镇（街道）", "Town or subdistrict", "choice_filter", "county=${county}").
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
