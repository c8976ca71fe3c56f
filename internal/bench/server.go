package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is the program, run as a child.
type server struct {
	command  *exec.Cmd
	begun    time.Time
	URL      string
	Password string        // the one-time password, when there is one
	Ready    time.Duration // from exec to the first answer of /healthz
}

var (
	readyLine    = regexp.MustCompile(`ready: (http://\S+)`)
	passwordLine = regexp.MustCompile(`shown this once: (\S+)`)
)

// run starts the program on a free port and waits until it answers. What it logs
// goes to a file in the data folder.
func (b *bench) run(ctx context.Context, command, data string, environment ...string) (*server, error) {
	log, err := os.OpenFile(data+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	arguments := append([]string{command, "--listen", "127.0.0.1:0", "--data", data}, b.flags...)
	s := &server{command: exec.CommandContext(ctx, b.program, arguments...)}
	s.command.Stderr, s.command.Env = log, append(os.Environ(), environment...)
	output, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.begun = time.Now()
	if err := s.command.Start(); err != nil {
		return nil, fmt.Errorf("%w (make build makes it)", err)
	}
	lines := bufio.NewScanner(output)
	for s.URL == "" && lines.Scan() {
		if m := passwordLine.FindStringSubmatch(lines.Text()); m != nil {
			s.Password = m[1]
		}
		if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
			s.URL = m[1]
		}
	}
	if s.URL == "" {
		return nil, fmt.Errorf("%s %s did not start: see %s.log: %w", b.program, command, data, s.command.Wait())
	}
	go io.Copy(io.Discard, output)
	resp, err := http.Get(s.URL + "/healthz")
	if err != nil {
		return nil, err
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("/healthz: %s", resp.Status)
	}
	s.Ready = time.Since(s.begun)
	return s, nil
}

// stop ends the program as a supervisor does.
func (s *server) stop() error {
	http.DefaultClient.CloseIdleConnections()
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.command.Wait()
}

// kill ends the program in the middle of whatever it does (kill -9).
func (s *server) kill() error {
	if err := s.command.Process.Kill(); err != nil {
		return err
	}
	_ = s.command.Wait() // says that it was killed
	return nil
}

// memory gives what the program has in memory now and had at most, in megabytes.
func (s *server) memory() (now, peak float64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	if err != nil {
		return 0, 0, fmt.Errorf("memory is measured on Linux alone: %w", err)
	}
	for name, into := range map[string]*float64{"VmRSS": &now, "VmHWM": &peak} {
		m := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(status)
		if m == nil {
			return 0, 0, fmt.Errorf("no %s in /proc/PID/status", name)
		}
		kilobytes, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			return 0, 0, err
		}
		*into = kilobytes * 1024 / 1e6
	}
	return now, peak, nil
}

// spent gives the processor time that the program and this driver have used. Unlike the
// wall clock, it hardly minds what else the machine does.
func (s *server) spent() (program, driver time.Duration, err error) {
	if program, err = spentBy(s.command.Process.Pid); err != nil {
		return 0, 0, err
	}
	driver, err = spentBy(os.Getpid())
	return program, driver, err
}

func spentBy(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("processor time is measured on Linux alone: %w", err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var ticks int64
	for _, field := range fields[11:13] { // of the user and of the system, in hundredths of a second
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}
