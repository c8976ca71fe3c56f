package xlsform

import (
	"regexp"
	"strings"

	"tianye/survey/form"
)

// questionType is what a type of the survey sheet means.
type questionType struct {
	is         form.Type
	bind       map[string]string // what the XForm has in place of the type's own
	constraint string
	hint       string // for forms in English
	plain      bool   // it takes no parameters, though the type it means does
	shown      bool   // it has a control
}

// questionTypes are the types of one word or phrase. Those that XLSForm has grown over time mean one
// of form's types, perhaps with a rule of their own.
var questionTypes = func() map[string]questionType {
	all := map[string]questionType{}
	put := func(is form.Type, shown bool, names string) {
		for i, name := range strings.Split(names, "; ") {
			all[name] = questionType{is: is, shown: shown, plain: i > 0}
		}
	}
	put(form.TextQuestion, true, "text; string; q string; add text prompt")
	put(form.Integer, true, "integer; int; q int; add integer prompt")
	put(form.Decimal, true, "decimal; q decimal; add decimal prompt")
	put(form.Range, true, "range")
	put(form.Note, true, "note; q note; add note prompt")
	put(form.Barcode, true, "barcode; q barcode; add barcode prompt")
	put(form.Date, true, "date; q date; add date prompt")
	put(form.Time, true, "time")
	put(form.DateTime, true, "dateTime; datetime; date time; q dateTime; q date time; add dateTime prompt; add date time prompt")
	put(form.Geopoint, true, "geopoint; gps; location; q geopoint; q location; add location prompt")
	put(form.Geotrace, true, "geotrace; q geotrace")
	put(form.Geoshape, true, "geoshape; q geoshape")
	put(form.Image, true, "photo; q picture; q image")
	put(form.Audio, true, "audio; q audio")
	put(form.Video, true, "video; q video")
	put(form.File, true, "file")
	put(form.OSM, true, "osm")
	put(form.Acknowledge, true, "acknowledge; trigger; q acknowledge; add acknowledge prompt")
	put(form.BackgroundPoint, true, "background-geopoint")
	put(form.StartGeopoint, false, "start-geopoint")
	put(form.BackgroundAudio, false, "background-audio")
	put(form.Calculate, false, "calculate; q calculate; add calculate prompt")
	put(form.Hidden, false, "hidden")
	put(form.Start, false, "start; start time; get start time")
	put(form.End, false, "end; end time; get end time")
	put(form.Today, false, "today; get today")
	put(form.DeviceID, false, "deviceid; device id; get device id; uri:deviceid")
	put(form.Username, false, "username; uri:username")
	put(form.Email, false, "email; uri:email")
	put(form.PhoneNumber, false, "phonenumber; get phone number; uri:phonenumber")
	put(form.SimSerial, false, "simserial; sim id; get sim id; uri:simserial")
	put(form.SubscriberID, false, "subscriberid; subscriber id; get subscriber id; uri:subscriberid")
	for name, t := range all {
		if strings.HasPrefix(name, "uri:") {
			t.bind = map[string]string{"jr:preloadParams": name}
			all[name] = t
		}
	}
	all["trigger"] = questionType{is: form.Acknowledge, shown: true, plain: true, bind: map[string]string{"type": ""}}
	all["percentage"] = questionType{is: form.Integer, shown: true, constraint: "0 <= . and . <= 100"}
	all["phone number"] = questionType{is: form.TextQuestion, shown: true, plain: true, constraint: `regex(., '^\d*$')`, hint: "Enter numbers only."}
	for span, days := range map[string]string{"month": "31", "six months": "183", "year": "365"} {
		all["number of days in last "+span] = questionType{is: form.Integer, shown: true, constraint: "0 <= . and . <= " + days, hint: "Enter a number 0-" + days + "."}
	}
	return all
}()

