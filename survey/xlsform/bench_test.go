package xlsform_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"tianye/survey/xlsform"
)

// BenchmarkRead reads a form of the demonstration, and the workbooks by other hands that $SHARED holds.
func BenchmarkRead(b *testing.B) {
	files := []string{"../../internal/demo/forms/case.xlsx"}
	for _, name := range []string{"all-question-types-v2024091201-3", "xlsform_spec_test", "whova_form"} {
		if file := filepath.Join(os.Getenv("SHARED"), "xlsforms", "forms", name+".xlsx"); os.Getenv("SHARED") != "" {
			files = append(files, file)
		}
	}
	for _, file := range files {
		b.Run(filepath.Base(file), func(b *testing.B) {
			data, err := os.ReadFile(file)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, _, err := xlsform.Read(bytes.NewReader(data), int64(len(data)), file); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
