// Command tianye is the platform: tianye serve, tianye demo, and commands on what they serve.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"tianye/internal/message"
	"tianye/internal/problem"
)

const usage = `tianye 田野 — 调研问卷与案例研究平台 / field surveys and case studies

  tianye serve     运行平台 / serve the platform
  tianye demo      运行演示项目 / serve the demonstration project

  tianye user list                                        账号 / accounts
  tianye user add LOGIN NAME [--admin]
  tianye user reset | reset-factor | deactivate | activate LOGIN
  tianye project list                                     项目 / projects
  tianye project create TITLE --manager LOGIN
  tianye project close | archive | reopen | delete | restore ID
  tianye case import FILE --project ID [--preview] [--update]   导入案例 / import cases
  tianye backup FILE [--passphrase-file F]                备份，运行中也可以 / back up, also while it serves
  tianye restore FILE [--passphrase-file F]               恢复到空的数据目录或数据库 / restore into an empty store
  tianye audit verify [--project ID]                      检查审计记录是否被改动 / check the audit for tampering

  tianye form check IN.xlsx|IN.xml                        检查表单 / check a form
  tianye form convert IN.xlsx [-o OUT.xml] [--name ROOT]  转为 XForm / convert a form to an XForm
  tianye version                                          版本 / the version
  tianye licenses                                         所含组件的许可 / the licences of its parts

各命令加 --help 查看选项。 Add --help to a command for its flags.
`

// version is set by make build.
var version = "0.1.0"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	fmt.Fprint(os.Stderr, said(err))
	os.Exit(exitCode(err))
}

// said is what is still to be said of how a command ended.
func said(err error) string {
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp) || errors.Is(err, errRefused) || errors.Is(err, errFailed):
		return ""
	case errors.Is(err, errUsage):
		return usage
	}
	return sentence(err) + "\n"
}

// exitCode is 2 when the command itself was wrong, 1 when it was and could not be done.
func exitCode(err error) int {
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errRefused) || errors.Is(err, errUsage):
		return 2
	}
	return 1
}

// errFailed: what went wrong has been said.
var errFailed = errors.New("failed")

var errUsage = errors.New("usage")

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	switch args[0] {
	case "serve":
		return serve(ctx, args[1:], stdout, stderr)
	case "demo":
		return demonstrate(ctx, args[1:], stdout, stderr)
	case "form":
		return formCommand(args[1:], stdout, stderr)
	case "version":
		fmt.Fprintln(stdout, "tianye", version)
		return nil
	case "licenses":
		return licences(stdout)
	case "help", "-h", "--help":
		fmt.Fprint(stdout, usage)
		return nil
	}
	if isGroup(args[0]) {
		return runCommand(ctx, args, stdout, stderr)
	}
	return errUsage
}

// sentence says an error to the person at the terminal, in both languages, with
// its cause: they are the one who can mend it.
func sentence(err error) string {
	var p *problem.Problem
	if !errors.As(err, &p) {
		return "tianye: " + err.Error()
	}
	text := "tianye: " + message.Sprint(message.Chinese, p.Text) + "\n        " + message.Sprint(message.English, p.Text)
	for _, d := range p.Details {
		if d.Where != "" && d.Text.Key != p.Text.Key {
			text += "\n        " + d.Where + ": " + message.Sprint(message.Chinese, d.Text) + " / " + message.Sprint(message.English, d.Text)
		}
	}
	if cause := p.Unwrap(); cause != nil {
		text += "\n        (" + cause.Error() + ")"
	}
	return text
}
