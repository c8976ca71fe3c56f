package survey_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/sqlite"
	"tianye/survey"
)

// townSurvey uses files in every way that a form can.
const townSurvey = `
type | name | label | media::image | calculation | appearance | choice_filter
select_one_from_file towns.csv | town | 乡镇 | map.png
calculate | head | | | pulldata('heads', 'name', 'key', ${town})
select_one_external village | village | 村 | | | | town=${town}
note | song | 听一听 | ${town}.png | | search('extra')
`

func townForm(t testing.TB) []byte {
	return book(t, "survey", townSurvey,
		"choices", "list_name | name | label | media::audio\nyn | y | 是 | yes.mp3\nyn | n | 否 | no.mp3",
		"external_choices", "list_name | name | label | town\nvillage | hetang | 荷塘村 | hecun\nvillage | liantang | 莲塘村 | hecun",
		"settings", "form_id | form_title\ntowns | 乡镇")
}

func file(name string, content string) survey.MediaFile {
	return survey.MediaFile{Name: name, Content: strings.NewReader(content), Size: int64(len(content))}
}

func zipped(t testing.TB, name string, parts ...string) survey.MediaFile {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for at := 0; at < len(parts); at += 2 {
		part, err := w.CreateHeader(&zip.FileHeader{Name: parts[at], NonUTF8: true})
		if err != nil {
			t.Fatal(err)
		}
		part.Write([]byte(parts[at+1]))
	}
	w.Close()
	return file(name, b.String())
}

func gbk(t testing.TB, text string) string {
	t.Helper()
	s, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func names(media []survey.Attachment) string {
	var all []string
	for _, a := range media {
		all = append(all, a.Name)
	}
	return strings.Join(all, " ")
}

func given(lines []survey.MediaLine) string {
	var all []string
	for _, line := range lines {
		all = append(all, line.Name)
	}
	return strings.Join(all, " ")
}

func states(w *world, media []survey.Attachment, needs []string) string {
	var all []string
	forms, err := w.Forms(w.Context(), quzhou)
	if err != nil {
		panic(err)
	}
	for _, line := range w.MediaLines(survey.ListsMade(forms), media, needs) {
		all = append(all, line.Name+"="+string(line.State))
	}
	return strings.Join(all, " ")
}

const png = "\x89PNG\r\n\x1a\n" + "picture"

func TestMediaFromDraftToVersions(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.upload(townForm(w))
		if got := states(w, f.Draft.Media, f.Draft.Needs); got != "extra.csv=missing heads.csv=missing map.png=missing no.mp3=missing towns.csv=missing yes.mp3=missing itemsets.csv=there" {
			w.Error(got)
		}
		f, taken, err := w.PutMedia(w.Context(), quzhou, alice, f.ID, []survey.MediaFile{file(`C:\表\map.png`, png), file("towns.csv", "\uFEFFname,label\nhecun,贺村镇\n"),
			zipped(w, "more.zip", "m/heads.csv", "key,name\nhecun,老王\n", "__MACOSX/m/._heads.csv", "x", ".DS_Store", "x", "m/", "", gbk(w, "备用.csv"), gbk(w, "name,label\n甲,乙\n"))})
		if err != nil || strings.Join(taken.Names, " ") != "map.png towns.csv heads.csv 备用.csv" || strings.Join(taken.Converted, " ") != "备用.csv" {
			w.Fatal(taken, err)
		}
		if got := states(w, f.Draft.Media, f.Draft.Needs); got != "extra.csv=missing no.mp3=missing yes.mp3=missing heads.csv=there itemsets.csv=there map.png=there towns.csv=there 备用.csv=unused" {
			w.Error(got)
		}
		// The workbook that comes next keeps them; the version keeps them for ever.
		if f = w.publish(townForm(w)); names(f.Current().Media) != "heads.csv itemsets.csv map.png towns.csv 备用.csv" || !slices.Contains(f.Current().Needs, "map.png") {
			w.Errorf("%+v", f.Current())
		}
		if f, err = w.RemoveMedia(w.Context(), quzhou, bob, f.ID, "备用.csv"); err != nil || f.Draft.By != bob || f.Draft.Workbook != f.Current().Workbook {
			w.Fatal(f.Draft, err)
		}
		if f, _, err = w.PutMedia(w.Context(), quzhou, alice, f.ID, []survey.MediaFile{file("towns.csv", "name,label\nhushan,虎山街道\n")}); err != nil {
			w.Fatal(err)
		}
		if f, err = w.Publish(w.Context(), quzhou, alice, f.ID, f.Revision); err != nil {
			w.Fatal(err)
		}
		for number, want := range []string{"贺村镇", "虎山街道"} {
			a, r, err := w.OpenMedia(w.Context(), quzhou, f.ID, number+1, "towns.csv")
			content := text(w, r, err)
			sum := md5.Sum([]byte(content))
			if !strings.HasPrefix(content, "name,label\n") || !strings.Contains(content, want) || a.MD5 != hex.EncodeToString(sum[:]) || a.ContentType != "text/csv; charset=utf-8" {
				w.Errorf("version %d: %+v %q", number+1, a, content)
			}
		}
		if media, err := w.other().Media(w.Context(), quzhou, f.ID, 2); err != nil || given(media) != "heads.csv itemsets.csv map.png towns.csv" {
			w.Error(media, err)
		}
		_, _, err = w.OpenMedia(w.Context(), quzhou, f.ID, 2, "备用.csv")
		want(w, err, problem.NotFound, "media.none")
		_, err = w.Media(w.Context(), quzhou, f.ID, 0)
		want(w, err, problem.NotFound, "survey.noVersion")
		_, _, err = w.OpenMedia(w.Context(), hanyang, f.ID, 1, "towns.csv")
		want(w, err, problem.NotFound, "store.notFound")
	})
}

