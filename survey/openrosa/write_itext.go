package openrosa

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tianye/survey/form"
)

// itext are the texts by language (ODK XForms specification, "Languages").
type itext struct {
	languages []string // in the form's order
	order     []string // of the texts' ids
	texts     map[string]*itextText
}

// itextText is what one id names, each form with its value by language.
type itextText struct {
	forms  []string // "" for what is read, guidance, image, big-image, audio, video
	values []map[string]itextValue
}

type itextValue struct {
	text string
	from *formNode // whose references it holds; nil for a choice
}

// localised tells whether a text is by language, and therefore cannot stand in the form.
func localised(t form.Text) bool {
	_, bare := t[""]
	return len(t) > 1 || len(t) == 1 && !bare
}

// bare is a text that is not by language.
func bare(t form.Text) string { return straight.Replace(t[""]) }

// straight makes straight quotation marks of curly ones, as the reference converter does; the
// definition keeps them in Chinese texts, where our own pages show them.
var straight = strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'")

// add puts a text into the table, what is without a language under the default one.
func (w *formWriter) add(id, kind string, t form.Text, from *formNode) {
	if len(t) == 0 {
		return
	}
	known := w.itext.texts[id]
	if known == nil {
		known = &itextText{}
		w.itext.texts[id] = known
		w.itext.order = append(w.itext.order, id)
	}
	i := slices.Index(known.forms, kind)
	if i < 0 {
		i = len(known.forms)
		known.forms = append(known.forms, kind)
		known.values = append(known.values, map[string]itextValue{})
	}
	for _, language := range slices.Sorted(maps.Keys(t)) {
		name := language
		if language == "" {
			name = w.defaultLanguage()
		}
		known.values[i][name] = itextValue{straight.Replace(t[language]), from}
		if !slices.Contains(w.itext.languages, name) {
			w.itext.languages = append(w.itext.languages, name)
		}
	}
}

func (w *formWriter) defaultLanguage() string { return cmp.Or(w.d.XForm.DefaultLanguage, "default") }

func (w *formWriter) collectTexts() {
	w.itext.texts = map[string]*itextText{}
	for _, list := range w.lists() {
		if w.inItext[list.Name] = needsItext(list); w.inItext[list.Name] {
			for i, c := range list.Choices {
				id := list.Name + "-" + strconv.Itoa(i)
				w.add(id, "", labelOf(c), nil)
				w.addMedia(id, c.Media, nil)
			}
		}
	}
	w.collectFields(w.root)
	slices.SortStableFunc(w.itext.languages, func(a, b string) int {
		return w.rank(a) - w.rank(b)
	})
}

// labelOf is a choice's label; "other" is so called in every language, as by the reference converter.
func labelOf(c form.Choice) form.Text {
	if !c.Added {
		return c.Label
	}
	label := form.Text{}
	for language := range c.Label {
		label[language] = "Other"
	}
	return label
}

// rank orders languages as the form does.
func (w *formWriter) rank(language string) int {
	if i := slices.Index(w.d.Languages, language); i >= 0 {
		return i
	}
	if language == w.defaultLanguage() {
		return -1
	}
	return len(w.d.Languages)
}

func (w *formWriter) collectFields(n *formNode) {
	f := n.field
	if isSearch(f) {
		w.inline[f.List] = true
	}
	w.addIf(messageNeedsItext(f.ConstraintMessage), n, "jr:constraintMsg", f.ConstraintMessage)
	w.addIf(messageNeedsItext(f.RequiredMessage), n, "jr:requiredMsg", f.RequiredMessage)
	w.addIf(localised(f.NoAppError), n, "jr:noAppErrorString", f.NoAppError)
	w.addIf(labelNeedsItext(f), n, "label", f.Label)
	w.addIf(hintNeedsItext(f), n, "hint", f.Hint)
	if !f.Type.IsSection() {
		w.add(n.path+":hint", "guidance", f.GuidanceHint, n)
	}
	w.addMedia(n.path+":label", f.Media, n)
	for _, child := range n.children {
		w.collectFields(child)
	}
}

func (w *formWriter) addIf(needed bool, n *formNode, what string, t form.Text) {
	if needed {
		w.add(n.path+":"+what, "", t, n)
	}
}

func (w *formWriter) addMedia(id string, media form.Media, from *formNode) {
	for _, kind := range []string{"image", "big-image", "audio", "video"} {
		w.add(id, kind, media[kind], from)
	}
}

func labelNeedsItext(f *form.Field) bool {
	return localised(f.Label) || len(f.Media) > 0
}

// hintNeedsItext: the guidance can only stand in itext, and the hint with it.
func hintNeedsItext(f *form.Field) bool {
	return localised(f.Hint) || len(f.GuidanceHint) > 0 && !f.Type.IsSection()
}

func messageNeedsItext(t form.Text) bool {
	return localised(t) || hasReference(bare(t))
}

// needsItext tells whether the texts of a list's choices stand in itext: when they are by language,
// have media, or speak of answers.
func needsItext(list *form.ChoiceList) bool {
	return slices.ContainsFunc(list.Choices, func(c form.Choice) bool {
		return len(c.Media) > 0 || localised(c.Label) || hasReference(bare(c.Label))
	})
}

// translations writes the texts of every language: one that a language lacks is "-".
func (w *formWriter) translations() {
	if len(w.itext.languages) == 0 {
		return
	}
	w.start("itext")
	for _, language := range w.itext.languages {
		w.start("translation", "lang", language)
		if language == w.defaultLanguage() {
			w.attribute("default", "true()")
		}
		for _, id := range w.itext.order {
			w.start("text", "id", id)
			t := w.itext.texts[id]
			for i, kind := range t.forms {
				v := t.values[i][language]
				w.value(kind, cmp.Or(v.text, "-"), v.from)
			}
			w.end()
		}
		w.end()
	}
	w.end()
}

// value writes one form of a text.
func (w *formWriter) value(kind, text string, from *formNode) {
	switch kind {
	case "", "guidance":
		w.start("value")
		if kind != "" {
			w.attribute("form", kind)
		}
		w.phrase(text, from)
		w.end()
	default:
		if text == "-" {
			return
		}
		folder := kind
		if kind == "image" || kind == "big-image" {
			folder = "images"
		}
		w.start("value", "form", kind)
		w.text("jr://" + folder + "/")
		w.phrase(text, nil)
		w.end()
	}
}

func (w *formWriter) label(n *formNode) { w.shown(n, "label", n.field.Label, labelNeedsItext(n.field)) }
func (w *formWriter) hint(n *formNode)  { w.shown(n, "hint", n.field.Hint, hintNeedsItext(n.field)) }

// shown writes a control's label or hint: the text or the way to it.
func (w *formWriter) shown(n *formNode, what string, t form.Text, inItext bool) {
	w.start(what)
	if inItext {
		w.attribute("ref", "jr:itext('"+n.path+":"+what+"')")
	} else {
		w.phrase(bare(t), n)
	}
	w.end()
}

// message is a bind's value for a message: the text or the way to it.
func (w *formWriter) message(n *formNode, what string, t form.Text, inItext bool) string {
	if inItext {
		return "jr:itext('" + n.path + ":" + what + "')"
	}
	return w.replace(bare(t), n)
}
