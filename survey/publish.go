package survey

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/instance"
	"tianye/survey/openrosa"
	"tianye/survey/xlsform"
)

// MaxWorkbook is the largest workbook that is read, in bytes.
const MaxWorkbook = 20 << 20

// workbookType is what a workbook is served as, or an XForm in place of one.
func workbookType(content []byte) string {
	if isXML(content) {
		return "application/xml"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

// Check reads a workbook, or an XForm that another tool made, and says everything that is
// wrong with it. The definition is nil when there is an error among the complaints.
func Check(workbook []byte, fileName string) (*form.Definition, []Complaint, error) {
	if isXML(workbook) {
		return checkXForm(workbook, fileName)
	}
	d, found, err := xlsform.Read(bytes.NewReader(workbook), int64(len(workbook)), fileName)
	if err != nil {
		return nil, nil, err
	}
	complaints := make([]Complaint, 0, len(found))
	for _, c := range found {
		complaints = append(complaints, Complaint{IsError: c.Severity == xlsform.Error, Sheet: c.Sheet, Cell: c.Cell(), Column: c.Header, Text: c.Text})
	}
	if d != nil {
		complaints = append(complaints, doubtPrivate(d)...)
	}
	return unlessRefused(d, complaints)
}

func unlessRefused(d *form.Definition, complaints []Complaint) (*form.Definition, []Complaint, error) {
	if slices.ContainsFunc(complaints, func(c Complaint) bool { return c.IsError }) {
		d = nil
	}
	return d, complaints, nil
}

// isXML tells whether a file is XML, whatever its name is: no workbook begins so.
func isXML(content []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(content, byteOrderMark), " \t\r\n"), []byte("<"))
}

// checkXForm is Check for an XForm. A complaint's cell is the line.
func checkXForm(xform []byte, fileName string) (*form.Definition, []Complaint, error) {
	d, found, err := openrosa.ReadForm(bytes.NewReader(xform), fileName)
	if err != nil {
		return nil, nil, err
	}
	complaints := make([]Complaint, 0, len(found))
	add := func(warning bool, line int, element string, text problem.Text) {
		complaints = append(complaints, Complaint{IsError: !warning, Sheet: xformSheet, Cell: strconv.Itoa(line), Column: element, Text: text})
	}
	for _, c := range found {
		add(c.Warning, c.Line, c.Element, c.Text)
	}
	if d != nil {
		if !d.Shows() {
			add(true, 1, "body", problem.Say("survey.noQuestions"))
		}
		_, doubts := instance.Compile(d)
		for _, c := range doubts {
			add(c.Warning, c.Row, string(c.Path)+" "+c.Column, c.Text)
		}
	}
	slices.SortStableFunc(complaints, func(a, b Complaint) int { return lineOf(a) - lineOf(b) })
	return unlessRefused(d, complaints)
}

func lineOf(c Complaint) int {
	line, _ := strconv.Atoi(c.Cell)
	return line
}

// xformSheet is the "sheet" of complaints about an XForm.
const xformSheet = "XForm"

// Upload takes a workbook as the draft of the form that its form_id names, which
// is made when it is new. Complaints with an error among them mean that nothing was
// taken. expected, when given, is the form that the draft must belong to. The draft keeps
// the media files of the draft before it, or of the current version; media come besides.
func (s *Service) Upload(ctx context.Context, project id.ProjectID, actor id.UserID, workbook []byte, fileName string, expected id.FormID, media ...MediaFile) (Form, []Complaint, error) {
	if len(workbook) > MaxWorkbook {
		return Form{}, nil, problem.New(problem.TooLarge, "survey.workbookTooLarge", MaxWorkbook>>20)
	}
	d, complaints, err := Check(workbook, fileName)
	if err != nil || d == nil {
		return Form{}, complaints, err
	}
	f, err := s.formFor(ctx, project, d, expected)
	if err != nil {
		return Form{}, complaints, err
	}
	hash, size, err := s.store.PutBlob(ctx, project, bytes.NewReader(workbook), MaxWorkbook)
	if err != nil {
		return Form{}, complaints, err
	}
	if len(f.Versions) == 0 { // what is filled in keeps its title until the draft is published
		f.Title = d.Title
	}
	before := inherited(f)
	f.Draft = &Draft{Workbook: Attachment{Name: clip(fileName, 200), Hash: hash, Size: size, ContentType: workbookType(workbook)},
		Warnings: complaints, Media: before, Needs: Needed(d), Uploaded: s.now(), By: actor, Questions: questions(d)}
	generated, err := itemsets(d)
	if err != nil {
		return Form{}, complaints, err
	}
	for _, files := range [][]MediaFile{generated, media} {
		if _, err := s.keepMedia(ctx, project, f.Draft, files); err != nil {
			return Form{}, complaints, err
		}
	}
	if f.Draft.Doubts, err = s.doubtMedia(ctx, project, d, f.Draft.Media); err != nil {
		return Form{}, complaints, err
	}
	put := s.store.ReplaceForm
	if f.ID == "" {
		f.ID, f.Created, put = id.FormID(id.New(s.now())), s.now(), s.store.CreateForm
	}
	if err := put(ctx, f); err != nil {
		return Form{}, complaints, overtaken(err)
	}
	f, err = s.store.Form(ctx, project, f.ID)
	return f, complaints, err
}

