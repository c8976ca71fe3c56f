package charts

import "io"

// Look is how a chart is to look.
type Look struct {
	Language string // zh or en
	Dark     bool   // light on dark, for screens
	Mark     string // 演示数据: said in the picture; "" nothing
	ForPrint bool   // patterns besides colours, for printers without colours
	Width    int    // CSS pixels; 0 is 800
}

// Option gives ECharts' option as JSON.
func Option(r *Result, s Spec, look Look) ([]byte, error) { return []byte("{}"), nil }

// Size gives the size in CSS pixels that a chart needs.
func Size(r *Result, s Spec, look Look) (width, height int) { return 800, 500 }

// WriteXLSX writes the numbers of a chart as a workbook.
func WriteXLSX(w io.Writer, r *Result, s Spec, look Look) error { return nil }
