//go:build trial

package openrosa_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tianye/internal/message"
	"tianye/survey/openrosa"
	"tianye/survey/xlsform"
)

// TestTrialXForms converts the workbooks by other hands below $SHARED: the XForm means what
// the reference converter's does, and what that converter refuses is refused.
func TestTrialXForms(t *testing.T) {
	folder := filepath.Join(os.Getenv("SHARED"), "xlsforms")
	files, _ := filepath.Glob(filepath.Join(folder, "forms", "*.xls[xm]"))
	if len(files) == 0 {
		t.Fatal("no workbooks: set SHARED to the folder of inputs by other hands")
	}
	same, refused := 0, 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		want, err := os.ReadFile(filepath.Join(folder, "xforms", name+".xml"))
		got, reason := converted(t, file)
		switch {
		case err != nil && got == nil:
			refused++
		case err != nil:
			t.Errorf("%s: converted, the reference converter refuses it", name)
		case got == nil:
			t.Errorf("%s: refused: %s", name, reason)
		default:
			found, err := differences(got, want)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if len(found) > 0 {
				t.Errorf("%s: %d differences: %.300s", name, len(found), found[0])
			} else {
				same++
			}
		}
	}
	fmt.Printf("%d workbooks: %d XForms equal in meaning, %d refused as they should be\n", len(files), same, refused)
}

// converted is a workbook's XForm, or the reason why there is none.
func converted(t *testing.T, file string) ([]byte, string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, complaints, err := xlsform.Read(bytes.NewReader(raw), int64(len(raw)), filepath.Base(file))
	if err != nil {
		return nil, err.Error()
	}
	if d == nil {
		for _, c := range complaints {
			if c.Severity == xlsform.Error {
				return nil, c.Where() + ": " + message.Sprint(message.English, c.Text)
			}
		}
		return nil, "no reason"
	}
	var out bytes.Buffer
	if err := openrosa.WriteForm(&out, d); err != nil {
		return nil, err.Error()
	}
	return out.Bytes(), ""
}

// TestTrialSpeed prints how long two workbooks take when the program has read one before.
func TestTrialSpeed(t *testing.T) {
	for _, name := range []string{"all-question-types-v2024091201-3", "xlsform_spec_test"} {
		file := filepath.Join(os.Getenv("SHARED"), "xlsforms", "forms", name+".xlsx")
		if _, err := os.Stat(file); err != nil {
			t.Skip(err)
		}
		best := time.Hour
		for range 20 {
			began := time.Now()
			converted(t, file)
			best = min(best, time.Since(began))
		}
		fmt.Printf("%s: converted in %.1f ms, the best of 20\n", name, best.Seconds()*1000)
	}
}
