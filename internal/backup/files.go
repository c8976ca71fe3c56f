package backup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tianye/internal/problem"
)

const (
	prefix = "tianye-"
	layout = "20060102-1504"
	suffix = ".tianye-backup"
	part   = ".part" // behind the name of one that is not whole
)

// File is a backup in the scheduler's folder.
type File struct {
	Name string
	Time time.Time // when it was begun, to the minute
	Size int64
}

func nameOf(t time.Time) string { return prefix + t.Format(layout) + suffix }

// files gives the backups there are, the newest first.
func (s *Scheduler) files() ([]File, error) {
	entries, err := os.ReadDir(s.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, mapped(err)
	}
	var list []File
	for _, entry := range entries {
		at, err := time.ParseInLocation(prefix+layout+suffix, entry.Name(), s.Now().Location())
		if err != nil || !entry.Type().IsRegular() {
			continue
		}
		info, err := entry.Info()
		if err != nil {
			continue // removed just now
		}
		list = append(list, File{entry.Name(), at, info.Size()})
	}
	slices.SortFunc(list, func(a, b File) int { return b.Time.Compare(a.Time) })
	return list, nil
}

// newest gives the last one that was made before now, or none: what a clock that was ahead has made
// does not count.
func newest(files []File, now time.Time) File {
	for _, f := range files {
		if !f.Time.After(now) {
			return f
		}
	}
	return File{}
}

// removeParts removes what a process left that was stopped while it made a backup.
func (s *Scheduler) removeParts() error {
	names, err := filepath.Glob(filepath.Join(s.Dir, prefix+"*"+suffix+part))
	for _, name := range names {
		err = errors.Join(err, os.Remove(name))
	}
	return mapped(err)
}

// removeOld keeps today's, and the last one of each of Keep days. What a clock that was ahead has made
// takes no day's place, and stays.
func (s *Scheduler) removeOld(made string) error {
	files, err := s.files()
	if err != nil || s.Keep <= 0 {
		return err
	}
	now, days := s.Now(), map[string]bool{}
	today := now.Format(time.DateOnly)
	for _, f := range files {
		day := f.Time.Format(time.DateOnly)
		if f.Time.After(now) {
			continue
		}
		isKept := f.Name == made || day == today || !days[day] && len(days) < s.Keep
		days[day] = true
		if !isKept {
			err = errors.Join(err, os.Remove(filepath.Join(s.Dir, f.Name)))
		}
	}
	return mapped(err)
}

// Open opens a backup of the list for reading. What is not on it is not found, wherever a name leads.
func (s *Scheduler) Open(name string) (*os.File, File, error) {
	files, err := s.files()
	if err != nil {
		return nil, File{}, err
	}
	at := slices.IndexFunc(files, func(f File) bool { return f.Name == name })
	if at < 0 || strings.ContainsAny(name, `/\`) {
		return nil, File{}, problem.New(problem.NotFound, "backup.none")
	}
	file, err := os.Open(filepath.Join(s.Dir, files[at].Name))
	return file, files[at], mapped(err)
}
