package demo

// Place is a county or a town: its code in the forms and its names.
type Place struct{ Code, Chinese, English string }

// County is a county with the towns that the forms offer.
type County struct {
	Place
	Towns []Place
}

// Counties are Quzhou's two districts, one city and three counties, with the towns that the demonstration visits.
var Counties = []County{
	{Place{"kecheng", "柯城区", "Kecheng District"}, []Place{{"hehua", "荷花街道", "Hehua"}, {"baiyun", "白云街道", "Baiyun"},
		{"fushan", "府山街道", "Fushan"}, {"hangbu", "航埠镇", "Hangbu"}, {"shiliang", "石梁镇", "Shiliang"}, {"gouxi", "沟溪乡", "Gouxi"}}},
	{Place{"qujiang", "衢江区", "Qujiang District"}, []Place{{"zhangtan", "樟潭街道", "Zhangtan"}, {"nianli", "廿里镇", "Nianli"},
		{"gaojia", "高家镇", "Gaojia"}, {"duze", "杜泽镇", "Duze"}, {"lianhua", "莲花镇", "Lianhua"}, {"dazhou", "大洲镇", "Dazhou"}}},
	{Place{"jiangshan", "江山市", "Jiangshan City"}, []Place{{"shuangta", "双塔街道", "Shuangta"}, {"hushan", "虎山街道", "Hushan"},
		{"hecun", "贺村镇", "Hecun"}, {"qinghu", "清湖街道", "Qinghu"}, {"dachen", "大陈乡", "Dachen"}, {"xiakou", "峡口镇", "Xiakou"}}},
	{Place{"longyou", "龙游县", "Longyou County"}, []Place{{"longzhou", "龙洲街道", "Longzhou"}, {"donghua", "东华街道", "Donghua"},
		{"huzhen", "湖镇镇", "Huzhen"}, {"xiaonanhai", "小南海镇", "Xiaonanhai"}, {"xikou", "溪口镇", "Xikou"}, {"zhanjia", "詹家镇", "Zhanjia"}}},
	{Place{"changshan", "常山县", "Changshan County"}, []Place{{"tianma", "天马街道", "Tianma"}, {"zigang", "紫港街道", "Zigang"},
		{"qiuchuan", "球川镇", "Qiuchuan"}, {"huibu", "辉埠镇", "Huibu"}, {"fangcun", "芳村镇", "Fangcun"}, {"qingshi", "青石镇", "Qingshi"}}},
	{Place{"kaihua", "开化县", "Kaihua County"}, []Place{{"qinyang", "芹阳办事处", "Qinyang"}, {"huabu", "华埠镇", "Huabu"},
		{"majin", "马金镇", "Majin"}, {"chihuai", "池淮镇", "Chihuai"}, {"yinkeng", "音坑乡", "Yinkeng"}, {"qixi", "齐溪镇", "Qixi"}}},
}

// Fields are the five fields of the study: their codes in the forms and their names in the cases.
var Fields = []Place{{"office", "机关", "Government office"}, {"village", "农村", "Village"}, {"community", "社区", "Urban community"},
	{"enterprise", "企业", "State or public enterprise"}, {"new", "两新组织", "Private firm or social organisation"}}

// codes finds the codes of a county, one of its towns and a field by their Chinese names; "" is an unknown one.
func codes(c Case) (county, town, field string) {
	for _, place := range Counties {
		if place.Chinese != c.County {
			continue
		}
		county = place.Code
		for _, t := range place.Towns {
			if t.Chinese == c.Town {
				town = t.Code
			}
		}
	}
	for _, f := range Fields {
		if f.Chinese == c.Field {
			field = f.Code
		}
	}
	return county, town, field
}
