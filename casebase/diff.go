package casebase

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"

	"tianye/internal/id"
)

// Difference is what changed from one revision of a case to another.
type Difference struct {
	From, To Revision
	Fields   []FieldChange
	Hunks    []Hunk // of the text, with three lines of context
}

// FieldChange is a change beside the text: of "title", "state", an attribute or an
// attachment, which are told by their Kind.
type FieldChange struct {
	Kind     FieldKind
	Name     string // of an attribute or attachment
	Old, New string // "" is none; of an attachment its hash
}

// FieldKind is what a FieldChange is about.
type FieldKind string

// The kinds of field.
const (
	FieldTitle      FieldKind = "title"
	FieldState      FieldKind = "state"
	FieldAttribute  FieldKind = "attribute"
	FieldAttachment FieldKind = "attachment"
)

// Hunk is a stretch of the text with changes in it.
type Hunk struct {
	Lines []Line
}

// LineKind tells what became of a line.
type LineKind string

// The kinds of line.
const (
	LineSame    LineKind = "same"
	LineRemoved LineKind = "removed"
	LineAdded   LineKind = "added"
)

// Line is one line of the text, often a paragraph.
type Line struct {
	Kind     LineKind
	Old, New int // line numbers from 1; 0 where it does not occur
	Pieces   []Piece
}

// Piece is a stretch of a line; the changed characters of a line that was rewritten
// in part are marked.
type Piece struct {
	Text    string
	Changed bool
}

// Diff compares two revisions of a case.
func (s *Service) Diff(ctx context.Context, project id.ProjectID, caseID id.CaseID, from, to int64) (*Difference, error) {
	old, err := s.Revision(ctx, project, caseID, from)
	if err != nil {
		return nil, err
	}
	new, err := s.Revision(ctx, project, caseID, to)
	if err != nil {
		return nil, err
	}
	return Compare(old, new), nil
}

// Compare tells what changed from one version of a case to another.
func Compare(old, new Case) *Difference {
	return &Difference{From: old.revision(), To: new.revision(), Fields: fieldChanges(old, new), Hunks: CompareText(old.Text, new.Text)}
}

func fieldChanges(old, new Case) (changes []FieldChange) {
	note := func(kind FieldKind, name, before, after string) {
		if before != after {
			changes = append(changes, FieldChange{kind, name, before, after})
		}
	}
	note(FieldTitle, "", old.Title, new.Title)
	note(FieldState, "", string(old.State), string(new.State))
	for _, a := range new.Attributes {
		before, _ := old.Attribute(a.Name)
		note(FieldAttribute, a.Name, before.Value, a.Value)
	}
	for _, a := range old.Attributes {
		if _, kept := new.Attribute(a.Name); !kept {
			note(FieldAttribute, a.Name, a.Value, "")
		}
	}
	hash := func(c Case, name string) string {
		if at := c.attachment(name); at >= 0 {
			return c.Attachments[at].Hash
		}
		return ""
	}
	for _, a := range new.Attachments {
		note(FieldAttachment, a.Name, hash(old, a.Name), a.Hash)
	}
	for _, a := range old.Attachments {
		if new.attachment(a.Name) < 0 {
			note(FieldAttachment, a.Name, a.Hash, "")
		}
	}
	return changes
}

// context is how many unchanged lines stand around a change.
const contextLines = 3

// CompareText compares two texts line by line, and within lines that were rewritten
// in part character by character.
func CompareText(old, new string) (hunks []Hunk) {
	a, b := lines(old), lines(new)
	edits := lineEdits(a, b)
	budget := maxCompared
	for i := 0; i < len(edits); {
		first := edits[i]
		at := max(0, first.oldFrom-contextLines)
		shift := first.newFrom - first.oldFrom
		var h Hunk
		for ; i < len(edits) && edits[i].oldFrom-contextLines <= max(at, first.oldTo+contextLines); i++ {
			e := edits[i]
			h.same(a, at, e.oldFrom, shift)
			h.changed(a, b, e, &budget)
			at, shift, first = e.oldTo, e.newTo-e.oldTo, e
		}
		h.same(a, at, min(len(a), at+contextLines), shift)
		hunks = append(hunks, h)
	}
	return hunks
}

