package xlsform_test

import (
	"bytes"
	"os"
	"testing"

	"tianye/survey/xlsform"
)

func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile("../../internal/demo/forms/case.xlsx")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := xlsform.Read(bytes.NewReader(data), int64(len(data)), "case.xlsx"); err != nil {
			b.Fatal(err)
		}
	}
}