// overtaken says that someone else uploaded or published in the meantime.
func overtaken(err error) error {
	if problem.Is(err, problem.Conflict) {
		return problem.New(problem.Conflict, "survey.formChanged").Because(err)
	}
	return err
}

func (s *Service) formFor(ctx context.Context, project id.ProjectID, d *form.Definition, expected id.FormID) (Form, error) {
	f, err := s.store.FormByName(ctx, project, d.FormID)
	if problem.Is(err, problem.NotFound) {
		f, err = Form{ProjectID: project, Name: d.FormID}, nil
	}
	if err != nil {
		return Form{}, err
	}
	if f.Deleted != nil {
		return Form{}, problem.New(problem.Conflict, "bin.nameTaken", d.FormID, f.Title)
	}
	if expected != "" && f.ID != expected {
		want, err := s.store.Form(ctx, project, expected)
		if err != nil {
			return Form{}, err
		}
		return Form{}, problem.New(problem.Invalid, "survey.otherForm", d.FormID, want.Name)
	}
	return f, nil
}

func questions(d *form.Definition) int {
	n := 0
	d.Walk(func(_ form.Path, f *form.Field) {
		if f.Type.IsAsked() {
			n++
		}
	})
	return n
}

// Draft gives the definition of a form's draft, for its preview.
func (s *Service) Draft(ctx context.Context, project id.ProjectID, formID id.FormID) (*form.Definition, error) {
	f, err := s.Form(ctx, project, formID)
	if err != nil {
		return nil, err
	}
	if f.Draft == nil {
		return nil, problem.New(problem.NotFound, "survey.noDraft")
	}
	return s.readDraft(ctx, project, f.Draft)
}

func (s *Service) readDraft(ctx context.Context, project id.ProjectID, draft *Draft) (*form.Definition, error) {
	r, _, err := s.store.OpenBlob(ctx, project, draft.Workbook.Hash)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	workbook, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	d, _, err := Check(workbook, draft.Workbook.Name)
	if err == nil && d == nil { // taken by an older program, which knew less
		err = problem.New(problem.Invalid, "survey.draftOutdated")
	}
	if err != nil {
		return nil, err
	}
	return d, s.takeItemsets(ctx, project, d, draft.Media)
}

// Publish makes the draft the form's next version. revision is the form's that was
// looked at: a draft uploaded since is not published unseen.
func (s *Service) Publish(ctx context.Context, project id.ProjectID, actor id.UserID, formID id.FormID, revision int64) (Form, error) {
	f, err := s.Form(ctx, project, formID)
	if err != nil {
		return Form{}, err
	}
	if f.Revision != revision {
		return Form{}, problem.New(problem.Conflict, "survey.formChanged")
	}
	if f.Draft == nil {
		return Form{}, problem.New(problem.NotFound, "survey.noDraft")
	}
	d, err := s.readDraft(ctx, project, f.Draft)
	if err != nil {
		return Form{}, err
	}
	switch {
	case d.XForm.PublicKey != "":
		return Form{}, problem.New(problem.Invalid, "survey.publicKey")
	case !d.Shows():
		return Form{}, problem.New(problem.Invalid, "survey.noQuestions")
	}
	definition, err := json.Marshal(d)
	if err != nil {
		return Form{}, err
	}
	// The definition first, under the hash of its content: stopped here, nobody sees
	// the version, and who publishes at the same time cannot write over it.
	hash, _, err := s.store.PutBlob(ctx, project, bytes.NewReader(definition), int64(len(definition)))
	if err != nil {
		return Form{}, err
	}
	f.Versions = append(f.Versions, Version{Number: len(f.Versions) + 1, Name: d.Version, Definition: hash, Workbook: f.Draft.Workbook,
		Media: f.Draft.Media, Needs: Needed(d), Makes: entityLists(d), Published: s.now(), By: actor, Questions: f.Draft.Questions})
	f.Title, f.Draft = d.Title, nil
	if err := s.store.ReplaceForm(ctx, f); err != nil {
		return Form{}, overtaken(err)
	}
	return s.store.Form(ctx, project, formID)
}

// Workbook opens the workbook of a version, of the draft when number is 0.
func (s *Service) Workbook(ctx context.Context, project id.ProjectID, formID id.FormID, number int) (Attachment, io.ReadCloser, error) {
	f, err := s.Form(ctx, project, formID)
	if err != nil {
		return Attachment{}, nil, err
	}
	var a Attachment
	switch {
	case number == 0 && f.Draft != nil:
		a = f.Draft.Workbook
	case number >= 1 && number <= len(f.Versions):
		a = f.Versions[number-1].Workbook
	default:
		return Attachment{}, nil, problem.New(problem.NotFound, "survey.noVersion", number)
	}
	r, _, err := s.store.OpenBlob(ctx, project, a.Hash)
	return a, r, err
}
