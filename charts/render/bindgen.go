package render

import (
	"context"
	"errors"

	"github.com/tetratelabs/wazero/api"
)

// The imports that resvg's JavaScript wrapper (wasm-bindgen) would give it. Its code
// holds JavaScript objects by number: here a string, [][]byte (an array of byte
// arrays), []byte, view, error, iterator or step.

// firstObject is the first free number; wasm-bindgen keeps those below for itself.
const firstObject = 132

// instance is one run of resvg: its memory and the objects it holds.
type instance struct {
	module  api.Module
	memory  api.Memory
	objects []any
	free    []uint32
}

type instanceKey struct{}

// view is a Uint8Array upon the module's memory.
type view struct{ offset, length uint32 }

// iterator walks an array; step is one result of next.
type (
	iterator struct{ rest [][]byte }
	step     struct {
		value []byte
		done  bool
	}
)

func (in *instance) add(object any) uint32 {
	if n := len(in.free); n > 0 {
		number := in.free[n-1]
		in.free = in.free[:n-1]
		in.objects[number] = object
		return number
	}
	in.objects = append(in.objects, object)
	return uint32(len(in.objects) - 1)
}

func (in *instance) drop(number uint32) {
	if number >= firstObject {
		in.objects[number] = nil
		in.free = append(in.free, number)
	}
}

func (in *instance) take(number uint32) any {
	object := in.objects[number]
	in.drop(number)
	return object
}

func (in *instance) text(offset, length uint32) string {
	raw, _ := in.memory.Read(offset, length)
	return string(raw)
}

// bytes gives what a Uint8Array holds; a view's stay those of the module's memory.
func (in *instance) bytes(object any) []byte {
	switch object := object.(type) {
	case []byte:
		return object
	case view:
		raw, _ := in.memory.Read(object.offset, object.length)
		return raw
	}
	return nil
}

func running(ctx context.Context) *instance { return ctx.Value(instanceKey{}).(*instance) }

// wholeMemory stands for memory, memory.buffer and new Uint8Array(memory.buffer).
// new Uint8Array(a view) would be a copy; pixels are used at once, so none is made.
func wholeMemory(in *instance) view { return view{0, in.memory.Size()} }

var hostFunctions = map[string]any{
	"__wbindgen_memory": func(ctx context.Context) uint32 {
		return running(ctx).add(wholeMemory(running(ctx)))
	},
	"__wbg_buffer_12d079cc21e14bdb": func(ctx context.Context, _ uint32) uint32 {
		return running(ctx).add(wholeMemory(running(ctx)))
	},
	"__wbg_new_63b92bc8671ed464": func(ctx context.Context, object uint32) uint32 {
		return running(ctx).add(running(ctx).objects[object])
	},
	"__wbg_newwithbyteoffsetandlength_aa4a17c33a06e5cb": func(ctx context.Context, _, offset, length uint32) uint32 {
		return running(ctx).add(view{offset, length})
	},
	"__wbindgen_object_drop_ref": func(ctx context.Context, object uint32) {
		running(ctx).drop(object)
	},
	"__wbg_values_839f3396d5aac002": func(ctx context.Context, array uint32) uint32 {
		return running(ctx).add(&iterator{running(ctx).objects[array].([][]byte)})
	},
	"__wbg_next_196c84450b364254": func(ctx context.Context, number uint32) uint32 {
		in := running(ctx)
		it := in.objects[number].(*iterator)
		if len(it.rest) == 0 {
			return in.add(step{done: true})
		}
		value := it.rest[0]
		it.rest = it.rest[1:]
		return in.add(step{value: value})
	},
	"__wbg_done_298b57d23c0fc80c": func(ctx context.Context, number uint32) uint32 {
		return truth(running(ctx).objects[number].(step).done)
	},
	"__wbg_value_d93c65011f51a456": func(ctx context.Context, number uint32) uint32 {
		return running(ctx).add(running(ctx).objects[number].(step).value)
	},
	"__wbg_instanceof_Uint8Array_2b3bbecd033d19f6": func(ctx context.Context, number uint32) uint32 {
		_, isText := running(ctx).objects[number].(string)
		return truth(!isText)
	},
	"__wbindgen_string_get": func(ctx context.Context, result, number uint32) {
		in := running(ctx)
		text, isText := in.objects[number].(string)
		var address uint32
		if isText {
			var err error
			if address, err = in.place(ctx, []byte(text)); err != nil {
				panic(err)
			}
		}
		in.memory.WriteUint32Le(result, address)
		in.memory.WriteUint32Le(result+4, uint32(len(text)))
	},
	"__wbg_length_c20a40f15020d68a": func(ctx context.Context, number uint32) uint32 {
		in := running(ctx)
		return uint32(len(in.bytes(in.objects[number])))
	},
	"__wbg_set_a47bac70306a19a7": func(ctx context.Context, target, source, offset uint32) {
		in := running(ctx)
		copy(in.bytes(in.objects[target])[offset:], in.bytes(in.objects[source]))
	},
	"__wbg_new_28c511d9baebfa89": func(ctx context.Context, offset, length uint32) uint32 {
		return running(ctx).add(errors.New(running(ctx).text(offset, length)))
	},
	"__wbindgen_string_new": func(ctx context.Context, offset, length uint32) uint32 {
		return running(ctx).add(running(ctx).text(offset, length))
	},
	"__wbindgen_throw": func(ctx context.Context, offset, length uint32) {
		panic(errors.New(running(ctx).text(offset, length)))
	},
	// The list of outside images, which our pictures have none of.
	"__wbg_new_16b304a2cfa7ff4a":  func(context.Context) uint32 { panic(errNoImages) },
	"__wbg_push_a5b05aedc7234f9f": func(context.Context, uint32, uint32) uint32 { panic(errNoImages) },
}

var errNoImages = errors.New("pictures hold no outside images")

func truth(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}
