package demo_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
	"tianye/internal/table/dataset"
	"tianye/survey"
)

// TestSAVOfTheDemonstration: PSPP reads of every form what its CSV says, value by value and label by label.
func TestSAVOfTheDemonstration(t *testing.T) {
	if _, err := exec.LookPath("pspp-convert"); err != nil {
		t.Skip("no pspp-convert: apt-get install pspp")
	}
	if testing.Short() {
		t.Skip("it loads the whole demonstration")
	}
	s := newTeam(t, storetest.SQLite(t, store.Collections...))
	forms, err := s.Surveys.Forms(t.Context(), s.project)
	if err != nil {
		t.Fatal(err)
	}
	values, labels := 0, 0
	for _, f := range forms {
		if f.Current() == nil {
			continue
		}
		write := func(format survey.Format, labelled bool) []byte {
			var b bytes.Buffer
			if err := s.Surveys.Write(t.Context(), s.project, exportOf(f.ID, format, labelled), &b); err != nil {
				t.Fatal(err)
			}
			return b.Bytes()
		}
		v, l := sameAsCSV(t, read(t, write(survey.CSV, false)), read(t, write(survey.CSV, true)), write(survey.SAV, false))
		values, labels = values+v, labels+l
	}
	if t.Logf("%d values and %d labels are the same", values, labels); values < 20_000 || labels < 5_000 {
		t.Errorf("only %d values and %d labels were compared", values, labels)
	}
}

func exportOf(formID id.FormID, format survey.Format, labelled bool) survey.Export {
	return survey.Export{Filter: survey.Filter{FormID: formID}, Format: format, Labels: labelled, Language: "zh", Location: time.UTC, Secret: "s",
		CaseTitle: func(c id.CaseID) string { return string(c) }, PersonName: func(u id.UserID) string { return string(u) }, StateName: func(s survey.ReviewState) string { return string(s) },
		Header: func(meta string) string { return "_" + meta }, Words: dataset.Words{NotChosen: "未选", Of: func(q, part string) string { return q + "：" + part }, Place: strconv.Itoa}}
}

func read(t *testing.T, raw []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// sameAsCSV tells how many values, and labels of values, PSPP read as the CSVs have them.
func sameAsCSV(t *testing.T, values, labelled [][]string, sav []byte) (compared, labels int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.sav")
	if err := os.WriteFile(file, sav, 0o600); err != nil {
		t.Fatal(err)
	}
	convert := func(options ...string) [][]string {
		out := file + ".csv"
		if said, err := exec.Command("pspp-convert", append(options, file, out)...).CombinedOutput(); err != nil || len(said) > 0 {
			t.Fatalf("pspp-convert: %v: %s", err, said)
		}
		raw, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return read(t, raw)
	}
	got, said := convert(), convert("--labels")
	if len(got) != len(values) {
		t.Fatalf("%d rows, the CSV has %d", len(got), len(values))
	}
	own := map[string]bool{} // the names of the questions themselves
	for _, path := range values[0] {
		own[path[strings.LastIndex(path, "/")+1:]] = true
	}
	inLabelled := 0 // the CSV with labels has no times and devices
	for i, path := range values[0] {
		name := path[strings.LastIndex(path, "/")+1:]
		if i < 8 {
			name = "meta" + path
		}
		labelOf := -1
		if inLabelled < len(labelled[0]) && !slices.Contains([]string{"start", "end", "today", "deviceid", "username"}, path) {
			labelOf, inLabelled = inLabelled, inLabelled+1
		}
		column := slices.Index(got[0], name)
		for row := 1; row < len(values); row++ {
			if column < 0 {
				compared += sameSet(t, name, own, got, row, strings.Fields(values[row][i]))
				continue
			}
			if a, b := same(got[row][column]), same(values[row][i]); a != b {
				t.Fatalf("%s, row %d: %q, the CSV has %q", path, row, a, b)
			}
			compared++
			if labelOf >= 0 && labelled[row][labelOf] != values[row][i] {
				if labels++; same(said[row][column]) != same(labelled[row][labelOf]) {
					t.Fatalf("%s, row %d: labelled %q, the CSV has %q", path, row, said[row][column], labelled[row][labelOf])
				}
			}
		}
	}
	return compared, labels
}

// sameSet holds the variables of a question of several choices against its answer.
func sameSet(t *testing.T, name string, own map[string]bool, got [][]string, row int, chosen []string) (compared int) {
	t.Helper()
	for j, variable := range got[0] {
		code, of := strings.CutPrefix(variable, name+"_")
		if before, twice := strings.CutSuffix(code, "_2"); twice && own[name+"_"+before] {
			code = before // the name is another question's
		}
		if value := strings.TrimSpace(got[row][j]); of && value != "" && !own[variable] {
			compared++
			if (value == "1") != slices.Contains(chosen, code) {
				t.Fatalf("%s, row %d: %q, the CSV has %q", variable, row, value, chosen)
			}
		}
	}
	if compared == 0 && len(chosen) > 0 {
		t.Fatalf("%s, row %d: %q is nowhere", name, row, chosen)
	}
	return compared
}

// same writes a cell of either file the same way.
func same(cell string) string {
	cell = strings.TrimSpace(strings.TrimPrefix(cell, "'"))
	if n, err := strconv.ParseFloat(cell, 64); err == nil && cell != "NaN" {
		return strconv.FormatFloat(n, 'g', 12, 64)
	}
	for _, layout := range []string{"01/02/2006", "01/02/2006 15:04:05", time.DateOnly, time.DateTime} {
		if at, err := time.Parse(layout, cell); err == nil {
			return at.Format(time.DateTime)
		}
	}
	if cell == "NaN" {
		return ""
	}
	return cell
}
