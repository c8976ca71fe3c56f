//go:build trial

package openrosa_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tianye/internal/message"
	"tianye/survey/openrosa"
)

// TestTrialReadForm reads the XForms by other hands below $SHARED and writes them again: they mean the same.
func TestTrialReadForm(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(os.Getenv("SHARED"), "xlsforms", "xforms", "*.xml"))
	if len(files) == 0 {
		t.Fatal("no XForms: set SHARED to the folder of inputs by other hands")
	}
	same := 0
	for _, file := range files {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found, complaints, err := readAndWritten(want, file)
		for _, c := range complaints {
			fmt.Printf("%s:%d %s: %s\n", filepath.Base(file), c.Line, c.Element, message.Sprint(message.English, c.Text))
		}
		switch {
		case err != nil:
			t.Errorf("%s: %v", filepath.Base(file), err)
		case len(found) > 0:
			t.Errorf("%s: %d differences: %.600s", filepath.Base(file), len(found), strings.Join(found, "\n  "))
		default:
			same++
		}
	}
	fmt.Printf("%d XForms read and written again: %d equal in meaning\n", len(files), same)
}

func readAndWritten(xform []byte, file string) (found []string, complaints []openrosa.Complaint, err error) {
	d, complaints, err := openrosa.ReadForm(bytes.NewReader(xform), file)
	if err != nil || d == nil {
		return []string{"refused"}, complaints, err
	}
	var out bytes.Buffer
	if err := openrosa.WriteForm(&out, d); err != nil {
		return nil, complaints, err
	}
	found, err = differences(out.Bytes(), xform)
	return found, complaints, err
}
