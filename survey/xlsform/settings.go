package xlsform

import (
	"maps"
	"strings"
)

// ignoredSettings matter to other programs or are decided by this one: who sends
// answers where, and how they are named on the way.
var ignoredSettings = words("submission_url", "auto_send", "auto_delete", "omit_instanceid", "client_editable", "clean_text_values",
	"name", "xml_root", "sms_keyword", "sms_separator", "sms_allow_media", "sms_date_format", "sms_datetime_format", "prefix", "delimiter",
	"instance_xmlns", "force_group_relevancy")

// readSettings fills the definition's settings and gives default_language as the
// workbook's author wrote it.
func (r *reader) readSettings() string {
	s, d := r.settings, r.definition
	d.FormID, d.Title = r.baseName, r.baseName
	if len(s.rows) == 0 {
		return ""
	}
	r.checkSettings()
	row := s.rows[0]
	if id := s.get(row, "form_id"); id != "" {
		d.FormID = id
	}
	if title := s.get(row, "title"); title != "" {
		d.Title = title
	}
	for key, limited := range map[string]string{"form_id": d.FormID, "title": d.Title} {
		if len(limited) > maxSetting {
			s.fail(row.number, s.find(key), "xlsform.settingTooLong", key, maxSetting)
		}
	}
	d.Version, d.Style = s.get(row, "version"), s.get(row, "style")
	r.allowDuplicates = isYes(s.get(row, "allow_choice_duplicates"))
	d.InstanceName = r.expression(s, row, s.find("instance_name"))
	if given := s.get(row, "default_language"); !strings.EqualFold(given, "default") {
		return language(given)
	}
	return ""
}

const maxSetting = 500 // bytes

// checkSettings complains of settings that are refused, ignored or unknown, and of rows
// after the first.
func (r *reader) checkSettings() {
	s := r.settings
	row := s.rows[0]
	for i, c := range s.columns {
		cell := row.at(i)
		switch {
		case cell == "" || c.kind == known || c.kind == duplicate:
		case c.kind == refused && isNo(cell):
		case c.kind == refused:
			s.fail(row.number, i, "xlsform.settingLater", c.header)
		case ignoredSettings[normal(c.header)]:
			s.warn(row.number, i, "xlsform.settingIgnored", c.header)
		default:
			s.warn(s.header, i, "xlsform.settingUnknown", c.header, didYouMean(normal(c.header), maps.Keys(settingsWords.aliases)))
		}
	}
	if len(s.rows) > 1 {
		s.warn(s.rows[1].number, 0, "xlsform.settingsRows")
	}
}

// isYes tells whether a cell that wants yes or no says yes.
func isYes(cell string) bool {
	switch strings.ToLower(cell) {
	case "yes", "true", "true()", "1", "是":
		return true
	}
	return false
}

// isNo tells whether it says no.
func isNo(cell string) bool {
	switch strings.ToLower(cell) {
	case "no", "false", "false()", "0", "否":
		return true
	}
	return false
}
