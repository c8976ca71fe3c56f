package openrosa

import (
	"cmp"
	"errors"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// Complaint is what is wrong, or with Warning doubtful or left out, in an XForm, and where.
type Complaint struct {
	Warning bool
	Line    int
	Element string // the element's name, and the attribute: "bind@relevant"
	Text    problem.Text
}

// ReadForm reads an XForm, made by whatever tool. Without an error among the complaints the
// definition is there. The names of its expressions' fields stay paths; an <output> of a field in a
// text is ${name}, or ${/data/group/name} where several fields have the name; one of any other expression
// stays in the text as it is written in the XForm, with a warning. What is no XForm at all is a *problem.Problem.
func ReadForm(in io.Reader, fileName string) (*form.Definition, []Complaint, error) {
	raw, err := io.ReadAll(io.LimitReader(in, MaxForm+1))
	if err != nil {
		return nil, nil, err
	}
	if len(raw) > MaxForm {
		return nil, nil, problem.New(problem.TooLarge, "xform.tooLarge", MaxForm>>20)
	}
	html, namespaces, err := parseForm(raw)
	if err != nil {
		return nil, nil, err
	}
	r := &formReader{raw: raw, d: &form.Definition{Lists: map[string]*form.ChoiceList{}}, binds: map[string]*xnode{}, bindIDs: map[string]string{},
		controls: map[string]*control{}, nodes: map[string]*readNode{}, byName: map[string]int{}, texts: map[string]*textForms{}, said: map[string]bool{}}
	head := html.child("head")
	r.model, r.body = head.child("model"), html.child("body")
	if r.model == nil || r.body == nil {
		return nil, nil, problem.New(problem.Malformed, "xform.notXForm")
	}
	r.read(head, namespaces, strings.TrimSuffix(path.Base(fileName), path.Ext(fileName)))
	if r.refused {
		return nil, r.complaints, nil
	}
	return r.d, r.complaints, nil
}

// formReader is one form being read.
type formReader struct {
	raw         []byte
	d           *form.Definition
	model, body *xnode
	root        *readNode
	nodes       map[string]*readNode // by path: "/data/household/name"
	byName      map[string]int       // how many fields have a name
	binds       map[string]*xnode    // by nodeset
	bindIDs     map[string]string    // nodesets by the bind's id
	controls    map[string]*control  // by path
	order       int                  // of controls in the body
	loose       []*xnode             // groups of the body without a path
	actions     []action
	acting      map[string][]action // the actions by the path of what they change
	instances   []*xnode            // the secondary ones
	used        map[string]*usage   // of the secondary ones, by id
	texts       map[string]*textForms
	complaints  []Complaint
	refused     bool
	said        map[string]bool
	uttered     int // bytes of texts, each as often as it is used
	folded      int // groups that foldInto made
}

// readNode is an element of the primary instance, in its place.
type readNode struct {
	field    *form.Field
	element  *xnode
	parent   *readNode
	children []*readNode
	path     string
}

func (r *formReader) warn(n *xnode, attribute, key string, args ...any) {
	r.complain(true, n, attribute, problem.Say(key, args...))
}

func (r *formReader) refuse(n *xnode, attribute, key string, args ...any) {
	r.refused = true
	r.complain(false, n, attribute, problem.Say(key, args...))
}

// maxComplaints bounds what is said of one form.
const maxComplaints = 500

func (r *formReader) complain(warning bool, n *xnode, attribute string, text problem.Text) {
	element := n.name
	if attribute != "" {
		element += "@" + attribute
	}
	if len(r.complaints) < maxComplaints || !warning {
		r.complaints = append(r.complaints, Complaint{warning, n.line, element, text})
	}
}

func (r *formReader) read(head *xnode, namespaces map[string]string, base string) {
	if title := head.child("title"); title != nil {
		r.d.Title = strings.Join(strings.Fields(title.plain()), " ")
	}
	r.sortModel()
	primary := r.primary()
	if primary == nil {
		r.refuse(r.model, "", "xform.noInstance")
		return
	}
	r.settings(primary, namespaces, base)
	r.d.Style = r.body.attr("class")
	rootPath := "/" + primary.local()
	r.walkBody(r.body, rootPath)
	r.root = &readNode{field: &form.Field{Name: primary.local()}, element: primary, path: rootPath}
	r.indexActions()
	r.grow(r.root)
	r.reorder(r.root)
	r.foldLoose()
	r.readInstances()
	for _, n := range r.root.children {
		r.fill(n)
	}
	r.readMeta(r.root)
	r.applyActions()
	datasets := map[form.Path]string{}
	for _, e := range r.d.Entities {
		datasets[e.Path] = e.Dataset
	}
	r.saveTo(r.root, "", datasets)
	r.checkUnused()
	for _, n := range r.root.children {
		r.d.Fields = append(r.d.Fields, n.field)
	}
}

// sortModel looks at every element of the model.
func (r *formReader) sortModel() {
	for _, c := range r.model.elements() {
		switch c.name {
		case "instance":
			r.instances = append(r.instances, c)
		case "itext":
			r.readTexts(c)
		case "bind":
			r.addBind(c)
		case "submission":
			r.submission(c)
		case "setvalue", "odk:setgeopoint", "odk:recordaudio":
			r.actions = append(r.actions, action{node: c})
		default:
			r.warn(c, "", "xform.unknownElement", c.name)
		}
	}
}

// primary takes the first instance off the list and gives its root element.
func (r *formReader) primary() *xnode {
	if len(r.instances) == 0 {
		return nil
	}
	elements := r.instances[0].elements()
	r.instances = r.instances[1:]
	if len(elements) == 0 {
		return nil
	}
	return elements[0]
}

func (r *formReader) settings(root *xnode, namespaces map[string]string, base string) {
	x := &r.d.XForm
	x.EntitiesVersion = r.model.attr("entities:entities-version")
	if name := root.local(); name != "data" {
		x.Name = name
	}
	for _, a := range root.attrs {
		switch a.name {
		case "id":
			r.d.FormID = a.value
		case "version":
			r.d.Version = a.value
		case "xmlns":
			x.InstanceNamespace = a.value
		case "odk:prefix":
			x.Prefix = a.value
		case "odk:delimiter":
			x.Delimiter = a.value
		case "prefix":
			x.SMSKeyword = a.value
		default:
			put(&x.Attributes, a.name, a.value)
		}
	}
	r.d.FormID = cmp.Or(r.d.FormID, x.InstanceNamespace, base)
	r.d.Title = cmp.Or(r.d.Title, r.d.FormID)
	for name, value := range map[string]string{"id": r.d.FormID, "version": r.d.Version, "title": r.d.Title} {
		if utf8.RuneCountInString(value) > maxHeadValue || strings.ContainsFunc(value, unicode.IsControl) {
			r.refuse(root, name, "xform.headValue", name, maxHeadValue)
		}
	}
	for prefix, address := range namespaces {
		if _, usual := prefixes[address]; !usual {
			put(&x.Namespaces, prefix, address)
		}
	}
	if len(r.d.Languages) == 0 {
		r.d.Languages = []string{""}
	}
}

func put(m *map[string]string, name, value string) {
	if *m == nil {
		*m = map[string]string{}
	}
	(*m)[name] = value
}

func (r *formReader) submission(n *xnode) {
	x := &r.d.XForm
	for _, a := range n.attrs {
		switch a.name {
		case "action":
			x.SubmissionURL = a.value
		case "method":
		case "base64RsaPublicKey":
			x.PublicKey = a.value
		case "orx:auto-send":
			x.AutoSend = a.value
		case "orx:auto-delete":
			x.AutoDelete = a.value
		case "odk:client-editable":
			x.ClientEditable = a.value
		default:
			r.warn(n, a.name, "xform.unknownAttribute", a.name, a.value)
		}
	}
}

// expression parses what an attribute says, "" as none.
func (r *formReader) expression(n *xnode, attribute, source string) *xpath.Expr {
	if strings.TrimSpace(source) == "" {
		return nil
	}
	source = r.unfold(source)
	e, err := xpath.Parse(source)
	if err == nil {
		return e
	}
	mistake := &xpath.SyntaxError{}
	errors.As(err, &mistake) // Parse has no other errors
	text := problem.Say("xform.expression", mistake.Position+1, problem.Say(mistake.Key, mistake.Args...), source)
	if mistake.Key == "xpath.unknownAxis" {
		// A column's header taken for a path, "label::English": other tools let it pass, and it finds nothing.
		if e, err = xpath.Parse(strings.ReplaceAll(source, "::", ":")); err == nil {
			e.Source = source
			r.complain(true, n, attribute, text)
			return e
		}
	}
	r.refused = true
	r.complain(false, n, attribute, text)
	return nil
}
