package casebase

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/image"
	"tianye/internal/problem"
)

// MaxAttachment is the size of one attachment.
const MaxAttachment = 100 << 20

const maxAttachmentName = 150

func (c Case) attachment(name string) int {
	return slices.IndexFunc(c.Attachments, func(a Attachment) bool { return a.Name == name })
}

// Attach stores a file with a case and tells under which name: when the name is
// taken by another file, a number is added. It is safe to repeat.
func (s *Service) Attach(ctx context.Context, actor id.UserID, project id.ProjectID, caseID id.CaseID, name string, r io.Reader) (Case, Attachment, error) {
	name, err := attachmentName(name)
	if err != nil {
		return Case{}, Attachment{}, err
	}
	if _, err := s.Get(ctx, project, caseID); err != nil { // before taking in what may be large
		return Case{}, Attachment{}, err
	}
	a, err := s.keep(ctx, project, name, r)
	if err != nil {
		return Case{}, Attachment{}, err
	}
	c, err := s.change(ctx, actor, project, caseID, func(c *Case) error {
		var err error
		c.Attachments, a, err = withAttachment(c.Attachments, a)
		return err
	})
	return c, a, err
}

// keep stores the bytes of an attachment, a picture's without what tells where and when it was taken.
func (s *Service) keep(ctx context.Context, project id.ProjectID, name string, r io.Reader) (Attachment, error) {
	buffered := bufio.NewReader(r)
	head, err := buffered.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return Attachment{}, problem.New(problem.Malformed, "case.attachment.broken", name).Because(err)
	}
	hash, size, err := s.store.PutAttachment(ctx, project, image.Strip(buffered), MaxAttachment)
	if problem.Is(err, problem.TooLarge) {
		return Attachment{}, problem.New(problem.TooLarge, "case.attachment.large", name, MaxAttachment>>20)
	}
	return Attachment{Name: name, Hash: hash, Size: size, ContentType: contentType(name, head)}, err
}

// withAttachment adds an attachment under a name that is free.
func withAttachment(list []Attachment, a Attachment) ([]Attachment, Attachment, error) {
	ext := path.Ext(a.Name)
	base := strings.TrimSuffix(a.Name, ext)
	for n := 2; ; n++ {
		at := slices.IndexFunc(list, func(other Attachment) bool { return other.Name == a.Name })
		if at >= 0 && list[at].Hash == a.Hash {
			return list, list[at], nil
		}
		if at < 0 {
			break
		}
		a.Name = fmt.Sprintf("%s-%d%s", base, n, ext)
	}
	if len(list) >= MaxAttachments {
		return list, a, problem.New(problem.Invalid, "case.attachment.many", MaxAttachments)
	}
	return append(slices.Clone(list), a), a, nil
}

// Detach takes an attachment off a case; former revisions keep it.
func (s *Service) Detach(ctx context.Context, actor id.UserID, project id.ProjectID, caseID id.CaseID, name string) (Case, error) {
	return s.change(ctx, actor, project, caseID, func(c *Case) error {
		if at := c.attachment(name); at >= 0 {
			c.Attachments = slices.Delete(slices.Clone(c.Attachments), at, at+1)
		}
		return nil
	})
}

// OpenAttachment gives an attachment of a case and its bytes, for the caller to close.
func (s *Service) OpenAttachment(ctx context.Context, project id.ProjectID, caseID id.CaseID, name string) (Attachment, io.ReadCloser, error) {
	c, err := s.read(ctx, project, caseID)
	if err != nil {
		return Attachment{}, nil, err
	}
	return s.open(ctx, c, name)
}

// OpenFormerAttachment gives an attachment as the case had it at a revision.
func (s *Service) OpenFormerAttachment(ctx context.Context, project id.ProjectID, caseID id.CaseID, revision int64, name string) (Attachment, io.ReadCloser, error) {
	c, err := s.Revision(ctx, project, caseID, revision)
	if err != nil {
		return Attachment{}, nil, err
	}
	return s.open(ctx, c, name)
}

func (s *Service) open(ctx context.Context, c Case, name string) (Attachment, io.ReadCloser, error) {
	at := c.attachment(name)
	if at < 0 {
		return Attachment{}, nil, problem.New(problem.NotFound, "case.attachment.none", name)
	}
	r, _, err := s.store.OpenAttachment(ctx, c.ProjectID, c.Attachments[at].Hash)
	return c.Attachments[at], r, err
}

// Markdown is how the text of a case refers to the attachment: a picture that a
// browser can show, else a link.
func (a Attachment) Markdown() string {
	target := a.Name
	if strings.ContainsAny(target, " ()") {
		target = "<" + target + ">"
	}
	if a.Shown() {
		return "![" + escapeLabel(a.Name) + "](" + target + ")"
	}
	return "[" + escapeLabel(a.Name) + "](" + target + ")"
}

var escapeLabel = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "*", `\*`, "_", `\_`, "`", "\\`").Replace

// Shown tells whether a browser may show the attachment in a page: a picture that
// can hold no script.
func (a Attachment) Shown() bool {
	switch a.ContentType {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp":
		return true
	}
	return false
}

// attachmentName makes the base name that can stand in an address and on a disk.
func attachmentName(name string) (string, error) {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`/<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name))
	if strings.Trim(name, "._ ") == "" {
		return "", problem.New(problem.Invalid, "case.attachment.nameless")
	}
	if utf8.RuneCountInString(name) > maxAttachmentName {
		return "", problem.New(problem.Invalid, "case.attachment.longName", maxAttachmentName)
	}
	return name, nil
}

// contentType looks at the bytes first: what is called .png and holds HTML is HTML.
func contentType(name string, head []byte) string {
	sniffed, _, _ := strings.Cut(http.DetectContentType(head), ";")
	switch sniffed {
	case "application/octet-stream", "application/zip", "text/plain":
		if named, _, err := mime.ParseMediaType(officeTypes[strings.ToLower(path.Ext(name))]); err == nil {
			return named
		}
	}
	return sniffed
}

// officeTypes are what teams attach and a look at the bytes cannot tell. They are not
// asked of the system, whose tables differ from machine to machine.
var officeTypes = map[string]string{
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".doc":  "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint", ".wps": "application/vnd.ms-works",
	".csv": "text/csv", ".md": "text/markdown", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".amr": "audio/amr", ".mp4": "video/mp4",
}
