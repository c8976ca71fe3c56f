// Package dataset writes what programs for statistics read: SPSS system files (.sav), which PSPP, R
// and others read too, and a plain table with scripts for Stata and R. Columns are given as they
// were answered, row by row; what a column can be in such a program (a number, a day, a text of so
// many bytes) is known when all rows are there, which wait in a temporary file meanwhile.
package dataset

import (
	"math"
	"strconv"
	"time"
)

// Kind is what a column's values are meant to be. They are given in the lexical forms of XForms.
type Kind int

// The kinds. What does not hold for every value of a column makes it Text.
const (
	Text       Kind = iota
	Number          // decimal
	Calculated      // a number when every value is written as one: "007" is none
	Moment          // a day, or a day with a time
	Clock           // a time of day
	One             // the name of a choice
	Many            // names of choices between spaces: a variable a choice, 1 or 0
	Ranked          // names of choices between spaces, the first one first: a variable a place
)

// Value is a choice: its name and what it says.
type Value struct{ Code, Label string }

// Column is a column as it is given.
type Column struct {
	Path    string // where it comes from; unique
	Name    string // what its variable is called when that is free; "" makes one of the path
	Label   string
	Kind    Kind
	Ordered bool                     // the choices have an order
	Values  []Value                  // the choices that are known, in their order
	LabelOf func(code string) string // what others are called that appear; may be nil
	Missing []string                 // the choices that mean no answer: don't know, refused
}

// Form is how a variable is kept.
type Form int

// The forms.
const (
	String Form = iota
	Numeric
	Date     // a day
	DateTime // a day and a time
	Time     // a time of day
)

// Measure is a level of measurement, with SPSS's number.
type Measure int32

// The levels.
const (
	Nominal Measure = iota + 1
	Ordinal
	Scale
)

// Variable is one of the file's.
type Variable struct {
	Name     string // unique, whatever the case of its letters
	Path     string // of the column
	Label    string
	Form     Form
	Measure  Measure
	Width    int // of a String in bytes; of a number in digits
	Decimals int
	Values   []Value  // labels of values
	Missing  []string // values that mean no answer
	column   int
	member   string // of Many: the choice that it is about
	place    int    // of Ranked: from 1
}

// Set is a multiple-response set.
type Set struct {
	Name      string
	Label     string
	Variables []int // by their places in the file
	Dichotomy bool  // 1 is counted; else they are the answers themselves
}

// File is what is written.
type File struct {
	Title     string
	Notes     []string // what there is to say about the file
	Made      time.Time
	Variables []Variable
	Sets      []Set
	Rows      int
	rows      *spool
	location  *time.Location
}

// maxExact is below what a spreadsheet and a float64 keep of an integer's digits.
const maxExact = 1e15

// parseNumber reads a decimal number; anything else, and what would be rounded, is none.
func parseNumber(text string) (n float64, ok bool) {
	for _, c := range text {
		if (c < '0' || c > '9') && c != '+' && c != '-' && c != '.' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && math.Abs(n) < maxExact
}

// isCanonical tells whether a text is the one way in which a number is written.
func isCanonical(text string) bool {
	n, ok := parseNumber(text)
	return ok && strconv.FormatFloat(n, 'f', -1, 64) == text
}

// isCode tells whether a choice's name is a whole number.
func isCode(text string) bool {
	n, ok := parseNumber(text)
	return ok && n == math.Trunc(n) && strconv.FormatFloat(n, 'f', 0, 64) == text
}

// parseMoment reads a day, or a moment; one that tells its zone becomes the time on the location's clocks, in UTC.
func parseMoment(text string, location *time.Location) (t time.Time, isDay, ok bool) {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, true, plausible(t)
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		t = t.In(location)
		_, offset := t.Zone()
		return t.Add(time.Duration(offset) * time.Second).UTC(), false, plausible(t)
	}
	for _, layout := range []string{"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", time.DateTime} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, false, plausible(t)
		}
	}
	return time.Time{}, false, false
}

// plausible refuses what SPSS's calendar, which begins in 1582, or four digits cannot say.
func plausible(t time.Time) bool { return t.Year() > 1582 && t.Year() < 10000 }

// parseClock reads a time of day as seconds. Its zone does not matter: it is what the clock showed.
func parseClock(text string) (seconds float64, ok bool) {
	for _, layout := range []string{"15:04:05.999999999Z07:00", "15:04:05.999999999", "15:04Z07:00", "15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return float64(t.Hour()*3600+t.Minute()*60+t.Second()) + float64(t.Nanosecond())/1e9, true
		}
	}
	return 0, false
}
