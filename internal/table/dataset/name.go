package dataset

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is how long a variable's name is at most, in bytes: Stata takes 32 characters, SPSS 64 bytes.
const maxName = 32

// reserved are words of SPSS, Stata and R that cannot be names.
var reserved = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq("all and by eq ge gt le lt ne not or to with " +
		"byte int long float double if in using strl _all _b _coef _cons _n _pi _pred _rc _skip " +
		"else repeat while function for next break true false null inf nan na") {
		words[word] = true
	}
	return words
}()

// names gives out names, each once.
type names struct{ taken map[string]bool }

func newNames() *names { return &names{map[string]bool{}} }

// of makes a name of what is wanted; a taken one is made longer by the sections of the path that it is in,
// or else by a number.
func (n *names) of(wanted, path string) string {
	segments := strings.Split(path, "/")
	last := len(segments) - 1
	if wanted == "" {
		wanted = segments[last]
	}
	name := fitName(wanted, maxName)
	for at := last - 1; at >= 0 && n.taken[strings.ToLower(name)]; at-- {
		wanted = segments[at] + "_" + wanted
		name = fitName(wanted, maxName)
	}
	for i := 2; n.taken[strings.ToLower(name)]; i++ {
		suffix := "_" + strconv.Itoa(i)
		name = fitName(wanted, maxName-len(suffix)) + suffix
	}
	n.taken[strings.ToLower(name)] = true
	return name
}

// fitName makes a valid name of a text: letters of any script, digits and underscores, a letter
// first, no underscore last, at most so many bytes.
func fitName(text string, most int) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToValidUTF8(text, "_"))
	name = strings.TrimRight(Cut(name, most), "_")
	if first, _ := utf8.DecodeRuneInString(name); !unicode.IsLetter(first) || reserved[strings.ToLower(name)] {
		name = strings.TrimRight(Cut("v"+name, most), "_")
	}
	return name
}

// Cut cuts a text to so many bytes, never inside a character.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// baseName is what the names of a column's several variables begin with: short enough that they differ.
func baseName(v Variable) string {
	name := v.Name
	if name == "" {
		name = v.Path[strings.LastIndex(v.Path, "/")+1:]
	}
	return Cut(name, maxName-8)
}
