package xlsform

import (
	"regexp"
	"strings"
	"unicode"
)

// isName tells whether s can name a field or an element: an XML name, perhaps after a prefix
// and a colon, of letters of any script, digits, "_", "-" and ".".
func isName(s string) bool {
	prefix, local, prefixed := strings.Cut(s, ":")
	return isPlainName(prefix) && (!prefixed || isPlainName(local)) && len(s) <= maxName
}

const maxName = 1000 // bytes

// boundPrefixes are those of every XForm.
var boundPrefixes = words("h ev xsd jr orx odk xml")

// isBound tells whether the prefix of a name, if it has one, stands for a namespace.
func (r *reader) isBound(name string) bool {
	prefix, _, prefixed := strings.Cut(name, ":")
	_, own := r.definition.XForm.Namespaces[prefix]
	return !prefixed || boundPrefixes[prefix] || own || prefix == "entities" && len(r.entities.declared) > 0
}

// isPlainName tells whether s is an XML name without a colon.
func isPlainName(s string) bool { return s != "" && badRune(s) < 0 }

// badRune is where the first character stands that a name may not hold there, in bytes, or -1.
func badRune(s string) int {
	for i, c := range s {
		if !isNameStart(c) && (i == 0 || !isNameRest(c)) {
			return i
		}
	}
	return -1
}

// isNameStart: the characters that XML 1.0 (fifth edition, production 4) lets a name begin with, the colon left out.
func isNameStart(c rune) bool {
	switch {
	case c < 0x80:
		return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	case c == unicode.ReplacementChar:
		return false
	}
	return unicode.Is(nameStart, c)
}

func isNameRest(c rune) bool {
	return c == '-' || c == '.' || '0' <= c && c <= '9' || c == 0xB7 || 0x300 <= c && c <= 0x36F || c == 0x203F || c == 0x2040
}

var nameStart = &unicode.RangeTable{
	R16: []unicode.Range16{{0xD8, 0xF6, 1}, {0xF8, 0x2FF, 1}, {0x370, 0x37D, 1}, {0x37F, 0x1FFF, 1},
		{0x2070, 0x218F, 1}, {0x2C00, 0x2FEF, 1}, {0x3001, 0xD7FF, 1}, {0xF900, 0xFDCF, 1}, {0xFDF0, 0xFFFC, 1}},
	R32: []unicode.Range32{{0x10000, 0xEFFFF, 1}},
}

// isWide tells whether a character is a full-width form, which looks like another one.
func isWide(c rune) bool { return c >= 0xFF00 && c <= 0xFFEF }

// failName says what is wrong with a name.
func (s *sheet) failName(row row, column int, given string) {
	at := badRune(given)
	switch {
	case len(given) > maxName:
		s.fail(row.number, column, "xlsform.nameTooLong", maxName)
	case strings.ContainsFunc(given, unicode.IsSpace):
		s.fail(row.number, column, "xlsform.nameWithSpace", given, strings.Join(strings.Fields(given), "_"))
	case at == 0:
		s.fail(row.number, column, "xlsform.nameStart", given)
	case at > 0:
		bad := []rune(given[at:])[0]
		s.fail(row.number, column, "xlsform.nameCharacter", given, string(bad))
	default:
		s.fail(row.number, column, "xlsform.nameCharacter", given, ":")
	}
}

// languageTag ends a language's name with its code, as clients recognise it: "中文 (zh)".
var languageTag = regexp.MustCompile(`\([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\)$`)

// baseLanguage is a language's name without its code.
func baseLanguage(language string) string {
	name, _, _ := strings.Cut(strings.ReplaceAll(language, "（", "("), "(")
	return strings.ToLower(strings.TrimSpace(name))
}

// isChinese tells whether texts of a language are Chinese: by its name, or where that does not tell, by an example.
func isChinese(language string, example map[string]string) bool {
	lower := strings.ToLower(language)
	if begin := strings.LastIndexAny(lower, "(（"); begin >= 0 {
		return strings.HasPrefix(strings.Trim(lower[begin:], "(（ "), "zh")
	}
	for _, word := range []string{"中文", "汉语", "漢語", "普通话", "chinese", "简体", "繁體"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return lower == "" && hasHan(example[language])
}
