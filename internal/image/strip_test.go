package image_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/image/webp"

	strip "tianye/internal/image"
)

// secret stands in everything that must go.
const secret = "GPS 28.97N 118.86E 王小明"

func stripped(t testing.TB, raw []byte) []byte {
	t.Helper()
	out, err := io.ReadAll(strip.Strip(bytes.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	slow, err := io.ReadAll(strip.Strip(iotest.OneByteReader(bytes.NewReader(raw))))
	if err != nil || !bytes.Equal(out, slow) {
		t.Fatal("read slowly it becomes another", err)
	}
	again, err := io.ReadAll(strip.Strip(bytes.NewReader(out)))
	if err != nil || !bytes.Equal(out, again) {
		t.Fatal("stripped twice it becomes another", err)
	}
	return out
}

func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 61, 43))
	for i := range m.Pix {
		m.Pix[i] = byte(i * 7)
	}
	return m
}

// tiff is an Exif that says an orientation, in either order of bytes, and much more.
func tiff(order binary.AppendByteOrder, turn uint16) []byte {
	out := []byte("II")
	if order.String() == "BigEndian" {
		out = []byte("MM")
	}
	out = order.AppendUint32(order.AppendUint16(out, 42), 8)
	out = order.AppendUint16(out, 2)
	out = order.AppendUint32(order.AppendUint32(order.AppendUint16(order.AppendUint16(out, 0x010e), 2), uint32(len(secret))), 38)
	out = order.AppendUint32(order.AppendUint16(order.AppendUint16(out, 0x0112), 3), 1)
	out = order.AppendUint16(order.AppendUint16(out, turn), 0)
	return append(order.AppendUint32(out, 0), secret...)
}

func segment(mark byte, body string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, mark}, uint16(2+len(body))), body...)
}

// photo is a JPEG with segments after its beginning and something behind its end.
func photo(t testing.TB, segments ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	raw := b.Bytes()
	return append(append(append(bytes.Clone(raw[:2]), bytes.Join(segments, nil)...), raw[2:]...), secret...)
}

func TestJPEG(t *testing.T) {
	plain := photo(t)
	plain = plain[:len(plain)-len(secret)]
	profile := segment(0xe2, "ICC_PROFILE\x00\x01\x01colours")
	for name, order := range map[string]binary.AppendByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
		t.Run(name, func(t *testing.T) {
			raw := photo(t, segment(0xe0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"), segment(0xe1, "Exif\x00\x00"+string(tiff(order, 6))),
				segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+secret), profile, segment(0xe2, "MPF\x00"+secret), segment(0xed, "Photoshop 3.0\x00"+secret),
				segment(0xfe, secret), segment(0xe5, secret))
			out := stripped(t, raw)
			if bytes.Contains(out, []byte("GPS")) || !bytes.Contains(out, profile) || bytes.Count(out, []byte("Exif")) != 1 {
				t.Errorf("%q", out[:200])
			}
			if at := bytes.Index(out, []byte("Exif\x00\x00II*\x00")); at < 0 || out[at+6+18] != 6 {
				t.Errorf("the orientation is lost: %q", out[:100])
			}
			got, err := jpeg.Decode(bytes.NewReader(out))
			want, _ := jpeg.Decode(bytes.NewReader(plain))
			if err != nil || !same(got, want) || !bytes.HasSuffix(out, plain[len(plain)-500:]) {
				t.Error("the picture is another", err)
			}
		})
	}
	if out := stripped(t, photo(t, segment(0xe1, "Exif\x00\x00"+string(tiff(binary.BigEndian, 1))))); !bytes.Equal(out, plain) {
		t.Error("an upright picture needs no Exif")
	}
}

func same(a, b image.Image) bool {
	if a == nil || b == nil || a.Bounds() != b.Bounds() {
		return false
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if color.RGBAModel.Convert(a.At(x, y)) != color.RGBAModel.Convert(b.At(x, y)) {
				return false
			}
		}
	}
	return true
}

func chunk(name, data string) []byte {
	out := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), name+data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

func TestPNG(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	const header = 8 + 25
	raw := bytes.Join([][]byte{plain[:header], chunk("tEXt", "Comment\x00"+secret), chunk("eXIf", string(tiff(binary.BigEndian, 8))), chunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+secret),
		chunk("zTXt", secret), chunk("gAMA", "\x00\x00\xb1\x8f"), plain[header:], []byte(secret)}, nil)
	out := stripped(t, raw)
	got, err := png.Decode(bytes.NewReader(out))
	want, _ := png.Decode(bytes.NewReader(plain))
	if err != nil || !same(got, want) || bytes.Contains(out, []byte("GPS")) || !bytes.Contains(out, []byte("gAMA")) || !bytes.Contains(out, []byte("eXIf")) {
		t.Errorf("%v %q", err, out[:200])
	}
	if !bytes.Equal(stripped(t, plain), plain) {
		t.Error("a plain picture is another")
	}
}

