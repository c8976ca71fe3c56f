package render_test

import (
	"context"
	"fmt"
	"testing"
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
