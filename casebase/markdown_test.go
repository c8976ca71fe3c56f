package casebase_test

import (
	"strings"
	"testing"

	"tianye/casebase"
)

const files = "/projects/p/cases/c/attachments/"

func TestRenderMarkdown(t *testing.T) {
	for name, test := range map[string]struct{ source, want string }{
		"headings and lines":        {"# 甲\n\n一\n二", "<h1>甲</h1>\n<p>一<br>\n二</p>\n"},
		"bold before a letter":      {"**《条例》**规定", "<p><strong>《条例》</strong>规定</p>\n"},
		"bold after a letter":       {"按照**《条例》**。", "<p>按照<strong>《条例》</strong>。</p>\n"},
		"bold quotation":            {"所谓**“三治”**融合", "<p>所谓<strong>“三治”</strong>融合</p>\n"},
		"bold with a full stop":     {"**办好。**然后", "<p><strong>办好。</strong>然后</p>\n"},
		"bold in brackets":          {"甲（**乙**）丙", "<p>甲（<strong>乙</strong>）丙</p>\n"},
		"strong emphasis":           {"***甲***乙*丙*", "<p><em><strong>甲</strong></em>乙<em>丙</em></p>\n"},
		"stars among spaces":        {"3 * 5 * 2", "<p>3 * 5 * 2</p>\n"},
		"English stays CommonMark":  {`a**"b"**c`, "<p>a**&#34;b&#34;**c</p>\n"},
		"tildes are text":           {"3~6月，5~8月", "<p>3~6月，5~8月</p>\n"},
		"a table":                   {"| 社区 | 户数 |\n| --- | ---: |\n| 甲<br>乙 | 80 |", "<table>\n<thead>\n<tr>\n<th>社区</th>\n<th style=\"text-align: right\">户数</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>甲<br>乙</td>\n<td style=\"text-align: right\">80</td>\n</tr>\n</tbody>\n</table>\n"},
		"a list":                    {"3. 甲\n    - 乙", "<ol start=\"3\">\n<li>甲\n<ul>\n<li>乙</li>\n</ul>\n</li>\n</ol>\n"},
		"an attachment shown":       {"![议事](图 1.png)", "<p>![议事](图 1.png)</p>\n"},
		"an attachment with spaces": {"![议事](<图 1.png>)", `<p><img src="` + files + `%E5%9B%BE%201.png" alt="议事"></p>` + "\n"},
		"an attachment linked":      {"[表](a.xlsx)", `<p><a href="` + files + `a.xlsx" rel="noreferrer">表</a></p>` + "\n"},
		"no way up":                 {"![x](../../secret)", `<p><a href="../../secret" rel="noreferrer">x</a></p>` + "\n"},
		"a picture from elsewhere":  {"![外](https://example.org/a.png)", `<p><a href="https://example.org/a.png" rel="noreferrer">外</a></p>` + "\n"},
		"a nameless one":            {"![](//example.org/a.png)", `<p><a href="//example.org/a.png" rel="noreferrer">//example.org/a.png</a></p>` + "\n"},
		"script in a link":          {"[甲](javascript:alert(1))", "<p>甲</p>\n"},
		"HTML is text":              {"甲<b onclick=x>乙</b>\n\n<script>alert(1)</script>", "<p>甲&lt;b onclick=x&gt;乙&lt;/b&gt;</p>\n<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := casebase.RenderMarkdown(test.source, files)
			if err != nil || got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s\n%v", got, test.want, err)
			}
		})
	}
}

func TestFootnotes(t *testing.T) {
	got, err := casebase.RenderMarkdown("甲[^1]\n\n[^1]: 见年鉴。", files)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<a href="#note-fn:1" class="footnote-ref"`, `<li id="note-fn:1">`, "见年鉴。", `href="#note-fnref:1"`, `<sup id="note-fnref:1">`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func FuzzRenderMarkdown(f *testing.F) {
	f.Add("# a\n\n**《甲》**乙[^1] <script>x</script> ![](x.png)\n\n[^1]: b\n\n| a |\n|---|\n| <br> |")
	f.Fuzz(func(t *testing.T, source string) {
		out, err := casebase.RenderMarkdown(source, files)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<script", "javascript:", " onerror=", `src="http`, `src="//`, "<iframe"} {
			if at := strings.Index(strings.ToLower(out), bad); at >= 0 && inTag(out, at) {
				t.Fatalf("%q in %q", bad, out)
			}
		}
	})
}

// inTag tells whether a position lies in a tag, and not in text.
func inTag(html string, at int) bool {
	return strings.LastIndexByte(html[:at+1], '<') > strings.LastIndexByte(html[:at], '>')
}

// TestRenderTangled: marks begun by the hundred thousand and never ended are text.
func TestRenderTangled(t *testing.T) {
	for _, unit := range []string{"[a](", "> ", "a_b_", "1. ", "+ ", "![a](b\n", "<x@y", "**a*b"} {
		source := strings.Repeat(unit, casebase.MaxText/len(unit))
		got, err := casebase.RenderMarkdown(source, files)
		if err != nil || len(got) < len(source) || strings.Count(got, "<p>") != 1 {
			t.Errorf("%q: %v, %d bytes", unit, err, len(got))
		}
	}
	paragraph := strings.Repeat("社区**每周**议事（见[纪要](纪要.docx)），", 20) + "\n\n- 一_二_\n| 甲 | *乙* |\n\n"
	long, err := casebase.RenderMarkdown(strings.Repeat(paragraph, 200), files)
	if err != nil || strings.Count(long, "<strong>") != 4000 {
		t.Error(err, strings.Count(long, "<strong>"))
	}
}
