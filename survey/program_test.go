package survey_test

import (
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/survey"
)

// counted counts what is asked of a store.
type counted struct {
	survey.Store
	mu           sync.Mutex
	forms, blobs int
}

func (c *counted) Forms(ctx context.Context, project id.ProjectID) ([]survey.Form, error) {
	c.mu.Lock()
	c.forms++
	c.mu.Unlock()
	return c.Store.Forms(ctx, project)
}

func (c *counted) OpenBlob(ctx context.Context, project id.ProjectID, hash string) (io.ReadCloser, int64, error) {
	c.mu.Lock()
	c.blobs++
	c.mu.Unlock()
	return c.Store.OpenBlob(ctx, project, hash)
}

// TestFilesAreReadForJudging: what is personal, and what clients are given, needs the definitions only;
// those who have answers judged at the same time have the files read once.
func TestFilesAreReadForJudging(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.upload(book(w, "survey", "type|name|label|personal\nselect_one_from_file towns.csv|town|镇\ntext|who|谁|yes", "settings", "form_id|form_title\nt|镇"))
		for n := range 3 {
			f, _, err := w.PutMedia(w.Context(), quzhou, alice, f.ID, []survey.MediaFile{file("towns.csv", "name,label\nhecun,贺村镇\n"+string(rune('a'+n))+",x\n")})
			if err != nil {
				w.Fatal(err)
			}
			if _, err = w.Publish(w.Context(), quzhou, alice, f.ID, f.Revision); err != nil {
				w.Fatal(err)
			}
		}
		store := &counted{Store: w.Store}
		s := survey.New(store, func() time.Time { return w.now })
		if _, err := s.Personal(w.Context(), quzhou, f.ID); err != nil {
			w.Fatal(err)
		}
		published, err := s.Form(w.Context(), quzhou, f.ID)
		if err != nil {
			w.Fatal(err)
		}
		for number := range 3 {
			if _, _, err := s.XForm(w.Context(), published, number+1); err != nil {
				w.Fatal(err)
			}
		}
		if store.blobs != 3 {
			w.Errorf("%d files were read for three definitions", store.blobs)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				in := survey.Incoming{InstanceID: "uuid:1", FormID: f.ID, Version: 3, Answers: m{"town": "c", "who": "王芳"}}
				if err := s.Check(w.Context(), quzhou, bob, in); err != nil {
					w.Error(err)
				}
			})
		}
		all.Wait()
		if store.blobs != 4 {
			w.Errorf("the list was read %d times", store.blobs-3)
		}
	})
}
