package render

import (
	"embed"
	"io"
	"io/fs"
	"sync"

	"golang.org/x/image/font/sfnt"

	"tianye/internal/problem"
)

// What npm brings, put here by `make assets`; without it only the placeholder.
//
//go:embed dist
var dist embed.FS

//go:embed functions.js
var functionsJS string

//go:embed shim.js
var shimJS string

//go:embed glue.js
var glueJS string

// The typefaces, in the order in which they are asked for a glyph. All but the
// bold one stand for both weights.
var fontFiles = []string{
	"dist/NotoSansSC-Regular.ttf",
	"dist/NotoSansSC-Bold.ttf",
	"dist/NotoSans-Regular.ttf",         // sub- and superscripts, Latin with marks
	"dist/NotoSansSymbols2-Regular.ttf", // ticks, crosses, boxes
}

const (
	regular = iota
	bold
)

// typeface is one font file: its bytes stay in the program's image and are read
// as needed, since copying all four would cost 23 MB.
type typeface struct {
	file io.ReaderAt
	font *sfnt.Font
}

// typefaces opens the fonts once. The sfnt.Font of each is safe for concurrent use.
var typefaces = sync.OnceValues(func() ([]typeface, error) {
	var faces []typeface
	for _, name := range fontFiles {
		file, err := dist.Open(name)
		if err != nil {
			return nil, missing(err)
		}
		reader := file.(io.ReaderAt) // embed's files are
		font, err := sfnt.ParseReaderAt(reader)
		if err != nil {
			return nil, err
		}
		faces = append(faces, typeface{reader, font})
	}
	return faces, nil
})

func asset(name string) ([]byte, error) {
	raw, err := fs.ReadFile(dist, "dist/"+name)
	if err != nil {
		return nil, missing(err)
	}
	return raw, nil
}

func missing(cause error) error {
	return problem.New(problem.Unavailable, "render.assetsMissing").Because(cause)
}