func TestItemsetsAreGenerated(t *testing.T) {
	w := here(t)
	f := w.upload(townForm(t))
	_, r, err := w.OpenMedia(t.Context(), quzhou, f.ID, 0, survey.Itemsets)
	if got := text(t, r, err); got != "list_name,name,label,town\nvillage,hetang,荷塘村,hecun\nvillage,liantang,莲塘村,hecun\n" {
		t.Errorf("%q", got)
	}
}

func TestItemsetsOfOnesOwn(t *testing.T) {
	w := here(t)
	own := "list_name,name,label\nvillage,a,甲\n"
	f, _, err := w.Upload(t.Context(), quzhou, alice, townForm(t), "a.xlsx", "", file(survey.Itemsets, own))
	if err != nil {
		t.Fatal(err)
	}
	if _, r, err := w.OpenMedia(t.Context(), quzhou, f.ID, 0, survey.Itemsets); text(t, r, err) != own {
		t.Error("the uploaded file gives way")
	}
}

func TestMediaWithTheWorkbook(t *testing.T) {
	w := here(t)
	_, _, err := w.Upload(t.Context(), quzhou, alice, townForm(t), "a.xlsx", "", file("map.png", "<html>"))
	want(t, err, problem.Unsupported, "media.otherContent")
	if forms, err := w.Forms(t.Context(), quzhou); err != nil || len(forms) != 0 {
		t.Fatal("something was taken", forms, err)
	}
	f, _, err := w.Upload(t.Context(), quzhou, alice, townForm(t), "a.xlsx", "", file("map.png", png))
	if err != nil || names(f.Draft.Media) != "itemsets.csv map.png" {
		t.Error(f.Draft, err)
	}
}

