package survey

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/image"
	"tianye/internal/problem"
	"tianye/internal/table"
)

// IndexName is what the list of a .zip of media is called in it.
const IndexName = "index.csv"

// mediaColumns are the list's columns.
var mediaColumns = []string{"file", "receipt", "case", "enumerator", "received", "question", "position", "sentAs", "size"}

// mediaFile is a file that an answer names.
type mediaFile struct {
	question *exportColumn
	position string
	Attachment
	came bool
}

// media finds the files that a submission's answers name, as far as the plan has their questions.
func (p *exportPlan) media(sub *Submission) (files []mediaFile) {
	for _, sheet := range p.sheets {
		_ = sheet.eachRow(sub.Answers, func(position string, answers map[string]any) error {
			for _, c := range sheet.columns {
				name := lookup(answers, c.names)
				if !c.field.Type.IsAttachment() || name == "" {
					continue
				}
				found := mediaFile{question: c, position: position, Attachment: Attachment{Name: name}}
				for _, a := range sub.Attachments {
					if a.Name == name && !a.Former {
						found.Attachment, found.came = a, true
					}
				}
				files = append(files, found)
			}
			return nil
		})
	}
	return files
}

// writeMedia writes a .zip of the files, as they are, and a list of them. Of a de-identified one, questions
// that are personal data are left out, what pictures tell of the place, the time and the device, and what files were called.
func (e Export) writeMedia(ctx context.Context, store Store, w io.Writer, plan *exportPlan, each func(func(*Submission) error) error) error {
	if e.Files != nil {
		n, bytes, err := plan.countMedia(each)
		if err != nil {
			return err
		}
		e.Files(n, bytes)
	}
	list, err := os.CreateTemp("", "tianye-export-*")
	if err != nil {
		return err
	}
	named := os.Remove(list.Name()) != nil // Windows removes no open file
	defer func() {
		if _ = list.Close(); named {
			_ = os.Remove(list.Name())
		}
	}()
	index, err := table.NewCSV(list)
	if err != nil {
		return err
	}
	m := &mediaWriter{Export: e, ctx: ctx, store: store, archive: zip.NewWriter(w), index: index, names: map[string]bool{}, folder: fileName(plan.sheets[0].title, 60)}
	if err := m.write(plan, each); err != nil {
		return err
	}
	if _, err := list.Seek(0, io.SeekStart); err != nil {
		return err
	}
	part, err := m.archive.CreateHeader(&zip.FileHeader{Name: IndexName, Method: zip.Deflate, Modified: e.Made})
	if err == nil {
		_, err = io.Copy(part, list)
	}
	if err != nil {
		return err
	}
	return m.archive.Close()
}

type mediaWriter struct {
	Export
	ctx     context.Context
	store   Store
	archive *zip.Writer
	index   *table.CSV
	names   map[string]bool // in lower case: Windows knows no other
	folder  string
	count   int
}

func (m *mediaWriter) write(plan *exportPlan, each func(func(*Submission) error) error) error {
	var header []any
	for _, name := range mediaColumns {
		header = append(header, m.Header(name))
	}
	if err := m.index.Row(header); err != nil {
		return err
	}
	err := each(func(sub *Submission) error {
		m.count++
		for _, f := range plan.media(sub) {
			if err := m.add(sub, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return m.index.Close()
}

// add writes a file, and its line in the list; one that has not come has a line only.
func (m *mediaWriter) add(sub *Submission, f mediaFile) error {
	name, size := "", any(nil)
	if f.came {
		content, _, err := m.store.OpenBlob(m.ctx, sub.ProjectID, f.Hash)
		if err != nil && !problem.Is(err, problem.NotFound) {
			return err
		}
		if err == nil {
			name = m.name(sub, f)
			n, err := m.copy(name, content, sub)
			if err = errors.Join(err, content.Close()); err != nil {
				return err
			}
			size = int(n)
		}
	}
	sentAs := ""
	if m.Personal {
		sentAs = f.Name
	}
	return m.index.Row([]any{name, m.receipt(sub), m.CaseTitle(sub.CaseID), m.enumerator(sub), m.moment(sub.Received),
		f.question.header, f.position, sentAs, size})
}

func (m *mediaWriter) copy(name string, content io.Reader, sub *Submission) (int64, error) {
	modified := m.Made
	if m.Personal {
		modified = sub.Received
	}
	part, err := m.archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: modified})
	if err != nil {
		return 0, err
	}
	if !m.Personal {
		content = image.Strip(content)
	}
	return io.Copy(part, content)
}

// name is the form's title, the case's or a number, the question, the receipt: once each, whatever the
// case of its letters.
func (m *mediaWriter) name(sub *Submission, f mediaFile) string {
	of := m.CaseTitle(sub.CaseID)
	if of == "" {
		of = fmt.Sprintf("%04d", m.count)
	}
	base := fileName(of, 40) + "_" + fileName(f.question.header, 40) + "_" + fileName(m.receipt(sub), 20)
	if f.position != "" {
		base += "_" + f.position
	}
	ending := fileEnding(f.Name)
	for i := 1; ; i++ {
		name := m.folder + "/" + base + ending
		if i > 1 {
			name = m.folder + "/" + base + "_" + strconv.Itoa(i) + ending
		}
		if key := strings.ToLower(name); !m.names[key] {
			m.names[key] = true
			return name
		}
	}
}

var endings = regexp.MustCompile(`^\.[a-z0-9]{1,7}$`)

// fileEnding is the ending of a file's name that tells its type: ".jpg"; "" when there is none like that.
func fileEnding(name string) string {
	if ending := strings.ToLower(path.Ext(name)); endings.MatchString(ending) {
		return ending
	}
	return ""
}

// windowsDevices are what Windows takes for a device, whatever follows behind a dot.
var windowsDevices = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true, "com1": true, "com2": true, "com3": true, "com4": true, "com5": true,
	"com6": true, "com7": true, "com8": true, "com9": true, "lpt1": true, "lpt2": true, "lpt3": true, "lpt4": true, "lpt5": true, "lpt6": true, "lpt7": true, "lpt8": true, "lpt9": true}

var dashes = regexp.MustCompile(`--+`)

// fileName makes of a text a part of a file's name that every system takes, of at most so many characters.
func fileName(text string, most int) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"/\|?*_`, r), unicode.IsSpace(r):
			return '-'
		case !unicode.IsPrint(r), r == utf8.RuneError:
			return -1
		}
		return r
	}, text)
	if utf8.RuneCountInString(name) > most {
		name = string([]rune(name)[:most])
	}
	name = strings.Trim(dashes.ReplaceAllString(name, "-"), ". -")
	if stem, _, _ := strings.Cut(strings.ToLower(name), "."); windowsDevices[stem] {
		name = "-" + name
	}
	return name
}

// MediaOf counts the files of an export of media, and their bytes.
func (s *Service) MediaOf(ctx context.Context, project id.ProjectID, e Export) (files int, bytes int64, err error) {
	e.Format = Media
	from, err := s.source(ctx, project, e)
	if err != nil {
		return 0, 0, err
	}
	return e.plan(from.form, from.versions).countMedia(from.each)
}

func (p *exportPlan) countMedia(each func(func(*Submission) error) error) (files int, bytes int64, err error) {
	err = each(func(sub *Submission) error {
		for _, f := range p.media(sub) {
			if f.came {
				files, bytes = files+1, bytes+f.Size
			}
		}
		return nil
	})
	return files, bytes, err
}
