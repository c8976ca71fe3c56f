package backup

import (
	"time"

	"tianye/internal/problem"
)

// Status is what an administrator should know of the backups.
type Status struct {
	Files       []File    // the newest first
	Encrypted   bool      // those to come
	Next        time.Time // zero when none is made but by Start
	Running     bool
	Begun       time.Time // when Running
	Progress    Progress  // when Running
	Failed      *Failure  // of the last try; nil when it went well, or there was none since the start
	Free, Total int64     // of the disk with the backups, in bytes
	Warnings    []problem.Text
}

const (
	tooOld    = 26 * time.Hour // a day and some patience
	littleGB  = int64(2) << 30
	littleOne = 10 // one part of so many
)

// Status looks at the folder and the disk.
func (s *Scheduler) Status() (Status, error) {
	files, err := s.files()
	if err != nil {
		return Status{}, err
	}
	now := s.Now()
	st := Status{Files: files, Encrypted: s.Passphrase != ""}
	if s.Keep > 0 {
		st.Next = s.due(now.AddDate(0, 0, 1))
	}
	if st.Free, st.Total, err = s.space(); err != nil {
		return Status{}, mapped(err)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if r := s.running; r != nil && r.progress.Step != "" {
		st.Running, st.Begun, st.Progress = true, r.begun, r.progress
	}
	st.Failed = s.failed
	last := newest(files, now)
	switch {
	case s.Keep <= 0: // nobody expects any
	case last.Name == "":
		st.Warnings = append(st.Warnings, problem.Say("backup.noneYet"))
	case now.Sub(last.Time) > tooOld:
		st.Warnings = append(st.Warnings, problem.Say("backup.old", int(now.Sub(last.Time)/time.Hour)))
	}
	if st.Failed != nil {
		st.Warnings = append(st.Warnings, problem.Say("backup.failed", st.Failed.Text))
	}
	if st.Free < littleGB || st.Free < st.Total/littleOne {
		st.Warnings = append(st.Warnings, problem.Say("backup.diskFull", megabytes(st.Free)))
	}
	return st, nil
}
