package web

import (
	"context"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strings"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// submitLimit is of a whole submission with its attachments, in bytes.
const submitLimit = survey.MaxAttachment*4 + defaultLimit

// incoming is what the fill page sends.
type incoming struct {
	InstanceID string         `json:"instanceId"`
	FormID     id.FormID      `json:"formId"`
	Version    int            `json:"version"`
	CaseID     id.CaseID      `json:"caseId"`
	DeviceID   string         `json:"deviceId"`
	Started    time.Time      `json:"started"`
	Ended      time.Time      `json:"ended"`
	Answers    map[string]any `json:"answers"`
}

type accepted struct {
	Receipt       string    `json:"receipt"`
	SubmissionURL string    `json:"submissionUrl"`
	Received      time.Time `json:"received"`
}

// submit receives a finished instance: JSON, or a part "submission" of JSON followed
// by its attachments. It answers 201 also when the same came before.
func (s *Server) submit(r *Request) error {
	in, err := s.readSubmission(r)
	if err != nil {
		return err
	}
	if !id.Valid(string(in.FormID)) {
		return problem.New(problem.NotFound, "submission.noForm")
	}
	if in.CaseID != "" {
		if err := s.caseExists(r, r.Project.ID, in.CaseID); err != nil {
			return err
		}
	}
	sub, err := s.Surveys.Submit(r, r.Project.ID, r.User.ID, *in)
	if err != nil {
		return err
	}
	r.JSON(http.StatusCreated, accepted{sub.Receipt(), "/p/" + string(r.Project.ID) + "/submissions/" + string(sub.ID), sub.Received})
	return nil
}

func (s *Server) caseExists(ctx context.Context, project id.ProjectID, c id.CaseID) error {
	missing := problem.New(problem.Invalid, "submission.noCase").With("case", "submission.noCase")
	if !id.Valid(string(c)) {
		return missing
	}
	_, err := s.Cases.Get(ctx, project, c)
	if problem.Is(err, problem.NotFound) {
		return missing
	}
	return err
}

func (s *Server) readSubmission(r *Request) (*survey.Incoming, error) {
	if r.ContentType() != "multipart/form-data" {
		return decodeSubmission(r.Request.Body)
	}
	parts, err := r.Request.MultipartReader()
	if err != nil {
		return nil, bodyProblem(err)
	}
	var in *survey.Incoming
	var files []survey.Attachment
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, bodyProblem(err)
		}
		switch {
		case part.FormName() == "submission" && in == nil:
			if in, err = decodeSubmission(io.LimitReader(part, defaultLimit)); err != nil {
				return nil, err
			}
			if err := s.Surveys.Check(r, r.Project.ID, *in); err != nil {
				return nil, err
			}
		case part.FormName() == "file" && in != nil && len(files) < survey.MaxAttachments:
			file, err := s.attach(r, part)
			if err != nil {
				return nil, err
			}
			files = append(files, file)
		default:
			return nil, problem.New(problem.Malformed, "web.bodyUnreadable")
		}
	}
	if in == nil {
		return nil, problem.New(problem.Malformed, "web.bodyUnreadable")
	}
	in.Files = files
	return in, nil
}

func decodeSubmission(body io.Reader) (*survey.Incoming, error) {
	var in incoming
	if err := json.NewDecoder(body).Decode(&in); err != nil {
		return nil, bodyProblem(err)
	}
	return &survey.Incoming{InstanceID: in.InstanceID, FormID: in.FormID, Version: in.Version, CaseID: in.CaseID, DeviceID: in.DeviceID,
		Started: in.Started, Ended: in.Ended, Answers: in.Answers}, nil
}

// attach stores one attachment as it streams in. What it is follows from its
// content, never from its name or what the sender calls it.
func (s *Server) attach(r *Request, part *multipart.Part) (survey.Attachment, error) {
	name := path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
	if name == "." || name == "/" || len(name) > 200 {
		return survey.Attachment{}, problem.New(problem.Malformed, "submission.fileName")
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(part, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return survey.Attachment{}, bodyProblem(err)
	}
	content := io.MultiReader(strings.NewReader(string(head[:n])), part)
	return s.Surveys.Attach(r, r.Project.ID, name, http.DetectContentType(head[:n]), content)
}

// mayRead gives a submission that the sender may read: everyone's, or their own.
func (s *Server) mayRead(r *Request) (survey.Submission, error) {
	missing := problem.New(problem.NotFound, "submission.none")
	if !id.Valid(r.Param("submission")) {
		return survey.Submission{}, missing
	}
	sub, err := s.Surveys.Submission(r, r.Project.ID, id.SubmissionID(r.Param("submission")))
	if problem.Is(err, problem.NotFound) || err == nil && sub.Submitter != r.User.ID && !r.Can(account.ReadSubmission) {
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
	sendFile(r, a.Name, a.ContentType, a.Size, content)
	return nil
}

// shown are the types that a browser may show in place.
var shown = map[string]bool{"image/jpeg": true, "image/png": true, "image/gif": true, "image/webp": true}

func sendFile(r *Request, name, contentType string, size int64, content io.Reader) {
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil || !shown[mediaType] {
		r.Header("Content-Disposition", attachmentNamed(name))
		if err != nil {
			contentType = "application/octet-stream"
		}
	}
	r.Header("Cache-Control", "private, max-age=3600")
	r.DataFromReader(http.StatusOK, size, contentType, content, nil)
}
