package render

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"math"
)

// headerEnd is where a PNG's first chunk, IHDR, ends: signature 8, chunk 25 bytes.
const headerEnd = 8 + 25

// encode writes a PNG that says its resolution, so that Word sets it at its right size.
func encode(pixels image.Image, dpi int) ([]byte, error) {
	var file bytes.Buffer
	if err := png.Encode(&file, pixels); err != nil {
		return nil, err
	}
	raw := file.Bytes()
	out := make([]byte, 0, len(raw)+21)
	out = append(out, raw[:headerEnd]...)
	out = append(out, resolution(dpi)...)
	return append(out, raw[headerEnd:]...), nil
}

// resolution is the chunk pHYs: pixels a metre, both ways (PNG specification, 11.3.5.3).
func resolution(dpi int) []byte {
	be := binary.BigEndian
	perMetre := uint32(math.Round(float64(dpi) / 0.0254))
	chunk := be.AppendUint32(nil, 9)
	chunk = append(chunk, "pHYs"...)
	chunk = be.AppendUint32(chunk, perMetre)
	chunk = be.AppendUint32(chunk, perMetre)
	chunk = append(chunk, 1) // the unit is the metre
	return be.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
}
