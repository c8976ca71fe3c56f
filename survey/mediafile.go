package survey

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	utf16 "golang.org/x/text/encoding/unicode"

	"tianye/internal/problem"
	"tianye/survey/instance"
)

// MediaFile is an uploaded file before it is looked at.
type MediaFile struct {
	Name    string
	Content io.ReaderAt
	Size    int64
}

const maxMediaName = 150 // characters

// eachMedia gives the files one after the other, those in a .zip one by one.
func eachMedia(files []MediaFile, each func(name string, content []byte) error) error {
	for _, f := range files {
		if strings.EqualFold(path.Ext(f.Name), ".zip") {
			if err := eachZipped(f, each); err != nil {
				return err
			}
			continue
		}
		if err := oneMedia(f.Name, io.NewSectionReader(f.Content, 0, f.Size), each); err != nil {
			return err
		}
	}
	return nil
}

func oneMedia(sent string, r io.Reader, each func(name string, content []byte) error) error {
	name, err := mediaName(sent)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(io.LimitReader(r, MaxMediaFile+1))
	switch {
	case err != nil:
		return problem.New(problem.Malformed, "media.unreadable", name).Because(err)
	case len(content) > MaxMediaFile:
		return problem.New(problem.TooLarge, "media.tooLarge", name, MaxMediaFile>>20)
	}
	return each(name, content)
}

