package sqlite

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockFile takes the lock, or fails at once when another process has it. The system gives
// it back when the process ends, however it ends.
func lockFile(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	if err := windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, new(windows.Overlapped)); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// syncFolder does nothing: Windows keeps names durable by itself and cannot flush a folder.
func syncFolder(string) error { return nil }