func (h *Hunk) same(a []string, from, to, shift int) {
	for i := from; i < to; i++ {
		h.Lines = append(h.Lines, Line{LineSame, i + 1, i + 1 + shift, []Piece{{Text: a[i]}}})
	}
}

// changed adds removed and added lines; a line and what it was rewritten to follow
// each other.
func (h *Hunk) changed(a, b []string, e lineEdit, budget *int) {
	i, j := e.oldFrom, e.newFrom
	for i < e.oldTo || j < e.newTo {
		removed := Line{Kind: LineRemoved, Old: i + 1}
		added := Line{Kind: LineAdded, New: j + 1}
		switch {
		case i < e.oldTo && j < e.newTo && (a[i] == "") == (b[j] == ""):
			removed.Pieces, added.Pieces = comparePieces(a[i], b[j], budget)
			h.Lines = append(h.Lines, removed, added)
			i, j = i+1, j+1
		case i < e.oldTo && (j == e.newTo || a[i] == ""):
			removed.Pieces = []Piece{{Text: a[i]}}
			h.Lines = append(h.Lines, removed)
			i++
		default:
			added.Pieces = []Piece{{Text: b[j]}}
			h.Lines = append(h.Lines, added)
			j++
		}
	}
}

// maxCompared is how many bytes of rewritten lines one comparison looks into.
const maxCompared = 400_000

// comparePieces marks what differs within a line; where little is common, nothing,
// as a line full of marks tells nothing.
func comparePieces(old, new string, budget *int) (removed, added []Piece) {
	whole := func(text string) []Piece { return []Piece{{Text: text}} }
	if *budget -= len(old) + len(new); *budget < 0 {
		return whole(old), whole(new)
	}
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 200 * time.Millisecond
	common := 0
	for _, d := range dmp.DiffCleanupSemantic(dmp.DiffMain(old, new, false)) {
		switch d.Type {
		case diffmatchpatch.DiffDelete:
			removed = append(removed, Piece{d.Text, true})
		case diffmatchpatch.DiffInsert:
			added = append(added, Piece{d.Text, true})
		default:
			common += utf8.RuneCountInString(d.Text)
			removed, added = append(removed, Piece{Text: d.Text}), append(added, Piece{Text: d.Text})
		}
	}
	if common*4 < min(utf8.RuneCountInString(old), utf8.RuneCountInString(new)) {
		return whole(old), whole(new)
	}
	return removed, added
}

// lineEdit says that lines [oldFrom, oldTo) became lines [newFrom, newTo).
type lineEdit struct{ oldFrom, oldTo, newFrom, newTo int }

// lineEdits finds what changed between two lists of lines, in order.
func lineEdits(old, new []string) (edits []lineEdit) {
	number := map[string]rune{}
	encode := func(list []string) []rune {
		out := make([]rune, len(list))
		for i, line := range list {
			r, known := number[line]
			if !known {
				if r = rune(len(number) + 1); r >= 0xD800 {
					r += 0x800 // no surrogates
				}
				number[line] = r
			}
			out[i] = r
		}
		return out
	}
	a, b := encode(old), encode(new)
	if len(number)+0x800 >= utf8.MaxRune {
		return []lineEdit{{0, len(old), 0, len(new)}}
	}
	i, j := 0, 0
	for _, d := range diffmatchpatch.New().DiffMainRunes(a, b, false) {
		n := utf8.RuneCountInString(d.Text)
		if d.Type == diffmatchpatch.DiffEqual {
			i, j = i+n, j+n
			continue
		}
		if k := len(edits); k == 0 || edits[k-1].oldTo != i || edits[k-1].newTo != j {
			edits = append(edits, lineEdit{i, i, j, j})
		}
		e := &edits[len(edits)-1]
		if d.Type == diffmatchpatch.DiffDelete {
			i += n
		} else {
			j += n
		}
		e.oldTo, e.newTo = i, j
	}
	return slices.Clip(edits)
}

func lines(text string) []string {
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func join(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return strings.Join(list, "\n") + "\n"
}
