package dataset_test

import (
	"io"
	"runtime"
	"strconv"
	"testing"

	"tianye/internal/table/dataset"
)

// BenchmarkSAV writes 100,000 rows of 100 columns, a third of them texts, and tells the most memory in use.
func BenchmarkSAV(b *testing.B) {
	var columns []dataset.Column
	for i := range 100 {
		columns = append(columns, dataset.Column{Path: "q" + strconv.Itoa(i), Label: "题", Kind: []dataset.Kind{dataset.Number, dataset.One, dataset.Text}[i%3], Values: fields})
	}
	row := make([]string, len(columns))
	for b.Loop() {
		builder, err := dataset.NewBuilder(columns, zone, words)
		if err != nil {
			b.Fatal(err)
		}
		most := uint64(0)
		for n := range 100_000 {
			for i := range row {
				row[i] = []string{strconv.Itoa(n), "village", "走访印象，第" + strconv.Itoa(n) + "份"}[i%3]
			}
			if err := builder.Add(row); err != nil {
				b.Fatal(err)
			}
			if n%20_000 == 0 {
				most = max(most, inUse())
			}
		}
		if err := dataset.WriteSAV(measured{&most}, builder.File("大表", made, nil)); err != nil {
			b.Fatal(err)
		}
		if err := builder.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(most)/(1<<20), "MB-in-use")
	}
}

// measured looks at the memory in use now and then while it is written to.
type measured struct{ most *uint64 }

func (m measured) Write(p []byte) (int, error) {
	if p[len(p)-1]%16 == 0 {
		*m.most = max(*m.most, inUse())
	}
	return io.Discard.Write(p)
}

func inUse() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapInuse
}
