package web

import (
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tianye/internal/problem"
)

// maxFileName is the length of a sent file's name, in characters.
const maxFileName = 200

// fileName gives the last part of a sent file's name, if it can stand in an address,
// on a page and on a disk.
func fileName(sent string) (string, error) {
	name := path.Base(strings.ReplaceAll(sent, `\`, "/"))
	if strings.Trim(name, "./ ") == "" || utf8.RuneCountInString(name) > maxFileName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return "", problem.New(problem.Malformed, "web.fileName")
	}
	return name, nil
}

// sentFile is a stored file on its way to a browser.
type sentFile struct {
	Name, Hash, ContentType string
	Size                    int64
}

// shown are the types that a browser may show in place.
var shown = map[string]bool{"image/jpeg": true, "image/png": true, "image/gif": true, "image/webp": true}

// sendFile lets a browser show a picture and save all else. It may keep the file, but
// asks each time: on a shared machine the next person may not read it. Its error is
// that of a file that ended early: fail then breaks the answer off, lest it seem whole.
func sendFile(r *Request, f sentFile, content io.Reader) error {
	mediaType, _, err := mime.ParseMediaType(f.ContentType)
	if err != nil {
		f.ContentType = "application/octet-stream"
	}
	if !shown[mediaType] {
		r.Header("Content-Disposition", attachmentNamed(f.Name))
	}
	r.Header("Content-Security-Policy", "default-src 'none'; sandbox") // should a browser open it as a page all the same
	tag := `"` + f.Hash + `"`
	r.Header("Cache-Control", "private, no-cache")
	r.Header("ETag", tag)
	if r.GetHeader("If-None-Match") == tag {
		r.Status(http.StatusNotModified)
		return nil
	}
	r.Header("Content-Type", f.ContentType)
	r.Header("Content-Length", strconv.FormatInt(f.Size, 10))
	r.Status(http.StatusOK)
	_, err = io.CopyN(r.Writer, content, f.Size)
	return err
}

// attachmentNamed makes a browser save the answer under a name, also a Chinese one.
func attachmentNamed(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}
