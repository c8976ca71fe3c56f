package survey

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// AuditFile is the name of the attachment that logs how a form was filled in, as ODK Collect
// writes it (docs.getodk.org/form-audit-log) and our fill page does.
const AuditFile = "audit.csv"

// The limits of what is read of a log.
const (
	maxAudit     = 8 << 20 // bytes
	maxAuditRows = 100_000
	maxVisit     = 24 * time.Hour // a question that was open longer was not looked at
)

// Timing is how long was spent on a question, or on a section that was shown as one screen.
type Timing struct {
	Path   form.Path
	First  time.Time // when it was first shown
	Spent  time.Duration
	Visits int
}

// Timings gives how long each question of a submission took, in the order in which they were first
// shown; nothing when its form does not log it or the log did not come.
func (s *Service) Timings(ctx context.Context, project id.ProjectID, submission id.SubmissionID) ([]Timing, error) {
	a, r, err := s.OpenAttachment(ctx, project, submission, AuditFile)
	if problem.Is(err, problem.NotFound) && problem.From(err).Text.Key == "survey.noAttachment" || err == nil && a.Former {
		err = nil
		if r != nil {
			r.Close()
		}
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return ReadTimings(r)
}

// withFormerLog gives the files of an instance that mends a submission with the log of the submission
// before its own: what the answers took is in both.
func (s *Service) withFormerLog(ctx context.Context, sub Submission, files []Attachment) ([]Attachment, error) {
	at := slices.IndexFunc(sub.Attachments, fileNamed(AuditFile))
	if at < 0 {
		return files, nil
	}
	former := sub.Attachments[at]
	own := slices.IndexFunc(files, fileNamed(AuditFile))
	if own < 0 {
		return append(files, former), nil
	}
	before, err := s.logOf(ctx, sub.ProjectID, former)
	if err != nil {
		return nil, err
	}
	mine, err := s.logOf(ctx, sub.ProjectID, files[own])
	if err != nil {
		return nil, err
	}
	head, rows, _ := bytes.Cut(mine, []byte("\n"))
	formerHead, _, _ := bytes.Cut(before, []byte("\n"))
	if !bytes.Equal(bytes.TrimSpace(head), bytes.TrimSpace(formerHead)) || len(before)+len(rows) > maxAudit { // another version's
		return files, nil
	}
	whole := slices.Concat(bytes.TrimRight(before, "\r\n"), []byte("\n"), rows)
	files[own].Hash, files[own].Size, err = s.store.PutBlob(ctx, sub.ProjectID, bytes.NewReader(whole), maxAudit)
	return files, err
}

func (s *Service) logOf(ctx context.Context, project id.ProjectID, a Attachment) ([]byte, error) {
	r, _, err := s.store.OpenBlob(ctx, project, a.Hash)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, maxAudit))
}

// ReadTimings reads a log; rows that are not well formed are left out.
func ReadTimings(r io.Reader) ([]Timing, error) {
	rows := csv.NewReader(io.LimitReader(r, maxAudit))
	rows.FieldsPerRecord, rows.LazyQuotes, rows.ReuseRecord = -1, true, true
	columns := map[string]int{}
	places := map[form.Path]int{}
	var timings []Timing
	for n := 0; n <= maxAuditRows; n++ {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			if _, is := err.(*csv.ParseError); is {
				continue
			}
			return nil, err
		}
		if n == 0 {
			for i, name := range row {
				columns[strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))] = i
			}
			continue
		}
		path, start, spent, ok := readAuditRow(row, columns)
		if !ok {
			continue
		}
		at, known := places[path]
		if !known {
			at = len(timings)
			places[path] = at
			timings = append(timings, Timing{Path: path, First: start})
		}
		timings[at].Spent += spent
		timings[at].Visits++
	}
	return timings, nil
}

// readAuditRow reads a row that tells of a question, or of a section on one screen.
func readAuditRow(row []string, columns map[string]int) (path form.Path, start time.Time, spent time.Duration, ok bool) {
	cell := func(name string) string {
		if i, there := columns[name]; there && i < len(row) {
			return row[i]
		}
		return ""
	}
	if event := cell("event"); event != "question" && event != "group questions" {
		return "", start, 0, false
	}
	_, inside, isBelow := strings.Cut(strings.TrimPrefix(cell("node"), "/"), "/") // below the instance's root
	from, err := strconv.ParseInt(cell("start"), 10, 64)
	until, failed := strconv.ParseInt(cell("end"), 10, 64)
	if !isBelow || inside == "" || err != nil || failed != nil || from < 0 || until < from || until-from > maxVisit.Milliseconds() {
		return "", start, 0, false
	}
	return form.Path(clip(inside, 1000)), time.UnixMilli(from), time.Duration(until-from) * time.Millisecond, true
}
