package xlsform_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"tianye/survey/xlsform"
)

func BenchmarkFiles(b *testing.B) {
	files, _ := filepath.Glob("../../shared/xlsforms/forms/*.xlsx")
	for _, p := range files {
		data, _ := os.ReadFile(p)
		b.Run(filepath.Base(p), func(b *testing.B) {
			for b.Loop() {
				xlsform.Read(bytes.NewReader(data), int64(len(data)), p)
			}
		})
	}
}
