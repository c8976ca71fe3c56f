package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// submitPath takes what fill pages send, for a while also of former members.
const submitPath = "/p/:project/submissions"

// submitLimit is of a whole submission with its attachments, in bytes.
const submitLimit = survey.MaxAttachment*4 + defaultLimit

// incoming is what the fill page sends.
type incoming struct {
	InstanceID    string         `json:"instanceId"`
	DeprecatedID  string         `json:"deprecatedId"`  // the instance that this one takes the place of
	MendsRevision int64          `json:"mendsRevision"` // of the submission, as the answers were begun from
	FormID        id.FormID      `json:"formId"`
	Version       int            `json:"version"`
	CaseID        id.CaseID      `json:"caseId"`
	DeviceID      string         `json:"deviceId"`
	Started       time.Time      `json:"started"`
	Ended         time.Time      `json:"ended"`
	Answers       map[string]any `json:"answers"`
	Code          string         `json:"code"`   // one-time, by a public link
	Agreed        time.Time      `json:"agreed"` // to its consent
}

type accepted struct {
	Receipt       string    `json:"receipt"`
	SubmissionURL string    `json:"submissionUrl"`
	Received      time.Time `json:"received"`
	Digest        string    `json:"digest"`             // see receiptDigest
	Flagged       bool      `json:"flagged,omitempty"`  // it came late, or over a quota
	Tracking      string    `json:"tracking,omitempty"` // of a suggestion
}

// submit receives a finished instance: JSON, or a part "submission" of JSON followed
// by its attachments. It answers 201 also when the same came before.
func (s *Server) submit(r *Request) error {
	in, digest, err := s.readSubmission(r, intake{survey.MaxAttachment, survey.MaxAttachments, func(in *survey.Incoming) error {
		return s.Surveys.Check(r, r.Project.ID, r.User.ID, *in)
	}})
	if err != nil {
		return err
	}
	if !id.Valid(string(in.FormID)) {
		return problem.New(problem.NotFound, "submission.noForm")
	}
	if in.CaseID != "" {
		in.CheckCase = func(ctx context.Context) error { return s.caseExisted(ctx, r.Project.ID, in.CaseID) }
	}
	sub, err := s.Surveys.Submit(r, r.Project.ID, r.User.ID, *in)
	if err != nil {
		return err
	}
	r.received(sub)
	r.JSON(http.StatusCreated, accepted{sub.Receipt(), "/p/" + string(r.Project.ID) + "/submissions/" + string(sub.ID), sub.Received, digest, sub.Late || len(sub.OverQuota) > 0, ""})
	return nil
}

// received tells the audit what was sent; what had come before needs no further line.
func (r *Request) received(sub survey.Submission) {
	r.did(string(sub.ID), sub.Receipt())
	switch {
	case sub.Resent:
		r.didNothing()
	case sub.Revision > 1:
		r.revised(sub.Revision-1, sub.Revision)
	}
}

func (s *Server) caseExists(ctx context.Context, project id.ProjectID, c id.CaseID) error {
	missing := problem.New(problem.Invalid, "submission.noCase").With("case", "submission.noCase")
	if !id.Valid(string(c)) {
		return missing
	}
	_, err := s.Cases.Get(ctx, project, c)
	if problem.Is(err, problem.NotFound) {
		return missing.Because(err)
	}
	return err
}

// caseExisted is caseExists for interviews: they are not lost for a case that was deleted since.
func (s *Server) caseExisted(ctx context.Context, project id.ProjectID, c id.CaseID) error {
	err := s.caseExists(ctx, project, c)
	if cause := errors.Unwrap(err); cause != nil && problem.From(cause).Text.Key == "case.deleted" {
		return nil
	}
	return err
}

// intake bounds what comes with a submission: the bytes of a file, and how many there are. check is asked
// before any file is taken in.
type intake struct {
	file  int64
	files int
	check func(in *survey.Incoming) error
}

