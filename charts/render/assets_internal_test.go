package render

import (
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
