package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tianye/internal/message"
	"tianye/internal/problem"
)

// call is a command as somebody gave it, without the files of theirs: what travels to the
// process that serves.
type call struct {
	Command  string
	Args     []string         `json:",omitempty"`
	Language message.Language `json:",omitempty"`
	Project  string           `json:",omitempty"`
	Manager  string           `json:",omitempty"`
	Reason   string           `json:",omitempty"`
	Admin    bool             `json:",omitempty"`
	Preview  bool             `json:",omitempty"`
	Update   bool             `json:",omitempty"`
	Reads    bool             `json:",omitempty"` // a file of the person's is streamed to the command
	Terminal bool             `json:",omitempty"` // somebody watches

	input, output string // the person's files: one is streamed to the command, the other is made of what it gives
}

// stdio is what a command reads and writes, wherever it runs.
type stdio struct {
	in          io.Reader
	out, errOut io.Writer
}

// command is one that works on the store, in the process that serves it or by itself.
type command struct {
	name     string
	operands string                     // as its usage says
	args     int                        // how many operands
	flags    func(*flag.FlagSet, *call) // nil: none of its own
	files    func(*call) error          // names the person's files; nil: there are none
	alone    bool                       // only while nobody serves, and then the store may be new
	run      func(context.Context, *platform, call, stdio) error
}

// commands are all of them, by groups.
var commands = slices.Concat(userCommands, projectCommands, caseCommands, backupCommands, auditCommands)

// isGroup tells whether there are commands that begin with a word.
func isGroup(word string) bool {
	return slices.ContainsFunc(commands, func(c command) bool { return c.name == word || strings.HasPrefix(c.name, word+" ") })
}

// findCommand finds the command that the arguments name, and what comes behind its name.
func findCommand(args []string) (command, []string, bool) {
	for _, c := range commands {
		words := strings.Fields(c.name)
		if len(args) >= len(words) && slices.Equal(args[:len(words)], words) {
			return c, args[len(words):], true
		}
	}
	return command{}, nil, false
}

// runCommand does a command: through the process that serves the data directory, or by
// itself when there is none.
func runCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	cmd, rest, ok := findCommand(args)
	if !ok {
		return misusedGroup(args[0], stderr)
	}
	c, o, err := cmd.parse(rest, stderr)
	if err != nil {
		return err
	}
	std := stdio{nil, stdout, stderr}
	if c.Reads = c.input != ""; c.Reads {
		file, err := os.Open(c.input)
		if err != nil {
			return problem.New(problem.NotFound, "formcommand.noFile", c.input).Because(err)
		}
		defer file.Close()
		std.in = file
	}
	do := func() error { return cmd.do(ctx, c, o, std) }
	if c.output == "" {
		return do()
	}
	return whole(c.output, func(file io.Writer) error {
		std.out = file
		return do()
	})
}

// do runs a command where the store is open, or opens it.
func (cmd command) do(ctx context.Context, c call, o options, std stdio) error {
	if o.mongodb == "" {
		conn, err := dialServer(o.data)
		switch {
		case err == nil && cmd.alone:
			return errors.Join(conn.Close(), problem.New(problem.Conflict, "command.served", o.data))
		case err == nil:
			return remote(ctx, conn, c, std)
		case !cmd.alone && !hasStore(o.data):
			return problem.New(problem.NotFound, "command.noStore", o.data)
		}
	}
	p, err := open(ctx, o)
	if err == nil && !cmd.alone {
		err = p.unfinished(ctx)
	}
	if err != nil {
		return err
	}
	return errors.Join(cmd.run(ctx, p, c, std), p.close())
}

// hasStore tells whether a data directory holds an embedded store: no command but restore makes one.
func hasStore(data string) bool {
	_, err := os.Stat(filepath.Join(data, "tianye.db"))
	return err == nil
}

// parse reads a command's flags and operands.
func (cmd command) parse(args []string, stderr io.Writer) (call, options, error) {
	c := call{Command: cmd.name, Language: terminalLanguage(), Terminal: isTerminal(stderr)}
	var o options
	flags := flag.NewFlagSet("tianye "+cmd.name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	o.place(flags, "./data")
	if cmd.flags != nil {
		cmd.flags(flags, &c)
	}
	flags.Usage = func() {
		fmt.Fprintf(stderr, "tianye %s %s\n", cmd.name, cmd.operands)
		flags.PrintDefaults()
	}
	var err error
	if c.Args, err = parseAnywhere(flags, args); err != nil {
		return c, o, err
	}
	if len(c.Args) != cmd.args {
		fmt.Fprintln(stderr, message.Sprint(c.Language, problem.Say("command.operands", cmd.name, cmd.args, len(c.Args))))
		flags.Usage()
		return c, o, errRefused
	}
	if cmd.files != nil {
		err = cmd.files(&c)
	}
	return c, o, err
}

// misusedGroup says which commands a word begins.
func misusedGroup(word string, stderr io.Writer) error {
	var list []string
	for _, c := range commands {
		if strings.HasPrefix(c.name, word+" ") {
			list = append(list, "tianye "+c.name)
		}
	}
	return misused(stderr, "command.choose", strings.Join(list, ", "))
}

// whole makes a new file of what fill writes, all of it or none: what is there already stays.
func whole(name string, fill func(io.Writer) error) error {
	if _, err := os.Lstat(name); err == nil {
		return problem.New(problem.Conflict, "command.fileExists", name)
	}
	part := name + ".part"
	cannot := func(err error) error {
		return problem.New(problem.Unavailable, "command.cannotWrite", name).Because(err)
	}
	file, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return cannot(err)
	}
	out := &noted{file: file}
	err = fill(out)
	if err == nil {
		out.failed = file.Sync()
	}
	out.failed = errors.Join(out.failed, file.Close())
	if err == nil && out.failed == nil {
		out.failed = os.Rename(part, name)
	}
	if out.failed != nil { // whoever wrote may have taken it for something else
		err = cannot(out.failed)
	}
	if err != nil {
		_ = os.Remove(part)
	}
	return err
}

// noted remembers that a file could not be written.
type noted struct {
	file   *os.File
	failed error
}

func (n *noted) Write(data []byte) (int, error) {
	written, err := n.file.Write(data)
	if err != nil {
		n.failed = err
	}
	return written, err
}
