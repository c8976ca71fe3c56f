package render

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"modernc.org/quickjs"

	"tianye/internal/problem"
)

const (
	vmMemory  = 256 << 20
	vmSeconds = 20
)

// The function that glue.js leaves for us, and the names of its errors.
const drawFunction = "__render"

// bytecode compiles ECharts once: 0.2 s, against 30 ms to load it compiled.
var bytecode = sync.OnceValues(func() ([]byte, error) {
	source, err := asset("echarts.min.js")
	if err != nil {
		return nil, err
	}
	vm, err := quickjs.NewVM()
	if err != nil {
		return nil, err
	}
	defer vm.Close()
	return vm.Compile(string(source), quickjs.EvalGlobal)
})

// engine is a JavaScript engine with ECharts in it. It serves one goroutine.
type engine struct{ vm *quickjs.VM }

func newEngine() (*engine, error) {
	faces, err := typefaces()
	if err != nil {
		return nil, err
	}
	echarts, err := bytecode()
	if err != nil {
		return nil, err
	}
	vm, err := quickjs.NewVM()
	if err != nil {
		return nil, err
	}
	e := &engine{vm}
	if err := e.load(echarts, newMeasurer(faces)); err != nil {
		vm.Close()
		return nil, fmt.Errorf("render: load ECharts: %w", err)
	}
	return e, nil
}

func (e *engine) load(echarts []byte, m *measurer) error {
	e.vm.SetMemoryLimit(vmMemory)
	if err := e.vm.SetEvalTimeout(vmSeconds * time.Second); err != nil {
		return err
	}
	measure := func(text string, isBold bool) float64 {
		if isBold {
			return m.em(text, bold)
		}
		return m.em(text, regular)
	}
	if err := e.vm.RegisterFunc("__measure", measure, false); err != nil {
		return err
	}
	if _, err := e.vm.Eval(shimJS, quickjs.EvalGlobal); err != nil {
		return err
	}
	if _, err := e.vm.EvalBytecode(echarts); err != nil {
		return err
	}
	e.vm.SetModuleLoader(func(*quickjs.VM, string) (string, error) { return functionsJS, nil }, nil)
	_, err := e.vm.Eval(glueJS, quickjs.EvalModule)
	return err
}

func (e *engine) close() { e.vm.Close() }

// draw gives the option's SVG as ECharts writes it. After an error the engine may
// be in any state and must be closed.
func (e *engine) draw(ctx context.Context, option []byte, width, height int) (string, error) {
	defer context.AfterFunc(ctx, e.vm.Interrupt)()
	result, err := e.vm.Call(drawFunction, string(option), width, height, fontFamily)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", explain(err)
	}
	svg, ok := result.(string)
	if !ok {
		return "", fmt.Errorf("render: %s gave a %T", drawFunction, result)
	}
	return svg, nil
}

// explain turns an exception of the engine into a problem.
func explain(err error) error {
	var thrown *quickjs.Error
	if !errors.As(err, &thrown) {
		return err
	}
	say := func(kind problem.Kind, key string, args ...any) error {
		return problem.New(kind, key, args...).Because(err)
	}
	switch thrown.Name {
	case "UnknownSeries":
		return say(problem.Invalid, "render.unknownSeries", thrown.Message)
	case "UnknownFunction":
		return say(problem.Invalid, "render.unknownFunction", thrown.Message)
	case "Unsupported":
		return say(problem.Invalid, "render.unsupported", thrown.Message)
	case "Warning":
		return say(problem.Invalid, "render.warning", thrown.Message)
	}
	switch {
	case strings.Contains(thrown.Error(), "interrupted"):
		return say(problem.TooLarge, "render.tooSlow", vmSeconds)
	case strings.Contains(thrown.Error(), "out of memory"), thrown.Error() == "null":
		// null: not even the error found room.
		return say(problem.TooLarge, "render.tooComplex")
	}
	return say(problem.Invalid, "render.failed", thrown.Message)
}
