package render

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"testing"

	"tianye/internal/problem"
)

func TestWithoutAssets(t *testing.T) {
	built := dist
	defer func() { dist = built }()
	dist = embed.FS{}
	_, err := asset("echarts.min.js")
	var p *problem.Problem
	if !errors.As(err, &p) || p.Kind != problem.Unavailable || p.Text.Key != "render.assetsMissing" {
		t.Errorf("got %v", err)
	}
}

func TestRestAndWake(t *testing.T) {
	r := New(t.TempDir())
	defer r.Close()
	option := []byte(`{"title":{"text":"田野"}}`)
	draw := func() []byte {
		file, err := r.PNG(context.Background(), option, 100, 100, 96)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	first := draw()
	if r.raster == nil || len(r.idle) != 1 {
		t.Fatal("nothing is kept for the next picture")
	}
	r.rest()
	if r.raster != nil || len(r.idle) != 0 {
		t.Error("memory is kept at rest")
	}
	if !bytes.Equal(draw(), first) {
		t.Error("after a rest it is another picture")
	}
}
