package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// Bin empties the recycle bin. It goes across the domains, because only all documents of a project
// together tell which blobs nothing names any more.
type Bin struct {
	b       Backend
	scanned time.Time // when blobs were last looked through
}

// NewBin makes what empties the recycle bin on a backend.
func NewBin(b Backend) *Bin { return &Bin{b: b} }

// grace is how much longer than id.BinLength things stay: whoever restores one at the last moment is
// done by then.
const grace = time.Hour

// scanEvery is how often blobs are looked through when nothing was purged.
const scanEvery = 24 * time.Hour

// Sweep purges for good what was deleted longer than id.BinLength ago, and the blobs that nothing
// names any more. It may be stopped anywhere and done again, and several processes may do it at
// once; it is not for several goroutines of one.
func (s *Bin) Sweep(ctx context.Context, now time.Time) error {
	overdue := now.Add(-id.BinLength - grace)
	found, err := collect(ctx, s.b, projects, "", Query{})
	if err != nil {
		return err
	}
	err = s.sweepOld(ctx, "", notices, now.Add(-survey.NoticeAge))
	purged := false
	for _, d := range found {
		var did bool
		var failed error
		if isOverdue(d, deletedAt(d.Body), overdue) {
			did, failed = true, s.purgeProject(ctx, d)
		} else {
			did, failed = s.purgeOverdue(ctx, id.ProjectID(d.ID), overdue)
			failed = errors.Join(failed, s.sweepOld(ctx, d.ID, bulks, now.Add(-survey.NoticeAge)))
		}
		purged = purged || did
		err = errors.Join(err, failed)
		if ctx.Err() != nil {
			return err
		}
	}
	if err != nil || !purged && now.Sub(s.scanned) < scanEvery {
		return err
	}
	if err := s.sweepBlobs(ctx); err != nil {
		return err
	}
	s.scanned = now
	return nil
}

// collect reads documents before they are changed.
func collect(ctx context.Context, b Backend, c *Collection, project string, q Query) ([]Document, error) {
	var found []Document
	err := b.Stream(ctx, c, project, q, func(d Document) error {
		d.Body = slices.Clone(d.Body)
		found = append(found, d)
		return nil
	})
	return found, err
}

// deletedAt is when a document was put into the recycle bin; zero when it was not.
func deletedAt(body bson.Raw) time.Time {
	at, err := body.LookupErr("deleted", "at")
	if err != nil {
		return time.Time{}
	}
	moment, _ := at.TimeOK()
	return moment
}

// isOverdue goes by the deletion's own time and by the stamp of the document, which never goes back:
// what was deleted while the machine's clock stood in the past has its thirty days.
func isOverdue(d Document, deleted, overdue time.Time) bool {
	if deleted.IsZero() || deleted.After(overdue) {
		return false
	}
	return d.Stamp <= overdue.UnixMicro() || deleted.Equal(time.Unix(0, 0)) // a stub is newer than its deletion
}

// purgeOverdue purges what is overdue in a project, and tells whether anything was.
func (s *Bin) purgeOverdue(ctx context.Context, project id.ProjectID, overdue time.Time) (purged bool, err error) {
	gone, err := collect(ctx, s.b, forms, string(project), Query{})
	if err != nil {
		return false, err
	}
	for _, d := range gone {
		if !isOverdue(d, deletedAt(d.Body), overdue) {
			continue
		}
		if err := s.purgeForm(ctx, d); err != nil {
			return true, err
		}
		purged = true
	}
	some, err := s.purgeSubmissions(ctx, string(project), Query{Where: []Condition{AtMost("deleted.at", overdue)}}, func(d Document) bool {
		return isOverdue(d, deletedAt(d.Body), overdue)
	})
	if purged = purged || some; err != nil {
		return purged, err
	}
	some, err = s.purgeLinks(ctx, string(project), func(d Document, _ *survey.PublicLink) bool { return isOverdue(d, deletedAt(d.Body), overdue) })
	if purged = purged || some; err != nil {
		return purged, err
	}
	deleted, err := collect(ctx, s.b, cases, string(project), Query{Where: []Condition{Equal("deleted", true)}})
	if err != nil {
		return purged, err
	}
	for _, d := range deleted {
		c, err := readCase(d)
		if err != nil {
			return purged, err
		}
		if !isOverdue(d, c.Deletion.At, overdue) {
			continue
		}
		if err := s.purge(ctx, cases, d); err != nil {
			return true, err
		}
		purged = true
	}
	for _, c := range []*Collection{charts, exportSettings} {
		kept, err := collect(ctx, s.b, c, string(project), Query{})
		for _, d := range kept {
			if isOverdue(d, deletedAt(d.Body), overdue) {
				err = errors.Join(err, s.purge(ctx, c, d))
				purged = true
			}
		}
		if err != nil {
			return purged, err
		}
	}
	return purged, nil
}