func TestWebP(t *testing.T) {
	simple, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	le := func(name, data string) string {
		out := name + string(binary.LittleEndian.AppendUint32(nil, uint32(len(data)))) + data
		return out + strings.Repeat("\x00", len(data)%2)
	}
	body := "WEBP" + le("VP8X", "\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00") + string(simple[12:]) + le("EXIF", string(tiff(binary.LittleEndian, 3))) + le("XMP ", secret+"x")
	raw := []byte("RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body + secret)
	out := stripped(t, raw)
	if _, err := webp.Decode(bytes.NewReader(out)); err != nil || bytes.Contains(out, []byte("GPS")) || len(out) != len(raw)-len(secret) || bytes.Contains(out, []byte("XMP ")) || out[20] != 0x08 {
		t.Errorf("%v %q", err, out)
	}
	if at := bytes.Index(out, []byte("EXIF")); at < 0 || out[at+8+18] != 3 {
		t.Error("the orientation is lost")
	}
	if !bytes.Equal(stripped(t, simple), simple) {
		t.Error("a plain picture is another")
	}
}

// TestStrayBytes: decoders pass over bytes before a marker, and so does who looks for Exif.
func TestStrayBytes(t *testing.T) {
	hidden := segment(0xe1, "Exif\x00\x00"+string(tiff(binary.BigEndian, 1)))
	for name, before := range map[string]string{"a byte": "\xff\xfe\x00\x02x", "a stuffed zero": "\xff\xfe\x00\x02\xff\x00", "fill bytes": "\xff\xff\xff"} {
		if out := stripped(t, photo(t, []byte(before), hidden)); bytes.Contains(out, []byte("GPS")) {
			t.Errorf("%s: %q", name, out[:60])
		}
	}
}

// TestSecondExif: one that is longer than what is looked at goes as a whole.
func TestSecondExif(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	long := strings.Repeat("x", 70<<10) + secret
	out := stripped(t, bytes.Join([][]byte{plain[:33], chunk("eXIf", string(tiff(binary.BigEndian, 8))), chunk("eXIf", long), plain[33:]}, nil))
	if _, err := png.Decode(bytes.NewReader(out)); err != nil || bytes.Contains(out, []byte("GPS")) || len(out) > len(plain)+60 {
		t.Errorf("%d bytes of %d: %v", len(out), len(plain), err)
	}
}

// TestOthers: what is no picture that is known passes as it is, and so does an error.
func TestOthers(t *testing.T) {
	for _, raw := range []string{"", "x", "\xff\xd8", "\x00\x00\x00\x18ftypheic" + secret, "GIF89a" + secret, "%PDF", "RIFF\x00\x00\x00\x00WAVE" + secret, "\xff\xd8\xff\x00" + secret} {
		if out := stripped(t, []byte(raw)); string(out) != raw {
			t.Errorf("%q became %q", raw, out)
		}
	}
	broken := errors.New("broken")
	for _, raw := range [][]byte{nil, photo(t)[:100], photo(t), []byte("plain")} {
		if _, err := io.ReadAll(strip.Strip(io.MultiReader(bytes.NewReader(raw), iotest.ErrReader(broken)))); !errors.Is(err, broken) {
			t.Errorf("%d bytes: %v", len(raw), err)
		}
	}
}

// FuzzStrip: whatever comes, it ends, grows by little, and stripped again is the same.
func FuzzStrip(f *testing.F) {
	f.Add(photo(f, segment(0xe1, "Exif\x00\x00"+string(tiff(binary.BigEndian, 6))), segment(0xfe, secret)))
	f.Add([]byte("\x89PNG\r\n\x1a\n" + string(chunk("IHDR", "0123456789abc")) + string(chunk("eXIf", string(tiff(binary.BigEndian, 8)))) + string(chunk("IEND", ""))))
	f.Add([]byte("RIFF\x40\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00EXIF\x04\x00\x00\x00abcd"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		out, err := io.ReadAll(strip.Strip(bytes.NewReader(raw)))
		if err != nil || len(out) > len(raw)+200 {
			t.Fatalf("%d bytes became %d: %v", len(raw), len(out), err)
		}
	})
}
