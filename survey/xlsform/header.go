package xlsform

import "strings"

// column is a column of a sheet.
type column struct {
	header string   // as written, without the space around it; "" for none
	parts  []string // what it is: ["bind", "relevant"], ["label", "中文 (zh)"]
	key    string   // the parts joined by "::"
	known  bool     // XLSForm has such columns
}

// columns understands a sheet's header. Parts of a header are set apart by "::", or by ":" when no
// header has "::".
func (v vocabulary) understand(raw []string) []column {
	double := false
	headers := make([]string, len(raw))
	for i, header := range raw {
		headers[i] = single(strings.TrimSpace(strings.ReplaceAll(header, "：", ":")))
		double = double || strings.Contains(headers[i], "::")
	}
	all := make([]column, len(headers))
	for i, header := range headers {
		if header != "" {
			all[i] = v.column(header, double)
		}
	}
	v.translate(headers, all, double)
	return all
}

// translate understands Chinese headers, where the sheet does not have the English ones too: then they
// are columns of the author's own.
func (v vocabulary) translate(headers []string, all []column, double bool) {
	have := map[string]bool{}
	for _, c := range all {
		have[c.key] = true
	}
	for i, header := range headers {
		first, rest, _ := strings.Cut(header, ":")
		if english := v.chinese[strings.TrimSpace(first)]; english != "" {
			if rest != "" {
				english += ":" + rest
			}
			if c := v.column(english, double); !have[c.key] {
				c.header = header
				all[i] = c
			}
		}
	}
}

// column understands one header.
func (v vocabulary) column(header string, double bool) column {
	snake := normal(header)
	if snake == "disabled" && header != snake {
		return column{header, []string{header}, header, false} // other tools skip no row for it
	}
	for _, as := range []string{header, snake} {
		if _, alias := v.aliases[as]; v.columns[as] && !alias {
			return column{header, []string{as}, as, true}
		}
	}
	parts := split(header, double || strings.Contains(header, "::"))
	first := normal(parts[0])
	if meaning := v.aliases[first]; meaning != "" {
		parts = append(strings.Split(meaning, "::"), parts[1:]...)
		return column{header, parts, strings.Join(parts, "::"), true}
	}
	known := v.columns[first]
	if known {
		parts[0] = first
	}
	return column{header, parts, strings.Join(parts, "::"), known}
}

// split cuts a header into its parts; ":" does not cut the "jr:" of JavaRosa's names.
func split(header string, double bool) []string {
	if !double {
		header = strings.ReplaceAll(strings.ReplaceAll(header, "jr:", "jr\x00"), ":", "::")
	}
	parts := strings.Split(header, "::")
	for i, part := range parts {
		parts[i] = strings.TrimSpace(strings.ReplaceAll(part, "jr\x00", "jr:"))
	}
	return parts
}

// isSame tells whether a header says what it is in so many words, not by another name.
func (c column) isSame() bool { return len(c.parts) == 1 && c.key == c.header || !c.known }

// normal is a header in the form in which vocabularies have it.
func normal(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "_")) }
