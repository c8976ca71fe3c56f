package xlsform_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tianye/survey/form"
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

// large is a form of 5,000 questions in sections ten deep, with choices in 100 lists.
func large(perList int) sheets {
	survey := [][]any{r("type", "name", "label::中文 (zh)", "label::English (en)", "relevant", "calculation", "choice_filter")}
	choices := [][]any{r("list_name", "name", "label::中文 (zh)", "label::English (en)", "parent")}
	for i := range 100 * perList {
		choices = append(choices, r(fmt.Sprint("l", i/perList), fmt.Sprint("c", i%perList), fmt.Sprint("选项", i), fmt.Sprint("Choice ", i), fmt.Sprint("c", i%50)))
	}
	for g := range 50 {
		for d := range 10 {
			survey = append(survey, r("begin_group", fmt.Sprintf("g%d_%d", g, d), "组", "Group"))
		}
		for i := range 100 {
			before := fmt.Sprintf("${q%d_%d}", g, max(0, i-3))
			switch i % 3 {
			case 0:
				survey = append(survey, r("integer", fmt.Sprintf("q%d_%d", g, i), "题", "Question"))
			case 1:
				survey = append(survey, r(fmt.Sprint("select_one l", i), fmt.Sprintf("q%d_%d", g, i), "题", "Question", fmt.Sprintf("${q%d_0} > 3", g), nil, "parent = "+before))
			default:
				survey = append(survey, r("calculate", fmt.Sprintf("q%d_%d", g, i), nil, nil, nil, "concat("+before+", 'x')"))
			}
		}
		for range 10 {
			survey = append(survey, r("end_group"))
		}
	}
	return sheets{"survey": survey, "choices": choices}
}

func TestLargeForm(t *testing.T) {
	d, found := read(t, large(50))
	if d == nil {
		t.Fatalf("refused: %.5q", complaints(found))
	}
	questions := 0
	d.Walk(func(_ form.Path, f *form.Field) {
		if !f.Type.IsSection() {
			questions++
		}
	})
	if questions != 5000 || len(d.Lists) != 100 || len(d.Lists["l99"].Choices) != 50 {
		t.Errorf("%d questions, %d lists", questions, len(d.Lists))
	}
}

func BenchmarkLarge(b *testing.B) {
	data := encode(b, book(b, large(500)))
	for b.Loop() {
		if _, _, err := xlsform.Read(bytes.NewReader(data), int64(len(data)), "large.xlsx"); err != nil {
			b.Fatal(err)
		}
	}
}
