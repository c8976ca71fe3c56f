package render

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// rasterMemory bounds one picture's memory, in pages of 64 kB: 512 MB.
const rasterMemory = 8192

// ownMemory is what resvg needs besides the pixels, for most pictures.
const ownMemory = 4 << 20

// raster is resvg (@resvg/resvg-wasm 2.6.2) compiled for this machine. Each picture
// gets an instance of its own, with its own memory, given back when it is done. It
// cannot be interrupted: the checks that allow it would make it three times slower.
// What it may be asked for is bounded instead, by maxPixels and maxLayers.
type raster struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
	cache   wazero.CompilationCache

	mu    sync.Mutex
	spare []byte
}

// newRaster compiles resvg: 3 s, or 0.1 s when cacheDir holds the result; "" keeps nothing.
func newRaster(ctx context.Context, cacheDir string) (*raster, error) {
	wasm, err := asset("resvg.wasm")
	if err != nil {
		return nil, err
	}
	cache := wazero.NewCompilationCache()
	if cacheDir != "" {
		if cache, err = wazero.NewCompilationCacheWithDir(cacheDir); err != nil {
			return nil, fmt.Errorf("render: compile cache: %w", err)
		}
	}
	config := wazero.NewRuntimeConfig().WithCompilationCache(cache).
		WithMemoryLimitPages(rasterMemory)
	r := &raster{runtime: wazero.NewRuntimeWithConfig(ctx, config), cache: cache}
	builder := r.runtime.NewHostModuleBuilder("wbg")
	for name, function := range hostFunctions {
		builder.NewFunctionBuilder().WithFunc(function).Export(name)
	}
	if _, err = builder.Instantiate(ctx); err == nil {
		r.module, err = r.runtime.CompileModule(ctx, wasm)
	}
	if err != nil {
		r.close(ctx)
		return nil, fmt.Errorf("render: compile resvg: %w", err)
	}
	return r, nil
}

func (r *raster) close(ctx context.Context) {
	r.runtime.Close(ctx)
	r.cache.Close(ctx)
}

// options is what resvg's constructor takes as JSON.
type options struct {
	Background string `json:"background"`
	FitTo      struct {
		Mode  string  `json:"mode"`
		Value float64 `json:"value"`
	} `json:"fitTo"`
	Font struct {
		Default   string `json:"defaultFontFamily"`
		Serif     string `json:"serifFamily"`
		SansSerif string `json:"sansSerifFamily"`
		Monospace string `json:"monospaceFamily"`
	} `json:"font"`
}

func optionsFor(zoom float64) []byte {
	var o options
	o.Background = "#ffffff"
	o.FitTo.Mode, o.FitTo.Value = "zoom", zoom
	o.Font.Default, o.Font.Serif = builtinFamily, builtinFamily
	o.Font.SansSerif, o.Font.Monospace = builtinFamily, builtinFamily
	raw, err := json.Marshal(o)
	if err != nil {
		panic(err) // strings and a finite number
	}
	return raw
}

// linear is an instance's memory, made large enough at the start and used again by
// the next instance: left to grow bit by bit it would be copied again and again, and
// all the copies wait for the collector.
type linear struct {
	memory []byte
	home   *raster
}

func (r *raster) allocate(size int) *linear {
	r.mu.Lock()
	defer r.mu.Unlock()
	memory := r.spare
	if r.spare = nil; cap(memory) < size {
		memory = make([]byte, 0, size)
	}
	return &linear{memory, r}
}

func (l *linear) Reallocate(size uint64) []byte {
	if more := int(size) - len(l.memory); more > 0 {
		l.memory = slices.Grow(l.memory, more)[:size]
	}
	return l.memory
}

func (l *linear) Free() {
	clear(l.memory)
	l.home.mu.Lock()
	defer l.home.mu.Unlock()
	l.home.spare = l.memory[:0]
}

// paint draws an SVG of about so many pixels and hands them to use; they are gone
// when use returns.
func (r *raster) paint(ctx context.Context, svg string, fonts [][]byte, zoom float64, pixels int, use func(*image.RGBA) error) (err error) {
	in := &instance{objects: make([]any, firstObject)}
	ctx = context.WithValue(ctx, instanceKey{}, in)
	ctx = experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(func(_, _ uint64) experimental.LinearMemory {
		return r.allocate(ownMemory + 8*pixels) // resvg holds the picture twice
	}))
	if in.module, err = r.runtime.InstantiateModule(ctx, r.module, wazero.NewModuleConfig().WithName("")); err != nil {
		return fmt.Errorf("render: start resvg: %w", err)
	}
	defer in.module.Close(context.WithoutCancel(ctx))
	// The module's code may ask for an object of the wrong kind only if it is not
	// the version that this file was written for.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("render: resvg: %v\n%s", p, debug.Stack())
		}
	}()
	in.memory = in.module.Memory()
	return in.paint(ctx, svg, fonts, zoom, use)
}

func (in *instance) paint(ctx context.Context, svg string, fonts [][]byte, zoom float64, use func(*image.RGBA) error) error {
	top, err := in.call(ctx, "__wbindgen_add_to_stack_pointer", api.EncodeI32(-16))
	if err != nil {
		return err
	}
	settings := optionsFor(zoom)
	address, err := in.place(ctx, settings)
	if err != nil {
		return err
	}
	tree, err := in.result(ctx, top, "resvg_new", uint64(in.add(svg)), uint64(address), uint64(len(settings)), uint64(in.add(fonts)))
	if err != nil {
		return err
	}
	picture, err := in.result(ctx, top, "resvg_render", uint64(tree))
	if err != nil {
		return err
	}
	width, err1 := in.call(ctx, "renderedimage_width", uint64(picture))
	height, err2 := in.call(ctx, "renderedimage_height", uint64(picture))
	object, err3 := in.call(ctx, "renderedimage_pixels", uint64(picture))
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	pixels := in.bytes(in.take(object))
	if len(pixels) != int(width)*int(height)*4 {
		return fmt.Errorf("render: resvg gave %d bytes for %d×%d pixels", len(pixels), width, height)
	}
	return use(&image.RGBA{Pix: pixels, Stride: 4 * int(width), Rect: image.Rect(0, 0, int(width), int(height))})
}

// call calls an export that gives one number or nothing.
func (in *instance) call(ctx context.Context, name string, args ...uint64) (uint32, error) {
	results, err := in.module.ExportedFunction(name).Call(ctx, args...)
	if err != nil {
		return 0, fmt.Errorf("render: resvg: %s: %w", name, err)
	}
	if len(results) == 0 {
		return 0, nil
	}
	return uint32(results[0]), nil
}

// result calls an export that writes its value, an error and whether it failed to
// the top of the stack.
func (in *instance) result(ctx context.Context, top uint32, name string, args ...uint64) (uint32, error) {
	if _, err := in.call(ctx, name, append([]uint64{uint64(top)}, args...)...); err != nil {
		return 0, err
	}
	raw, _ := in.memory.Read(top, 12)
	if binary.LittleEndian.Uint32(raw[8:]) != 0 {
		return 0, fmt.Errorf("render: resvg: %s: %v", name, in.take(binary.LittleEndian.Uint32(raw[4:])))
	}
	return binary.LittleEndian.Uint32(raw), nil
}

// place copies bytes into the module's memory.
func (in *instance) place(ctx context.Context, raw []byte) (uint32, error) {
	address, err := in.call(ctx, "__wbindgen_malloc", uint64(len(raw)), 1)
	if err == nil && !in.memory.Write(address, raw) {
		err = errors.New("render: resvg: memory is too small")
	}
	return address, err
}