// readSubmission reads what a fill page sends, its files stored already, and the receipt's digest of it.
func (s *Server) readSubmission(r *Request, take intake) (*survey.Incoming, string, error) {
	digest := &receiptDigest{}
	if r.ContentType() != "multipart/form-data" {
		in, err := decodeSubmission(r, r.Request.Body, digest)
		return in, digest.String(), err
	}
	parts, err := r.Request.MultipartReader()
	if err != nil {
		return nil, "", bodyProblem(err)
	}
	var in *survey.Incoming
	var named []string // files that may still come
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, "", bodyProblem(err)
		}
		switch {
		case part.FormName() == "submission" && in == nil:
			if in, err = decodeSubmission(r, part, digest); err != nil {
				return nil, "", err
			}
			if err := take.check(in); err != nil {
				return nil, "", err
			}
			if named, err = s.Surveys.FilesOf(r, r.Project.ID, *in); err != nil {
				return nil, "", err
			}
		case part.FormName() == "file" && in != nil:
			if len(in.Files) == take.files {
				return nil, "", problem.New(problem.TooLarge, "submission.manyFiles", take.files)
			}
			if named, err = without(named, part.FileName()); err != nil {
				return nil, "", err
			}
			file, err := s.attach(r, part.FileName(), digest.reading(part), take.file)
			if err != nil {
				return nil, "", err
			}
			digest.line(file.Name)
			in.Files = append(in.Files, file)
		default:
			return nil, "", problem.New(problem.Malformed, "web.bodyUnreadable")
		}
	}
	if in == nil {
		return nil, "", problem.New(problem.Malformed, "web.bodyUnreadable")
	}
	return in, digest.String(), nil
}

// without takes a file's name from those that may still come; of any other nothing is read.
func without(named []string, sentName string) ([]string, error) {
	name, err := fileName(sentName)
	if err != nil {
		return nil, err
	}
	at := slices.Index(named, name)
	if at < 0 {
		return nil, survey.NoFileOf(name)
	}
	return slices.Delete(named, at, at+1), nil
}

func decodeSubmission(r *Request, body io.ReadCloser, digest *receiptDigest) (*survey.Incoming, error) {
	var in incoming
	decoder := json.NewDecoder(digest.reading(http.MaxBytesReader(r.Writer, body, defaultLimit)))
	if err := decoder.Decode(&in); err != nil {
		return nil, bodyProblem(err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, bodyProblem(err)
	}
	digest.line("")
	return &survey.Incoming{InstanceID: in.InstanceID, DeprecatedID: in.DeprecatedID, MendsRevision: in.MendsRevision,
		FormID: in.FormID, Version: in.Version, CaseID: in.CaseID, DeviceID: in.DeviceID,
		Started: in.Started, Ended: in.Ended, Answers: in.Answers, Closed: r.closed(), Left: r.left, Code: in.Code, Agreed: in.Agreed}, nil
}

// attach stores one attachment as it streams in. What it is follows from its
// content, never from its name or what the sender calls it.
func (s *Server) attach(r *Request, sentName string, part io.Reader, limit int64) (survey.Attachment, error) {
	name, err := fileName(sentName)
	if err != nil {
		return survey.Attachment{}, err
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(part, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return survey.Attachment{}, bodyProblem(err)
	}
	content := io.MultiReader(bytes.NewReader(head[:n]), bodyReader{part})
	return s.Surveys.Attach(r, r.Project.ID, name, http.DetectContentType(head[:n]), content, limit)
}

// bodyReader says what reading a body gives in our words: whoever reads it hands them on.
type bodyReader struct{ io.Reader }

func (b bodyReader) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = bodyProblem(err)
	}
	return n, err
}

// mayRead gives a submission that the sender may read: everyone's, or their own.
func (s *Server) mayRead(r *Request) (survey.Submission, error) {
	missing := problem.New(problem.NotFound, "submission.none")
	if !id.Valid(r.Param("submission")) {
		return survey.Submission{}, missing
	}
	sub, err := s.Surveys.Submission(r, r.Project.ID, id.SubmissionID(r.Param("submission")))
	if problem.Is(err, problem.NotFound) || err == nil && !r.isFor(sub) && !r.Can(account.ReadSubmission) {
		return survey.Submission{}, missing
	}
	return sub, err
}

// submissionFile gives an attachment. Pictures are shown, all else is saved.
func (s *Server) submissionFile(r *Request) error {
	sub, err := s.mayRead(r)
	if err != nil {
		return err
	}
	name := r.Param("name")
	if err := s.mayReadFile(r, sub, name); err != nil {
		return err
	}
	a, content, err := s.Surveys.OpenAttachment(r, r.Project.ID, sub.ID, name)
	if err != nil {
		return err
	}
	defer content.Close()
	return sendFile(r, sentFile{a.Name, a.Hash, a.ContentType, a.Size}, content)
}

// submissionXML gives the instance as it was sent, or as a collection client would have
// sent it: to those who may see everything in it.
func (s *Server) submissionXML(r *Request) error {
	sub, err := s.mayRead(r)
	if err != nil {
		return err
	}
	if !r.Can(account.ReadPersonal) && sub.Submitter != r.User.ID {
		return problem.New(problem.NotFound, "submission.none")
	}
	raw, err := s.Surveys.InstanceXML(r, r.Project.ID, sub.ID)
	if err != nil {
		return err
	}
	r.Header("Content-Disposition", attachmentNamed(sub.Receipt()+".xml"))
	return r.sendXML(http.StatusOK, raw)
}
