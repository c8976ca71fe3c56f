// Command notices gathers what the program must say of its parts: the name, version and licence of the
// Go standard library, of every Go module that is linked into the program for one system, and of every npm
// package that is in its assets. It refuses a part whose licence it does not know, or that it may not have.
//
//	notices GOOS GOARCH PARTS.json NODE_MODULES OUT.gz
//
// PARTS.json is what web/build.mjs writes.
package main

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// part is something that others made.
type part struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Licence string `json:"license"`
	texts   []string
}

// texts are those of the packages that come without: named as they are, with + for /.
//
//go:embed texts
var texts embed.FS

func main() {
	if len(os.Args) != 6 {
		fmt.Fprintln(os.Stderr, "notices GOOS GOARCH PARTS.json NODE_MODULES OUT.gz")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

func write(system, machine, list, nodeModules, out string) error {
	parts, err := modules(system, machine)
	if err != nil {
		return err
	}
	assets, err := packages(list, nodeModules)
	if err != nil {
		return err
	}
	parts = append(parts, assets...)
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.Name, b.Name) })
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed) // without a time: builds repeat
	for _, p := range parts {
		fmt.Fprintf(w, "%s %s (%s)\n", p.Name, p.Version, p.Licence)
	}
	for _, p := range parts {
		fmt.Fprintf(w, "\n%s\n%s %s\n\n%s\n", strings.Repeat("=", 80), p.Name, p.Version, strings.Join(p.texts, "\n\n"))
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(out, packed.Bytes(), 0o644)
}

// modules gives the Go modules that the program has on a system, and Go itself.
func modules(system, machine string) ([]part, error) {
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", "tianye/cmd/tianye")
	list.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+machine, "CGO_ENABLED=0")
	list.Stderr = os.Stderr
	output, err := list.Output()
	if err != nil {
		return nil, err
	}
	goRoot, err := exec.Command("go", "env", "GOROOT", "GOVERSION").Output()
	if err != nil {
		return nil, err
	}
	root, version, _ := strings.Cut(strings.TrimSpace(string(goRoot)), "\n")
	lines := append(strings.Split(strings.TrimSpace(string(output)), "\n"), "Go\t"+version+"\t"+root)
	slices.Sort(lines)
	var parts []part
	for _, line := range slices.Compact(lines) {
		fields := strings.Split(line, "\t")
		if len(fields) != 3 { // a package of the standard library
			continue
		}
		p := part{Name: fields[0], Version: fields[1]}
		if p.texts, err = licences(fields[2]); err != nil {
			return nil, err
		}
		if p.Licence, err = recognised(p.texts); err != nil {
			return nil, fmt.Errorf("%s %s: %w", p.Name, p.Version, err)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// packages gives the npm packages in the assets.
func packages(list, nodeModules string) ([]part, error) {
	raw, err := os.ReadFile(list)
	if err != nil {
		return nil, fmt.Errorf("%w: build the assets first", err)
	}
	var parts []part
	if err := json.Unmarshal(raw, &parts); err != nil {
		return nil, err
	}
	for i := range parts {
		p := &parts[i]
		if p.texts, err = licences(filepath.Join(nodeModules, filepath.FromSlash(p.Name))); err != nil {
			return nil, err
		}
		if own, err := texts.ReadFile("texts/" + strings.ReplaceAll(p.Name, "/", "+") + ".txt"); err == nil {
			p.texts = append(p.texts, string(own))
		}
		if _, err := recognised(p.texts); err != nil {
			return nil, fmt.Errorf("%s %s: %w", p.Name, p.Version, err)
		}
		for _, one := range strings.Split(p.Licence, " AND ") {
			if !slices.Contains(allowed, one) {
				return nil, fmt.Errorf("%s %s: the licence %q is not among those that parts may have", p.Name, p.Version, p.Licence)
			}
		}
	}
	return parts, nil
}

var licenceFile = regexp.MustCompile(`(?i)^(un)?licen[sc]e|^notice|^copying|^copyright|^patents`)

// licences reads the files of a folder that speak of its licence.
func licences(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, entry := range entries {
		if entry.IsDir() || !licenceFile.MatchString(entry.Name()) {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		found = append(found, strings.TrimSpace(strings.ToValidUTF8(string(raw), "?")))
	}
	return found, nil
}

// allowed are the licences that parts may have, by their SPDX names.
var allowed = []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "0BSD", "MPL-2.0", "OFL-1.1", "Zlib", "Unlicense"}

// marks are what each licence's text is known by.
var marks = []struct{ licence, text string }{
	{"Apache-2.0", "apache license version 2.0"},
	{"MPL-2.0", "mozilla public license version 2.0"},
	{"OFL-1.1", "sil open font license version 1.1"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"BSD-3-Clause", "to endorse or promote products derived from this software without specific"},
	{"BSD-2-Clause", "redistribution and use in source and binary forms, with or without modification, are permitted"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided"},
	{"ISC", "permission to use, copy, modify, and distribute this software for any purpose with or without fee is hereby granted, provided"},
	{"0BSD", "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee"},
	{"Zlib", "this software is provided 'as-is', without any express or implied warranty"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
}

// refusedText is how licences begin that would bind the whole program; others speak of them further down.
var refusedText = regexp.MustCompile(`gnu (affero |lesser |library )?general public license|server side public license|business source license|commons clause`)

// title is how much of a text may hold its title.
const title = 400

// recognised gives the licence of a part by its texts, the first of those that is known.
func recognised(texts []string) (string, error) {
	licence := ""
	for _, text := range texts {
		text = plain(text)
		if found := refusedText.FindString(text[:min(len(text), title)]); found != "" {
			return "", fmt.Errorf("parts may not have the %s", found)
		}
		for _, mark := range marks {
			if licence == "" && strings.Contains(text, mark.text) {
				licence = mark.licence
			}
		}
	}
	if licence == "" {
		return "", errors.New("no licence that is known")
	}
	return licence, nil
}

// plain is a text in lower case on one line, without what decorates it.
func plain(text string) string {
	text = strings.NewReplacer("*", " ", "#", " ", ",  ", ", ", "license, version", "license version").Replace(strings.ToLower(text))
	return strings.Join(strings.Fields(text), " ")
}
