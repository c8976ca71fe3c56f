package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"tianye/internal/backup"
	"tianye/internal/store"
	"tianye/internal/store/sqlite"
)

// restores is what is known of restores that are killed.
type restores struct {
	file   string // the backup that is restored
	digest string // of the store that it makes
	takes  time.Duration

	killed, repeated, equal, verified int
}

// verifyBackups reads every backup that has its name: a kill must leave none by halves.
func (k *killing) verifyBackups(ctx context.Context) error {
	names, err := filepath.Glob(filepath.Join(k.data, "backups", "*.tianye-backup"))
	if err != nil {
		return err
	}
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		_, err = backup.Verify(ctx, file, backup.Options{})
		if err = errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		k.restores.verified++
	}
	return nil
}

// restoreRound kills a restore at a random moment, once or twice, and repeats it until it ends.
func (k *killing) restoreRound(ctx context.Context, round int) error {
	r := &k.restores
	if r.file == "" {
		if err := k.reference(ctx); err != nil {
			return err
		}
	}
	data := filepath.Join(k.dir, fmt.Sprintf("restored-%d", round))
	defer os.RemoveAll(data)
	for range 1 + k.random.IntN(2) {
		ended, err := k.restore(ctx, data, time.Duration(k.random.Int64N(int64(r.takes))))
		if err != nil {
			return err
		}
		if ended {
			break
		}
		r.killed++
	}
	begun := time.Now()
	ended, err := k.restore(ctx, data, time.Hour)
	if err != nil || !ended {
		return fmt.Errorf("repeated after %s: %w", time.Since(begun), err)
	}
	r.repeated++
	digest, err := digestOf(ctx, data)
	if err != nil {
		return err
	}
	if digest != r.digest {
		return errors.New("the restored store is not what the backup holds")
	}
	r.equal++
	return nil
}

// reference makes the backup, and restores it once without disturbance.
func (k *killing) reference(ctx context.Context) error {
	r := &k.restores
	r.file = filepath.Join(k.dir, "reference.tianye-backup")
	if output, err := exec.CommandContext(ctx, k.program, "backup", r.file, "--data", k.data).CombinedOutput(); err != nil {
		return fmt.Errorf("backup: %w: %s", err, output)
	}
	data := filepath.Join(k.dir, "reference")
	begun := time.Now()
	if ended, err := k.restore(ctx, data, time.Hour); err != nil || !ended {
		return fmt.Errorf("restore: %w", err)
	}
	r.takes = time.Since(begun)
	var err error
	r.digest, err = digestOf(ctx, data)
	return err
}

// restore runs the command, killed after so long, and tells whether it had ended by then. A store that was
// whole already is that too.
func (k *killing) restore(ctx context.Context, data string, after time.Duration) (ended bool, err error) {
	var said strings.Builder
	command := exec.CommandContext(ctx, k.program, "restore", k.restores.file, "--data", data)
	command.Stderr = &said
	if err := command.Start(); err != nil {
		return false, err
	}
	kill := time.AfterFunc(after, func() { _ = command.Process.Kill() })
	defer kill.Stop()
	err = command.Wait()
	var exit *exec.ExitError
	switch {
	case err == nil || strings.Contains(said.String(), "holds data already"):
		return true, nil
	case errors.As(err, &exit) && !exit.Exited():
		return false, nil
	}
	return false, fmt.Errorf("%w: %s", err, said.String())
}

// digestOf sums up everything in a restored store, but for the line that the restore itself adds to the audit.
func digestOf(ctx context.Context, data string) (string, error) {
	b, err := sqlite.Open(ctx, data, store.Collections)
	if err != nil {
		return "", err
	}
	defer b.Close()
	if err := backup.Unfinished(ctx, b); err != nil {
		return "", err
	}
	sum := sha256.New()
	err = b.Dump(ctx, store.Lasting, func(r store.Record) error {
		if !strings.HasPrefix(r.Collection.Name, "audit") {
			fmt.Fprintf(sum, "%s %v %q %q %d %d %v %x\n", r.Collection.Name, r.Former, r.Project, r.ID, r.Revision, r.Stamp, r.Deleted, r.Body)
		}
		return nil
	})
	if err == nil {
		err = b.EachBlob(ctx, func(project, hash string, _ int64) error {
			r, _, err := b.OpenBlob(ctx, project, hash)
			if err != nil {
				return err
			}
			defer r.Close()
			fmt.Fprintf(sum, "%q %s\n", project, hash)
			_, err = io.Copy(sum, r)
			return err
		})
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), err
}
