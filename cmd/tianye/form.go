package main

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
	"tianye/survey/openrosa"
)

// errRefused: what is wrong has been said; the program ends with code 2.
var errRefused = errors.New("refused")

// rootName is what the element of a form's answers may be called.
var rootName = regexp.MustCompile(`^[\pL_][\pL\pM\pN_.-]*$`)

// formCommand checks or converts a workbook or an XForm, without a server or a data directory.
func formCommand(args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return misused(stderr, "formcommand.noCommand")
	}
	flags := flag.NewFlagSet("form "+args[0], flag.ContinueOnError)
	flags.SetOutput(stderr)
	out, root := new(string), new(string)
	arguments := "IN.xlsx|IN.xml"
	switch args[0] {
	case "check":
	case "convert":
		arguments += " [-o OUT.xml] [--name ROOT]"
		flags.StringVar(out, "o", "", "写到文件，而不是标准输出 / write to a file, not to standard output")
		flags.StringVar(root, "name", "data", "答卷根元素的名称，设置表另有 name 时从设置表 / the name of the answers' root element, unless the settings sheet has a name")
	case "help", "-h", "--help":
		fmt.Fprint(stdout, usage)
		return nil
	default:
		return misused(stderr, "formcommand.unknownCommand", args[0])
	}
	flags.Usage = func() {
		fmt.Fprintf(stderr, "tianye form %s %s\n", args[0], arguments)
		flags.PrintDefaults()
	}
	files, err := parseAnywhere(flags, args[1:])
	switch {
	case err != nil:
		return err
	case len(files) != 1:
		return misused(stderr, "formcommand.oneFile", len(files))
	case *root != "" && !rootName.MatchString(*root):
		return problem.New(problem.Invalid, "formcommand.rootName", *root)
	}
	d, xform, err := convert(files[0], *root, stderr)
	switch {
	case err != nil:
		return err
	case args[0] == "check":
		questions := 0
		d.Walk(func(_ form.Path, f *form.Field) {
			if f.Type.IsAsked() {
				questions++
			}
		})
		_, err = fmt.Fprintln(stdout, message.Sprint(terminalLanguage(), problem.Say("formcommand.fine", filepath.Base(files[0]), questions)))
		return err
	case *out != "":
		return os.WriteFile(*out, xform, 0o644)
	}
	_, err = stdout.Write(xform)
	return err
}

// misused says what is wrong with the command, before its usage.
func misused(stderr io.Writer, key string, args ...any) error {
	fmt.Fprintln(stderr, message.Sprint(terminalLanguage(), problem.Say(key, args...)))
	return errUsage
}

// parseAnywhere parses flags that may stand after what is no flag, and gives the latter.
func parseAnywhere(flags *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, errRefused // the flag set has said why
		}
		if flags.NArg() == 0 {
			return rest, nil
		}
		rest = append(rest, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

// convert reads a workbook or an XForm, says what is wrong with it, and gives what it means and its XForm.
func convert(file, root string, stderr io.Writer) (*form.Definition, []byte, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, problem.New(problem.NotFound, "formcommand.noFile", file).Because(err)
	}
	language := terminalLanguage()
	d, complaints, err := survey.Check(raw, filepath.Base(file))
	for _, c := range complaints {
		text := c.Text
		if !c.IsError {
			text = problem.Say("formcommand.warning", text)
		}
		fmt.Fprintf(stderr, "%s!%s: %s\n", c.Sheet, c.Cell, oneLine(message.Sprint(language, text)))
	}
	var xform []byte
	if err == nil && d != nil {
		xform, err = written(d, root)
	}
	if p := (*problem.Problem)(nil); errors.As(err, &p) {
		fmt.Fprintf(stderr, "%s: %s\n", filepath.Base(file), oneLine(message.Sprint(language, p.Text)))
		return nil, nil, errRefused
	}
	if err == nil && d == nil {
		return nil, nil, errRefused
	}
	return d, xform, err
}

func written(d *form.Definition, root string) ([]byte, error) {
	d.XForm.Name = cmp.Or(d.XForm.Name, root)
	var out bytes.Buffer
	err := openrosa.WriteForm(&out, d)
	return out.Bytes(), err
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// terminalLanguage is the language of the terminal's locale; Chinese for any but English.
func terminalLanguage() message.Language {
	locale := cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	if strings.HasPrefix(strings.ToLower(locale), "en") {
		return message.English
	}
	return message.Chinese
}
