package web

import (
	"time"

	"tianye/internal/backup"
	"tianye/internal/problem"
)

// serverPage is the state of the server, for its administrator.
type serverPage struct {
	Page
	Version   string
	Store     string
	StoreSize int64 // 0 when it is not known
	Scheduled bool
	Backups   backup.Status
}

// Verifying tells which step of a backup under way it is.
func (p serverPage) Verifying() bool { return p.Backups.Progress.Step == backup.Verifying }

func (s *Server) serverState(r *Request) error {
	page := serverPage{Page: s.page(r, "backup.title"), Version: s.Version, Store: s.Store, Scheduled: s.Backups != nil}
	var err error
	if s.StoreSize != nil {
		if page.StoreSize, err = s.StoreSize(); err != nil {
			return err
		}
	}
	if page.Scheduled {
		if page.Backups, err = s.Backups.Status(); err != nil {
			return err
		}
	}
	return s.show(r, "server/state", page)
}

// scheduler gives what makes the backups, or the problem that nothing does.
func (s *Server) scheduler() (*backup.Scheduler, error) {
	if s.Backups == nil {
		return nil, problem.New(problem.NotFound, "backup.unscheduled")
	}
	return s.Backups, nil
}

func (s *Server) startBackup(r *Request) error {
	backups, err := s.scheduler()
	if err == nil {
		err = backups.Start(r)
	}
	if err != nil {
		return err
	}
	return r.To("/server", "backup.started")
}

func (s *Server) cancelBackup(r *Request) error {
	backups, err := s.scheduler()
	if err != nil {
		return err
	}
	backups.Cancel()
	return r.To("/server", "backup.cancelled")
}

// downloadBackup sends a file of the list; a name that is not on it leads nowhere.
func (s *Server) downloadBackup(r *Request) error {
	backups, err := s.scheduler()
	if err != nil {
		return err
	}
	file, info, err := backups.Open(r.Param("name"))
	if err != nil {
		return err
	}
	defer file.Close()
	r.about(info.Name, info.Name)
	tag := info.Name + " " + info.Time.Format(time.RFC3339)
	return sendFile(r, sentFile{Name: info.Name, Hash: tag, ContentType: "application/octet-stream", Size: info.Size}, file)
}
