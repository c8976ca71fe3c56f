package backup

import (
	"os"

	"golang.org/x/sys/windows"
)

// diskSpace tells what the disk of a folder has room for, and how large it is, in bytes.
func diskSpace(folder string) (free, total int64, err error) {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return 0, 0, err
	}
	var room, size uint64
	if err := windows.GetDiskFreeSpaceEx(name, &room, &size, nil); err != nil {
		return 0, 0, &os.PathError{Op: "GetDiskFreeSpaceEx", Path: folder, Err: err}
	}
	return int64(room), int64(size), nil
}

// syncFolder does nothing: Windows keeps names durable by itself and cannot flush a folder.
func syncFolder(string) error { return nil }
