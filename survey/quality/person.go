package quality

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"math/bits"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// How questions for who somebody is are called.
var (
	personName   = regexp.MustCompile(`(?i)^(full_?|person_?|respondent_?|participant_?)?name$|^respondent$|^xingming$`)
	personLabel  = regexp.MustCompile(`(?i)姓名|受访人|受访者|被访人|^\s*户主|\bfull name\b|\bname of (the )?(respondent|participant)\b|^\s*respondent\s*$`)
	phoneName    = regexp.MustCompile(`(?i)phone|mobile|^tel$|_tel$|dianhua|shouji`)
	phoneLabel   = regexp.MustCompile(`(?i)电话|手机|phone|mobile number`)
	numberName   = regexp.MustCompile(`(?i)id_?card|id_?number|identity|national_?id|shenfenzheng|^sfz$`)
	numberLabel  = regexp.MustCompile(`(?i)身份证|证件号|identity card|\bid number\b|national id`)
	leastPhone   = 7 // digits
	leastID      = 6 // characters
	chinesePhone = 11
)

// samePerson finds persons who were asked twice: the same number of an identity card, or the same
// name and telephone. They are compared by a keyed hash whose key nobody keeps. Where more than one in
// ten come again, a case's persons may do so in the same case.
func (v *view) samePerson() {
	names, phones, numbers := v.asking(personName, personLabel), v.asking(phoneName, phoneLabel), v.asking(numberName, numberLabel)
	if len(numbers) == 0 && (len(names) == 0 || len(phones) == 0) {
		return
	}
	key := make([]byte, 32)
	rand.Read(key) // never fails since Go 1.24
	type person struct {
		kind string
		hash string
	}
	met, paths := map[person][]int{}, map[person]form.Path{}
	for _, row := range v.order {
		note := func(kind, text string, path form.Path) {
			mac := hmac.New(sha256.New, key)
			mac.Write([]byte(text))
			p := person{kind, string(mac.Sum(nil))}
			met[p], paths[p] = append(met[p], row), path
		}
		if text, path := first(row, numbers, normalID); text != "" {
			note("number", text, path)
		}
		name, path := first(row, names, normalName)
		phone, _ := first(row, phones, normalPhone)
		if name != "" && phone != "" {
			note("name", name+"\x00"+phone, path)
		}
	}
	identified, repeated := map[int]bool{}, map[int]bool{}
	for _, rows := range met {
		for _, row := range rows {
			identified[row] = true
			repeated[row] = repeated[row] || len(rows) > 1
		}
	}
	// Where many come again, visits to a case are meant to be of the same persons.
	again := len(identified) >= leastPeers && float64(count(repeated)) > common*float64(len(identified))
	flagged := map[int]bool{}
	for _, kind := range []string{"number", "name"} {
		for p, rows := range met {
			if p.kind == kind {
				v.flagPersons(rows, paths[p], kind == "number", again, flagged)
			}
		}
	}
}

// flagPersons flags the rows of one person, but for those that are meant to be of the same one. There
// may be thousands, when a number was made up: they are counted, not compared one by one.
func (v *view) flagPersons(rows []int, path form.Path, byNumber, again bool, flagged map[int]bool) {
	type kin struct {
		caseID id.CaseID
		again  string
	}
	kinOf := func(row int) kin {
		k := kin{v.Rows[row].Case, v.Rows[row].Again}
		if !again {
			k.caseID = ""
		}
		return k
	}
	alike := map[kin]int{} // with "" whatever the other is
	for _, row := range rows {
		k := kinOf(row)
		if alike[k]++; k.caseID != "" && k.again != "" {
			alike[kin{caseID: k.caseID}]++
			alike[kin{again: k.again}]++
		}
	}
	for _, row := range rows {
		k := kinOf(row)
		others := len(rows) - alike[k]
		switch {
		case k == kin{}:
			others = len(rows) - 1
		case k.caseID != "" && k.again != "":
			others = len(rows) - alike[kin{caseID: k.caseID}] - alike[kin{again: k.again}] + alike[k]
		}
		if others == 0 || flagged[row] {
			continue
		}
		flagged[row] = true
		text := problem.Say("quality.say.samePerson", others)
		if byNumber {
			text = problem.Say("quality.say.sameNumber", others)
		}
		f := v.flag(row, SamePerson, path, doubled(others), text)
		for _, other := range rows {
			to := kinOf(other)
			if len(f.With) == min(others, mostWith) {
				break
			}
			if other != row && (k.caseID == "" || to.caseID != k.caseID) && (k.again == "" || to.again != k.again) {
				f.With = append(f.With, v.Rows[other].Submission)
			}
		}
	}
}

// doubled is a count to the last doubling: what grows with every submission is news, and written for all
// that share it, only so often.
func doubled(n int) float64 { return float64(int(1) << (bits.Len(uint(n)) - 1)) }

func count(of map[int]bool) (n int) {
	for _, is := range of {
		if is {
			n++
		}
	}
	return n
}

// mostWith is how many others a flag names.
const mostWith = 5

func (v *view) alikeOnPurpose(a, b int) bool {
	return v.Rows[a].Again != "" && v.Rows[a].Again == v.Rows[b].Again
}

// asking are the questions of words and numbers that are called so.
func (v *view) asking(name, label *regexp.Regexp) []*question {
	var found []*question
	for i := range v.questions {
		q := &v.questions[i]
		switch q.field.Type {
		case form.TextQuestion, form.Integer, form.Barcode:
			if name.MatchString(q.field.Name) || label.MatchString(allLabels(q.field.Label)) {
				found = append(found, q)
			}
		}
	}
	return found
}

// first is a row's first answer to one of the questions that is any use.
func first(row int, questions []*question, normal func(string) string) (string, form.Path) {
	for _, q := range questions {
		if text := normal(q.text(row)); text != "" {
			return text, q.path
		}
	}
	return "", ""
}

func normalName(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(text))
}

func normalPhone(text string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, norm.NFKC.String(text))
	if len(digits) > chinesePhone { // +86, 0086, 0
		digits = digits[len(digits)-chinesePhone:]
	}
	if len(digits) < leastPhone || strings.Count(digits, digits[:1]) == len(digits) { // 00000000 is nobody's
		return ""
	}
	return digits
}

func normalID(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, norm.NFKC.String(text))
	if len(text) < leastID || strings.Count(text, text[:1]) == len(text) {
		return ""
	}
	return text
}
