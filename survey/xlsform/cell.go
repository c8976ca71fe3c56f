package xlsform

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"
)

func hasNumbers(rows []row) bool {
	for _, r := range rows {
		for _, cell := range r.cells {
			if _, err := strconv.ParseFloat(cell, 64); err == nil {
				return true
			}
		}
	}
	return false
}

// number writes what Excel stores in binary with the 15 digits that it shows.
func number(value float64) string {
	if rounded, err := strconv.ParseFloat(strconv.FormatFloat(value, 'g', 15, 64), 64); err == nil {
		value = rounded
	}
	return strconv.FormatFloat(value, 'f', -1, 64)
}

// date writes Excel's count of days as a date, a time, or both.
func (w *workbook) date(days float64) string {
	t, err := excelize.ExcelDateToTime(days, w.date1904)
	switch {
	case err != nil || days < 0:
		return number(days)
	case days < 1:
		return t.Format("15:04:05.000")
	case days == float64(int64(days)):
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02T15:04:05.000")
}

// isDate tells whether a cell is shown as a date or time.
func (w *workbook) isDate(sheet, cell string) bool {
	style, err := w.file.GetCellStyle(sheet, cell)
	styles := w.file.Styles
	if err != nil || styles == nil || styles.CellXfs == nil || style < 0 || style >= len(styles.CellXfs.Xf) || styles.CellXfs.Xf[style].NumFmtID == nil {
		return false
	}
	id := *styles.CellXfs.Xf[style].NumFmtID
	if styles.NumFmts != nil {
		for _, custom := range styles.NumFmts.NumFmt {
			if custom != nil && custom.NumFmtID == id {
				return isDateFormat(custom.FormatCode)
			}
		}
	}
	// The built-in dates and times, those of East Asia among them (ECMA-376 part 1, 18.8.30).
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// isDateFormat looks for the letters of days and times outside quotes, colours and escapes.
func isDateFormat(format string) bool {
	quoted, bracketed, escaped := false, false, false
	for _, c := range strings.ToLower(format) {
		switch {
		case escaped:
			escaped = false
		case c == '\\' || c == '_' || c == '*':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			bracketed = true
		case c == ']':
			bracketed = false
		case !bracketed && strings.ContainsRune("ymdhs", c):
			return true
		}
	}
	return false
}

// trim takes away what cannot be seen at the ends of a cell, the full-width space too,
// and control characters within it.
func trim(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff'
	})
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' { // "\r" of line ends, and what XML cannot carry
			return -1
		}
		return r
	}, s)
}
