package web

import (
	"bytes"
	"io"
	"net/http"

	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/openrosa"
)

// instancePart is the name of the part that is the instance's XML (OpenRosa Form
// Submission API); all other parts with a file name are attachments.
const instancePart = "xml_submission_file"

// instanceWelcome answers HEAD: a client that gets any other 2xx takes the server for none of
// OpenRosa.
func (s *Server) instanceWelcome(r *Request) error {
	r.Status(http.StatusNoContent)
	r.Writer.WriteHeaderNow()
	return nil
}

// receiveInstance takes an instance with its attachments, or with some of them: a client
// splits what is too large for one request, sending the XML each time.
func (s *Server) receiveInstance(r *Request) error {
	arrival, files, err := s.readInstance(r)
	if err != nil {
		return err
	}
	sub, err := s.Surveys.Receive(r, r.Project.ID, r.User.ID, arrival, files, r.Query("deviceID"))
	if err != nil {
		return err
	}
	r.received(sub)
	var b bytes.Buffer
	sentence := message.T(r.Language, "openrosa.received", sub.Receipt())
	if arrival.Form.Deleted != nil {
		sentence = message.T(r.Language, "bin.received", sub.Receipt())
	}
	if err := openrosa.WriteResponse(&b, "submit_success", sentence); err != nil {
		return err
	}
	return r.sendXML(http.StatusCreated, b.Bytes())
}

func (s *Server) readInstance(r *Request) (*survey.Arrival, []survey.Attachment, error) {
	switch r.ContentType() {
	case "multipart/form-data":
	case "text/xml", "application/xml":
		arrival, err := s.arrive(r, r.Request.Body)
		return arrival, nil, err
	default:
		return nil, nil, problem.New(problem.Unsupported, "openrosa.notMultipart")
	}
	parts, err := r.Request.MultipartReader()
	if err != nil {
		return nil, nil, bodyProblem(err)
	}
	var arrival *survey.Arrival
	var files []survey.Attachment
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, bodyProblem(err)
		}
		switch {
		case part.FormName() == instancePart && arrival == nil:
			if arrival, err = s.arrive(r, part); err != nil {
				return nil, nil, err
			}
		case part.FileName() == "": // *isIncomplete*: how many requests there will be is not told
		case len(files) == survey.MaxSentFiles:
			return nil, nil, problem.New(problem.TooLarge, "openrosa.manyFiles", survey.MaxSentFiles)
		default:
			if len(files) == 0 && arrival != nil {
				if err := s.Surveys.CheckArrival(r, r.Project.ID, arrival); err != nil {
					return nil, nil, err
				}
			}
			file, err := s.attach(r, part.FileName(), part, survey.MaxSentFile)
			if err != nil {
				return nil, nil, err
			}
			files = append(files, file)
		}
	}
	if arrival == nil {
		return nil, nil, problem.New(problem.Malformed, "openrosa.noInstance")
	}
	return arrival, files, nil
}

func (s *Server) arrive(r *Request, body io.Reader) (*survey.Arrival, error) {
	raw, err := io.ReadAll(io.LimitReader(body, openrosa.MaxInstance+1))
	if err != nil {
		return nil, bodyProblem(err)
	}
	arrival, err := s.Surveys.Arrive(r, r.Project.ID, raw)
	if err == nil {
		arrival.Closed = r.closed()
	}
	return arrival, err
}
