package web_test

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"

	"tianye/survey"
)

func TestCollectFetchesMedia(t *testing.T) {
	w := newWorld(t)
	w.Case("荷塘村")
	book := workbook(t, sheets{"survey": {{"type", "name", "label", "media::image"}, {"text", "a", "甲", "村 图.png"}, {"select_one_from_file cases.csv", "c", "案例", ""}},
		"settings": {{"form_id", "form_title"}, {"media", "附件"}}})
	f, complaints, err := w.Surveys.Upload(t.Context(), w.Project.ID, w.Users["alice"].ID, book, "media.xlsx", "", survey.MediaFile{Name: "村 图.png", Size: 8,
		Content: strings.NewReader("\x89PNG\r\n\x1a\n")})
	if err != nil || f.ID == "" {
		t.Fatal(complaints, err)
	}
	if _, err := w.Surveys.Publish(t.Context(), w.Project.ID, w.Users["alice"].ID, f.ID, f.Revision); err != nil {
		t.Fatal(err)
	}
	_, c := w.app("吴博的手机")
	var manifest struct {
		XMLName xml.Name `xml:"http://openrosa.org/xforms/xformsManifest manifest"`
		Files   []struct {
			Type        string `xml:"type,attr"`
			Name        string `xml:"filename"`
			Hash        string `xml:"hash"`
			DownloadURL string `xml:"downloadUrl"`
		} `xml:"mediaFile"`
	}
	c.readXML(c.do("GET", c.forms()[0].ManifestURL, "", nil).Want(t, http.StatusOK), &manifest)
	if len(manifest.Files) != 2 {
		t.Fatalf("%+v", manifest)
	}
	for _, file := range manifest.Files {
		a := c.do("GET", file.DownloadURL, "", nil).Want(t, http.StatusOK)
		sum := md5.Sum([]byte(a.Body))
		if file.Hash != "md5:"+hex.EncodeToString(sum[:]) {
			t.Errorf("%s: %s is not of %q", file.Name, file.Hash, a.Body)
		}
		if isList := file.Name == "cases.csv"; isList != (file.Type == "entityList") || isList && !strings.Contains(a.Body, "荷塘村") {
			t.Errorf("%+v: %q", file, a.Body)
		}
	}
}
