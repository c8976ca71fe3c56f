package instance

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"path"
	"strings"
	"unicode/utf8"

	"tianye/internal/problem"
	"tianye/survey/xpath"
)

// Limits of a media file that is read as a secondary instance.
const (
	MaxFile    = 64 << 20 // bytes
	maxEntries = 4_000_000
	maxDepth   = 100 // of elements in XML, of brackets in JSON
)

// WithFiles gives the program with the content of media files, by their names, as
// secondary instances: .csv (a header row, UTF-8), .xml and .geojson. Files that no
// secondary instance of the form asks for are there for pulldata() under their names without the
// ending; other kinds are ignored. The error, if any, says what is wrong with a file.
func (p *Program) WithFiles(files map[string][]byte) (*Program, error) {
	q := *p
	q.sources, q.lists = maps.Clone(p.sources), maps.Clone(p.lists)
	asked := map[string]bool{}
	for _, external := range p.def.Externals {
		name := external.FileName()
		content, ok := files[name]
		if !ok || external.XML != "" {
			continue
		}
		asked[name] = true
		top, err := readFile(name, content)
		if err != nil {
			return nil, err
		}
		if top != nil {
			q.sources[external.ID] = top
		}
	}
	for name, content := range files {
		id := strings.TrimSuffix(name, path.Ext(name))
		if asked[name] || q.sources[id] != nil || q.choiceLists[id] != nil {
			continue
		}
		top, err := readFile(name, content)
		if err != nil {
			return nil, err
		}
		if top != nil {
			q.sources[id] = top
		}
	}
	q.link()
	return &q, nil
}

// ReadFile tells what is wrong with a media file that secondary instances may be read from; nil
// for files of other kinds.
func ReadFile(name string, content []byte) error {
	_, err := readFile(name, content)
	return err
}

// readFile reads a secondary instance; nil when the file's kind holds none.
func readFile(name string, content []byte) (*entry, error) {
	var read func(content []byte) (*entry, error)
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		read = readCSV
	case ".xml":
		read = readXML
	case ".geojson":
		read = readGeoJSON
	default:
		return nil, nil
	}
	if len(content) > MaxFile {
		return nil, problem.New(problem.TooLarge, "xpath.fileTooLarge", name, MaxFile>>20)
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) {
		return nil, problem.New(problem.Invalid, "xpath.fileEncoding", name)
	}
	top, err := read(content)
	switch {
	case errors.Is(err, errTooMany):
		return nil, problem.New(problem.TooLarge, "xpath.fileTooMany", name)
	case err != nil:
		return nil, problem.New(problem.Invalid, "xpath.fileUnreadable", name, err.Error())
	}
	top.numberItems()
	return top, nil
}

var (
	errTooMany = errors.New("too many values")
	errNoItems = errors.New("no rows")
)

// readCSV makes an item of each row, with a child for each column of the header. Semicolons or tabs part
// the cells when the header has more of them than of commas.
func readCSV(content []byte) (*entry, error) {
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = -1, true, true
	first, _, _ := bytes.Cut(content, []byte("\n"))
	commas := bytes.Count(first, []byte(","))
	if bytes.Count(first, []byte(";")) > commas {
		r.Comma = ';'
	} else if bytes.Count(first, []byte("\t")) > commas {
		r.Comma = '\t'
	}
	record, err := r.Read()
	if err == io.EOF {
		return nil, errNoItems
	}
	if err != nil {
		return nil, err
	}
	header := make([]string, len(record))
	for i, name := range record {
		header[i] = strings.Clone(strings.TrimSpace(name))
	}
	top := &entry{name: "instance"}
	root := top.add("root", "")
	for count := 0; ; {
		record, err := r.Read()
		if err == io.EOF {
			return top, nil
		}
		if err != nil {
			return nil, err
		}
		if count += len(header) + 1; count > maxEntries {
			return nil, errTooMany
		}
		line := strings.Join(record, "") // one piece of memory for all cells
		root.addRow(header, func(k int) (string, bool) {
			if k >= len(record) {
				return "", header[k] != ""
			}
			cell := line[:len(record[k])]
			line = line[len(cell):]
			return cell, header[k] != ""
		})
	}
}

