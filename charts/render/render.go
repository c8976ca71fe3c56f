// Package render draws a chart without a browser: an ECharts option becomes an SVG
// (ECharts 5.6.0 in a JavaScript engine) and a PNG (resvg in WebAssembly). Both run
// inside the process, with bounds on time and memory, and reach nothing outside it.
//
// An option is JSON and is only ever parsed. Where ECharts wants a function, the
// option names one of functions.js, which the page uses as well. The same option
// gives the same bytes.
package render

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"tianye/internal/problem"
)

// The bounds of a picture.
const (
	atOnce    = 2                // pictures drawn at the same time
	idleTime  = 30 * time.Second // then the engines' memory is given back
	maxOption = 8 << 20          // bytes of JSON
	minSide   = 50               // CSS pixels
	maxSide   = 8000
	minDPI    = 36
	maxDPI    = 1200
	maxPixels = 20_000_000
	maxLayers = 4_000_000_000 // pixels of all clips and shadows, each a picture of its own
	cssDPI    = 96
)

// Renderer draws charts. It is safe for concurrent use and costs nothing before
// the first chart; some time after the last one it gives its memory back.
type Renderer struct {
	cacheDir string
	slots    chan struct{}
	pixels   *semaphore.Weighted // one picture of the greatest size, or several small ones

	mu     sync.Mutex
	users  int
	idle   []*engine
	timer  *time.Timer
	closed bool

	rasterMu sync.Mutex
	raster   *raster
}

// New makes a Renderer. The compiled rasteriser is kept in cacheDir, which saves
// about three seconds at each first PNG; "" keeps nothing.
func New(cacheDir string) *Renderer {
	return &Renderer{cacheDir: cacheDir, slots: make(chan struct{}, atOnce), pixels: semaphore.NewWeighted(maxPixels)}
}

// SVG draws an ECharts option, a JSON object, as an SVG document of width by height
// CSS pixels.
func (r *Renderer) SVG(ctx context.Context, option []byte, width, height int) ([]byte, error) {
	if err := check(option, width, height); err != nil {
		return nil, err
	}
	if err := r.enter(ctx); err != nil {
		return nil, err
	}
	defer r.leave()
	return r.draw(ctx, option, width, height)
}

// PNG draws an ECharts option on white, width by height CSS pixels (96 an inch)
// at a resolution of so many dots an inch: 800 by 500 at 300 dpi is 2500 by 1563.
func (r *Renderer) PNG(ctx context.Context, option []byte, width, height, dpi int) ([]byte, error) {
	if err := check(option, width, height); err != nil {
		return nil, err
	}
	if dpi < minDPI || dpi > maxDPI {
		return nil, problem.New(problem.Invalid, "render.badResolution", minDPI, maxDPI, dpi)
	}
	w, h := width*dpi/cssDPI, height*dpi/cssDPI
	if w*h > maxPixels {
		return nil, problem.New(problem.TooLarge, "render.tooManyPixels", w, h, maxPixels/1_000_000)
	}
	if err := r.enter(ctx); err != nil {
		return nil, err
	}
	defer r.leave()
	svg, err := r.draw(ctx, option, width, height)
	if err != nil {
		return nil, err
	}
	layers := bytes.Count(svg, []byte(" clip-path=")) + bytes.Count(svg, []byte(" filter="))
	if layers*w*h > maxLayers {
		return nil, problem.New(problem.TooLarge, "render.tooComplex")
	}
	return r.paint(ctx, string(svg), dpi, w*h)
}

// Close gives everything back, once the pictures being drawn are done.
func (r *Renderer) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	if r.users == 0 {
		r.release()
	}
	return nil
}

func check(option []byte, width, height int) error {
	if len(option) > maxOption {
		return problem.New(problem.TooLarge, "render.optionTooLarge", len(option)>>20, maxOption>>20)
	}
	if text := bytes.TrimSpace(option); !json.Valid(text) || text[0] != '{' {
		return problem.New(problem.Malformed, "render.notJSON")
	}
	if min(width, height) < minSide || max(width, height) > maxSide {
		return problem.New(problem.Invalid, "render.badSize", minSide, maxSide, width, height)
	}
	return nil
}

// enter waits for a place to draw in.
func (r *Renderer) enter(ctx context.Context) error {
	select {
	case r.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		<-r.slots
		return errors.New("render: the renderer is closed")
	}
	r.users++
	if r.timer != nil {
		r.timer.Stop()
	}
	return nil
}

func (r *Renderer) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	<-r.slots
	r.users--
	switch {
	case r.users > 0:
	case r.closed:
		r.release()
	default:
		r.timer = time.AfterFunc(idleTime, r.rest)
	}
}

// rest gives the memory back unless someone draws again.
func (r *Renderer) rest() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users == 0 {
		r.release()
	}
}

// release needs r.mu, and that nobody draws.
func (r *Renderer) release() {
	if r.timer != nil {
		r.timer.Stop()
	}
	if len(r.idle) == 0 && r.raster == nil {
		return
	}
	for _, e := range r.idle {
		e.close()
	}
	r.idle = nil
	if r.raster != nil {
		r.raster.close(context.Background())
		r.raster = nil
	}
	debug.FreeOSMemory()
}

// draw gives the SVG; an engine that fails is not used again.
func (r *Renderer) draw(ctx context.Context, option []byte, width, height int) (_ []byte, err error) {
	e, err := r.takeEngine()
	if err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			// After a panic closing may panic too; the engine's memory is given up.
			err = fmt.Errorf("render: ECharts: %v\n%s", p, debug.Stack())
		} else if err != nil {
			e.close()
		} else {
			r.putEngine(e)
		}
	}()
	svg, err := e.draw(ctx, option, width, height)
	if err != nil {
		return nil, err
	}
	return clean(svg)
}

func (r *Renderer) takeEngine() (*engine, error) {
	r.mu.Lock()
	if n := len(r.idle); n > 0 {
		e := r.idle[n-1]
		r.idle = r.idle[:n-1]
		r.mu.Unlock()
		return e, nil
	}
	r.mu.Unlock()
	return newEngine()
}

func (r *Renderer) putEngine(e *engine) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.idle = append(r.idle, e)
}

func (r *Renderer) paint(ctx context.Context, svg string, dpi, pixels int) ([]byte, error) {
	if err := r.pixels.Acquire(ctx, int64(pixels)); err != nil {
		return nil, err
	}
	defer r.pixels.Release(int64(pixels))
	raster, err := r.startedRaster()
	if err != nil {
		return nil, err
	}
	fonts, err := fontsFor(svg)
	if err != nil {
		return nil, err
	}
	var file []byte
	err = raster.paint(ctx, svg, fonts, float64(dpi)/cssDPI, pixels, func(picture *image.RGBA) (err error) {
		file, err = encode(picture, dpi)
		return err
	})
	return file, err
}

func (r *Renderer) startedRaster() (*raster, error) {
	r.rasterMu.Lock()
	defer r.rasterMu.Unlock()
	if r.raster == nil {
		started, err := newRaster(context.Background(), r.cacheDir)
		if err != nil {
			return nil, err
		}
		r.raster = started
	}
	return r.raster, nil
}
