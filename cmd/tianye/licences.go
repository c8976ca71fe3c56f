package main

import (
	"compress/gzip"
	"embed"
	"errors"
	"io"
	"io/fs"

	"tianye/internal/problem"
)

// dist holds notices.gz, which make build puts there.
//
//go:embed dist
var dist embed.FS

// licences prints what the parts of this program say of themselves.
func licences(stdout io.Writer) error {
	file, err := dist.Open("dist/notices.gz")
	if errors.Is(err, fs.ErrNotExist) {
		return problem.New(problem.NotFound, "command.noNotices")
	}
	if err != nil {
		return err
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	_, err = io.Copy(stdout, text)
	return err
}
