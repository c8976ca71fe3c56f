package main

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"time"

	"tianye/internal/backup"
	"tianye/internal/problem"
)

// schedule is when and where backups are made while it serves.
type schedule struct {
	dir        string // "": beside an embedded store; none of MongoDB
	at         time.Duration
	keep       int // 0: only when somebody asks
	passphrase string
}

// keepDays is how many of the daily backups are kept.
const keepDays = 7

// flags adds its flags; those of the demonstration make no daily backups unless they are asked for.
func (s *schedule) flags(flags *flag.FlagSet, wanted bool) {
	s.at = 2*time.Hour + 30*time.Minute
	if wanted {
		s.keep = keepDays
	}
	flags.StringVar(&s.dir, "backup-dir", "", "每天备份到这个目录；默认是数据目录下的 backups，用 MongoDB 时默认不备份 / folder of the daily backups; else backups in the data directory, and none with MongoDB")
	flags.Func("backup-at", "每天几点备份，默认 02:30 / when every day, else 02:30", func(text string) error {
		at, err := time.Parse("15:04", text)
		s.at = time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
		return err
	})
	flags.IntVar(&s.keep, "backup-keep", s.keep, "保留几天的备份；0 表示不自动备份，只在管理员要求时备份 / how many daily backups are kept; 0 makes none but those the administrator asks for")
	flags.Func("backup-passphrase-file", "文件中的第一行是口令，用来加密每天的备份 / file whose first line is the passphrase that encrypts the daily backups", func(name string) error {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		s.passphrase, err = readPassphrase(file)
		if problem.Is(err, problem.Invalid) {
			return errors.New("口令是空的 / the passphrase is empty")
		}
		return err
	})
}

// scheduler makes what keeps the backups; nil when there is no place for them.
func (p *platform) scheduler(o options) *backup.Scheduler {
	dir := o.backup.dir
	if dir == "" && o.mongodb == "" {
		dir = filepath.Join(o.data, "backups")
	}
	if dir == "" {
		return nil
	}
	return &backup.Scheduler{Backend: p.backend, Dir: dir, At: o.backup.at, Keep: o.backup.keep, Passphrase: o.backup.passphrase, Now: now}
}
