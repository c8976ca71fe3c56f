package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"

	"tianye/internal/problem"
)

//go:embed static/dist
var distFiles embed.FS

// assetTypes are not asked of the system: where its tables call a script a text, no
// browser would run it (nosniff).
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
	".png": "image/png", ".webmanifest": "application/manifest+json",
}

// assets are the built files, with a mark of their content for their addresses.
type assets struct {
	files  fs.FS
	hashes map[string]string
	first  map[string][]string // of a script: addresses of the parts that it cannot begin without
	parts  []string            // addresses of all parts of the phone's pages
	packed sync.Map            // of name: the file compressed
}

func loadAssets() (*assets, error) {
	files, err := fs.Sub(distFiles, "static/dist")
	if err != nil {
		return nil, err
	}
	a := &assets{files: files, hashes: map[string]string{}, first: map[string][]string{}}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(files, name)
		sum := sha256.Sum256(raw)
		a.hashes[name] = hex.EncodeToString(sum[:6])
		if name == "fill.js" || name == "field.js" {
			for _, m := range staticImport.FindAllSubmatch(raw, -1) {
				a.first[name] = append(a.first[name], "/static/"+string(m[1]))
			}
		}
		if partName.MatchString(name) {
			a.parts = append(a.parts, "/static/"+name)
		}
		return err
	})
	return a, err
}

func (a *assets) path(name string) string { return "/static/" + name + "?v=" + a.hashes[name] }

// pack compresses a file as small as gzip can, once: a phone's network pays for each byte.
func (a *assets) pack(name string, raw []byte) []byte {
	if packed, ok := a.packed.Load(name); ok {
		return packed.([]byte)
	}
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is one that there is
	w.Write(raw)                                          // into memory: no error
	w.Close()
	a.packed.Store(name, b.Bytes())
	return b.Bytes()
}

// smallest is the size in bytes from which a file is worth compressing.
const smallest = 600

var (
	// partName is of a part of the phone's pages: named by its content.
	partName     = regexp.MustCompile(`^fill-[0-9A-Z]{8}\.js$`)
	staticImport = regexp.MustCompile(`(?:from|import)"\./([^"]+)"`)
)

// static serves a built file; asked for by its mark it may be kept for ever.
func (s *Server) static(r *Request) error {
	name := path.Clean(r.Param("file"))[1:]
	hash, ok := s.assets.hashes[name]
	if !ok {
		return problem.New(problem.NotFound, "web.noPage")
	}
	raw, err := fs.ReadFile(s.assets.files, name)
	if err != nil {
		return err
	}
	if r.Query("v") == hash || partName.MatchString(name) {
		r.Header("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		r.Header("Cache-Control", "no-cache")
	}
	if name == "worker.js" { // serves the phone's pages, which are not below /static/
		r.Header("Service-Worker-Allowed", "/")
	}
	r.Header("ETag", `"`+hash+`"`)
	if r.GetHeader("If-None-Match") == `"`+hash+`"` {
		r.Status(http.StatusNotModified)
		return nil
	}
	if len(raw) >= smallest && strings.Contains(r.GetHeader("Accept-Encoding"), "gzip") {
		r.Header("Content-Encoding", "gzip")
		r.Header("Vary", "Accept-Encoding")
		raw = s.assets.pack(name, raw)
	}
	r.Data(http.StatusOK, assetTypes[path.Ext(name)], raw)
	return nil
}
