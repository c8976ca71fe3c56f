package xlsform

import (
	"strings"

	"tianye/survey/form"
)

// settings are those that say how the workbook is to be read.
type settings struct {
	clean           bool // the survey's spaces
	allowDuplicates bool // choices of one name in a list
	noneOption      bool
	flat            bool
	consent         form.Text // what a participant agrees to before anything is asked
}

// readSettings fills the definition's settings from the first row below the header.
func (r *reader) readSettings(s *sheet) {
	d := r.definition
	d.FormID, d.Title, r.settings.clean = r.baseName, r.baseName, true
	if len(s.rows) == 0 {
		return
	}
	first := s.rows[0]
	if first.number != 2 {
		s.warn(first.number, -1, "xlsform.settingsRows")
		return
	}
	if len(s.rows) > 1 {
		s.warn(s.rows[1].number, -1, "xlsform.settingsRows")
	}
	get := func(key string) string { return s.get(first, key) }
	s.chooseFormID()
	d.FormID = or(get("id_string"), d.FormID)
	d.Title = or(get("title"), d.FormID)
	for _, key := range []string{"id_string", "title"} {
		if len(get(key)) > maxSetting {
			s.fail(2, s.column(key), "xlsform.settingTooLong", s.columns[s.column(key)].header, maxSetting)
		}
	}
	if strings.ContainsAny(get("id_string"), " \u3000/\\?#%&\"'<>*|") {
		s.warn(2, s.column("id_string"), "xlsform.formIDCharacters", d.FormID)
	}
	d.Version, d.Style = get("version"), get("style")
	r.settings.clean = !isNo(get("clean_text_values"))
	r.settings.allowDuplicates = isYes(get("allow_choice_duplicates"))
	r.settings.noneOption = isYes(get("add_none_option"))
	r.settings.flat = get("flat") != ""
	r.settings.consent = s.text(first, "consent")
	d.InstanceName = r.expression(s, first, s.column("instance_name"))
	r.readXFormSettings(s, first)
	s.checkYesNo(first, "clean_text_values", "allow_choice_duplicates", "add_none_option", "client_editable", "omit_instanceID")
}

// chooseFormID leaves out id_string where form_id stands beside it.
func (s *sheet) chooseFormID() {
	columns := s.byKey["id_string"]
	for k, i := range columns {
		if s.columns[i].header == "id_string" && len(columns) == 2 {
			s.byKey["id_string"] = columns[1-k : 2-k]
			s.warn(1, i, "xlsform.formIDTwice")
		}
	}
}

func (r *reader) readXFormSettings(s *sheet, first row) {
	x, get := &r.definition.XForm, func(key string) string { return s.get(first, key) }
	*x = form.XForm{
		Name: get("name"), Namespaces: namespaces(get("namespaces")), InstanceNamespace: get("instance_xmlns"),
		SubmissionURL: get("submission_url"), PublicKey: get("public_key"), AutoSend: get("auto_send"), AutoDelete: get("auto_delete"),
		SMSKeyword: get("sms_keyword"), Prefix: get("prefix"), Delimiter: get("delimiter"),
		OmitInstanceID: isYes(get("omit_instanceID")), InstanceIDPreload: get("instance_id"), Flat: r.settings.flat,
	}
	if isYes(get("client_editable")) {
		x.ClientEditable = "true"
	}
	if language := get("default_language"); language != defaultWord {
		x.DefaultLanguage = language
	}
	for i, c := range s.columns {
		if cell := first.at(i); cell != "" && c.parts[0] == "attribute" && len(c.parts) == 2 {
			if x.Attributes == nil {
				x.Attributes = map[string]string{}
			}
			x.Attributes[c.parts[1]] = cell
			if !isName(c.parts[1]) || !r.isBound(c.parts[1]) {
				s.fail(2, i, "xlsform.attributeName", c.parts[1])
			}
		}
		if cell := first.at(i); cell != "" && reservedSettings[c.key] {
			s.fail(2, i, "xlsform.settingReserved", c.header)
		}
	}
	switch {
	case x.Name == "":
	case !isName(x.Name):
		s.failName(first, s.column("name"), x.Name)
	case !r.isBound(x.Name):
		s.fail(2, s.column("name"), "xlsform.prefixUnknown", x.Name)
	}
	if x.OmitInstanceID && x.PublicKey != "" {
		s.fail(2, s.column("omit_instanceID"), "xlsform.omitEncrypted")
	}
}

const maxSetting = 500 // bytes

// reservedSettings are headers that mean parts of the form itself.
var reservedSettings = words("type children bind control instance attribute entity_version _translations")

// namespaces reads `esri="http://esri.com/xforms" foo="…"`.
func namespaces(cell string) map[string]string {
	var all map[string]string
	for _, pair := range strings.Fields(cell) {
		prefix, address, ok := strings.Cut(pair, "=")
		if !ok || prefix == "" || strings.Contains(address, "=") {
			continue
		}
		if all == nil {
			all = map[string]string{}
		}
		all[prefix] = strings.NewReplacer(`"`, "", "'", "").Replace(address)
	}
	return all
}

// checkYesNo warns of what says neither in settings that want yes or no.
func (s *sheet) checkYesNo(row row, keys ...string) {
	for _, key := range keys {
		if cell := s.get(row, key); cell != "" && !isYes(cell) && !isNo(cell) {
			s.warn(row.number, s.find(row, key), "xlsform.yesOrNo", key, cell)
		}
	}
}

// isYes tells whether a cell that wants yes or no says yes.
func isYes(cell string) bool {
	switch cell {
	case "yes", "Yes", "YES", "true", "True", "TRUE", "true()", "是":
		return true
	}
	return false
}

// isNo tells whether it says no.
func isNo(cell string) bool {
	switch cell {
	case "no", "No", "NO", "false", "False", "FALSE", "false()", "否":
		return true
	}
	return false
}

func or(cell, otherwise string) string {
	if cell != "" {
		return cell
	}
	return otherwise
}
