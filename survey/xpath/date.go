package xpath

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Dates and times are texts: "2026-04-12", "2026-04-12T10:30:00.000+08:00",
// "10:30:00.000+08:00". As a number, a date is the days since 1970-01-01 on the calendar,
// and a dateTime the days and fraction on the clock of the form's zone: so a date is a whole
// number, and dates and dateTimes can be compared and subtracted (as JavaRosa does).

// The layouts in which the engines write.
const (
	DateLayout     = "2006-01-02"
	DateTimeLayout = "2006-01-02T15:04:05.000-07:00"
	millisADay     = 24 * 60 * 60 * 1000
	firstDay       = -719162 // 0001-01-01
	lastDay        = 2932896 // 9999-12-31
)

// ParseDate reads a date of the calendar at midnight in the zone.
func ParseDate(s string, zone *time.Location) (time.Time, bool) {
	if len(s) != len(DateLayout) {
		return time.Time{}, false
	}
	t, err := time.ParseInLocation(DateLayout, s, zone)
	return t, err == nil && t.Year() > 0
}

// ParseDateTime reads a date with a time; seconds, their fraction and the offset
// may be left out, then the offset is the zone's.
func ParseDateTime(s string, zone *time.Location) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04") || s[10] != 'T' {
		return time.Time{}, false
	}
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil && t.Year() > 0 && !strings.Contains(s, ",") {
			return t.In(zone), true
		}
	}
	return time.Time{}, false
}

// ParseTime reads a time of day as a fraction of the day on the clock it was written by.
func ParseTime(s string) (float64, bool) {
	t, ok := ParseDateTime("2000-01-01T"+s, time.UTC)
	if !ok {
		return 0, false
	}
	if cut := strings.IndexAny(s, "Z+-"); cut > 0 {
		t, _ = ParseDateTime("2000-01-01T"+s[:cut], time.UTC)
	}
	return float64(t.Sub(t.Truncate(24*time.Hour)).Milliseconds()) / millisADay, true
}

// days gives a moment as days since 1970-01-01 on its own clock.
func days(t time.Time) float64 {
	_, offset := t.Zone()
	return float64(t.UnixMilli()+int64(offset)*1000) / millisADay
}

// moment is the inverse of days: what the zone's clock shows that many days after 1970-01-01.
func moment(d float64, zone *time.Location) (time.Time, bool) {
	if math.IsNaN(d) || d < firstDay || d >= lastDay+1 {
		return time.Time{}, false
	}
	t := time.UnixMilli(int64(math.Floor(d*millisADay + 0.5))).UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone), true
}

// parseMoment reads a date or a dateTime.
func parseMoment(s string, zone *time.Location) (time.Time, bool) {
	if t, ok := ParseDate(s, zone); ok {
		return t, true
	}
	return ParseDateTime(s, zone)
}

var (
	englishMonths = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	englishDays   = [...]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
	chineseDays   = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}
)

// formatDate fills in the identifiers of format-date and format-date-time, which are one function.
func formatDate(t time.Time, format string, chinese bool) string {
	var b strings.Builder
	runes := []rune(format)
	for i := 0; i < len(runes); i++ {
		if runes[i] != '%' || i+1 == len(runes) {
			b.WriteRune(runes[i])
			continue
		}
		i++
		if s, ok := datePart(t, runes[i], chinese); ok {
			b.WriteString(s)
		} else {
			b.WriteString(string(runes[i-1 : i+1]))
		}
	}
	return b.String()
}

func datePart(t time.Time, identifier rune, chinese bool) (string, bool) {
	switch identifier {
	case '%':
		return "%", true
	case 'Y':
		return fmt.Sprintf("%04d", t.Year()), true
	case 'y':
		return fmt.Sprintf("%02d", t.Year()%100), true
	case 'm':
		return fmt.Sprintf("%02d", t.Month()), true
	case 'n':
		return fmt.Sprint(int(t.Month())), true
	case 'b':
		if chinese {
			return fmt.Sprintf("%d月", t.Month()), true
		}
		return englishMonths[t.Month()-1], true
	case 'd':
		return fmt.Sprintf("%02d", t.Day()), true
	case 'e':
		return fmt.Sprint(t.Day()), true
	case 'a':
		if chinese {
			return chineseDays[t.Weekday()], true
		}
		return englishDays[t.Weekday()], true
	case 'W': // ISO 8601's week
		_, week := t.ISOWeek()
		return fmt.Sprint(week), true
	case 'j':
		return fmt.Sprintf("%03d", t.YearDay()), true
	case 'H':
		return fmt.Sprintf("%02d", t.Hour()), true
	case 'h':
		return fmt.Sprint(t.Hour()), true
	case 'M':
		return fmt.Sprintf("%02d", t.Minute()), true
	case 'S':
		return fmt.Sprintf("%02d", t.Second()), true
	case '3':
		return fmt.Sprintf("%03d", t.Nanosecond()/1e6), true
	}
	return "", false
}
