package instance_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"

	"tianye/survey/instance"
	"tianye/survey/xpath"
)

// expand makes the vectors of an interview file.
func expand(t *testing.T, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var entries []map[string]any
	if err := json.Unmarshal(raw, &entries); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	vectors := make([]vector, len(entries))
	for at, entry := range entries {
		vectors[at] = expandEntry(t, entry)
	}
	return encode(t, vectors)
}

// wildForms is how many forms at random vectors/wild.json has.
const wildForms = 40

func wildVectors(t *testing.T) []byte {
	t.Helper()
	var vectors []vector
	for seed := uint64(0); len(vectors) < wildForms; seed++ {
		if v := wildVector(seed); v != nil {
			vectors = append(vectors, *v)
		}
	}
	return encode(t, vectors)
}

// encode writes vectors, one a line.
func encode(t *testing.T, vectors []vector) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString("[\n")
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	for at, v := range vectors {
		if at > 0 {
			out.WriteString(",")
		}
		if err := encoder.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	out.WriteString("]\n")
	return out.Bytes()
}

// vectorTime is the time of vectors that name none.
var vectorTime = time.Date(2026, 4, 12, 10, 30, 0, 0, time.FixedZone("", 8*3600))

func expandEntry(t *testing.T, entry map[string]any) vector {
	t.Helper()
	definition := map[string]any{"formId": "interview", "title": "Interview", "defaultLanguage": "", "languages": []string{""}}
	for _, key := range []string{"version", "defaultLanguage", "languages", "instanceName", "fields", "lists", "externalLists", "externals", "audit"} {
		if v, ok := entry[key]; ok {
			definition[key] = v
		}
	}
	fields, _ := definition["fields"].([]any)
	if source, ok := entry["expr"].(string); ok {
		fields = append(fields, map[string]any{"name": "result", "type": "calculate", "calculation": source})
		entry["expect"] = map[string]any{"values": map[string]any{"result": entry["is"]}}
		if entry["name"] == nil {
			entry["name"] = source
		}
	}
	definition["fields"] = fields
	expandExpression(t, definition, "instanceName")
	for _, f := range fields {
		expandField(t, f.(map[string]any))
	}
	expandLists(definition)
	steps, _ := entry["steps"].([]any)
	if set, ok := entry["set"].(map[string]any); ok {
		for _, f := range fields {
			name := f.(map[string]any)["name"].(string)
			if value, ok := set[name]; ok {
				steps = append(steps, map[string]any{"set": []any{name, value}})
			}
		}
	}
	now := entry["now"]
	if now == nil {
		now = vectorTime
	}
	whole := map[string]any{"now": now, "form": definition, "steps": steps}
	for _, key := range []string{"name", "judge", "files", "lastSaved", "language", "expect"} {
		if v, ok := entry[key]; ok {
			whole[key] = v
		}
	}
	raw, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	var v vector
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%v: %v", entry["name"], err)
	}
	if p, complaints := instance.Compile(v.Form); p == nil { // sets the references' targets
		t.Fatalf("%s: %v", v.Name, complaints)
	}
	return v
}

func expandExpression(t *testing.T, in map[string]any, key string) {
	t.Helper()
	if source, ok := in[key].(string); ok {
		e, err := xpath.Parse(source)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		in[key] = e
	}
}

func expandField(t *testing.T, f map[string]any) {
	t.Helper()
	for _, key := range []string{"relevant", "required", "readonly", "constraint", "calculation", "dynamicDefault", "choiceFilter", "repeatCount", "itemset"} {
		expandExpression(t, f, key)
	}
	for _, key := range []string{"label", "hint", "requiredMessage", "constraintMessage"} {
		if s, ok := f[key].(string); ok {
			f[key] = map[string]any{"": s}
		}
	}
	below, _ := f["fields"].([]any)
	for _, child := range below {
		expandField(t, child.(map[string]any))
	}
}

func expandLists(definition map[string]any) {
	expandListsAt(definition, "lists")
	expandListsAt(definition, "externalLists")
}

func expandListsAt(definition map[string]any, key string) {
	lists, _ := definition[key].(map[string]any)
	for name, list := range lists {
		choices := []any{}
		for _, c := range list.([]any) {
			choice := map[string]any{"name": c}
			if m, ok := c.(map[string]any); ok {
				columns := map[string]any{}
				for key, value := range m {
					if key != "name" && key != "label" {
						columns[key] = value
					}
				}
				choice = map[string]any{"name": m["name"], "columns": columns}
				if label, ok := m["label"].(string); ok {
					choice["label"] = map[string]any{"": label}
				} else if m["label"] != nil {
					choice["label"] = m["label"]
				}
			}
			choices = append(choices, choice)
		}
		lists[name] = map[string]any{"name": name, "choices": choices}
	}
}
