package casebase_test

import (
	"fmt"
	"strings"
	"testing"

	"tianye/casebase"
)

// shown writes hunks as people read them: [changed].
func shown(hunks []casebase.Hunk) string {
	var b strings.Builder
	for i, h := range hunks {
		if i > 0 {
			b.WriteString("…\n")
		}
		for _, line := range h.Lines {
			sign := map[casebase.LineKind]string{casebase.LineSame: " ", casebase.LineRemoved: "-", casebase.LineAdded: "+"}[line.Kind]
			fmt.Fprintf(&b, "%s%d,%d ", sign, line.Old, line.New)
			for _, p := range line.Pieces {
				if p.Changed {
					fmt.Fprintf(&b, "[%s]", p.Text)
				} else {
					b.WriteString(p.Text)
				}
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestCompareText(t *testing.T) {
	for name, test := range map[string]struct{ old, new, want string }{
		"nothing":       {"一\n", "一\n", ""},
		"from nothing":  {"", "一\n", "+0,1 一\n"},
		"to nothing":    {"一\n二\n", "", "-1,0 一\n-2,0 二\n"},
		"within a line": {"世纪花园社区有148栋楼、8000多户居民。\n", "世纪花园社区有149栋楼、8000多户居民。\n", "-1,0 世纪花园社区有14[8]栋楼、8000多户居民。\n+0,1 世纪花园社区有14[9]栋楼、8000多户居民。\n"},
		"another line":  {"甲乙丙丁\n", "春夏秋冬\n", "-1,0 甲乙丙丁\n+0,1 春夏秋冬\n"},
		"context": {"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", "1\n2\n3\n4\n新\n5\n6\n7\n8\n9\n10\n11\n",
			" 2,2 2\n 3,3 3\n 4,4 4\n+0,5 新\n 5,6 5\n 6,7 6\n 7,8 7\n…\n 9,10 9\n 10,11 10\n 11,12 11\n-12,0 12\n"},
		"hunks that meet": {"1\n2\n3\n4\n5\n6\n", "甲\n2\n3\n4\n5\n乙\n", "-1,0 1\n+0,1 甲\n 2,2 2\n 3,3 3\n 4,4 4\n 5,5 5\n-6,0 6\n+0,6 乙\n"},
		"a paragraph more": {"甲一二三\n\n丙四五六\n", "甲一二叁\n\n乙七八九\n\n丙四五六\n",
			"-1,0 甲一二[三]\n+0,1 甲一二[叁]\n+0,2 \n+0,3 乙七八九\n 2,4 \n 3,5 丙四五六\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := shown(casebase.CompareText(test.old, test.new)); got != test.want {
				t.Errorf("got:\n%swant:\n%s", got, test.want)
			}
		})
	}
}

// FuzzCompareText holds that the hunks say how to make the new text of the old.
func FuzzCompareText(f *testing.F) {
	f.Add("一\n二\n三\n", "一\n贰\n三\n四\n")
	f.Add("a\n\nb\n\n\nc", "\na\nc\n\n")
	f.Fuzz(func(t *testing.T, old, new string) {
		split := func(text string) []string {
			if text = strings.TrimSuffix(text, "\n"); text == "" {
				return nil
			}
			return strings.Split(text, "\n")
		}
		old, new = strings.ToValidUTF8(old, "?"), strings.ToValidUTF8(new, "?")
		a, want := split(old), strings.Join(split(new), "\n")
		var made []string
		at := 0
		for _, h := range casebase.CompareText(old, new) {
			for _, line := range h.Lines {
				text := ""
				for _, p := range line.Pieces {
					text += p.Text
				}
				if line.Kind == casebase.LineAdded {
					made = append(made, text)
					continue
				}
				made = append(made, a[at:line.Old-1]...)
				if a[line.Old-1] != text {
					t.Fatalf("line %d is %q, not %q", line.Old, a[line.Old-1], text)
				}
				if at = line.Old; line.Kind == casebase.LineSame {
					made = append(made, text)
				}
				if line.Kind == casebase.LineSame && line.New != len(made) {
					t.Fatalf("old line %d is new line %d, not %d", line.Old, len(made), line.New)
				}
			}
		}
		if got := strings.Join(append(made, a[at:]...), "\n"); got != want {
			t.Fatalf("made %q, want %q", got, want)
		}
	})
}
