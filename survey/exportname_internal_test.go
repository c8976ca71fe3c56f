package survey

import (
	"path"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzFileName: whatever a case, a question or a phone's file is called, every system takes the name.
func FuzzFileName(f *testing.F) {
	for _, text := range []string{"荷塘村/走访: 一", "CON", "nul.txt", "..", "a. ", "\x00\u202e", strings.Repeat("长", 99), "_-_", "COM1", "x\\y"} {
		f.Add(text, 40)
	}
	f.Fuzz(func(t *testing.T, text string, most int) {
		most = 1 + max(0, most)%60
		name := fileName(text, most)
		stem, _, _ := strings.Cut(strings.ToLower(name), ".")
		if utf8.RuneCountInString(name) > most+1 || strings.ContainsAny(name, `<>:"/\|?*_`) || !utf8.ValidString(name) || windowsDevices[stem] ||
			strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") || name != "" && path.Base(name) != name {
			t.Errorf("%q became %q", text, name)
		}
		for _, r := range name {
			if r < ' ' || r == '\u202e' {
				t.Errorf("%q has %q", name, r)
			}
		}
	})
}

// FuzzPositions: what is no place gives none, and what is one stays on the earth.
func FuzzPositions(f *testing.F) {
	for _, text := range []string{"28.7 118.6 80 5", "28.7 118.6;28.8 118.7;", "NaN 1", "91 0", "1e400 2", "1", ";;", "28.7,118.6", "0 0 NaN"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range positions(text) {
			if len(p) < 2 || len(p) > 3 || !(p[0] >= -180 && p[0] <= 180 && p[1] >= -90 && p[1] <= 90) {
				t.Errorf("%q: %v", text, p)
			}
		}
		if points := positions(text); len(points) > 2 {
			if ring := closed(points); ring[0][0] != ring[len(ring)-1][0] || ring[0][1] != ring[len(ring)-1][1] {
				t.Errorf("%q: an open ring %v", text, ring)
			}
		}
	})
}
