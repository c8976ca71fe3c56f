package main

import (
	"bufio"
	"io"
	"strings"

	"golang.org/x/text/width"
)

// printColumns writes rows so that their columns stand below each other, Chinese ones too.
func printColumns(out io.Writer, rows [][]string) error {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], places(cell))
		}
	}
	w := bufio.NewWriter(out)
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += cell + strings.Repeat(" ", widths[i]-places(cell)+2)
		}
		w.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return w.Flush()
}

// places counts what a text takes up in a terminal: a Chinese character is two wide.
func places(text string) (n int) {
	for _, r := range text {
		n++
		if kind := width.LookupRune(r).Kind(); kind == width.EastAsianWide || kind == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}
