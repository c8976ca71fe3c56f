package web

import "tianye/survey/form"

// typeKeys are the catalogue's names of the types of questions: the words that a workbook in Chinese may use.
var typeKeys = map[form.Type]string{
	form.Group:             "form.typeGroup",
	form.Repeat:            "form.typeRepeat",
	form.TextQuestion:      "form.typeText",
	form.Integer:           "form.typeInteger",
	form.Decimal:           "form.typeDecimal",
	form.Range:             "form.typeRange",
	form.Note:              "form.typeNote",
	form.Barcode:           "form.typeBarcode",
	form.SelectOne:         "form.typeSelectOne",
	form.SelectMultiple:    "form.typeSelectMultiple",
	form.SelectOneExternal: "form.typeSelectOneExternal",
	form.Rank:              "form.typeRank",
	form.Date:              "form.typeDate",
	form.Time:              "form.typeTime",
	form.DateTime:          "form.typeDateTime",
	form.Geopoint:          "form.typeGeopoint",
	form.Geotrace:          "form.typeGeotrace",
	form.Geoshape:          "form.typeGeoshape",
	form.StartGeopoint:     "form.typeStartGeopoint",
	form.BackgroundPoint:   "form.typeBackgroundPoint",
	form.Image:             "form.typeImage",
	form.Audio:             "form.typeAudio",
	form.Video:             "form.typeVideo",
	form.File:              "form.typeFile",
	form.BackgroundAudio:   "form.typeBackgroundAudio",
	form.OSM:               "form.typeOsm",
	form.Calculate:         "form.typeCalculate",
	form.Hidden:            "form.typeHidden",
	form.Acknowledge:       "form.typeAcknowledge",
	form.Start:             "form.typeStart",
	form.End:               "form.typeEnd",
	form.Today:             "form.typeToday",
	form.DeviceID:          "form.typeDeviceID",
	form.Username:          "form.typeUsername",
	form.Email:             "form.typeEmail",
	form.PhoneNumber:       "form.typePhoneNumber",
	form.SimSerial:         "form.typeSimSerial",
	form.SubscriberID:      "form.typeSubscriberID",
	form.Audit:             "form.typeAudit",
	form.UnknownBind:       "form.typeUnknown",
}

// TypeName is what a type of question is called.
func (p Page) TypeName(t form.Type) string {
	if key := typeKeys[t]; key != "" {
		return p.T(key)
	}
	return string(t)
}

// ruleKeys are the catalogue's names of the columns that rules are written in.
var ruleKeys = map[string]string{
	"relevant":      "form.ruleRelevant",
	"required":      "form.ruleRequired",
	"readonly":      "form.ruleReadonly",
	"constraint":    "form.ruleConstraint",
	"calculation":   "form.ruleCalculation",
	"default":       "form.ruleDefault",
	"choice_filter": "form.ruleChoiceFilter",
	"repeat_count":  "form.ruleRepeatCount",
	"itemset":       "form.ruleItemset",
}

// RuleName is what the column of a rule is called.
func (p Page) RuleName(column string) string { return p.T(ruleKeys[column]) }
