package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestRecognised(t *testing.T) {
	mit := "The MIT License\n\nPermission is hereby granted, free of charge, to any person\nobtaining a copy of this"
	for text, want := range map[string]string{
		mit:        "MIT",
		"# " + mit: "MIT",
		"Apache License\n   Version 2.0, January 2004":                                                                        "Apache-2.0",
		"Copyright\n * Redistribution and use in source and binary forms, with or without\n * modification, are permitted":    "BSD-2-Clause",
		"Mozilla Public License Version 2.0\n" + strings.Repeat("term ", 200) + "the GNU General Public License, Version 2.0": "MPL-2.0",
		"GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3":                                                                        "", "GNU GENERAL PUBLIC LICENSE": "", "                   GNU LESSER GENERAL PUBLIC LICENSE": "",
		"All rights reserved.": "", "": "",
	} {
		got, err := recognised([]string{text})
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%.60q: %q, %v, want %q", text, got, err, want)
		}
	}
	if _, err := recognised([]string{mit, "GNU GENERAL PUBLIC LICENSE"}); err == nil {
		t.Error("a second text is not looked at")
	}
	if _, err := recognised(nil); err == nil {
		t.Error("no text is taken")
	}
}

// TestParts: every module of the program on this system has a licence that it may have, and so have npm's packages; those
// that it may not have are refused.
func TestParts(t *testing.T) {
	folder := t.TempDir()
	put := func(name, content string) string {
		t.Helper()
		name = filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	put("good/LICENSE", "Permission is hereby granted, free of charge, to any person obtaining a copy of good")
	put("@tabler/core/README.md", "no licence here")
	put("bad/LICENSE", "Permission is hereby granted, free of charge, to any person obtaining a copy")
	put("dark/README.md", "no licence here")
	out := filepath.Join(folder, "notices.gz")
	list := put("parts.json", `[{"name":"good","version":"1.0.0","license":"MIT"},{"name":"@tabler/core","version":"1.6.1","license":"MIT"}]`)
	if err := write(runtime.GOOS, runtime.GOARCH, list, folder, out); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"good 1.0.0 (MIT)\n", "\nGo go1.", "\nmodernc.org/sqlite v", "\ngithub.com/gin-gonic/gin v", "to any person obtaining a copy of good", "The Tabler Authors"} {
		if !strings.Contains("\n"+string(text), want) {
			t.Errorf("no %q", want)
		}
	}
	for _, wrong := range []string{`[{"name":"bad","license":"AGPL-3.0"}]`, `[{"name":"bad","license":"MIT OR GPL-2.0"}]`, `[{"name":"dark","license":"MIT"}]`} {
		if _, err := packages(put("wrong.json", wrong), folder); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
