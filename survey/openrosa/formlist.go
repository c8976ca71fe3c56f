package openrosa

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"io"
)

// ListedForm is a form in the list (OpenRosa Form Discovery API 1.0).
type ListedForm struct {
	ID          string `xml:"formID"`
	Name        string `xml:"name"`
	Version     string `xml:"version"`
	Hash        string `xml:"hash"` // of the XForm: see Hash
	DownloadURL string `xml:"downloadUrl"`
	ManifestURL string `xml:"manifestUrl,omitempty"` // "" without media files
}

// WriteFormList writes a form list.
func WriteFormList(w io.Writer, forms []ListedForm) error {
	return writeXML(w, struct {
		XMLName xml.Name     `xml:"http://openrosa.org/xforms/xformsList xforms"`
		Forms   []ListedForm `xml:"xform"`
	}{Forms: forms})
}

// Hash names a file's content as form lists and manifests do: "md5:…". It tells a client
// that a file has changed; nobody is kept from making another file of the same hash.
func Hash(content []byte) string {
	sum := md5.Sum(content)
	return "md5:" + hex.EncodeToString(sum[:])
}

func writeXML(w io.Writer, document any) error {
	raw, err := xml.Marshal(document)
	if err != nil {
		return err
	}
	_, err = w.Write(append([]byte(xml.Header), raw...))
	return err
}
