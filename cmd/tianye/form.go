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
	"tianye/survey/form"
	"tianye/survey/openrosa"
	"tianye/survey/xlsform"
)

// errRefused: what is wrong has been said; the program ends with code 2.
var errRefused = errors.New("refused")

// rootName is what the element of a form's answers may be called.
var rootName = regexp.MustCompile(`^[\pL_][\pL\pM\pN_.-]*$`)

// formCommand checks or converts a workbook, without a server or a data directory.
func formCommand(args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	flags := flag.NewFlagSet("form "+args[0], flag.ContinueOnError)
	flags.SetOutput(stderr)
	out, root := new(string), new(string)
	switch args[0] {
	case "check":
	case "convert":
		flags.StringVar(out, "o", "", "写到文件，而不是标准输出 / write to a file, not to standard output")
		flags.StringVar(root, "name", "data", "答卷根元素的名称，设置表另有 name 时从设置表 / the name of the answers' root element, unless the settings sheet has a name")
	default:
		return errUsage
	}
	files, err := parseAnywhere(flags, args[1:])
	if err != nil {
		return err
	}
	if len(files) != 1 {
		return errUsage
	}
	if *root != "" && !rootName.MatchString(*root) {
		return problem.New(problem.Invalid, "formcommand.rootName", *root)
	}
	xform, err := convert(files[0], *root, stderr)
	switch {
	case err != nil || args[0] == "check":
		return err
	case *out != "":
		return os.WriteFile(*out, xform, 0o644)
	}
	_, err = stdout.Write(xform)
	return err
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

// convert reads a workbook, says what is wrong with it, and gives its XForm.
func convert(file, root string, stderr io.Writer) ([]byte, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	language := terminalLanguage()
	d, complaints, err := xlsform.Read(bytes.NewReader(raw), int64(len(raw)), filepath.Base(file))
	for _, c := range complaints {
		text := c.Text
		if c.Severity == xlsform.Warning {
			text = problem.Say("formcommand.warning", text)
		}
		fmt.Fprintf(stderr, "%s: %s\n", c.Where(), oneLine(message.Sprint(language, text)))
	}
	var xform []byte
	if err == nil && d != nil {
		xform, err = written(d, root)
	}
	if p := (*problem.Problem)(nil); errors.As(err, &p) {
		fmt.Fprintf(stderr, "%s: %s\n", filepath.Base(file), oneLine(message.Sprint(language, p.Text)))
		return nil, errRefused
	}
	if err == nil && d == nil {
		return nil, errRefused
	}
	return xform, err
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
