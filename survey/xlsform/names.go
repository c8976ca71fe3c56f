package xlsform

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isName tells whether s can name a field: an XML name without a colon, of letters
// of any script, digits, "_", "-" and "."; never full-width forms and punctuation, which XML would let
// pass but nobody could tell from their like.
func isName(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return isNameStart(first) && badRune(s) == 0 && len(s) <= maxName
}

const maxName = 200 // bytes

// badRune is the first character that no name may hold, or 0.
func badRune(s string) rune {
	for _, c := range s {
		if !isNameStart(c) && !('0' <= c && c <= '9') && c != '-' && c != '.' {
			return c
		}
	}
	return 0
}

// isNameStart: the letters that XML 1.0 (fifth edition, production 4) lets a name begin with.
func isNameStart(c rune) bool {
	switch {
	case c == '_', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		return true
	case c < 0xC0, c >= 0xFF00 && c <= 0xFFEF, c == utf8.RuneError:
		return false
	}
	return unicode.IsLetter(c)
}

// isChineseTag tells whether a language's name, "中文 (zh)" or "chinese", means
// Chinese; known is false when the name says nothing.
func isChineseTag(language string) (chinese, known bool) {
	lower := strings.ToLower(language)
	if begin := strings.LastIndexByte(lower, '('); begin >= 0 && strings.HasSuffix(lower, ")") {
		tag := strings.TrimSpace(lower[begin+1 : len(lower)-1])
		return strings.HasPrefix(tag, "zh"), tag != ""
	}
	for _, word := range []string{"中文", "汉语", "漢語", "普通话", "chinese", "简体", "繁體", "zh"} {
		if strings.Contains(lower, word) {
			return true, true
		}
	}
	return false, lower != ""
}

// isChinese tells whether texts of a language are Chinese; where its name does not
// tell, an example in it does.
func (r *reader) isChinese(language string, example map[string]string) bool {
	if chinese, known := isChineseTag(language); known {
		return chinese
	}
	return strings.IndexFunc(example[language], func(c rune) bool { return unicode.Is(unicode.Han, c) }) >= 0
}

func pick(chinese bool, zh, en string) string {
	if chinese {
		return zh
	}
	return en
}
