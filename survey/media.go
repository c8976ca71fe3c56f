package survey

import (
	"bytes"
	"cmp"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// The limits of a form's media files.
const (
	MaxMediaFile  = 10 << 20  // bytes of one
	MaxMedia      = 100 << 20 // bytes of all those of a version
	MaxMediaFiles = 500
)

// Live makes the content of a media file that nobody uploads because it follows the
// project: cases.csv, and the entity lists of its forms.
type Live func(ctx context.Context, project id.ProjectID) ([]byte, error)

// Offer gives every form that names a media file its live content, unless the form
// has a file of its own under that name. It is called before the service is used.
func (s *Service) Offer(name string, content Live) { s.live[name] = content }

// Taken is what PutMedia took.
type Taken struct {
	Names     []string
	Converted []string // those whose text was not UTF-8, and is now
}

// PutMedia adds media files to a form's draft, in place of those of the same name; a
// .zip is unpacked. A form without a draft gets one: its current version's workbook
// and media. When one of them is refused nothing is taken.
func (s *Service) PutMedia(ctx context.Context, project id.ProjectID, actor id.UserID, formID id.FormID, files []MediaFile) (Form, Taken, error) {
	f, err := s.drafted(ctx, project, actor, formID)
	if err != nil {
		return Form{}, Taken{}, err
	}
	taken, err := s.keepMedia(ctx, project, f.Draft, files)
	if err != nil {
		return Form{}, Taken{}, err
	}
	f, err = s.replaceDraft(ctx, f)
	return f, taken, err
}

// RemoveMedia takes a media file off a form's draft, which is begun as PutMedia does.
func (s *Service) RemoveMedia(ctx context.Context, project id.ProjectID, actor id.UserID, formID id.FormID, name string) (Form, error) {
	f, err := s.drafted(ctx, project, actor, formID)
	if err != nil {
		return Form{}, err
	}
	at := mediaAt(f.Draft.Media, name)
	if at < 0 {
		return Form{}, problem.New(problem.NotFound, "media.none", name)
	}
	f.Draft.Media = slices.Delete(f.Draft.Media, at, at+1)
	return s.replaceDraft(ctx, f)
}

// replaceDraft stores a form whose draft has other media files.
func (s *Service) replaceDraft(ctx context.Context, f Form) (Form, error) {
	d, err := s.readDraft(ctx, f.ProjectID, f.Draft)
	if err != nil {
		return Form{}, err
	}
	if f.Draft.Doubts, err = s.doubtMedia(ctx, f.ProjectID, d, f.Draft.Media); err != nil {
		return Form{}, err
	}
	if err := s.store.ReplaceForm(ctx, f); err != nil {
		return Form{}, overtaken(err)
	}
	return s.store.Form(ctx, f.ProjectID, f.ID)
}

// drafted gives a form with its draft, begun from the current version when there is none.
func (s *Service) drafted(ctx context.Context, project id.ProjectID, actor id.UserID, formID id.FormID) (Form, error) {
	f, err := s.Form(ctx, project, formID)
	if err != nil {
		return Form{}, err
	}
	if f.Draft == nil {
		v := f.Current()
		if v == nil {
			return Form{}, problem.New(problem.NotFound, "survey.noDraft")
		}
		f.Draft = &Draft{Workbook: v.Workbook, Media: slices.Clone(v.Media), Needs: v.Needs, Uploaded: s.now(), By: actor, Questions: v.Questions}
	}
	return f, nil
}

func mediaAt(media []Attachment, name string) int {
	return slices.IndexFunc(media, func(a Attachment) bool { return a.Name == name })
}

// keepMedia stores files and puts them among the draft's.
func (s *Service) keepMedia(ctx context.Context, project id.ProjectID, draft *Draft, files []MediaFile) (Taken, error) {
	var taken Taken
	media := slices.Clone(draft.Media)
	total := int64(0)
	err := eachMedia(files, func(name string, content []byte) error {
		if slices.Contains(taken.Names, name) {
			return problem.New(problem.Invalid, "media.twice", name)
		}
		content, contentType, converted, err := checkMedia(name, content)
		if err != nil {
			return err
		}
		if total += int64(len(content)); total > MaxMedia { // before it is stored
			return problem.New(problem.TooLarge, "media.allTooLarge", MaxMedia>>20)
		}
		a, err := s.keep(ctx, project, name, contentType, content)
		if err != nil {
			return err
		}
		media = withMedia(media, a)
		taken.Names = append(taken.Names, name)
		if converted {
			taken.Converted = append(taken.Converted, name)
		}
		return nil
	})
	if err != nil {
		return Taken{}, err
	}
	total = 0
	for _, a := range media {
		total += a.Size
	}
	switch {
	case total > MaxMedia:
		return Taken{}, problem.New(problem.TooLarge, "media.allTooLarge", MaxMedia>>20)
	case len(media) > MaxMediaFiles:
		return Taken{}, problem.New(problem.TooLarge, "media.tooMany", MaxMediaFiles)
	}
	draft.Media = media
	return taken, nil
}

func withMedia(media []Attachment, a Attachment) []Attachment {
	if at := mediaAt(media, a.Name); at >= 0 {
		media[at] = a
		return media
	}
	media = append(media, a)
	slices.SortFunc(media, func(a, b Attachment) int { return cmp.Compare(a.Name, b.Name) })
	return media
}

// keep stores one file of a form.
func (s *Service) keep(ctx context.Context, project id.ProjectID, name, contentType string, content []byte) (Attachment, error) {
	_, _, err := s.store.PutBlob(ctx, project, bytes.NewReader(content), int64(len(content)))
	return described(name, contentType, content), err
}

// described says what a file's content is, as if it were stored: a blob is named by its SHA-256.
func described(name, contentType string, content []byte) Attachment {
	sha, sum := sha256.Sum256(content), md5.Sum(content)
	return Attachment{Name: name, Hash: hex.EncodeToString(sha[:]), Size: int64(len(content)), ContentType: contentType, MD5: hex.EncodeToString(sum[:])}
}

// mediaOf gives what a version has and needs, the draft's when number is 0.
func (s *Service) mediaOf(ctx context.Context, project id.ProjectID, formID id.FormID, number int) (media []Attachment, needs []string, err error) {
	f, err := s.Form(ctx, project, formID)
	switch {
	case err != nil:
		return nil, nil, err
	case number == 0 && f.Draft != nil:
		return f.Draft.Media, f.Draft.Needs, nil
	case number >= 1 && number <= len(f.Versions):
		return f.Versions[number-1].Media, f.Versions[number-1].Needs, nil
	}
	return nil, nil, problem.New(problem.NotFound, "survey.noVersion", number)
}

// Media lists the media files that a version has, the draft when number is 0, in the order
// of their names: those uploaded, and of those it needs the live ones as they are now.
func (s *Service) Media(ctx context.Context, project id.ProjectID, formID id.FormID, number int) ([]MediaLine, error) {
	media, needs, err := s.mediaOf(ctx, project, formID, number)
	if err != nil {
		return nil, err
	}
	made, err := s.listsMade(ctx, project)
	if err != nil {
		return nil, err
	}
	lines := slices.DeleteFunc(s.MediaLines(made, media, needs), func(l MediaLine) bool { return l.State == MediaMissing })
	for i, line := range lines {
		if line.State != MediaLive {
			continue
		}
		content, err := s.liveOf(made, line.Name)(ctx, project)
		if err != nil {
			return nil, err
		}
		lines[i].Attachment = described(line.Name, typeByName(line.Name), content)
	}
	slices.SortFunc(lines, func(a, b MediaLine) int { return cmp.Compare(a.Name, b.Name) })
	return lines, nil
}

// OpenMedia opens a media file of a version, of the draft when number is 0, for the caller to close.
func (s *Service) OpenMedia(ctx context.Context, project id.ProjectID, formID id.FormID, number int, name string) (MediaLine, io.ReadCloser, error) {
	media, needs, err := s.mediaOf(ctx, project, formID, number)
	if err != nil {
		return MediaLine{}, nil, err
	}
	if at := mediaAt(media, name); at >= 0 {
		r, _, err := s.store.OpenBlob(ctx, project, media[at].Hash)
		return MediaLine{media[at], MediaThere}, r, err
	}
	made, err := s.listsMade(ctx, project)
	if err != nil {
		return MediaLine{}, nil, err
	}
	live := s.liveOf(made, name)
	if live == nil || !slices.Contains(needs, name) {
		return MediaLine{}, nil, problem.New(problem.NotFound, "media.none", name)
	}
	content, err := live(ctx, project)
	return MediaLine{described(name, typeByName(name), content), MediaLive}, io.NopCloser(bytes.NewReader(content)), err
}

// MediaState is whether a media file is where the definition looks for it.
type MediaState string

// The states of a media file.
const (
	MediaThere   MediaState = "there"
	MediaMissing MediaState = "missing"
	MediaUnused  MediaState = "unused" // no question names it; an expression may make the name
	MediaLive    MediaState = "live"   // made from the project
)

// MediaLine is a media file that a definition names or a form has.
type MediaLine struct {
	Attachment // MediaLines gives only the Name of one that is missing or live
	State      MediaState
}

// MediaLines compares what a draft or version has with what it needs: what is missing first. made
// are the project's entity lists.
func (s *Service) MediaLines(made EntityLists, media []Attachment, needs []string) []MediaLine {
	var missing, lines []MediaLine
	for _, a := range media {
		line := MediaLine{a, MediaUnused}
		if slices.Contains(needs, a.Name) {
			line.State = MediaThere
		}
		lines = append(lines, line)
	}
	for _, name := range needs {
		switch {
		case mediaAt(media, name) >= 0:
		case s.liveOf(made, name) != nil:
			lines = append(lines, MediaLine{Attachment{Name: name}, MediaLive})
		default:
			missing = append(missing, MediaLine{Attachment{Name: name}, MediaMissing})
		}
	}
	return append(missing, lines...)
}

// lists are the files of a version that its expressions and choices look things up in.
func lists(d *form.Definition, media []Attachment) []Attachment {
	var found []Attachment
	for _, name := range Needed(d) {
		if at := mediaAt(media, name); at >= 0 && isList(name) {
			found = append(found, media[at])
		}
	}
	return found
}

// readLists gives the content of files by their names, and how many bytes it is.
func (s *Service) readLists(ctx context.Context, project id.ProjectID, lists []Attachment) (files map[string][]byte, size int64, err error) {
	files = map[string][]byte{}
	for _, a := range lists {
		r, _, err := s.store.OpenBlob(ctx, project, a.Hash)
		if err != nil {
			return nil, 0, err
		}
		files[a.Name], err = io.ReadAll(r)
		r.Close()
		if err != nil {
			return nil, 0, err
		}
		size += int64(len(files[a.Name]))
	}
	return files, size, nil
}
