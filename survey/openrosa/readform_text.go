package openrosa

import (
	"html"
	"path"
	"regexp"
	"slices"
	"strings"

	"tianye/survey/form"
)

// textForms is a text of itext: the value elements by form ("" is what is read) and language.
type textForms struct {
	node   *xnode
	values map[string]map[string]*xnode
	used   bool
}

// readTexts keeps the texts by language until the fields are known that they speak of.
func (r *formReader) readTexts(itext *xnode) {
	for _, translation := range itext.elements() {
		language := translation.attr("lang")
		if translation.name != "translation" || slices.Contains(r.d.Languages, language) {
			r.warn(translation, "lang", "xform.unknownElement", translation.name)
			continue
		}
		r.d.Languages = append(r.d.Languages, language)
		if translation.has("default") {
			r.d.DefaultLanguage = language
			if language != "default" {
				r.d.XForm.DefaultLanguage = language
			}
		}
		for _, text := range translation.elements() {
			r.addText(language, text)
		}
	}
	if r.d.DefaultLanguage == "" && len(r.d.Languages) > 0 {
		r.d.DefaultLanguage = r.d.Languages[0]
	}
}

func (r *formReader) addText(language string, text *xnode) {
	id := text.attr("id")
	t := r.texts[id]
	if t == nil {
		t = &textForms{node: text, values: map[string]map[string]*xnode{}}
		r.texts[id] = t
	}
	for _, value := range text.elements() {
		kind := value.attr("form")
		switch kind {
		case "long": // what is read, of older tools
			kind = ""
		case "", "guidance", "image", "big-image", "audio", "video":
		default:
			if !r.said["form "+kind] {
				r.said["form "+kind] = true
				r.warn(value, "form", "xform.textForm", kind)
			}
			continue
		}
		if t.values[kind] == nil {
			t.values[kind] = map[string]*xnode{}
		}
		t.values[kind][language] = value
	}
}

// itextCall is how a label or a message names its text.
var itextCall = regexp.MustCompile(`^\s*jr:itext\(\s*['"](.*)['"]\s*\)\s*$`)

// maxUttered bounds what texts of itext that are used again and again come to, in bytes.
const maxUttered = 64 << 20

// itext gives one form of a text by language. What a language lacks stands there as "-".
func (r *formReader) itext(id, kind, context string) form.Text {
	t := r.texts[id]
	if t == nil || r.uttered > maxUttered {
		return nil
	}
	t.used = true
	text, lacking := form.Text{}, form.Text{}
	for language, value := range t.values[kind] {
		said := r.phrase(value, context)
		if r.uttered += len(said); r.uttered > maxUttered {
			r.refuse(t.node, "id", "xform.tooMuchText", maxUttered>>20)
			return nil
		}
		switch {
		case said == "-":
			lacking[language] = said
		case said != "":
			text[language] = said
		}
	}
	if len(text) == 0 {
		text = lacking
	}
	if len(text) == 0 {
		return nil
	}
	return text
}

// media gives the files of a text.
func (r *formReader) media(id string) form.Media {
	var media form.Media
	for _, kind := range []string{"image", "big-image", "audio", "video"} {
		text := r.itext(id, kind, "")
		for language, source := range text {
			text[language] = path.Base(source) // below jr://images/ and the like
		}
		if len(text) > 0 {
			if media == nil {
				media = form.Media{}
			}
			media[kind] = text
		}
	}
	return media
}

// label reads a label or a hint: what stands in it, or what it names.
func (r *formReader) label(n *xnode, context string) (text, guidance form.Text, media form.Media) {
	if n == nil {
		return nil, nil, nil
	}
	ref := n.attr("ref")
	if found := itextCall.FindStringSubmatch(ref); found != nil {
		if r.texts[found[1]] == nil {
			r.warn(n, "ref", "xform.noText", found[1])
		}
		return r.itext(found[1], "", context), r.itext(found[1], "guidance", context), r.media(found[1])
	}
	if ref != "" { // the answer itself
		return form.Text{"": r.spoken(n, ref, context)}, nil, nil
	}
	if said := r.phrase(n, context); said != "" {
		text = form.Text{"": said}
	}
	return text, nil, nil
}

// message reads a text that stands in an attribute.
func (r *formReader) message(n *xnode, attribute, source, context string) form.Text {
	found := itextCall.FindStringSubmatch(source)
	switch {
	case found == nil:
		return form.Text{"": literal(source)}
	case r.texts[found[1]] == nil:
		r.warn(n, attribute, "xform.noText", found[1])
		return nil
	}
	return r.itext(found[1], "", context)
}

// literal keeps a "${" of an XForm's text, where it means nothing, from meaning an answer: a space without width parts it.
func literal(text string) string { return strings.ReplaceAll(text, "${", "$\u200b{") }

// phrase is the text in an element, each output of a field as ${name}.
func (r *formReader) phrase(n *xnode, context string) string {
	var b strings.Builder
	for _, c := range n.children {
		switch {
		case c.name == "":
			b.WriteString(literal(c.text))
		case c.name == "output":
			source := c.attr("value")
			if source == "" {
				source = c.attr("ref")
			}
			b.WriteString(r.spoken(c, source, context))
		default:
			if !r.said["markup "+c.name] {
				r.said["markup "+c.name] = true
				r.warn(c, "", "xform.markup", c.name)
			}
			b.WriteString(r.phrase(c, context))
		}
	}
	return strings.TrimSpace(b.String())
}

const lastSavedInstance = "instance('__last-saved')"

// spoken is what an output says: ${name} of a field, a path into a secondary instance as it is.
func (r *formReader) spoken(n *xnode, source, context string) string {
	source = strings.TrimSpace(source)
	prefix := "${"
	place := source
	if saved, ok := strings.CutPrefix(source, lastSavedInstance); ok {
		prefix, place = "${last-saved#", saved
	}
	if name := r.nameAt(absolute(place, context)); name != "" {
		return prefix + name + "}"
	}
	if strings.HasPrefix(source, "instance(") {
		return html.UnescapeString(source) // the reference converter escapes it twice
	}
	r.warn(n, "value", "xform.output", source)
	return `<output value="` + html.EscapeString(source) + `"/>`
}

// nameAt is how ${…} says the field at a path: its name, or the path where several have it.
func (r *formReader) nameAt(place string) string {
	n := r.nodes[place]
	switch {
	case n == nil && strings.HasPrefix(place, r.root.path+"/meta/instance"):
		return path.Base(place)
	case n == nil:
		return ""
	case r.byName[n.field.Name] > 1:
		return place
	}
	return n.field.Name
}

// absolute is a path of names as seen from another, without the prefixes of names; "" when it is more than names.
func absolute(source, context string) string {
	source = strings.TrimPrefix(strings.TrimSpace(source), "current()/")
	if source == "" || strings.ContainsAny(source, "[]()'\"*+=<>|,$ \t\n") {
		return ""
	}
	if !strings.HasPrefix(source, "/") {
		source = context + "/" + source
	}
	names := strings.Split(path.Clean(source), "/")
	for i, name := range names {
		names[i] = name[strings.IndexByte(name, ':')+1:]
	}
	return strings.Join(names, "/")
}
