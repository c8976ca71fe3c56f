package openrosa

import (
	"regexp"
	"strconv"
	"strings"

	"tianye/survey/form"
)

// foldLoose makes sections of groups without an element in the instance, if there are no
// others (XLSForm's setting flat); else their questions stand in the section around them.
func (r *formReader) foldLoose() {
	if len(r.loose) == 0 {
		return
	}
	for _, c := range r.root.children {
		if c.field.Type.IsSection() {
			for _, n := range r.loose {
				if n.child("label") != nil || n.has("appearance") {
					r.warn(n, "", "xform.looseGroup")
				}
			}
			return
		}
	}
	r.d.XForm.Flat = true
	of := map[string]*readNode{}
	r.foldInto(r.root, r.body, of)
	all, at, placed := r.root.children, r.root, map[*readNode]bool{}
	r.root.children = nil
	for _, n := range all {
		if section := of[n.path]; section != nil {
			at = section
		}
		at.children = append(at.children, n)
		n.parent = at
		for g := at; g != r.root && !placed[g]; g = g.parent {
			g.parent.children = append(g.parent.children, g)
			placed[g] = true
		}
	}
}

// foldInto makes the sections below one and notes which control is in which.
func (r *formReader) foldInto(section *readNode, body *xnode, of map[string]*readNode) {
	for _, n := range body.elements() {
		if n.name != "group" {
			if questionControls[n.name] {
				of[r.ref(n, r.root.path)] = section
			}
			continue
		}
		name := "group"
		for r.folded++; r.folded > 1 || r.byName[name] > 0; r.folded++ {
			if name = "group_" + strconv.Itoa(r.folded); r.byName[name] == 0 {
				break
			}
		}
		r.byName[name]++
		g := &readNode{field: &form.Field{Name: name, Type: form.Group, Row: n.line}, element: &xnode{}, parent: section, path: r.root.path + "/" + name}
		r.controls[g.path] = &control{node: n}
		r.nodes[g.path] = g
		r.foldInto(g, n, of)
	}
}

// fieldPath is a path to a field of a form without sections, from the root or from beside it.
var fieldPath = regexp.MustCompile(`(^|[^\pL\pN_/.)\]-])(/[\pL_][\pL\pN_.-]*|\.\.)/([\pL_][\pL\pN_.-]*)($|[^\pL\pN_/(:.-])`)

// unfold writes paths to fields as ${name} in an expression of a form whose groups foldLoose made: the
// definition has the fields in sections that the paths do not go through.
func (r *formReader) unfold(source string) string {
	if !r.d.XForm.Flat {
		return source
	}
	var out strings.Builder
	for source != "" {
		quote := strings.IndexAny(source, `'"`)
		plain := source
		if quote >= 0 {
			plain = source[:quote]
		}
		out.WriteString(r.unfoldPlain(plain))
		if source = source[len(plain):]; source == "" {
			break
		}
		end := strings.IndexByte(source[1:], source[0])
		if end < 0 {
			out.WriteString(source)
			break
		}
		out.WriteString(source[:end+2])
		source = source[end+2:]
	}
	return out.String()
}

func (r *formReader) unfoldPlain(source string) string {
	for range 2 { // neighbours share the character between them
		source = fieldPath.ReplaceAllStringFunc(source, func(found string) string {
			parts := fieldPath.FindStringSubmatch(found)
			name := parts[3]
			if parts[2] != ".." && parts[2] != r.root.path || r.nodes[r.root.path+"/"+name] == nil || r.byName[name] != 1 {
				return found
			}
			return parts[1] + "${" + name + "}" + parts[4]
		})
	}
	return source
}
