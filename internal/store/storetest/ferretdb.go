//go:build unix

package storetest

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// lifeline is FerretDB's standard input, which nobody closes; a variable, so that it is not collected.
var lifeline io.WriteCloser

// ferretdb starts FerretDB once for the test binary, and gives its address. It ends with the binary,
// when the pipe to its standard input breaks.
var ferretdb = sync.OnceValues(func() (string, error) {
	program, err := buildFerretDB()
	if err != nil {
		return "", fmt.Errorf("storetest: FerretDB cannot be built (run the tests with -short to do without): %w", err)
	}
	command := exec.Command(program)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	if lifeline, err = command.StdinPipe(); err != nil {
		return "", err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := command.Start(); err != nil {
		return "", err
	}
	address, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return "", errors.Join(fmt.Errorf("storetest: FerretDB does not start: %s", complaints.String()), command.Wait())
	}
	return strings.TrimSpace(address), nil
})

// buildFerretDB builds the module in ferretdb/, unless the user's cache has what the same
// sources and the same Go made.
func buildFerretDB() (string, error) {
	source, err := ferretdbFolder()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version())
	for _, name := range []string{"go.mod", "go.sum", "main.go"} {
		content, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return "", err
		}
		sum.Write(content)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	program := filepath.Join(cache, "tianye", fmt.Sprintf("ferretdb-%x", sum.Sum(nil)[:8]))
	if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
		return "", err
	}
	lock, err := os.Create(program + ".lock") // test binaries that run at once build it once
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		return "", err
	}
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	build := exec.Command("go", "build", "-buildvcs=false", "-o", program+".new", ".")
	build.Dir = source
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return program, os.Rename(program+".new", program)
}

// ferretdbFolder finds the nested module from the folder of whichever package is tested.
func ferretdbFolder() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		if source := filepath.Join(folder, "internal/store/storetest/ferretdb"); exists(filepath.Join(source, "go.mod")) {
			return source, nil
		}
	}
	return "", errors.New("the folder internal/store/storetest/ferretdb is not above the working folder")
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