func TestLiveMedia(t *testing.T) {
	w := here(t)
	content := "name,label\n1,荷塘村\n"
	w.Offer("cases.csv", func(_ context.Context, project id.ProjectID) ([]byte, error) {
		return []byte(content + string(project)), nil
	})
	f := w.publish(book(t, "survey", "type|name|label\nselect_one_from_file cases.csv|case|案例", "settings", "form_id|form_title\nc|案例"))
	if got := states(w, f.Current().Media, f.Current().Needs); got != "cases.csv=live" {
		t.Error(got)
	}
	read := func(number int) string {
		media, err := w.Media(t.Context(), quzhou, f.ID, number)
		if err != nil || given(media) != "cases.csv" {
			t.Fatal(media, err)
		}
		a, r, err := w.OpenMedia(t.Context(), quzhou, f.ID, number, "cases.csv")
		all := text(t, r, err)
		if a != media[0] || a.Size != int64(len(all)) {
			t.Errorf("%+v is not %+v", a, media[0])
		}
		return all
	}
	if got := read(1); got != content+"quzhou" {
		t.Error(got)
	}
	content = "name,label\n2,莲塘村\n"
	if got := read(1); got != content+"quzhou" {
		t.Error("it does not follow:", got)
	}
	// A file of the form's own goes before; nobody else's form has the list.
	if _, _, err := w.PutMedia(t.Context(), quzhou, alice, f.ID, []survey.MediaFile{file("cases.csv", "name,label\n")}); err != nil {
		t.Fatal(err)
	}
	if got := read(0); got != "name,label\n" {
		t.Error(got)
	}
	g := w.publish(visit(t))
	_, _, err := w.OpenMedia(t.Context(), quzhou, g.ID, 1, "cases.csv")
	want(t, err, problem.NotFound, "media.none")
}

func TestMediaRefused(t *testing.T) {
	w := here(t)
	f := w.upload(townForm(t))
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("name,label\n甲,乙\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, content string
		kind          problem.Kind
		key           string
	}{
		{"a.csv", "", problem.Invalid, "media.empty"},
		{"..", "x", problem.Invalid, "media.fileName"},
		{"a\nb.png", png, problem.Invalid, "media.fileName"},
		{strings.Repeat("长", 160) + ".png", png, problem.Invalid, "media.fileName"},
		{"a.png", "<!doctype html><script>alert(1)</script>", problem.Unsupported, "media.otherContent"},
		{"a.mp3", "%PDF-1.7", problem.Unsupported, "media.otherContent"},
		{"a.csv", "name,label\n\xff\xfe\xff\xff\x00", problem.Invalid, "media.notUTF8"},
		{"a.csv", ",,\n1,2,3", problem.Invalid, "media.csvHeader"},
		{"a.csv", "name;label\n1;2", problem.Invalid, "media.csvSeparator"},
		{"a.xml", "<root><item></root>", problem.Invalid, "media.xmlLine"},
		{"a.xml", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", problem.Invalid, "media.xmlDoctype"},
		{"a.xml", strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300), problem.TooLarge, "xpath.fileTooMany"},
		{"a.geojson", `{"type":"Feature"}`, problem.Invalid, "media.geojson"},
		{"a.zip", "PK", problem.Malformed, "media.zip"},
		{"a.png", png + strings.Repeat("x", survey.MaxMediaFile), problem.TooLarge, "media.tooLarge"},
	} {
		_, _, err := w.PutMedia(t.Context(), quzhou, alice, f.ID, []survey.MediaFile{file("good.png", png), file(c.name, c.content)})
		want(t, err, c.kind, c.key)
	}
	_, _, err = w.PutMedia(t.Context(), quzhou, alice, f.ID, []survey.MediaFile{zipped(t, "a.zip", "a/x.csv", "name", "b/x.csv", "title")})
	want(t, err, problem.Invalid, "media.twice")
	large := make([]survey.MediaFile, 11)
	for i := range large {
		large[i] = file(string(rune('a'+i))+".png", png+strings.Repeat("x", survey.MaxMediaFile-len(png)))
	}
	_, _, err = w.PutMedia(t.Context(), quzhou, alice, f.ID, large)
	want(t, err, problem.TooLarge, "media.allTooLarge")
	if after, err := w.Form(t.Context(), quzhou, f.ID); err != nil || after.Revision != f.Revision {
		t.Error("something was taken", after.Draft.Media, err)
	}
	_, err = w.RemoveMedia(t.Context(), quzhou, alice, f.ID, "none.png")
	want(t, err, problem.NotFound, "media.none")
	_, taken, err := w.PutMedia(t.Context(), quzhou, alice, f.ID, []survey.MediaFile{file("b.csv", utf16), file("c.geojson", `{"type":"FeatureCollection","features":[]}`), file("d.bin", "<html>")})
	if err != nil || strings.Join(taken.Converted, " ") != "b.csv" {
		t.Error(taken, err)
	}
	if a, r, err := w.OpenMedia(t.Context(), quzhou, f.ID, 0, "d.bin"); err != nil || a.ContentType != "application/octet-stream" || text(t, r, err) != "<html>" {
		t.Error(a, err)
	}
}