// typeAliases are other words for types, Chinese ones too.
var typeAliases = map[string]string{
	"imei": "deviceid", "image": "photo", "add image prompt": "photo", "add photo prompt": "photo",
	"add audio prompt": "audio", "add video prompt": "video", "add file prompt": "file",
	"文本": "text", "整数": "integer", "小数": "decimal", "滑块": "range", "日期": "date", "时间": "time", "日期时间": "dateTime",
	"说明": "note", "确认": "acknowledge", "计算": "calculate", "隐藏": "hidden", "定位": "geopoint", "轨迹": "geotrace", "区域": "geoshape",
	"照片": "photo", "录音": "audio", "视频": "video", "文件": "file", "条码": "barcode",
	"开始组": "begin group", "结束组": "end group", "开始重复": "begin repeat", "结束重复": "end repeat",
	"开始时间": "start", "结束时间": "end", "今天": "today", "设备号": "deviceid", "用户名": "username",
}

// chineseSelects are the words before a list's name.
var chineseSelects = pairs(`单选 select_one; 多选 select_multiple; 排序 rank; 单选文件 select_one_from_file; 多选文件 select_multiple_from_file`)

// meaning gives a type cell in English, with the words for other types undone.
func meaning(cell string) string {
	if alias := typeAliases[cell]; alias != "" {
		return alias
	}
	word, rest, found := strings.Cut(strings.ReplaceAll(cell, "\u3000", " "), " ") // Chinese keyboards write a full-width space
	if english := chineseSelects[word]; found && english != "" {
		rest = strings.Join(strings.Fields(rest), " ")
		if list, ok := strings.CutSuffix(rest, " 含其他"); ok {
			rest = list + " or_other"
		}
		return english + " " + rest
	}
	return cell
}

// The phrases of types that have something after them; a phrase stands before what it begins.
var (
	beginPhrase  = regexp.MustCompile(`^begin[\s_](group|lgroup|repeat|looped group|loop)(?: (?:over )?(\S+))?$`)
	endPhrase    = regexp.MustCompile(`^end[\s_](group|lgroup|repeat|looped group|loop)$`)
	selectPhrase = regexp.MustCompile(`^(` + strings.Join(selectWords, "|") + `) (\S+)( (?:or specify other|or_other|or other))?$`)
	osmPhrase    = regexp.MustCompile(`osm (\S+)`)
)

// sectionTypes are what the words after "begin" and "end" mean; a loop is a group for each choice of a list.
var sectionTypes = map[string]form.Type{"group": form.Group, "lgroup": form.Repeat, "repeat": form.Repeat, "looped group": form.Repeat, "loop": loop}

const loop form.Type = "loop"

// selectWords are the phrases before a list's name, in the order in which they are tried.
var selectWords = []string{"add select one prompt using", "add select multiple prompt using", "select all that apply from", "select one from",
	"select1", "select_one", "select one", "select_multiple", "select all that apply", "select_one_external",
	"select_one_from_file", "select_multiple_from_file", "select one from file", "select multiple from file", "rank"}

var selectTypes = map[string]form.Type{
	"add select one prompt using": form.SelectOne, "select one from": form.SelectOne, "select1": form.SelectOne, "select_one": form.SelectOne,
	"select one": form.SelectOne, "select_one_from_file": form.SelectOne, "select one from file": form.SelectOne,
	"add select multiple prompt using": form.SelectMultiple, "select all that apply from": form.SelectMultiple, "select_multiple": form.SelectMultiple,
	"select all that apply": form.SelectMultiple, "select_multiple_from_file": form.SelectMultiple, "select multiple from file": form.SelectMultiple,
	"select_one_external": form.SelectOneExternal, "rank": form.Rank,
}

// typeNames are what near-miss suggestions offer.
var typeNames = []string{"text", "integer", "decimal", "range", "note", "select_one", "select_multiple", "rank", "date", "time",
	"dateTime", "geopoint", "geotrace", "geoshape", "image", "audio", "video", "file", "barcode", "calculate", "hidden", "acknowledge",
	"begin_group", "end_group", "begin_repeat", "end_repeat", "start", "end", "today", "deviceid", "username", "email", "phonenumber",
	"start-geopoint", "background-geopoint", "background-audio", "audit", "csv-external", "xml-external",
	"select_one_from_file", "select_multiple_from_file", "select_one_external"}
