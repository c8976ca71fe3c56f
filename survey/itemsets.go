package survey

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// Itemsets is the media file that the choices of the sheet external_choices become.
const Itemsets = "itemsets.csv"

// itemsets is the file itemsets.csv of a definition that has external choices: ODK's clients
// read them from there.
func itemsets(d *form.Definition) ([]MediaFile, error) {
	if len(d.ExternalLists) == 0 {
		return nil, nil
	}
	var b bytes.Buffer
	if err := writeItemsets(&b, d); err != nil {
		return nil, err
	}
	content := bytes.NewReader(b.Bytes())
	return []MediaFile{{Itemsets, content, content.Size()}}, nil
}

// writeItemsets writes the external choices as the sheet has them: list_name, name, label
// (by language where there are any), then the columns that filters compare.
func writeItemsets(b *bytes.Buffer, d *form.Definition) error {
	header, languages := []string{"list_name", "name"}, d.Languages
	if !slices.Contains(languages, "") {
		languages = append([]string{""}, languages...) // of labels without a language
	}
	for _, language := range languages {
		if language == "" {
			header = append(header, "label")
		} else {
			header = append(header, "label::"+language)
		}
	}
	names := slices.Sorted(maps.Keys(d.ExternalLists))
	var columns []string
	for _, name := range names {
		for _, column := range d.ExternalLists[name].Columns {
			if !slices.Contains(columns, column) {
				columns = append(columns, column)
			}
		}
	}
	w := csv.NewWriter(b)
	w.Write(append(header, columns...)) // errors are kept until Flush
	for _, name := range names {
		for _, c := range d.ExternalLists[name].Choices {
			row := []string{name, c.Name}
			for _, language := range languages {
				row = append(row, c.Label[language])
			}
			for _, column := range columns {
				row = append(row, c.Columns[column])
			}
			w.Write(row)
		}
	}
	w.Flush()
	return w.Error()
}

// takeItemsets gives a definition without external choices of its own, as an XForm is, those of its
// media file.
func (s *Service) takeItemsets(ctx context.Context, project id.ProjectID, d *form.Definition, media []Attachment) error {
	at := mediaAt(media, Itemsets)
	if at < 0 || len(d.ExternalLists) > 0 || !slices.Contains(Needed(d), Itemsets) {
		return nil
	}
	r, _, err := s.store.OpenBlob(ctx, project, media[at].Hash)
	if err != nil {
		return err
	}
	defer r.Close()
	d.ExternalLists, err = readItemsets(r)
	return err
}

// readItemsets is writeItemsets the other way round.
func readItemsets(in io.Reader) (map[string]*form.ChoiceList, error) {
	r := csv.NewReader(in)
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	header, err := r.Read()
	if err != nil {
		return nil, problem.New(problem.Invalid, "media.csvHeader", Itemsets).Because(err)
	}
	lists := map[string]*form.ChoiceList{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return lists, nil
		}
		if err != nil {
			return nil, problem.New(problem.Invalid, "media.csvHeader", Itemsets).Because(err)
		}
		name, c, columns := itemsetChoice(header, row)
		list := lists[name]
		if list == nil {
			list = &form.ChoiceList{Name: name, Row: len(lists) + 1, Columns: columns}
			lists[name] = list
		}
		list.Choices = append(list.Choices, c)
	}
}

// itemsetChoice reads one row: the list's name, the choice, the names of all further columns.
func itemsetChoice(header, row []string) (list string, c form.Choice, columns []string) {
	for i, column := range header {
		column = strings.TrimSpace(column)
		label, language, translated := strings.Cut(column, "::")
		value := ""
		if i < len(row) {
			value = row[i]
		}
		switch {
		case column == "list_name" || column == "list name":
			list = value
		case column == "name":
			c.Name = value
		case column == "label" || translated && label == "label":
			if value != "" {
				if c.Label == nil {
					c.Label = form.Text{}
				}
				c.Label[language] = value
			}
		case column != "":
			columns = append(columns, column)
			if value != "" {
				if c.Columns == nil {
					c.Columns = map[string]string{}
				}
				c.Columns[column] = value
			}
		}
	}
	return list, c, columns
}
