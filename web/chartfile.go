package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"

	"tianye/charts"
	"tianye/survey"
)

const dpi = 300 // what printers ask of pictures

// chartFile gives a chart as a file: of the query's spec to save it, for printers
// without colours with print=1; of the path's chart as a picture to show. A picture
// that has not changed is not drawn again.
func (s *Server) chartFile(r *Request) error {
	spec, err := s.specOf(r)
	if err != nil {
		return err
	}
	c, err := s.computed(r, spec)
	if err != nil {
		return err
	}
	c.suppress(r)
	look := r.look()
	look.ForPrint = r.Query("print") != ""
	kind := path.Ext(r.FullPath())
	if r.Param("chart") == "" || kind == ".xlsx" {
		r.Header("Content-Disposition", attachmentNamed(c.Spec.Title+kind))
		r.Header("Cache-Control", "no-store")
	} else {
		option, err := charts.Option(c.Result, c.Spec, look)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(append(option, s.Version...))
		tag := `"` + hex.EncodeToString(sum[:8]) + `"`
		r.Header("Cache-Control", "private, max-age=60")
		r.Header("ETag", tag)
		if r.GetHeader("If-None-Match") == tag {
			r.Status(http.StatusNotModified)
			return nil
		}
	}
	return s.drawChart(r, c, look, kind)
}

func (s *Server) drawChart(r *Request, c *comparison, look charts.Look, kind string) error {
	var raw []byte
	var err error
	contentType := "image/svg+xml"
	switch kind {
	case ".xlsx":
		var b bytes.Buffer
		err = charts.WriteXLSX(&b, c.Result, c.Spec, look)
		raw, contentType = b.Bytes(), exportTypes[survey.XLSX]
	case ".png":
		contentType = "image/png"
		raw, err = s.Charts.PNG(r, c.Result, c.Spec, look, dpi)
	default:
		raw, err = s.Charts.SVG(r, c.Result, c.Spec, look)
	}
	if err != nil {
		return err
	}
	r.Data(http.StatusOK, contentType, raw)
	return nil
}
