package xlsform

// isText tells whether a column's texts may carry a language.
func isText(key string) bool { return texts[key] }

var texts = map[string]bool{
	"label": true, "hint": true, "guidance_hint": true, "required_message": true, "constraint_message": true,
}

// surveyWords are the headers of the survey sheet, with the aliases that XLSForm has grown.
var surveyWords = vocabulary{
	texts: texts,
	aliases: map[string]string{
		"type": "type", "command": "type",
		"name": "name", "tag": "name", "value": "name",
		"label": "label", "caption": "label", "hint": "hint", "guidance_hint": "guidance_hint",
		"relevant": "relevant", "relevance": "relevant", "bind::relevant": "relevant",
		"required": "required", "bind::required": "required",
		"required_message": "required_message", "requiredmsg": "required_message", "bind::jr:requiredmsg": "required_message",
		"constraint": "constraint", "bind::constraint": "constraint",
		"constraint_message": "constraint_message", "constraining_message": "constraint_message", "bind::jr:constraintmsg": "constraint_message",
		"calculation": "calculation", "calculate": "calculation", "bind::calculate": "calculation",
		"default":  "default",
		"readonly": "readonly", "read_only": "readonly", "bind::readonly": "readonly",
		"appearance": "appearance", "control::appearance": "appearance", "body::appearance": "appearance",
		"choice_filter": "choice_filter", "parameters": "parameters",
		"repeat_count": "repeat_count", "count": "repeat_count", "jr:count": "repeat_count",
		"control::jr:count": "repeat_count", "body::jr:count": "repeat_count",
		"personal": "personal", "disabled": "disabled",
	},
	refused: words("media", "image", "big-image", "audio", "video", "autoplay", "bind", "body", "control", "instance",
		"trigger", "save_to", "entities", "rows", "noapperrorstring", "no_app_error_string", "buttontext", "intent", "query",
		"compact_tag", "sms_field", "sms_option", "sms_separator", "sms_response"),
}

// choicesWords are those of the choices sheet; any other column is data for choice filters.
var choicesWords = vocabulary{
	texts: words("label"),
	aliases: map[string]string{
		"list_name": "list_name", "listname": "list_name", "name": "name", "value": "name", "label": "label", "caption": "label",
	},
	refused: words("media", "image", "big-image", "audio", "video"),
}

// settingsWords are those of the settings sheet.
var settingsWords = vocabulary{
	aliases: map[string]string{
		"form_title": "title", "title": "title", "set_form_title": "title",
		"form_id": "form_id", "id_string": "form_id", "set_form_id": "form_id",
		"version": "version", "default_language": "default_language", "style": "style",
		"instance_name": "instance_name", "allow_choice_duplicates": "allow_choice_duplicates",
	},
	// Without these the form would not do what its author decided: encrypt, extend the XML, flatten.
	refused: words("public_key", "namespaces", "attribute", "flat", "add_none_option"),
}

func words(list ...string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, w := range list {
		m[w] = true
	}
	return m
}
