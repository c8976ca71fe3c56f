package instance_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"tianye/survey/form"
	"tianye/survey/instance"
)

var update = flag.Bool("update", false, "write testdata/vectors from testdata/interviews")

type vector struct {
	Name      string            `json:"name"`
	Now       time.Time         `json:"now"`
	Judge     bool              `json:"judge,omitempty"`
	Files     map[string]string `json:"files,omitempty"`
	LastSaved map[string]any    `json:"lastSaved,omitempty"`
	Language  string            `json:"language,omitempty"`
	Form      *form.Definition  `json:"form"`
	Steps     []step            `json:"steps,omitempty"`
	Expect    *expectation      `json:"expect,omitempty"`
}

type step struct {
	Set          []string        `json:"set,omitempty"`
	AddRepeat    string          `json:"addRepeat,omitempty"`
	RemoveRepeat []any           `json:"removeRepeat,omitempty"`
	Load         *map[string]any `json:"load,omitempty"`
	Expect       *expectation    `json:"expect,omitempty"`
}

type expectation struct {
	Values       map[form.Path]*string  `json:"values,omitempty"`
	Relevant     map[form.Path]bool     `json:"relevant,omitempty"`
	Required     map[form.Path]bool     `json:"required,omitempty"`
	ReadOnly     map[form.Path]bool     `json:"readonly,omitempty"`
	Choices      map[form.Path][]string `json:"choices,omitempty"`
	Repeats      map[form.Path]int      `json:"repeats,omitempty"`
	Labels       map[form.Path][]string `json:"labels,omitempty"`
	Text         map[form.Path]string   `json:"text,omitempty"`
	Violations   *[]found               `json:"violations,omitempty"`
	Answers      map[string]any         `json:"answers,omitempty"`
	InstanceName string                 `json:"instanceName,omitempty"`
}

type found struct {
	Path form.Path              `json:"path"`
	Kind instance.ViolationKind `json:"kind"`
}

func TestVectors(t *testing.T) {
	interviews, err := filepath.Glob("testdata/interviews/*.json")
	if err != nil || len(interviews) == 0 {
		t.Fatal("no interviews", err)
	}
	total := 0
	for _, file := range append(interviews, "wild.json") {
		made := wildVectors(t)
		if file != "wild.json" {
			made = expand(t, file)
		}
		stored := filepath.Join("testdata/vectors", filepath.Base(file))
		if *update {
			if err := os.WriteFile(stored, made, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		raw, err := os.ReadFile(stored)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(raw, made) {
			t.Errorf("%s is not what its interview makes: run go test with -update", stored)
		}
		var vectors []vector
		if err := json.Unmarshal(raw, &vectors); err != nil {
			t.Fatalf("%s: %v", stored, err)
		}
		total += len(vectors)
		for _, v := range vectors {
			t.Run(filepath.Base(file)+"/"+v.Name, func(t *testing.T) { run(t, v) })
		}
	}
	t.Logf("%d vectors", total)
}

func run(t *testing.T, v vector) {
	p, complaints := instance.Compile(v.Form)
	if p == nil {
		t.Fatalf("does not compile: %v", complaints)
	}
	files := map[string][]byte{}
	for name, content := range v.Files {
		files[name] = []byte(content)
	}
	p, err := p.WithFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	env := v.environment()
	i := p.Start(env)
	var early []instance.Violation
	for at, s := range v.Steps {
		if s.Load != nil {
			i, early = p.Load(*s.Load, env)
		} else if err := s.do(i); err != nil {
			t.Fatalf("step %d: %v", at, err)
		}
		seen := i.View()
		if i.Recompute(); !reflect.DeepEqual(seen, i.View()) {
			t.Errorf("step %d: evaluating everything gives another state than evaluating what changed", at)
		}
		if s.Expect != nil {
			check(t, v, p, i, early, s.Expect)
		}
	}
	if v.Expect != nil {
		check(t, v, p, i, early, v.Expect)
	}
}

func (v vector) environment() instance.Environment {
	return instance.Environment{
		Now: v.Now, DeviceID: "device-1", Username: "bob", Email: "bob@example.org", PhoneNumber: "13800000000", InstanceID: "uuid:1",
		Language: v.Language, LastSaved: v.LastSaved, Random: func() float64 { return 0.5 },
	}
}

func (s step) do(i *instance.Instance) error {
	switch {
	case s.Set != nil:
		return i.Set(form.Path(s.Set[0]), s.Set[1])
	case s.AddRepeat != "":
		return i.AddRepeat(form.Path(s.AddRepeat))
	case s.RemoveRepeat != nil:
		return i.RemoveRepeat(form.Path(s.RemoveRepeat[0].(string)), int(s.RemoveRepeat[1].(float64)))
	}
	return nil
}

func check(t *testing.T, v vector, p *instance.Program, i *instance.Instance, early []instance.Violation, e *expectation) {
	t.Helper()
	views := map[form.Path]instance.View{}
	flatten(i.View(), views)
	for path, want := range e.Values {
		got, ok := views[path]
		if want == nil && ok {
			t.Errorf("%s is there", path)
		} else if want != nil && (!ok || got.Value != *want) {
			t.Errorf("value of %s: got %q (there: %v), want %q", path, got.Value, ok, *want)
		}
	}
	compare(t, "relevant", e.Relevant, func(p form.Path) bool { return views[p].Relevant })
	compare(t, "required", e.Required, func(p form.Path) bool { return views[p].Required })
	compare(t, "readonly", e.ReadOnly, func(p form.Path) bool { return views[p].ReadOnly })
	compare(t, "repeats", e.Repeats, func(p form.Path) int { return len(views[p].Instances) })
	language := v.Language
	if language == "" {
		language = v.Form.DefaultLanguage
	}
	compare(t, "text", e.Text, func(at form.Path) string { return p.Text(i, at, views[at].Field.Label, language) })
	compare(t, "labels", e.Labels, func(at form.Path) []string {
		labels := []string{}
		for _, c := range views[at].Choices {
			labels = append(labels, p.Text(i, at, c.Label, language))
		}
		return labels
	})
	compare(t, "choices", e.Choices, func(p form.Path) []string {
		names := []string{}
		for _, c := range views[p].Choices {
			names = append(names, c.Name)
		}
		return names
	})
	if e.Violations != nil {
		got := []found{}
		for _, v := range append(early, i.Validate()...) {
			got = append(got, found{v.Path, v.Kind})
		}
		if !reflect.DeepEqual(got, *e.Violations) {
			t.Errorf("violations: got %v, want %v", got, *e.Violations)
		}
	}
	if e.Answers != nil {
		if got := i.Answers(); !reflect.DeepEqual(got, e.Answers) {
			t.Errorf("answers: got %v, want %v", got, e.Answers)
		}
	}
	if e.InstanceName != "" && i.Name() != e.InstanceName {
		t.Errorf("instance name: got %q, want %q", i.Name(), e.InstanceName)
	}
}

func compare[V any](t *testing.T, what string, want map[form.Path]V, got func(form.Path) V) {
	t.Helper()
	for path, w := range want {
		if g := got(path); !reflect.DeepEqual(g, w) {
			t.Errorf("%s of %s: got %v, want %v", what, path, g, w)
		}
	}
}

func flatten(views []instance.View, into map[form.Path]instance.View) {
	for _, v := range views {
		into[v.Path] = v
		flatten(v.Children, into)
		flatten(v.Instances, into)
	}
}
