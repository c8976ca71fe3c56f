package charts

import (
	"fmt"
	"strconv"
	"time"
)

// words are what a chart itself says, in one language. Everything else in it was
// typed by people.
type words struct {
	english                           bool
	all, noAnswer                     string
	count, share, mean, median, sum   string
	least, lower, middle, upper, most string
	n, of, statistic, group, rows     string
	comma, colon, open, shut, dot     string
	hidden                            string
}

var chinese = words{
	all: "全部", noAnswer: "未答",
	count: "份数", share: "占比", mean: "平均值", median: "中位数", sum: "合计",
	least: "下须", lower: "下四分位", middle: "中位数", upper: "上四分位", most: "上须",
	n: "样本数", of: "基数", statistic: "统计量", group: "分组", rows: "记录",
	comma: "，", colon: "：", open: "（", shut: "）", dot: "·", hidden: "隐去",
}

var english = words{
	english: true,
	all:     "All", noAnswer: "No answer",
	count: "Count", share: "Share", mean: "Mean", median: "Median", sum: "Sum",
	least: "Lower whisker", lower: "Lower quartile", middle: "Median", upper: "Upper quartile", most: "Upper whisker",
	n: "n", of: "Base", statistic: "Statistic", group: "Group", rows: "Records",
	comma: ", ", colon: ": ", open: " (", shut: ")", dot: " · ", hidden: "hidden",
}

func wordsOf(language string) *words {
	if language == "en" {
		return &english
	}
	return &chinese
}

// say chooses a sentence and fills it.
func (w *words) say(zh, en string, args ...any) string {
	if w.english {
		return fmt.Sprintf(en, args...)
	}
	return fmt.Sprintf(zh, args...)
}

func (w *words) statisticName(s Statistic) string {
	switch s {
	case Share:
		return w.share
	case Mean:
		return w.mean
	case Median:
		return w.median
	case Sum:
		return w.sum
	}
	return w.count
}

// day says a date; the year only when it is asked for.
func (w *words) day(d time.Time, year bool) string {
	switch {
	case w.english && year:
		return d.Format("2 Jan 2006")
	case w.english:
		return d.Format("2 Jan")
	case year:
		return d.Format("2006年1月2日")
	}
	return d.Format("1月2日")
}

// week says its Monday and Sunday: 3.2–3.8 in Chinese, 2–8 Mar in English.
func (w *words) week(monday time.Time, year bool) string {
	sunday := monday.AddDate(0, 0, 6)
	switch {
	case w.english && monday.Month() != sunday.Month():
		return w.day(monday, year) + "–" + w.day(sunday, year)
	case w.english:
		return monday.Format("2") + "–" + w.day(sunday, year)
	case year:
		return monday.Format("2006.1.2") + "–" + sunday.Format("1.2")
	}
	return monday.Format("1.2") + "–" + sunday.Format("1.2")
}

func (w *words) month(d time.Time, year bool) string {
	switch {
	case w.english && year:
		return d.Format("Jan 2006")
	case w.english:
		return d.Format("January")
	case year:
		return d.Format("2006年1月")
	}
	return d.Format("1月")
}

// thousands writes a whole number with its commas: 1,312.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
