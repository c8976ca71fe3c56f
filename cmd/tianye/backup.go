package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tianye/internal/audit"
	"tianye/internal/backup"
	"tianye/internal/message"
	"tianye/internal/problem"
)

var backupCommands = []command{
	{name: "backup", operands: "FILE [--passphrase-file F]", args: 1, run: writeBackup, flags: passphraseFlag, files: func(c *call) error {
		c.output, c.Args[0] = c.Args[0], filepath.Base(c.Args[0])
		return nil
	}},
	{name: "restore", operands: "FILE [--passphrase-file F]", args: 1, run: restoreBackup, flags: passphraseFlag, alone: true},
}

func passphraseFlag(flags *flag.FlagSet, c *call) {
	flags.StringVar(&c.input, "passphrase-file", "", "文件中的第一行是口令，用来加密或解密 / file whose first line is the passphrase that encrypts or decrypts")
}

// passphraseLimit is of a file with a passphrase, in bytes.
const passphraseLimit = 4 << 10

// readPassphrase takes the first line of a file.
func readPassphrase(file io.Reader) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(file, passphraseLimit+1))
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	if line = strings.TrimSuffix(line, "\r"); line == "" || len(raw) > passphraseLimit {
		return "", problem.New(problem.Invalid, "command.passphrase")
	}
	return line, nil
}

// backupOptions takes the passphrase from what the command reads, and tells of progress.
func backupOptions(c call, std stdio) (backup.Options, error) {
	o := backup.Options{Now: now, Progress: progress(c, std.errOut)}
	if std.in == nil {
		return o, nil
	}
	var err error
	o.Passphrase, err = readPassphrase(std.in)
	return o, err
}

func writeBackup(ctx context.Context, p *platform, c call, std stdio) error {
	o, err := backupOptions(c, std)
	if err != nil {
		return err
	}
	info, err := backup.Write(ctx, p.backend, std.out, o)
	if err != nil {
		return err
	}
	sayBackup(c, std, "command.backedUp", info)
	safety := problem.Say("command.plain")
	if info.Encrypted {
		safety = problem.Say("command.encrypted")
	}
	fmt.Fprintln(std.errOut, message.Sprint(c.Language, safety))
	return p.record(ctx, "", audit.Line{Action: "backups.start", Title: c.Args[0]})
}

// restoreBackup runs where nobody serves: the file is the person's own.
func restoreBackup(ctx context.Context, p *platform, c call, std stdio) error {
	o, err := backupOptions(c, std)
	if err != nil {
		return err
	}
	file, err := os.Open(c.Args[0])
	if err != nil {
		return problem.New(problem.NotFound, "formcommand.noFile", c.Args[0]).Because(err)
	}
	defer file.Close()
	info, err := backup.Restore(ctx, p.backend, file, o)
	if err != nil {
		return withoutFault(err)
	}
	sayBackup(c, std, "command.restored", info)
	return p.record(ctx, "", audit.Line{Action: "backups.restore", Title: filepath.Base(c.Args[0]), After: info.Hash})
}

// withoutFault drops which byte of a backup is wrong: nobody can mend it, and the sentence says what to do.
func withoutFault(err error) error {
	var p *problem.Problem
	if errors.As(err, &p) && (p.Kind == problem.Malformed || p.Kind == problem.Invalid) {
		return p.Because(nil)
	}
	return err
}

func sayBackup(c call, std stdio, key string, info backup.Info) {
	n := info.Counts
	text := message.T(c.Language, key, c.Args[0], n.Documents, n.Revisions, n.Blobs, info.Created.In(location).Format("2006-01-02 15:04:05"), info.Hash)
	fmt.Fprintln(std.errOut, text)
}

// progress tells how far a backup has come: in a terminal on one line, else now and then on its own.
func progress(c call, to io.Writer) func(backup.Progress) {
	every, end := 10*time.Second, "\n"
	if c.Terminal {
		every, end = time.Second/5, "\r"
	}
	last := time.Now()
	return func(p backup.Progress) {
		if time.Since(last) < every {
			return
		}
		last = time.Now()
		step := problem.Say("command.writing")
		switch p.Step {
		case backup.Verifying:
			step = problem.Say("command.verifying")
		case backup.Restoring:
			step = problem.Say("command.restoring")
		}
		share := ""
		if p.Total > 0 {
			share = fmt.Sprintf(" %d %%", p.Done*100/p.Total)
		}
		fmt.Fprint(to, message.T(c.Language, "command.progress", step, p.Counts.Documents, p.Counts.Blobs, p.Counts.Bytes>>20), share, end)
	}
}

// isTerminal tells whether somebody watches what is written.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// unfinished refuses a store in which a restore was stopped, whatever opened it.
func (p *platform) unfinished(ctx context.Context) error {
	if err := backup.Unfinished(ctx, p.backend); err != nil {
		return errors.Join(err, p.close())
	}
	return nil
}