// eachZipped unpacks an archive. Folders do not matter; what an operating system adds
// (__MACOSX, .DS_Store, Thumbs.db) is left out.
func eachZipped(f MediaFile, each func(name string, content []byte) error) error {
	archive, err := zip.NewReader(f.Content, f.Size)
	if err != nil {
		return problem.New(problem.Malformed, "media.zip", f.Name).Because(err)
	}
	if len(archive.File) > 2*MaxMediaFiles {
		return problem.New(problem.TooLarge, "media.tooMany", MaxMediaFiles)
	}
	for _, part := range archive.File {
		name := zippedName(part)
		base := path.Base(strings.ReplaceAll(name, `\`, "/"))
		if part.FileInfo().IsDir() || strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, ".") || strings.EqualFold(base, "thumbs.db") {
			continue
		}
		r, err := part.Open()
		if err != nil {
			return problem.New(problem.Malformed, "media.zip", f.Name).Because(err)
		}
		err = oneMedia(name, r, each)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// zippedName reads a name as it was meant: Windows writes Chinese ones in GBK.
func zippedName(part *zip.File) string {
	if utf8.ValidString(part.Name) {
		return part.Name
	}
	if name, err := simplifiedchinese.GB18030.NewDecoder().String(part.Name); err == nil {
		return name
	}
	return part.Name
}

// mediaName gives the last part of a file's name, if a form can name it and a phone keep it.
func mediaName(sent string) (string, error) {
	name := strings.TrimSpace(path.Base(strings.ReplaceAll(sent, `\`, "/")))
	if strings.Trim(name, "./ ") == "" || utf8.RuneCountInString(name) > maxMediaName || !utf8.ValidString(name) ||
		strings.ContainsAny(name, `<>:"|?*`) || strings.ContainsFunc(name, unicode.IsControl) {
		return "", problem.New(problem.Invalid, "media.fileName", clip(strings.ToValidUTF8(name, "?"), maxMediaName), maxMediaName)
	}
	return name, nil
}

// isList tells whether expressions look things up in a file of this name.
func isList(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".xml", ".geojson":
		return true
	}
	return false
}

// checkMedia looks whether a file can be what its name says, gives a text file's
// content as UTF-8 without a mark, and the type that it is served with.
func checkMedia(name string, content []byte) (checked []byte, contentType string, converted bool, err error) {
	if len(content) == 0 {
		return nil, "", false, problem.New(problem.Invalid, "media.empty", name)
	}
	contentType = typeByName(name)
	if !isList(name) {
		contentType, err = typeOf(name, contentType, content)
		return content, contentType, false, err
	}
	if content, converted, err = decodeMedia(name, content); err != nil {
		return nil, "", false, err
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		err = checkCSV(name, content)
	case ".xml":
		err = checkXML(name, content)
	default:
		err = checkGeoJSON(name, content)
	}
	if err == nil {
		err = instance.ReadFile(name, content) // as those who fill the form in will
	}
	return content, contentType, converted, err
}

// types are those of the files that forms show, play and look up, by the ends of their names.
var types = map[string]string{
	".csv": "text/csv; charset=utf-8", ".xml": "application/xml", ".geojson": "application/geo+json", ".json": "application/json", ".pdf": "application/pdf",
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".bmp": "image/bmp", ".svg": "image/svg+xml", ".heic": "image/heic",
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".wav": "audio/wav", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".amr": "audio/amr",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".3gp": "video/3gpp", ".mov": "video/quicktime", ".mkv": "video/x-matroska",
}

func typeByName(name string) string {
	if t := types[strings.ToLower(path.Ext(name))]; t != "" {
		return t
	}
	return "application/octet-stream"
}

// typeOf corrects a type by a look at the bytes: a .png may be a JPEG; a page in a picture's
// clothes is refused.
func typeOf(name, named string, content []byte) (string, error) {
	sniffed, _, _ := strings.Cut(http.DetectContentType(content), ";")
	kind, _, _ := strings.Cut(named, "/")
	shown := kind == "image" || kind == "audio" || kind == "video"
	switch {
	case shown && strings.HasPrefix(sniffed, "image/"):
		return sniffed, nil
	case shown && named != "image/svg+xml" && (strings.HasPrefix(sniffed, "text/") || sniffed == "application/pdf" || sniffed == "application/zip"):
		return "", problem.New(problem.Unsupported, "media.otherContent", name)
	}
	return named, nil
}

var byteOrderMark = []byte("\uFEFF")

// decodeMedia gives a text as UTF-8 without its mark: Excel and WPS write GB18030 ("CSV") and UTF-16
// ("Unicode text") where they are not told otherwise.
func decodeMedia(name string, raw []byte) (text []byte, converted bool, err error) {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(raw, []byte{0xFF, 0xFE}) || bytes.HasPrefix(raw, []byte{0xFE, 0xFF}):
		from = utf16.UTF16(utf16.LittleEndian, utf16.ExpectBOM)
	case utf8.Valid(raw):
		return bytes.TrimPrefix(raw, byteOrderMark), false, nil
	default:
		from = simplifiedchinese.GB18030
	}
	text, err = from.NewDecoder().Bytes(raw)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) || bytes.IndexByte(text, 0) >= 0 {
		return nil, false, problem.New(problem.Invalid, "media.notUTF8", name).Because(err)
	}
	return text, true, nil
}

// checkCSV wants a row of columns' names; below it the reader takes whatever stands there.
func checkCSV(name string, content []byte) error {
	r := csv.NewReader(bytes.NewReader(content))
	r.LazyQuotes = true
	header, err := r.Read()
	if err != nil || strings.TrimSpace(strings.Join(header, "")) == "" {
		return problem.New(problem.Invalid, "media.csvHeader", name).Because(err)
	}
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		return problem.New(problem.Invalid, "media.csvSeparator", name)
	}
	return nil
}

// checkXML says where a file is not XML; there is no DOCTYPE in what forms look things up in.
func checkXML(name string, content []byte) error {
	d := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		line, _ := d.InputPos()
		if err != nil {
			return problem.New(problem.Invalid, "media.xmlLine", name, line).Because(err)
		}
		if _, is := token.(xml.Directive); is {
			return problem.New(problem.Invalid, "media.xmlDoctype", name, line)
		}
	}
}

func checkGeoJSON(name string, content []byte) error {
	var collection struct {
		Type     string            `json:"type"`
		Features []json.RawMessage `json:"features"`
	}
	err := json.Unmarshal(content, &collection)
	if err != nil || collection.Type != "FeatureCollection" || collection.Features == nil {
		return problem.New(problem.Invalid, "media.geojson", name).Because(err)
	}
	return nil
}
