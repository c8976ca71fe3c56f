package dataset

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"
)

// The scripts read a table of the file's cells, data.csv, whose first line has the variables' names.

// DataName is what the scripts call the table.
const DataName = "data.csv"

// stataText makes a text that Stata takes between double quotes: nothing in it ends the string or
// begins a macro or a comment, so that no answer or label is ever run.
func stataText(text string) string {
	return stataComment.ReplaceAllStringFunc(stataQuotes.Replace(text), stataWide.Replace)
}

var (
	stataQuotes  = strings.NewReplacer(`"`, "”", "`", "‘", "$", "＄", "\r", " ", "\n", " ", "\x00", "")
	stataComment = regexp.MustCompile(`[/*]{2,}`)
	stataWide    = strings.NewReplacer("/", "／", "*", "＊")
)

// isStataSafe tells whether a text is the same to Stata as it is.
func isStataSafe(text string) bool {
	return stataText(text) == text && !strings.Contains(text, `\`)
}

// maxStataCode is below the greatest number that Stata's value labels take.
const maxStataCode = 2147483620

// WriteStata writes the script for Stata 14 and later.
func WriteStata(w io.Writer, f *File) error {
	out := bufio.NewWriter(w)
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	say("* %s", stataText(f.Title))
	for _, note := range f.Notes {
		say("* %s", stataText(note))
	}
	say("version 14\nclear")
	say(`import delimited using "%s", encoding("utf-8") varnames(nonames) rowrange(2) stringcols(_all) bindquote(strict) maxquotedrows(unlimited) clear`, DataName)
	for i := range f.Variables {
		say("rename v%d tianye_%d", i+1, i+1)
	}
	for i := range f.Variables {
		say("rename tianye_%d %s", i+1, f.Variables[i].Name)
	}
	say(`label data "%s"`, stataText(cutRunes(f.Title, 80)))
	for i := range f.Variables {
		f.Variables[i].stata(say, i)
	}
	say("compress")
	return out.Flush()
}

func (v *Variable) stata(say func(string, ...any), i int) {
	label := stataText(v.Label)
	switch v.Form {
	case Numeric:
		say("destring %s, replace", v.Name)
	case Date:
		say("gen double tianye_new = date(%s, \"YMD\")\nformat tianye_new %%tdCCYY-NN-DD", v.Name)
	case DateTime:
		say("gen double tianye_new = clock(%s, \"YMDhms\")\nformat tianye_new %%tcCCYY-NN-DD_HH:MM:SS", v.Name)
	case Time:
		say("gen double tianye_new = clock(%s, \"hms\")\nformat tianye_new %%tcHH:MM:SS", v.Name)
	}
	if v.Form == Date || v.Form == DateTime || v.Form == Time {
		say("order tianye_new, after(%s)\ndrop %s\nrename tianye_new %s", v.Name, v.Name, v.Name)
	}
	v.stataLabels(say, fmt.Sprintf("l%d", i+1))
	say(`label variable %s "%s"`, v.Name, cutRunes(label, 80))
	say(`char %s[path] "%s"`, v.Name, stataText(v.Path))
	if utf8.RuneCountInString(label) > 80 {
		say(`note %s: %s`, v.Name, label)
	}
	if len(v.Missing) > 0 {
		say(`char %s[missing] "%s"`, v.Name, stataText(strings.Join(v.Missing, " ")))
	}
}

// stataLabels labels the values. Stata labels numbers only: names of choices become their numbers in
// the form's order. What cannot be said safely stays as it is.
func (v *Variable) stataLabels(say func(string, ...any), name string) {
	if len(v.Values) == 0 {
		return
	}
	for _, value := range v.Values {
		n, _ := parseNumber(value.Code)
		if v.Form == String && !isStataSafe(value.Code) || v.Form == Numeric && math.Abs(n) > maxStataCode {
			return
		}
	}
	for i, value := range v.Values {
		code := value.Code
		if v.Form == String {
			code = fmt.Sprint(i + 1)
		}
		say(`label define %s %s "%s", add`, name, code, stataText(value.Label))
	}
	if v.Form == String {
		say("gen long tianye_new = .")
		for i, value := range v.Values {
			say(`replace tianye_new = %d if %s == "%s"`, i+1, v.Name, value.Code)
		}
		say(`count if missing(tianye_new) & %s != ""`, v.Name)
		say("if r(N) == 0 {\norder tianye_new, after(%s)\ndrop %s\nrename tianye_new %s\nlabel values %s %s\n}\nelse drop tianye_new", v.Name, v.Name, v.Name, v.Name, name)
		return
	}
	say("label values %s %s", v.Name, name)
}

// rText quotes a text for R.
func rText(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\x00", "").Replace(text) + `"`
}

func rTexts(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = rText(text)
	}
	return "c(" + strings.Join(quoted, ", ") + ")"
}

// WriteR writes the script for R, which needs no package.
func WriteR(w io.Writer, f *File) error {
	out := bufio.NewWriter(w)
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	line := strings.NewReplacer("\n", " ", "\r", " ")
	say("# %s", line.Replace(f.Title))
	for _, note := range f.Notes {
		say("# %s", line.Replace(note))
	}
	say("# source(\"read.R\", encoding = \"UTF-8\")")
	say(`data <- read.csv(%s, fileEncoding = "UTF-8-BOM", colClasses = "character", check.names = FALSE, na.strings = "", strip.white = FALSE)`, rText(DataName))
	for i := range f.Variables {
		f.Variables[i].r(say)
	}
	return out.Flush()
}

func (v *Variable) r(say func(string, ...any)) {
	column := "data[[" + rText(v.Name) + "]]"
	switch {
	case v.Form == Numeric:
		say("%s <- as.numeric(%s)", column, column)
	case v.Form == Date:
		say("%s <- as.Date(%s)", column, column)
	case v.Form == DateTime:
		say(`%s <- as.POSIXct(%s, format = "%%Y-%%m-%%d %%H:%%M:%%OS", tz = "UTC")`, column, column)
	}
	if len(v.Values) > 0 {
		codes, labels := make([]string, len(v.Values)), make([]string, len(v.Values))
		for i, value := range v.Values {
			codes[i], labels[i] = value.Code, value.Label
		}
		if v.Form == Numeric {
			say("attr(%s, \"labels\") <- setNames(as.numeric(%s), %s)", column, rTexts(codes), rTexts(labels))
		} else {
			say("attr(%s, \"labels\") <- setNames(%s, %s)", column, rTexts(codes), rTexts(labels))
		}
	}
	say("attr(%s, \"label\") <- %s", column, rText(v.Label))
	say("attr(%s, \"path\") <- %s", column, rText(v.Path))
	if len(v.Missing) > 0 {
		say("attr(%s, \"missing\") <- %s", column, rTexts(v.Missing))
	}
}

// cutRunes cuts a text to so many characters.
func cutRunes(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most])
}
