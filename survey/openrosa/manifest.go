package openrosa

import (
	"encoding/xml"
	"io"
)

// MediaFile is a file that a form needs (OpenRosa Form Discovery API 1.0, manifest).
type MediaFile struct {
	Name        string
	Hash        string // see Hash
	DownloadURL string
	IsEntities  bool // an entity list: CSV with name, label, __version and properties
}

// WriteManifest writes the list of a form's media files.
func WriteManifest(w io.Writer, files []MediaFile) error {
	type mediaFile struct {
		Type        string `xml:"type,attr,omitempty"`
		Name        string `xml:"filename"`
		Hash        string `xml:"hash"`
		DownloadURL string `xml:"downloadUrl"`
	}
	manifest := struct {
		XMLName xml.Name    `xml:"http://openrosa.org/xforms/xformsManifest manifest"`
		Files   []mediaFile `xml:"mediaFile"`
	}{}
	for _, f := range files {
		m := mediaFile{Name: f.Name, Hash: f.Hash, DownloadURL: f.DownloadURL}
		if f.IsEntities {
			m.Type = "entityList"
		}
		manifest.Files = append(manifest.Files, m)
	}
	return writeXML(w, manifest)
}

// WriteResponse writes the envelope of an answer (OpenRosa HTTP Request API): what is
// said to the person at the client; nature is "submit_success" or "error".
func WriteResponse(w io.Writer, nature, message string) error {
	type said struct {
		Nature string `xml:"nature,attr,omitempty"`
		Text   string `xml:",chardata"`
	}
	return writeXML(w, struct {
		XMLName xml.Name `xml:"http://openrosa.org/http/response OpenRosaResponse"`
		Message said     `xml:"message"`
	}{Message: said{nature, message}})
}
