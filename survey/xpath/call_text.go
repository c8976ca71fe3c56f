package xpath

import (
	"math"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// textCalls are the functions of texts. Characters are Unicode code points throughout.
var textCalls = map[string]function{
	"string": func(c *Context, a []*Node) Value { return Text(c.optional(a).String()) },
	"concat": func(c *Context, a []*Node) Value { return Text(strings.Join(c.flat(a), "")) },
	"join":   func(c *Context, a []*Node) Value { return Text(strings.Join(c.flat(a[1:]), c.text(a[0]))) },
	"substr": func(c *Context, a []*Node) Value {
		runes := []rune(c.text(a[0]))
		end := float64(len(runes))
		if len(a) > 2 {
			end = c.num(a[2])
		}
		from, to := index(c.num(a[1]), len(runes)), index(end, len(runes))
		if from >= to {
			return Text("")
		}
		return Text(string(runes[from:to]))
	},
	"substring": substring,
	"substring-before": func(c *Context, a []*Node) Value {
		before, _, found := strings.Cut(c.text(a[0]), c.text(a[1]))
		if !found {
			before = ""
		}
		return Text(before)
	},
	"substring-after": func(c *Context, a []*Node) Value {
		_, after, _ := strings.Cut(c.text(a[0]), c.text(a[1]))
		return Text(after)
	},
	"string-length": func(c *Context, a []*Node) Value {
		return Number(float64(utf8.RuneCountInString(c.optional(a).String())))
	},
	"contains":    func(c *Context, a []*Node) Value { return Bool(strings.Contains(c.text(a[0]), c.text(a[1]))) },
	"starts-with": func(c *Context, a []*Node) Value { return Bool(strings.HasPrefix(c.text(a[0]), c.text(a[1]))) },
	"ends-with":   func(c *Context, a []*Node) Value { return Bool(strings.HasSuffix(c.text(a[0]), c.text(a[1]))) },
	"normalize-space": func(c *Context, a []*Node) Value {
		isSpace := func(r rune) bool { return strings.ContainsRune(" \t\r\n", r) }
		return Text(strings.Join(strings.FieldsFunc(c.optional(a).String(), isSpace), " "))
	},
	"translate": translate,
	"regex": func(c *Context, a []*Node) Value {
		value := c.text(a[0])
		pattern, err := compilePattern(c.text(a[1]))
		return Bool(err != nil || pattern.MatchString(value))
	},
	"uuid": uuid,
}

// index turns substr's position, which counts from the end when negative, into one of 0..length.
func index(f float64, length int) int {
	if math.IsNaN(f) {
		return 0
	}
	f = math.Trunc(f)
	if f < 0 {
		f += float64(length)
	}
	return int(max(0, min(f, float64(length))))
}

func substring(c *Context, a []*Node) Value {
	start := roundHalfUp(c.num(a[1]))
	end := math.Inf(1)
	if len(a) > 2 {
		end = start + roundHalfUp(c.num(a[2]))
	}
	var b strings.Builder
	position := 0.0
	for _, r := range c.text(a[0]) {
		if position++; position >= start && position < end {
			b.WriteRune(r)
		}
	}
	return Text(b.String())
}

func translate(c *Context, a []*Node) Value {
	from, to := []rune(c.text(a[1])), []rune(c.text(a[2]))
	change := make(map[rune]rune, len(from))
	for i, r := range from {
		if _, done := change[r]; done {
			continue
		}
		change[r] = -1
		if i < len(to) {
			change[r] = to[i]
		}
	}
	return Text(strings.Map(func(r rune) rune {
		if other, ok := change[r]; ok {
			return other
		}
		return r
	}, c.text(a[0])))
}

// patterns keeps compiled regular expressions; most are literals of published forms.
var (
	patterns     sync.Map
	patternCount atomic.Int64
)

const maxPatterns = 2_000

// compilePattern reads regex()'s pattern, which must match the whole text, as ODK
// Collect has it (docs.getodk.org: "an exact and complete match"). The
// syntax is RE2's: no look-around and no back-references. A pattern that it does not have
// matches everything: what another client has accepted by it is not refused.
func compilePattern(source string) (*regexp.Regexp, error) {
	if p, ok := patterns.Load(source); ok {
		return p.(*regexp.Regexp), nil
	}
	if _, err := regexp.Compile(source); err != nil { // else "a)(b" would pass
		return nil, err
	}
	p, err := regexp.Compile(`^(?:` + source + `)$`)
	if err == nil && patternCount.Add(1) <= maxPatterns {
		patterns.Store(source, p)
	}
	return p, err
}

// uuid makes a version 4 UUID (RFC 4122), or as many random characters as asked for.
func uuid(c *Context, a []*Node) Value {
	digit := func(n int) int { return int(c.Host.Random() * float64(n)) }
	if len(a) > 0 {
		const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		length := c.num(a[0])
		var b strings.Builder
		for i := 0.0; i < min(length, 1000); i++ {
			b.WriteByte(letters[digit(len(letters))])
		}
		return Text(b.String())
	}
	const hex = "0123456789abcdef"
	id := []byte("xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx")
	for i, b := range id {
		switch b {
		case 'x':
			id[i] = hex[digit(16)]
		case 'y':
			id[i] = hex[8+digit(4)]
		}
	}
	return Text(string(id))
}

// IsPattern tells whether regex() can use a pattern.
func IsPattern(source string) bool {
	_, err := compilePattern(source)
	return err == nil
}
