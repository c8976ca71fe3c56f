package charts

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// em estimates the width of a text at size 1; ECharts measures exactly, this is for
// the space to leave.
func em(text string) float64 {
	width := 0.0
	for _, r := range text {
		switch {
		case r >= 0x1100: // Chinese, full-width forms
			width++
		case r == ' ' || strings.ContainsRune("ijlftI.,:;'|!()[]", r):
			width += 0.32
		case unicode.IsUpper(r) || strings.ContainsRune("mw%@", r):
			width += 0.72
		default:
			width += 0.57
		}
	}
	return width
}

// hanging are signs that may not begin a line; they stay at the end of the one before.
const hanging = "，。、；：？！）》」』】”’…,.;:?!)%]"

// leading are signs that may not end a line; they go with what follows.
const leading = "（《「『【“‘(["

// wrapText breaks a text into at most so many lines of so many times its size, between
// words or Chinese characters; what does not fit ends in an ellipsis.
func wrapText(text string, width float64, most int) []string {
	var lines []string
	for _, paragraph := range strings.Split(strings.TrimSpace(text), "\n") {
		line := ""
		for _, piece := range pieces(paragraph) {
			if line != "" && em(line+strings.TrimRight(piece, " ")) > width && !strings.Contains(hanging, piece) {
				lines = append(lines, strings.TrimRight(line, " "))
				line = ""
			}
			line += piece
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = clip(lines[most-1], width-1) + "…"
	}
	return lines
}

// pieces splits a text where a line may end. A word longer than 24 letters may be broken.
func pieces(text string) []string {
	var list []string
	word := ""
	for _, r := range text {
		switch {
		case unicode.IsControl(r):
		case strings.ContainsRune(leading, r):
			if word != "" && !strings.ContainsRune(leading, lastRune(word)) {
				list = append(list, word)
				word = ""
			}
			word += string(r)
		case r >= 0x1100:
			if word != "" && !strings.ContainsRune(leading, lastRune(word)) {
				list = append(list, word)
				word = ""
			}
			list = append(list, word+string(r))
			word = ""
		default:
			word += string(r)
			if r == ' ' || len(word) > 24 {
				list = append(list, word)
				word = ""
			}
		}
	}
	if word != "" {
		list = append(list, word)
	}
	return list
}

func lastRune(text string) rune {
	r, _ := utf8.DecodeLastRuneInString(text)
	return r
}

// clip cuts a text to a width.
func clip(text string, width float64) string {
	end := 0
	for i, r := range text {
		if em(text[:i]+string(r)) > width {
			return strings.TrimRight(text[:end], " ")
		}
		end = i + utf8.RuneLen(r)
	}
	return text
}

// shortened is a label on one line of at most so many times its size.
func shortened(text string, width float64) string {
	text = strings.Join(strings.Fields(text), " ")
	if em(text) <= width {
		return text
	}
	return clip(text, width-1) + "…"
}

// decimals writes a number with at most so many digits after the point, its
// thousands apart, as charts/render's "number" does below 万.
func decimals(x float64, most int) string {
	text := strconv.FormatFloat(math.Abs(x), 'f', most, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	whole, fraction, found := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if found {
		whole += "." + fraction
	}
	if x < 0 && strings.Trim(whole, "0.") != "" {
		return "-" + whole
	}
	return whole
}
