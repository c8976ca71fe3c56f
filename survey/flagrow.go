package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey/form"
	"tianye/survey/quality"
	"tianye/survey/xpath"
)

// keptMeta is what the quality checks and quotas look at beside a row's columns.
type keptMeta struct {
	started, ended time.Time
	lacking        []form.Path // questions whose file never came
	byLink         bool        // of a public link: nobody asked
	log            string      // the hash of the log of filling in; "" without one
	over           []string    // Submission.OverQuota
}

func metaOf(d *form.Definition, sub *Submission) keptMeta {
	m := keptMeta{sub.Started, sub.Ended, lacking(d, sub), sub.Link != "", "", sub.OverQuota}
	for _, a := range sub.Attachments {
		if a.Name == AuditFile && !a.Former && d.Audit != nil {
			m.log = a.Hash
		}
	}
	return m
}

// readLogs reads the logs of a form's submissions that were not read before: a form that lay open
// overnight was not filled in for a night.
func (s *Service) readLogs(ctx context.Context, project id.ProjectID, formID id.FormID) error {
	k := s.keptFor(project)
	k.mu.Lock()
	var unread []string
	for _, m := range k.form(formID).meta {
		if _, known := s.spent.Load(m.log); m.log != "" && !known {
			unread = append(unread, m.log)
		}
	}
	k.mu.Unlock()
	for _, hash := range unread {
		spent, err := s.readLog(ctx, project, hash)
		if err != nil {
			return err
		}
		s.spent.Store(hash, spent)
	}
	return nil
}

func (s *Service) readLog(ctx context.Context, project id.ProjectID, hash string) (spent time.Duration, err error) {
	r, _, err := s.store.OpenBlob(ctx, project, hash)
	if problem.Is(err, problem.NotFound) { // it is being purged
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer r.Close()
	timings, err := ReadTimings(r)
	for _, t := range timings {
		spent += t.Spent
	}
	return spent, err
}

// active is what the questions took by the log that was read.
func (s *Service) active(m keptMeta) time.Duration {
	spent, _ := s.spent.Load(m.log)
	d, _ := spent.(time.Duration)
	return d
}

// lacking are the questions whose answer names a file that never came, and those that ask for a file
// and were found without one when it was received. Paths are without positions.
func lacking(d *form.Definition, sub *Submission) []form.Path {
	var paths []form.Path
	answered := map[form.Path]bool{}
	eachFile(d, sub.Answers, func(path form.Path, name string) {
		answered[path] = true
		if !slices.ContainsFunc(sub.Attachments, func(a Attachment) bool { return a.Name == name && !a.Former }) {
			paths = append(paths, plain(path))
		}
	})
	for _, e := range sub.Events {
		for _, found := range e.Found {
			path := form.Path(found.Where)
			if f := d.Find(plain(path)); f != nil && f.Type.IsAttachment() && !answered[path] {
				paths = append(paths, plain(path))
			}
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// Locate gives the area, a county, of each of a project's cases that has one, as the progress of a
// form is drawn by it ("": of all forms). Cases are another domain's.
type Locate func(ctx context.Context, project id.ProjectID, formID id.FormID) (map[id.CaseID]string, error)

// LocateCases introduces the cases' areas to the quality checks. It is called before the service is
// used; without it submissions are compared with all others.
func (s *Service) LocateCases(locate Locate) { s.locate = locate }

func (s *Service) areas(ctx context.Context, project id.ProjectID, formID id.FormID) (map[id.CaseID]string, error) {
	if s.locate == nil {
		return nil, nil
	}
	return s.locate(ctx, project, formID)
}

// look gives what the checks look at: a form's submissions but for those that were rejected, as far
// as the scope reaches (nil: all of them).
func (s *Service) look(ctx context.Context, f Form, areas map[id.CaseID]string, reached *scope) (quality.Input, error) {
	d, err := s.Definition(ctx, f.ProjectID, f.ID, f.Current().Number)
	if err != nil {
		return quality.Input{}, err
	}
	k := s.keptFor(f.ProjectID)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, f.ProjectID, k); err != nil {
		return quality.Input{}, err
	}
	kf := k.form(f.ID)
	in := quality.Input{Definition: d, Settings: f.Quality, Location: s.now().Location(), Now: s.now()}
	all := kf.snapshot("", nil, nil)
	states, cases, people, received := kf.byPath[VarState], kf.byPath[VarCase], kf.byPath[VarEnumerator], kf.byPath[VarReceived].data.Numbers
	in.Table = all.Where(func(row int) bool {
		c, who := id.CaseID(cases.lexical(row)), id.UserID(people.lexical(row))
		if ReviewState(states.lexical(row)) == Rejected || !reached.has(c, who) {
			return false
		}
		if kf.meta[row].byLink {
			who = ""
		}
		in.Rows = append(in.Rows, quality.Row{Submission: id.SubmissionID(kf.origins[row].ID), Enumerator: who, Case: c, Area: areas[c],
			Started: kf.meta[row].started, Ended: kf.meta[row].ended, Received: time.UnixMilli(int64(received[row] * 1000)), Lacking: kf.meta[row].lacking, Active: s.active(kf.meta[row])})
		return true
	})
	return in, nil
}

// digest is of a row's answers, but for personal data: what a verdict on its flags was said to.
func digest(t *table.Table, row int) string {
	h := sha256.New()
	for i := range t.Variables {
		v := &t.Variables[i]
		if v.Personal || v.Name[0] == '_' || t.IsMissing(i, row) {
			continue
		}
		io.WriteString(h, v.Name)
		switch v.Type {
		case table.Number, table.Time:
			io.WriteString(h, "="+xpath.FormatNumber(t.Columns[i].Numbers[row]))
		case table.Many:
			for _, code := range t.Columns[i].Sets[row] {
				io.WriteString(h, "="+v.Values[code].Code)
			}
		default:
			io.WriteString(h, "="+v.Values[t.Columns[i].Codes[row]].Code)
		}
		io.WriteString(h, "\n")
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}