// readXML takes any tree: the document's element is what instance() has as its child. Elements keep
// their prefixes' names away: <x:item> is item.
func readXML(content []byte) (*entry, error) {
	d := xml.NewDecoder(bytes.NewReader(content))
	top := &entry{name: "instance"}
	at, depth, count := top, 0, 0
	texts := [][]byte{nil} // of the open elements: a text may come in very many pieces
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if count += 1 + len(token.Attr); count > maxEntries || depth >= maxDepth {
				return nil, errTooMany
			}
			depth++
			at, texts = at.add(token.Name.Local, ""), append(texts, nil)
			for _, a := range token.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					at.having().attributes = append(at.more.attributes, &entry{name: a.Name.Local, text: a.Value, parent: at})
				}
			}
		case xml.EndElement:
			if at.text = string(texts[depth]); len(at.children) > 0 && strings.TrimSpace(at.text) == "" {
				at.text = "" // indentation
			}
			texts = texts[:depth]
			depth--
			at = at.parent
		case xml.CharData:
			if at != top {
				texts[depth] = append(texts[depth], token...)
			}
		}
	}
	if len(top.children) == 0 {
		return nil, errNoItems
	}
	return top, nil
}

// readGeoJSON makes an item of each feature: its geometry as a geopoint, geotrace or geoshape,
// its id, and its properties (as JavaRosa has it).
func readGeoJSON(content []byte) (*entry, error) {
	if deeper(content, maxDepth) {
		return nil, errTooMany
	}
	var collection struct {
		Type     string
		Features []struct {
			ID         any
			Properties orderedProperties
			Geometry   *struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	if err := d.Decode(&collection); err != nil {
		return nil, err
	}
	if collection.Type != "FeatureCollection" {
		return nil, errNoItems
	}
	top := &entry{name: "instance"}
	root := top.add("root", "")
	count := 0
	for _, feature := range collection.Features {
		if count += 2 + len(feature.Properties); count > maxEntries {
			return nil, errTooMany
		}
		item := root.add("item", "")
		if feature.Geometry != nil {
			item.add("geometry", pointsOf(feature.Geometry.Type, feature.Geometry.Coordinates))
		}
		if feature.ID != nil {
			item.add("id", plain(feature.ID))
		}
		for _, p := range feature.Properties {
			if p.name != "geometry" && (p.name != "id" || feature.ID == nil) {
				item.add(p.name, plain(p.value))
			}
		}
	}
	return top, nil
}

// deeper tells whether JSON's brackets are nested deeper than most.
func deeper(content []byte, most int) bool {
	depth, quoted := 0, false
	for i := 0; i < len(content); i++ {
		switch c := content[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			if depth++; depth > most {
				return true
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return false
}

// property is a feature's; orderedProperties keeps the file's order.
type property struct {
	name  string
	value any
}

type orderedProperties []property

func (p *orderedProperties) UnmarshalJSON(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return err // null
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return err
		}
		*p = append(*p, property{name.(string), value})
	}
	return nil
}

// plain writes a JSON value as an answer.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		if f, err := v.Float64(); err == nil {
			return xpath.FormatNumber(f)
		}
		return v.String()
	}
	raw, _ := json.Marshal(v) // it came from JSON
	return string(raw)
}

// pointsOf writes a geometry's positions, "latitude longitude 0 0", joined by "; "; "" for kinds that answers do not have.
func pointsOf(kind string, coordinates json.RawMessage) string {
	var positions [][]json.Number
	switch kind {
	case "Point":
		positions = make([][]json.Number, 1)
		if json.Unmarshal(coordinates, &positions[0]) != nil {
			return ""
		}
	case "LineString":
		if json.Unmarshal(coordinates, &positions) != nil {
			return ""
		}
	case "Polygon":
		var rings [][][]json.Number
		if json.Unmarshal(coordinates, &rings) != nil || len(rings) == 0 {
			return ""
		}
		positions = rings[0]
	}
	all := make([]string, 0, len(positions))
	for _, p := range positions {
		if len(p) < 2 {
			return ""
		}
		all = append(all, plain(p[1])+" "+plain(p[0])+" 0 0")
	}
	return strings.Join(all, "; ")
}
