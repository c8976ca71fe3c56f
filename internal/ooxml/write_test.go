package ooxml_test

import (
	"bytes"
	"strings"
	"testing"

	"tianye/internal/ooxml"
)

// TestWrittenIsRead: what is written reads back, whatever stands in it.
func TestWrittenIsRead(t *testing.T) {
	var b bytes.Buffer
	d := ooxml.NewWriter(&b)
	d.Heading("数据字典")
	d.Paragraph("走访 <记录> & \x00 更多")
	d.Table([]int{1, 2}, [][]string{{"变量", "标签"}, {"a", "一\n二"}, {"b", "</w:t>"}})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	doc, err := ooxml.ReadDocx(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# 数据字典", "记录", "变量", "| a |", "w:t"} {
		if !strings.Contains(doc.Markdown, want) {
			t.Errorf("no %q in %q", want, doc.Markdown)
		}
	}
}