// purgeForm purges a form after its submissions and assignments: while there is one, the form is found again.
func (s *Bin) purgeForm(ctx context.Context, d Document) error {
	if _, err := s.purgeSubmissions(ctx, d.Project, Query{Where: []Condition{Equal("formid", d.ID)}}, func(Document) bool { return true }); err != nil {
		return err
	}
	if err := s.purgeFlagsOf(ctx, d); err != nil {
		return err
	}
	if _, err := s.purgeLinks(ctx, d.Project, func(_ Document, l *survey.PublicLink) bool { return string(l.FormID) == d.ID }); err != nil {
		return err
	}
	given, err := collect(ctx, s.b, assignments, d.Project, Query{Where: []Condition{Equal("formid", d.ID)}})
	for _, a := range given {
		err = errors.Join(err, s.purge(ctx, assignments, a))
	}
	if err != nil {
		return err
	}
	plan, err := s.b.Get(ctx, plans, d.Project, d.ID)
	if err == nil {
		err = s.purge(ctx, plans, plan)
	}
	if err := unlessOther(err); err != nil {
		return err
	}
	return s.purge(ctx, forms, d)
}

// purgeBatch is how many documents are held in memory at once.
const purgeBatch = 200

func (s *Bin) purgeSubmissions(ctx context.Context, project string, q Query, goes func(Document) bool) (purged bool, err error) {
	q.Limit = purgeBatch
	for {
		found, next, err := Find(ctx, s.b, submissions, project, q)
		if err != nil {
			return purged, err
		}
		for _, d := range found {
			if !goes(d) {
				continue
			}
			purged = true
			if err := s.purgeEditions(ctx, d); err != nil {
				return true, err
			}
			if err := s.purgeFlags(ctx, d); err != nil {
				return true, err
			}
			if err := s.purgeSuggestions(ctx, project, Equal("submission", d.ID)); err != nil {
				return true, err
			}
			if err := s.purge(ctx, submissions, d); err != nil {
				return true, err
			}
		}
		if q.After = next; next == "" {
			return purged, nil
		}
	}
}

// purgeEditions removes what leads from the instances of a submission to it.
func (s *Bin) purgeEditions(ctx context.Context, d Document) error {
	var sub survey.Submission
	if err := decode(submissions, d.Body, &sub); err != nil {
		return err
	}
	for _, former := range append(sub.Former, survey.Edition{InstanceID: sub.InstanceID}) {
		if len(sub.Former) == 0 {
			break
		}
		key := string(survey.InstanceKey(sub.ProjectID, sub.FormID, former.InstanceID))
		e, err := s.b.Get(ctx, editions, d.Project, key)
		if err == nil {
			err = s.b.Delete(ctx, editions, d.Project, key, e.Revision)
		}
		if err := unlessOther(err); err != nil {
			return err
		}
	}
	return nil
}

// purge removes a document and all that it ever was. First its body is taken away but for the fields
// by which it is found, then its former revisions, then the rest: stopped anywhere, what is left
// says nothing, and is found again as long as there is more to do. One that somebody changes
// meanwhile is left alone: it was restored, or another process purges it.
func (s *Bin) purge(ctx context.Context, c *Collection, d Document) error {
	stub, err := stubOf(c, d.Body)
	if err != nil {
		return err
	}
	d.Body = stub
	if d, err = s.b.Replace(ctx, c, d); err != nil {
		return unlessOther(err)
	}
	if err := s.b.Forget(ctx, c, d.Project, d.ID); err != nil {
		return err
	}
	if err := s.b.Delete(ctx, c, d.Project, d.ID, d.Revision); err != nil {
		return unlessOther(err)
	}
	return s.b.Forget(ctx, c, d.Project, d.ID)
}

// unlessOther takes away the errors of who comes second.
func unlessOther(err error) error {
	if IsChanged(err) || problem.Is(err, problem.NotFound) {
		return nil
	}
	return err
}

