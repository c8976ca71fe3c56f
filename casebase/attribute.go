package casebase

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// AttributeType is how an attribute's value is to be understood.
type AttributeType string

// The types.
const (
	TypeText   AttributeType = "text"
	TypeNumber AttributeType = "number"
	TypeDate   AttributeType = "date"   // a day
	TypeChoice AttributeType = "choice" // one of few values, which may be counted
)

// Attribute is a property of a case.
type Attribute struct {
	Name  string        `json:"name" bson:"name"`
	Type  AttributeType `json:"type" bson:"type"`
	Value string        `json:"value" bson:"value"` // a number as 1234.5, a date as 2026-11-23; never empty
}

// Limits of what people enter, in characters.
const (
	MaxAttributes     = 200
	MaxAttributeName  = 60
	MaxAttributeValue = 5000
)

// Number is the value of a number, or of a date in seconds since 1970 UTC; NaN otherwise.
func (a Attribute) Number() float64 {
	switch a.Type {
	case TypeNumber:
		if n, ok := ParseNumber(a.Value); ok {
			return n
		}
	case TypeDate:
		if day, ok := ParseDate(a.Value); ok {
			return float64(day.Unix())
		}
	}
	return math.NaN()
}

// normal gives the attribute with its value as it is kept; the key of what is wrong
// with it otherwise.
func (a Attribute) normal() (Attribute, string) {
	a.Name, a.Value = strings.TrimSpace(a.Name), strings.TrimSpace(a.Value)
	switch {
	case a.Name == "":
		return a, "case.attribute.nameless"
	case utf8.RuneCountInString(a.Name) > MaxAttributeName:
		return a, "case.attribute.longName"
	case strings.ContainsFunc(a.Name, unicode.IsControl) || !utf8.ValidString(a.Name+a.Value):
		return a, "case.attribute.control"
	case a.Name == variableTitle || a.Name == variableState:
		return a, "case.attribute.reserved"
	case utf8.RuneCountInString(a.Value) > MaxAttributeValue:
		return a, "case.attribute.longValue"
	}
	switch a.Type {
	case TypeText:
		return a, ""
	case TypeChoice:
		a.Value = strings.Join(strings.Fields(a.Value), " ")
		return a, ""
	case TypeNumber:
		n, ok := ParseNumber(a.Value)
		if !ok && a.Value != "" {
			return a, "case.attribute.number"
		}
		if a.Value != "" {
			a.Value = strconv.FormatFloat(n, 'f', -1, 64)
		}
		return a, ""
	case TypeDate:
		day, ok := ParseDate(a.Value)
		if !ok && a.Value != "" {
			return a, "case.attribute.date"
		}
		if a.Value != "" {
			a.Value = day.Format(time.DateOnly)
		}
		return a, ""
	}
	return a, "case.attribute.type"
}

// fullWidth are the digits and signs that Chinese input methods give.
var fullWidth = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9",
	"．", ".", "，", ",", "－", "-", "−", "-", "％", "%", "／", "/")

// ParseNumber reads a number as people write it: 8,000, ８０００, 12.5%, 1e6. What
// looks like a code is none: 007, or more than 15 digits.
func ParseNumber(text string) (float64, bool) {
	text = strings.TrimSpace(fullWidth.Replace(text))
	percent := strings.HasSuffix(text, "%")
	text = strings.TrimSpace(strings.TrimSuffix(text, "%"))
	whole := strings.TrimLeft(text, "+-")
	if len(whole) > 1 && whole[0] == '0' && whole[1] != '.' || len(text) > 40 || !groupsOfThree(whole) {
		return 0, false
	}
	text = strings.ReplaceAll(text, ",", "")
	if strings.Trim(text, "0123456789.+-eE") != "" {
		return 0, false // Inf, NaN, 0x1p2, 1_000
	}
	if !percent && !strings.ContainsAny(text, ".eE") && len(strings.TrimLeft(text, "+-")) > 15 {
		return 0, false
	}
	if percent {
		text += "e-2" // so that 12.3% is 0.123 and not 0.12300000000000001
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && !math.IsInf(n, 0)
}

// groupsOfThree tells whether commas, if any, stand where thousands part.
func groupsOfThree(text string) bool {
	whole, _, _ := strings.Cut(text, ".")
	groups := strings.Split(whole, ",")
	for i, group := range groups {
		if i > 0 && len(group) != 3 || i == 0 && len(groups) > 1 && (group == "" || len(group) > 3) {
			return false
		}
	}
	return true
}

// dateLayouts are the ways in which a day is written, separators made one before.
var dateLayouts = []string{"2006-1-2", "20060102", "2006-1-2 15:04", "2006-1-2 15:04:05", time.RFC3339}

var dateSeparators = strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-", ".", "-")

// ParseDate reads a day of the years 1000 to 9999: 2026-11-23, 2026/11/23, 2026.11.23,
// 2026年11月23日, 20261123; a time of day after it is dropped. Days that are on no
// calendar, such as 2026-02-30, are none.
func ParseDate(text string) (time.Time, bool) {
	text = strings.TrimSpace(dateSeparators.Replace(fullWidth.Replace(strings.TrimSpace(text))))
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1000 {
			return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), true
		}
	}
	return time.Time{}, false
}