func TestEncryptionIsNotOffered(t *testing.T) {
	w := here(t)
	f := w.upload(book(t, "survey", "type|name|label\ntext|a|甲", "settings", "form_id|form_title|public_key\ne|加密|MIIB"))
	if f.Draft.Warnings[0].Text.Key != "survey.publicKey" {
		t.Error("not said at upload:", f.Draft.Warnings)
	}
	_, err := w.Publish(t.Context(), quzhou, alice, f.ID, f.Revision)
	want(t, err, problem.Invalid, "survey.publicKey")
}

func FuzzMedia(f *testing.F) {
	f.Add("a.csv", []byte("name,label\n1,2"))
	f.Add("a.xml", []byte("<root><item><name>a</name></item></root>"))
	f.Add("a.geojson", []byte(`{"type":"FeatureCollection","features":[]}`))
	f.Add("a.zip", []byte("PK\x03\x04"))
	backend, err := sqlite.Open(f.Context(), f.TempDir(), store.Collections)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { backend.Close() })
	w := newWorld(f, backend)
	form := w.upload(visit(f))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		got, taken, err := w.PutMedia(t.Context(), quzhou, alice, form.ID, []survey.MediaFile{{Name: name, Content: bytes.NewReader(content), Size: int64(len(content))}})
		if err != nil && problem.From(err).Kind == problem.Internal {
			t.Fatal(err)
		}
		for _, name := range taken.Names {
			if strings.ContainsAny(name, "/\\\n") || mediaAt(got.Draft.Media, name).Hash == "" {
				t.Errorf("%q", name)
			}
		}
	})
}

func mediaAt(media []survey.Attachment, name string) survey.Attachment {
	at := slices.IndexFunc(media, func(a survey.Attachment) bool { return a.Name == name })
	if at < 0 {
		return survey.Attachment{}
	}
	return media[at]
}

func TestColumnsThatAFormLooksForInVain(t *testing.T) {
	w := here(t)
	f, _, err := w.Upload(t.Context(), quzhou, alice, townForm(t), "a.xlsx", "", file("towns.csv", "name, title ,x\n"), file("heads.csv", "key,name\n"))
	if err != nil || len(f.Draft.Doubts) != 1 || f.Draft.Doubts[0].Key != "media.columns" || f.Draft.Doubts[0].Args[1] != "label" || f.Draft.Doubts[0].Args[2] != "name, title, x" {
		t.Fatal(f.Draft, err)
	}
	f, _, err = w.PutMedia(t.Context(), quzhou, alice, f.ID, []survey.MediaFile{file("towns.csv", "name,label\n"), file("heads.csv", "name\n")})
	if err != nil || len(f.Draft.Doubts) != 1 || f.Draft.Doubts[0].Args[0] != "heads.csv" || f.Draft.Doubts[0].Args[1] != "key" {
		t.Error(f.Draft.Doubts, err)
	}
	if f, err = w.RemoveMedia(t.Context(), quzhou, alice, f.ID, "heads.csv"); err != nil || len(f.Draft.Doubts) != 0 {
		t.Error(f.Draft.Doubts, err)
	}
}
