package render_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/charts/render"
	"tianye/internal/problem"
)

type object = map[string]any

type list = []any

var renderer *render.Renderer

func TestMain(m *testing.M) {
	if _, err := os.Stat("dist/echarts.min.js"); err != nil {
		fmt.Println("FAIL: charts/render/dist holds no assets; make them first: make assets")
		os.Exit(1)
	}
	if cache := os.Getenv(memoryCache); cache != "" {
		if err := measureMemory(cache); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	dir, err := os.MkdirTemp("", "render")
	if err != nil {
		panic(err)
	}
	renderer = render.New(dir)
	code := m.Run()
	renderer.Close()
	os.RemoveAll(dir)
	os.Exit(code)
}

func raw(t testing.TB, option object) []byte {
	t.Helper()
	text, err := json.Marshal(option)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func svg(t testing.TB, option object) string {
	t.Helper()
	out, err := renderer.SVG(context.Background(), raw(t, option), 800, 500)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// texts reads an SVG as XML and gives what its text elements say.
func texts(t testing.TB, document string) []string {
	t.Helper()
	var found []string
	decoder := xml.NewDecoder(strings.NewReader(document))
	inside := false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%.2000s", err, document)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inside = token.Name.Local == "text"
		case xml.CharData:
			if inside {
				found = append(found, string(token))
			}
		case xml.EndElement:
			inside = false
		}
	}
}

func contains(texts []string, want string) bool {
	for _, text := range texts {
		if text == want {
			return true
		}
	}
	return false
}

func TestEveryKind(t *testing.T) {
	for name, sample := range samples() {
		t.Run(name, func(t *testing.T) {
			document := svg(t, sample.option)
			said := texts(t, document)
			for _, want := range sample.says {
				if !contains(said, want) {
					t.Errorf("no text %q in %q", want, said)
				}
			}
			if got := strings.Count(document, "M"); got < sample.shapes {
				t.Errorf("%d outlines, want at least %d", got, sample.shapes)
			}
			if again := svg(t, sample.option); again != document {
				t.Error("drawn again it is another picture")
			}
			if folder := os.Getenv("RENDER_GALLERY"); folder != "" {
				gallery(t, folder, name, sample.option)
			}
		})
	}
}

// gallery writes the pictures for someone to look at.
func gallery(t *testing.T, folder, name string, option object) {
	picture, err := renderer.PNG(context.Background(), raw(t, option), 800, 500, 192)
	if err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string][]byte{name + ".png": picture, name + ".svg": []byte(svg(t, option))} {
		if err := os.WriteFile(filepath.Join(folder, file), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	for _, hostile := range []string{
		`</script><script>alert(1)</script>`, `__f__function(){throw 1}__f__`, `"'&<>`, `{"$fn":"percent"}`,
		`$fn`, `<text y="1">`, `]]>`, `&amp;`, `"><image href="http://example.org/x.png"/>`, `zr0-c0 url(#zr0-c0)`,
		`{a|丰富}{b}{@x}`, "甲\n乙",
	} {
		said := texts(t, svg(t, bars([]string{hostile, "机关"})))
		for _, line := range strings.Split(hostile, "\n") {
			if !contains(said, line) {
				t.Errorf("%q is not among %q", line, said)
			}
		}
	}
	for hostile, want := range map[string]string{"甲\x00\x01\x1b乙": "甲乙", "\ufffe丙\uffff": "丙", "a\u2028b": "a\u2028b"} {
		if said := texts(t, svg(t, bars([]string{hostile}))); !contains(said, want) {
			t.Errorf("%q became %q", hostile, said)
		}
	}
	lone := []byte(`{"xAxis":{"data":["\ud83d甲"]},"yAxis":{},"series":[{"type":"bar","data":[1]}]}`)
	document, err := renderer.SVG(context.Background(), lone, 400, 300)
	if err != nil || !contains(texts(t, string(document)), "\ufffd甲") {
		t.Errorf("half a character: %v", err)
	}
}

func TestSVGIsForKeeping(t *testing.T) {
	document := svg(t, bars([]string{"机关"}))
	for _, unwanted := range []string{"<style", "ecmeta", "class=", "dominant-baseline", "pointer-events"} {
		if strings.Contains(document, unwanted) {
			t.Errorf("the document holds %s", unwanted)
		}
	}
	if !strings.Contains(document, "font-family:Microsoft YaHei, PingFang SC, Noto Sans SC, sans-serif") {
		t.Error("Word on Windows finds no typeface")
	}
}

func TestFunctions(t *testing.T) {
	call := func(name string, args ...any) object { return object{"$fn": name, "args": args} }
	for _, c := range []struct {
		formatter object
		value     float64
		want      string
	}{
		{call("number", "zh"), 125000, "12.5万"},
		{call("number", "zh"), 320000000, "3.2亿"},
		{call("number", "en"), 125000, "125,000"},
		{call("number", "zh", 1), -3.14159, "-3.1"},
		{call("unit", "户", "zh"), 8000, "8,000户"},
		{call("percent", 1), 0.256, "25.6%"},
		{call("fixed", 2), 3, "3.00"},
	} {
		option := bars([]string{"机关"})
		option["series"] = list{object{"type": "bar", "data": list{c.value}, "label": object{"show": true, "formatter": c.formatter}}}
		if said := texts(t, svg(t, option)); !contains(said, c.want) {
			t.Errorf("%v of %v: no %q in %q", c.formatter, c.value, c.want, said)
		}
	}
}

func TestRefusals(t *testing.T) {
	ctx := context.Background()
	series := func(extra string) string {
		return `{"xAxis":{"data":["a"]},"yAxis":{},"series":[{"type":"bar","data":[1]` + extra + `}]}`
	}
	for name, c := range map[string]struct {
		option             string
		width, height, dpi int
		key                string
	}{
		"not JSON":           {`{"a":`, 800, 500, 96, "render.notJSON"},
		"code":               {`(function(){for(;;);})()`, 800, 500, 96, "render.notJSON"},
		"an array":           {`[]`, 800, 500, 96, "render.notJSON"},
		"nothing":            {``, 800, 500, 96, "render.notJSON"},
		"unknown series":     {`{"series":[{"type":"violin","data":[1]}]}`, 800, 500, 96, "render.unknownSeries"},
		"series of no type":  {`{"series":{"data":[1]}}`, 800, 500, 96, "render.unknownSeries"},
		"unknown function":   {series(`,"label":{"formatter":{"$fn":"constructor"}}`), 800, 500, 96, "render.unknownFunction"},
		"timeline":           {`{"baseOption":{},"options":[]}`, 800, 500, 96, "render.unsupported"},
		"other host's image": {series(`,"type":"scatter","symbol":"image://http://example.org/a.png"`), 800, 500, 96, "render.unsupported"},
		"missing axis":       {`{"series":[{"type":"bar","data":[1]}]}`, 800, 500, 96, "render.failed"},
		"deep":               {`{"a":` + strings.Repeat(`[`, 9000) + strings.Repeat(`]`, 9000) + `}`, 800, 500, 96, "render.failed"},
		"small":              {series(""), 10, 500, 96, "render.badSize"},
		"wide":               {series(""), 9000, 500, 96, "render.badSize"},
		"coarse":             {series(""), 800, 500, 1, "render.badResolution"},
		"too many pixels":    {series(""), 4000, 4000, 300, "render.tooManyPixels"},
		"too much data":      {`{"a":"` + strings.Repeat("x", 9<<20) + `"}`, 800, 500, 96, "render.optionTooLarge"},
		"needs much memory":  {`{"a":[[]` + strings.Repeat(`,[]`, 2_700_000) + `]}`, 800, 500, 96, "render.tooComplex"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := renderer.PNG(ctx, []byte(c.option), c.width, c.height, c.dpi)
			var p *problem.Problem
			if !errors.As(err, &p) || p.Text.Key != c.key {
				t.Errorf("got %.300v, want %s", err, c.key)
			}
		})
	}
	if _, err := renderer.SVG(ctx, []byte(series("")), 800, 500); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

func TestGivenUp(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := renderer.SVG(ctx, raw(t, bars([]string{"机关"})), 800, 500); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	// Half a second's work, stopped in its middle.
	ctx, cancel = context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := renderer.SVG(ctx, raw(t, samples()["points"].option), 800, 500); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestPNG(t *testing.T) {
	for _, dpi := range []int{96, 300} {
		file, err := renderer.PNG(context.Background(), raw(t, bars([]string{"机关", "农村 m² x₁⁻¹ ☑"})), 400, 250, dpi)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		near := func(got, css int) bool { d := got - css*dpi/96; return d == 0 || d == 1 }
		if size := picture.Bounds().Size(); !near(size.X, 400) || !near(size.Y, 250) {
			t.Errorf("%d dpi: %v", dpi, size)
		}
		if r, g, b, a := picture.At(0, 0).RGBA(); r&g&b&a != 0xffff {
			t.Error("not on white")
		}
		at := bytes.Index(file, []byte("pHYs"))
		if at != 37 {
			t.Fatalf("pHYs at %d", at)
		}
		if got, want := binary.BigEndian.Uint32(file[at+4:]), uint32(float64(dpi)/0.0254+0.5); got != want || file[at+12] != 1 {
			t.Errorf("%d dots a metre, want %d", got, want)
		}
		again, err := renderer.PNG(context.Background(), raw(t, bars([]string{"机关", "农村 m² x₁⁻¹ ☑"})), 400, 250, dpi)
		if err != nil || !bytes.Equal(again, file) {
			t.Errorf("drawn again it is another picture: %v", err)
		}
	}
}

// Glyphs are drawn, none as the empty box: a picture of each character differs from
// the picture of one that no typeface has.
func TestEveryCharacterHasItsGlyph(t *testing.T) {
	shown := func(text string) image.Image {
		option := object{"title": object{"text": text, "textStyle": object{"fontSize": 40, "fontWeight": "normal"}}}
		file, err := renderer.PNG(context.Background(), raw(t, option), 80, 80, 96)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		return picture
	}
	same := func(a, b image.Image) bool {
		var x, y bytes.Buffer
		return png.Encode(&x, a) == nil && png.Encode(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
	}
	blank, box := shown(" "), shown("\U000e0fff")
	for _, r := range "田野衢㎡₁⁻ⁿ²±≤αχÅéğ☑✗✔★①℃‰、。“”龘𠮷" {
		if got := shown(string(r)); same(got, blank) || same(got, box) {
			t.Errorf("%c is not drawn", r)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	all := samples()
	delete(all, "points")
	delete(all, "force graph")
	want := map[string]string{}
	for name, sample := range all {
		want[name] = svg(t, sample.option)
	}
	var group sync.WaitGroup
	for name, sample := range all {
		option := raw(t, sample.option)
		for range 2 {
			group.Go(func() {
				got, err := renderer.SVG(context.Background(), option, 800, 500)
				if err != nil || string(got) != want[name] {
					t.Errorf("%s: %v or another picture", name, err)
				}
			})
		}
		group.Go(func() {
			if _, err := renderer.PNG(context.Background(), option, 800, 500, 48); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	group.Wait()
}

func TestClosed(t *testing.T) {
	r := render.New("")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.SVG(context.Background(), raw(t, bars([]string{"机关"})), 800, 500); err == nil {
		t.Error("a closed renderer draws")
	}
}

func FuzzText(f *testing.F) {
	f.Add("机关", "<b>&\"'")
	f.Add("{a|b}", "\x00\ufffe\\")
	f.Fuzz(func(t *testing.T, category, title string) {
		option := bars([]string{category, title})
		option["title"] = object{"text": title, "subtext": category}
		texts(t, svg(t, option))
	})
}

// Whatever the option, there is a picture or a problem that people can read.
func FuzzOption(f *testing.F) {
	f.Add([]byte(`{"xAxis":{"data":["机关"]},"yAxis":{},"series":[{"type":"bar","data":[1]}]}`))
	f.Add([]byte(`{"series":{"type":"pie","data":[{"name":"a","value":"x"}]},"__proto__":{"$fn":"number"},"title":[]}`))
	f.Add([]byte(`{"series":[null,{"type":"scatter","symbolSize":{"$fn":"area","args":[0]}}],"textStyle":3}`))
	f.Fuzz(func(t *testing.T, option []byte) {
		document, err := renderer.SVG(context.Background(), option, 200, 150)
		var p *problem.Problem
		if err != nil && !errors.As(err, &p) {
			t.Fatal(err)
		}
		if err == nil {
			texts(t, string(document))
		}
	})
}
