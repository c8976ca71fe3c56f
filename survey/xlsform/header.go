package xlsform

import "strings"

// column is what stands in one cell of the header.
type column struct {
	header   string // as written, without the space around it
	key      string // what the column is; "" for none of the known
	language string // of a column of texts
	kind     columnKind
}

type columnKind int

const (
	unknown columnKind = iota
	known
	refused   // the standard knows it; we do not carry it out
	duplicate // stands there twice; the first is read
)

// vocabulary is what the headers of a sheet may be.
type vocabulary struct {
	aliases map[string]string // a header in normal form -> what it is
	texts   map[string]bool   // what may carry a language
	refused map[string]bool   // headers in normal form, or what stands before their "::"
}

// spelt finds a language among the headers, whose spelling may differ in case or in
// the tag: "english" or "English (en)" for "English".
func (s *sheet) spelt(language string) string {
	near := language
	for _, c := range s.columns {
		if c.language == language {
			return language
		}
		if c.language != "" && bare(c.language) == bare(language) {
			near = c.language
		}
	}
	return near
}

// language writes a language as the standard recommends, "中文 (zh)", whatever brackets
// and spaces the header has.
func language(s string) string {
	s = strings.NewReplacer("（", "(", "）", ")").Replace(strings.TrimSpace(s))
	if name, tag, found := strings.Cut(s, "("); found && strings.HasSuffix(tag, ")") {
		return strings.TrimSpace(name) + " (" + strings.TrimSpace(tag[:len(tag)-1]) + ")"
	}
	return s
}

// bare is a language's name without its tag.
func bare(language string) string {
	name, _, _ := strings.Cut(language, "(")
	return strings.ToLower(strings.TrimSpace(name))
}

// column understands one header: "Label::中文 (zh)", "bind:relevant", "constraint message".
func (v vocabulary) column(header string) column {
	col := column{header: strings.Join(strings.Fields(header), " ")}
	parts := split(col.header)
	base := normal(parts[0])
	if v.refused[base] && len(parts) > 1 { // a prefix: "media::image", but "bind::relevant" is known
		base += "::" + normal(parts[1])
		parts = parts[1:]
	}
	key, ok := v.aliases[base]
	switch {
	case ok:
		col.key, col.kind = key, known
	case v.refused[base] || v.refused[strings.SplitN(base, "::", 2)[0]]:
		col.kind = refused
		return col
	default:
		return col
	}
	col.language = language(strings.Join(parts[1:], "::"))
	return col
}

// split cuts a header at "::" (or, as older forms have it, at ":"), full-width colons too,
// but not the "jr:" of JavaRosa's names.
func split(header string) []string {
	h := strings.ReplaceAll(strings.ReplaceAll(header, "：", ":"), "jr:", "jr\x00")
	separator := ":"
	if strings.Contains(h, "::") {
		separator = "::"
	}
	parts := strings.Split(h, separator)
	for i, part := range parts {
		parts[i] = strings.TrimSpace(strings.ReplaceAll(part, "jr\x00", "jr:"))
	}
	return parts
}

// normal is a header in the form in which vocabularies have it.
func normal(s string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), " ", "_")
}
