package survey

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"maps"
	"path"
	"slices"
	"strings"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// doubtMedia says which columns of the .csv files that there are a definition looks for in vain.
func (s *Service) doubtMedia(ctx context.Context, project id.ProjectID, d *form.Definition, media []Attachment) ([]problem.Text, error) {
	var doubts []problem.Text
	wanted := wantedColumns(d)
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		at := mediaAt(media, name)
		if at < 0 {
			continue
		}
		header, err := s.header(ctx, project, media[at].Hash)
		if err != nil {
			return nil, err
		}
		var lacking []string
		for _, column := range slices.Sorted(maps.Keys(wanted[name])) {
			if !slices.Contains(header, column) {
				lacking = append(lacking, column)
			}
		}
		if len(lacking) > 0 {
			doubts = append(doubts, problem.Say("media.columns", name, strings.Join(lacking, ", "), strings.Join(header[:min(len(header), 20)], ", ")))
		}
	}
	return doubts, nil
}

// header reads the names of a stored .csv file's columns.
func (s *Service) header(ctx context.Context, project id.ProjectID, hash string) ([]string, error) {
	in, _, err := s.store.OpenBlob(ctx, project, hash)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	r := csv.NewReader(bufio.NewReader(in))
	r.LazyQuotes = true
	header, err := r.Read()
	if err != nil {
		return nil, problem.New(problem.Invalid, "media.csvHeader", hash).Because(err)
	}
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	return header, nil
}

// wantedColumns are those that selects and pulldata() read of each .csv file.
func wantedColumns(d *form.Definition) map[string]map[string]bool {
	wanted := map[string]map[string]bool{}
	want := func(file string, columns ...string) {
		if path.Ext(file) != ".csv" {
			return
		}
		if wanted[file] == nil {
			wanted[file] = map[string]bool{}
		}
		for _, column := range columns {
			wanted[file][column] = true
		}
	}
	d.Walk(func(_ form.Path, f *form.Field) {
		if f.File != "" {
			want(f.File, cmp.Or(f.Parameters["value"], "name"), cmp.Or(f.Parameters["label"], "label"))
		}
	})
	eachExpression(d, func(e *xpath.Expr) {
		e.Walk(func(n *xpath.Node) {
			if file, columns := pulled(n); file != "" {
				want(file, columns...)
			}
		})
	})
	return wanted
}

// pulled is the file of a call of pulldata(), and those of its columns that are written out.
func pulled(n *xpath.Node) (file string, columns []string) {
	if n.Kind != xpath.KindCall || n.Text != "pulldata" || len(n.Args) == 0 || n.Args[0].Kind != xpath.KindText {
		return "", nil
	}
	for _, a := range n.Args[1:min(len(n.Args), 3)] {
		if a.Kind == xpath.KindText {
			columns = append(columns, a.Text)
		}
	}
	return strings.TrimSuffix(n.Args[0].Text, ".csv") + ".csv", columns
}
