package render_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"tianye/charts/render"
)

func BenchmarkSVG(b *testing.B) {
	for name, sample := range samples() {
		b.Run(name, func(b *testing.B) {
			option := raw(b, sample.option)
			for b.Loop() {
				if _, err := renderer.SVG(context.Background(), option, 800, 500); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPNG(b *testing.B) {
	for _, name := range []string{"bar", "radar", "scatter"} {
		for _, dpi := range []int{96, 300} {
			b.Run(fmt.Sprintf("%s/%ddpi", name, dpi), func(b *testing.B) {
				option := raw(b, samples()[name].option)
				for b.Loop() {
					if _, err := renderer.PNG(context.Background(), option, 800, 500, dpi); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkMemory gives the resident memory of a process of its own that draws one
// PNG at 300 dpi: the peak, and what is left when it rests.
func BenchmarkMemory(b *testing.B) {
	cache := b.TempDir()
	for _, state := range []string{"cold", "warm"} {
		b.Run(state, func(b *testing.B) {
			for b.Loop() {
				child := exec.Command(os.Args[0])
				child.Env = append(os.Environ(), memoryCache+"="+cache)
				out, err := child.Output()
				if err != nil {
					b.Fatal(err)
				}
				var peak, rest float64
				if _, err := fmt.Sscan(string(out), &peak, &rest); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(peak/1024, "MB-peak")
				b.ReportMetric(rest/1024, "MB-rest")
			}
		})
	}
}

// memoryCache names the variable that makes the test program draw one PNG and say
// its memory; its value is the compile cache's folder.
const memoryCache = "RENDER_MEMORY_CACHE"

func measureMemory(cache string) error {
	r := render.New(cache)
	option := []byte(`{"title":{"text":"田野"},"xAxis":{"data":["机关","农村"]},"yAxis":{},"series":[{"type":"bar","data":[1,2]}]}`)
	if _, err := r.PNG(context.Background(), option, 800, 500, 300); err != nil {
		return err
	}
	if err := r.Close(); err != nil {
		return err
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	for _, name := range []string{"VmHWM:", "VmRSS:"} {
		_, after, _ := strings.Cut(string(status), name)
		fmt.Println(strings.Fields(after)[0])
	}
	return nil
}