// stubs say what purge leaves of a body at first: fields that stay, and marks, for whoever reads it
// meanwhile: that it is in the recycle bin, and overdue; of a submission also that there is nothing
// personal in it.
var stubs = map[*Collection]struct {
	keep  []string
	marks bson.D
}{
	forms: {marks: overdueMark}, charts: {marks: overdueMark}, projects: {marks: overdueMark},
	submissions:    {[]string{"id", "projectid", "formid", "version"}, append(overdueMark, bson.E{Key: "erased", Value: time.Unix(0, 0)})},
	cases:          {marks: bson.D{{Key: "deleted", Value: true}, {Key: "deletion", Value: overdueSince}}},
	exportSettings: {marks: overdueMark},
	publicLinks:    {[]string{"projectid"}, overdueMark},
	suggestions:    {keep: []string{"link", "submission"}}, claims: {keep: []string{"link"}},
	notices: {keep: []string{"projectid"}}, webhooks: {keep: []string{"projectid"}}, members: {keep: []string{"projectid"}}, departures: {keep: []string{"projectid"}}, appUsers: {keep: []string{"projectid"}}, tokens: {keep: []string{"projectid"}},
}

var (
	overdueSince = bson.D{{Key: "at", Value: time.Unix(0, 0)}}
	overdueMark  = bson.D{{Key: "deleted", Value: overdueSince}}
)

// purgeFlags purges what the quality checks said of a submission.
func (s *Bin) purgeFlags(ctx context.Context, d Document) error {
	f, err := s.b.Get(ctx, flags, d.Project, d.ID)
	if err == nil {
		err = s.b.Delete(ctx, flags, d.Project, d.ID, f.Revision)
	}
	return unlessOther(err)
}

// purgeFlagsOf purges what they said of a form's enumerators.
func (s *Bin) purgeFlagsOf(ctx context.Context, d Document) error {
	found, err := collect(ctx, s.b, flags, d.Project, Query{Where: []Condition{Equal("formid", d.ID)}})
	for _, f := range found {
		err = errors.Join(err, unlessOther(s.b.Delete(ctx, flags, d.Project, f.ID, f.Revision)))
	}
	return err
}

// stubOf is what purge leaves of a body at first.
func stubOf(c *Collection, body bson.Raw) (bson.Raw, error) {
	elements, err := body.Elements()
	if err != nil {
		return nil, err
	}
	stub := bson.D{}
	for _, e := range elements {
		if key := e.Key(); key == schemaField || slices.Contains(stubs[c].keep, key) {
			stub = append(stub, bson.E{Key: key, Value: e.Value()})
		}
	}
	return bson.Marshal(append(stub, stubs[c].marks...))
}

// ofProject are the collections whose documents belong to projects. The audit is not among them: its
// chain outlives the project.
var ofProject = []*Collection{suggestions, claims, submissions, editions, bulks, flags, assignments, plans, outlines, exportSettings, deliveries, forms, cases, charts}

// besideProject are server-wide collections whose documents tell their project.
var besideProject = []*Collection{publicLinks, notices, webhooks, members, departures, appUsers, tokens}

// purgeProject purges everything of a project, and itself last.
func (s *Bin) purgeProject(ctx context.Context, d Document) error {
	for _, c := range ofProject {
		if err := s.purgeAll(ctx, c, d.ID); err != nil {
			return err
		}
	}
	for _, c := range besideProject {
		found, err := collect(ctx, s.b, c, "", Query{Where: []Condition{Equal("projectid", d.ID)}})
		for _, one := range found {
			err = errors.Join(err, s.purge(ctx, c, one))
		}
		if err != nil {
			return err
		}
	}
	fresh := false
	err := s.b.EachBlob(ctx, func(project, hash string, _ int64) error {
		if project != d.ID {
			return nil
		}
		err := s.b.DeleteBlob(ctx, project, hash)
		if IsFresh(err) {
			fresh, err = true, nil
		}
		return err
	})
	if err != nil || fresh { // then the project goes the next time
		return err
	}
	return s.purge(ctx, projects, d)
}

// purgeAll purges a collection of a project, with what tombstones may have left.
func (s *Bin) purgeAll(ctx context.Context, c *Collection, project string) error {
	var found []Document
	err := s.b.Changes(ctx, c, project, 0, func(d Document) error {
		d.Body = nil
		found = append(found, d)
		return nil
	})
	if err != nil {
		return err
	}
	for _, d := range found {
		if d.Deleted {
			err = s.b.Forget(ctx, c, project, d.ID)
		} else if d, err = s.b.Get(ctx, c, project, d.ID); err == nil {
			err = s.purge(ctx, c, d)
		}
		if err := unlessOther(err); err != nil {
			return err
		}
	}
	return nil
}
