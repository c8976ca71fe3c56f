package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// workbook makes a workbook of sheets, each with its rows, and gives its file.
func workbook(t *testing.T, sheets map[string][][]any) string {
	t.Helper()
	f := excelize.NewFile()
	for name, rows := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			cell, _ := excelize.CoordinatesToCellName(1, i+1)
			if err := f.SetSheetRow(name, cell, &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "household.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func household(t *testing.T) string {
	return workbook(t, map[string][][]any{
		"survey": {
			{"type", "name", "label", "relevant"},
			{"integer", "members", "How many people live here?"},
			{"text", "why", "Why does nobody?", "${members} = 0"},
		},
		"choice":   {{"list_name", "name", "label"}},
		"settings": {{"form_id", "form_title"}, {"household", "Households"}},
	})
}

func broken(t *testing.T) string {
	return workbook(t, map[string][][]any{
		"survey": {
			{"type", "name", "label"},
			{"select_on yesno", "sure", "Sure?"},
			{"text", "", "Nameless"},
		},
	})
}

func TestConvertForm(t *testing.T) {
	t.Setenv("LC_ALL", "en_GB.UTF-8")
	in := household(t)
	var stdout, stderr bytes.Buffer
	if err := run(t.Context(), []string{"form", "convert", in}, &stdout, &stderr); err != nil {
		t.Fatal(err, stderr.String())
	}
	for _, want := range []string{"<h:title>Households</h:title>", `<data id="household">`, `relevant=" /data/members  = 0"`, `<input ref="/data/why">`} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %s in\n%s", want, stdout.String())
		}
	}
	if !strings.HasPrefix(stderr.String(), "choice!A1: Warning: ") || strings.Count(stderr.String(), "\n") != 1 {
		t.Errorf("warnings: %q", stderr.String())
	}
	out := filepath.Join(t.TempDir(), "out.xml")
	stdout.Reset()
	for _, args := range [][]string{{in, "-o", out, "--name", "visit"}, {"--name", "visit", "-o", out, in}} {
		if err := run(t.Context(), append([]string{"form", "convert"}, args...), &stdout, io.Discard); err != nil {
			t.Fatal(err)
		}
		written, err := os.ReadFile(out)
		if err != nil || stdout.Len() > 0 || !bytes.Contains(written, []byte(`nodeset="/visit/members"`)) {
			t.Errorf("%v: %v, %d bytes to the standard output\n%s", args, err, stdout.Len(), written)
		}
		os.Remove(out)
	}
}

// TestCheckForm: a workbook and the XForm made of it please both, and it is said.
func TestCheckForm(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	in := household(t)
	xform := filepath.Join(t.TempDir(), "household.xml")
	if err := run(t.Context(), []string{"form", "convert", in, "-o", xform}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{in, xform} {
		var stdout, stderr bytes.Buffer
		err := run(t.Context(), []string{"form", "check", file}, &stdout, &stderr)
		if want := filepath.Base(file) + "：没有错误，共 2 道题。\n"; err != nil || stdout.String() != want {
			t.Errorf("%v, %q, %q", err, stdout.String(), stderr.String())
		}
	}
}

func TestRefusedForm(t *testing.T) {
	in := broken(t)
	out := filepath.Join(t.TempDir(), "out.xml")
	for locale, want := range map[string]string{"en_US.UTF-8": "survey!A2: Unknown type", "zh_CN.UTF-8": "survey!A2: 不认识", "C.UTF-8": "survey!A2: 不认识"} {
		t.Setenv("LC_ALL", locale)
		for _, args := range [][]string{{"form", "check", in}, {"form", "convert", in, "-o", out}} {
			var stdout, stderr bytes.Buffer
			err := run(t.Context(), args, &stdout, &stderr)
			if !errors.Is(err, errRefused) || stdout.Len() > 0 {
				t.Errorf("%s %v: %v, %q", locale, args, err, stdout.String())
			}
			if lines := strings.Split(stderr.String(), "\n"); len(lines) != 3 || !strings.HasPrefix(lines[0], want) || !strings.HasPrefix(lines[1], "survey!B3: ") {
				t.Errorf("%s %v: %q", locale, args, stderr.String())
			}
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a file was written")
	}
}

func TestNoWorkbook(t *testing.T) {
	old := filepath.Join(t.TempDir(), "old.xlsx")
	if err := os.WriteFile(old, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	if err := run(t.Context(), []string{"form", "check", old}, io.Discard, &stderr); !errors.Is(err, errRefused) || !strings.HasPrefix(stderr.String(), "old.xlsx: ") {
		t.Errorf("an old .xls: %v, %q", err, stderr.String())
	}
	if err := run(t.Context(), []string{"form", "check", old + "x"}, io.Discard, io.Discard); !errors.Is(err, os.ErrNotExist) || !strings.Contains(sentence(err), "打不开") {
		t.Errorf("no file: %v", err)
	}
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"form"}, "check"}, {[]string{"form", "check"}, "0 个"}, {[]string{"form", "convert", "a.xlsx", "b.xlsx"}, "2 个"},
		{[]string{"form", "draw", "a.xlsx"}, "“draw”"},
	} {
		stderr.Reset()
		if err := run(t.Context(), c.args, io.Discard, &stderr); !errors.Is(err, errUsage) || !strings.Contains(stderr.String(), c.want) {
			t.Errorf("%v: %v, %q", c.args, err, stderr.String())
		}
	}
	stderr.Reset()
	if err := run(t.Context(), []string{"form", "convert", "--help"}, io.Discard, &stderr); !errors.Is(err, flag.ErrHelp) || !strings.Contains(stderr.String(), "IN.xlsx") {
		t.Errorf("help: %v, %q", err, stderr.String())
	}
	if err := run(t.Context(), []string{"form", "convert", "--name", "1a", old}, io.Discard, io.Discard); err == nil || !strings.Contains(sentence(err), "1a") {
		t.Errorf("a root that is no name: %v", err)
	}
}
