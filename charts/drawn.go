package charts

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"

	"tianye/charts/render"
)

// drawn keeps the SVGs drawn last, by what they are drawn of: a project's page shows
// the same six to everybody at nine in the morning.
type drawn struct {
	mu   sync.Mutex
	svgs map[[sha256.Size]byte][]byte
	size int
}

// maxDrawn bounds what is kept, in bytes.
const maxDrawn = 4 << 20

// get gives the SVG of an option at a size, drawing it when it is not there.
func (d *drawn) get(ctx context.Context, r *render.Renderer, option []byte, width, height int) ([]byte, error) {
	key := sha256.Sum256(fmt.Appendf(nil, "%d %d %s", width, height, option))
	d.mu.Lock()
	svg, ok := d.svgs[key]
	d.mu.Unlock()
	if ok {
		return svg, nil
	}
	svg, err := r.SVG(ctx, option, width, height)
	if err != nil || len(svg) > maxDrawn/8 {
		return svg, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.svgs == nil || d.size+len(svg) > maxDrawn {
		d.svgs, d.size = map[[sha256.Size]byte][]byte{}, 0
	}
	d.svgs[key] = svg
	d.size += len(svg)
	return svg, nil
}
