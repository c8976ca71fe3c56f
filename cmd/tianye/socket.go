package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"tianye/internal/problem"
)

// The process that serves an embedded store listens for commands on a Unix socket in its data
// directory, which only its own user may reach.
//
// A connection is one command. Its sender writes the call as a line of JSON, then what the command
// reads, in frames, and an empty frame at its end; hanging up ends the command. The other side
// writes frames of what the command says and one with its exit code.

const socketName = "tianye.sock"

// The sorts of frames.
const (
	frameIn   byte = 'i'
	frameOut  byte = 'o'
	frameErr  byte = 'e'
	frameExit byte = 'x' // one byte: the exit code
)

// The limits of what a sender may say.
const (
	callLimit    = 64 << 10
	frameLimit   = 64 << 10
	callPatience = 10 * time.Second
)

// frames writes to a connection in frames, from several goroutines.
type frames struct {
	mu   *sync.Mutex
	conn io.Writer
	sort byte
}

func (f frames) Write(data []byte) (n int, err error) {
	for first := true; first || len(data) > 0; first = false {
		part := data[:min(len(data), frameLimit)]
		frame := append(binary.BigEndian.AppendUint32([]byte{f.sort}, uint32(len(part))), part...)
		f.mu.Lock()
		_, err = f.conn.Write(frame)
		f.mu.Unlock()
		if err != nil {
			return n, err
		}
		n, data = n+len(part), data[len(part):]
	}
	return n, nil
}

// readFrame reads a frame into the buffer and gives its sort and content.
func readFrame(r io.Reader, buffer []byte) (byte, []byte, error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	size := binary.BigEndian.Uint32(head[1:])
	if size > uint32(len(buffer)) {
		return 0, nil, fmt.Errorf("a frame of %d bytes", size)
	}
	_, err := io.ReadFull(r, buffer[:size])
	return head[0], buffer[:size], err
}

// dialServer connects to the process that serves a data directory. It fails when none does.
func dialServer(data string) (net.Conn, error) {
	return net.Dial("unix", filepath.Join(data, socketName))
}

// remote has a call done at the other end of a connection.
func remote(ctx context.Context, conn net.Conn, c call, std stdio) error {
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	head, err := json.Marshal(c)
	if err != nil {
		return err
	}
	unread := make(chan error, 1)
	go send(conn, append(head, '\n'), std, c.Reads, unread)
	code, err := receive(conn, std)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	select {
	case err := <-unread:
		return err
	default:
	}
	switch {
	case err != nil:
		return problem.New(problem.Unavailable, "command.broken").Because(err)
	case code == 2:
		return errRefused
	case code != 0:
		return errFailed
	}
	return nil
}

// send writes a call and what it reads. When that cannot be read to its end the connection is
// closed, so that nobody takes the part for the whole. That it cannot be written the other end explains.
func send(conn net.Conn, head []byte, std stdio, reads bool, unread chan<- error) {
	if _, err := conn.Write(head); err != nil {
		return
	}
	out := frames{new(sync.Mutex), conn, frameIn}
	buffer := make([]byte, frameLimit)
	for reads {
		n, err := std.in.Read(buffer)
		if n > 0 {
			if _, err := out.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil && err != io.EOF {
			unread <- err
			_ = conn.Close()
			return
		}
		reads = err == nil
	}
	_, _ = out.Write(nil)
}

// receive hands on what a command says until it ends, and gives its exit code.
func receive(conn net.Conn, std stdio) (code byte, err error) {
	r, buffer := bufio.NewReader(conn), make([]byte, frameLimit)
	for {
		sort, content, err := readFrame(r, buffer)
		if err != nil {
			return 0, err
		}
		switch sort {
		case frameOut:
			_, err = std.out.Write(content)
		case frameErr:
			_, err = std.errOut.Write(content)
		case frameExit:
			return content[0], nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// commandServer does the commands that come through the socket.
type commandServer struct {
	platform *platform
	listener net.Listener
	log      *slog.Logger
	ctx      context.Context // of all commands
	cancel   context.CancelFunc
	running  sync.WaitGroup
}

// serveCommands begins to listen in the data directory. What lies there from a process that was
// killed is replaced: the directory's lock says that it is dead.
func (p *platform) serveCommands(data string, log *slog.Logger) (*commandServer, error) {
	name := filepath.Join(data, socketName)
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	listener, err := net.Listen("unix", name)
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" { // there the folder's own rights count
		if err := os.Chmod(name, 0o600); err != nil {
			return nil, errors.Join(err, listener.Close())
		}
	}
	s := &commandServer{platform: p, listener: listener, log: log}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.running.Go(s.accept)
	return s, nil
}

func (s *commandServer) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		s.running.Go(func() {
			defer conn.Close()
			s.answer(conn)
		})
	}
}

// close takes no more commands and lets those under way finish, until patience ends.
func (s *commandServer) close(patience context.Context) {
	_ = s.listener.Close()
	defer context.AfterFunc(patience, s.cancel)()
	s.running.Wait()
	s.cancel()
}

// answer does the one command of a connection.
func (s *commandServer) answer(conn net.Conn) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	_ = conn.SetReadDeadline(time.Now().Add(callPatience))
	r := bufio.NewReaderSize(conn, callLimit)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return
	}
	var c call
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields() // what this program does not know it must not leave out
	unknown := decoder.Decode(&c)
	_ = conn.SetReadDeadline(time.Time{})
	in, feed := io.Pipe()
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		defer cancel() // whoever hung up wants no more
		receiveInput(r, feed)
	}()
	writing := new(sync.Mutex)
	out := stdio{in, frames{writing, conn, frameOut}, frames{writing, conn, frameErr}}
	err = problem.New(problem.Unsupported, "command.otherVersion", version).Because(unknown)
	if !c.Reads {
		out.in = nil
	}
	if unknown == nil {
		err = s.do(ctx, c, out)
	}
	_ = in.Close()
	if text := said(err); text != "" {
		_, _ = io.WriteString(out.errOut, text)
	}
	_, _ = frames{writing, conn, frameExit}.Write([]byte{byte(exitCode(err))})
	_ = conn.SetReadDeadline(time.Now().Add(callPatience)) // what is still coming is read, so that the answer is not lost
	<-fed
}

// do does a call in the process that has the store open, which no command may bring down.
func (s *commandServer) do(ctx context.Context, c call, std stdio) (err error) {
	defer func() {
		if failure := recover(); failure != nil {
			s.log.Error("command", "name", c.Command, "panic", failure, "stack", string(debug.Stack()))
			err = problem.New(problem.Internal, "problem.internal")
		}
	}()
	for _, cmd := range commands {
		if cmd.name == c.Command && cmd.args == len(c.Args) && !cmd.alone {
			s.log.Info("command", "name", c.Command)
			return cmd.run(ctx, s.platform, c, std)
		}
	}
	return problem.New(problem.Unsupported, "command.otherVersion", version)
}

// receiveInput feeds a command with what comes, and reads on until the sender hangs up.
func receiveInput(r io.Reader, feed *io.PipeWriter) {
	buffer, ended := make([]byte, frameLimit), false
	for {
		sort, content, err := readFrame(r, buffer)
		switch {
		case err != nil || sort != frameIn:
			_ = feed.CloseWithError(errors.Join(io.ErrUnexpectedEOF, err))
			return
		case ended:
		case len(content) == 0:
			ended = true
			_ = feed.Close()
		default:
			_, _ = feed.Write(content) // a command that reads no more closed its end
		}
	}
}
