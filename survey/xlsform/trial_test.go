//go:build trial

package xlsform_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"text/tabwriter"
	"time"

	"tianye/survey/form"
	"tianye/survey/xlsform"
)

// TestForeignWorkbooks reads the workbooks by other hands below $SHARED: each is read whole or refused
// with reasons, never both, never neither.
func TestForeignWorkbooks(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(os.Getenv("SHARED"), "xlsforms", "forms", "*.xlsx"))
	if len(files) == 0 {
		t.Fatal("no workbooks: set SHARED to the folder of inputs by other hands")
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	defer table.Flush()
	for _, path := range files {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := file.Stat()
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		d, found, err := xlsform.Read(file, info.Size(), path)
		took := time.Since(began)
		file.Close()
		errs, warnings := 0, 0
		first := ""
		for _, c := range found {
			if c.Sheet == "" || c.Row < 1 || c.Column == "" || c.Text.Key == "" {
				t.Errorf("%s: a complaint without a place: %+v", path, c)
			}
			if c.Severity == xlsform.Warning {
				warnings++
				continue
			}
			if errs++; errs == 1 {
				first = fmt.Sprintf("%s %s %v", c.Where(), c.Text.Key, c.Text.Args)
			}
		}
		switch {
		case err != nil && (d != nil || found != nil):
			t.Errorf("%s: refused as a file, and yet read", path)
		case err == nil && (d != nil) == (errs > 0):
			t.Errorf("%s: %d errors, definition %v", path, errs, d != nil)
		}
		outcome := "refused"
		if d != nil {
			fields := 0
			d.Walk(func(form.Path, *form.Field) { fields++ })
			outcome = fmt.Sprintf("%d fields, %d lists", fields, len(d.Lists))
		} else if err != nil {
			first = err.Error()
		}
		fmt.Fprintf(table, "%s\t%s\t%d errors\t%d warnings\t%.1f ms\t%.140s\n", filepath.Base(path), outcome, errs, warnings, took.Seconds()*1000, first)
	}
}
