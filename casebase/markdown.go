package casebase

import (
	"bytes"
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	gmhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// RenderMarkdown makes safe HTML of a case's text: CommonMark with tables and
// footnotes; a line's end is a line's end; HTML in the text is shown as text, but
// for <br>. Pictures and links whose target is a bare name are attachments and get
// the attachments' address put before ("/projects/p/cases/c/attachments/"); a
// picture from elsewhere becomes a link, since no page asks another host for anything.
//
// Emphasis follows the rules for Chinese, Japanese and Korean text that CommonMark
// lacks: **《条例》**规定 is bold, although its second marker stands between
// punctuation and a letter.
//
// A text so full of marks that parsing it would take long is shown as it was written.
func RenderMarkdown(source, attachments string) (string, error) {
	if isTangled(source) {
		return "<p>" + strings.ReplaceAll(html.EscapeString(source), "\n", "<br>\n") + "</p>\n", nil
	}
	var b bytes.Buffer
	pc := parser.NewContext()
	pc.Set(attachmentsKey, attachments)
	if err := markdown.Convert([]byte(source), &b, parser.WithContext(pc)); err != nil {
		return "", err
	}
	return string(policy.SanitizeBytes(b.Bytes())), nil
}

// maxTangle bounds marks times bytes, block by block. The parser's time grows with
// them where links, emphasis or quotes are begun and not ended: this many take a
// second or two. A report of 2 MB in ordinary paragraphs comes to a tenth of it.
const maxTangle = 300_000_000

func isTangled(source string) bool {
	total, marks, size := 0, 0, 0
	for line := range strings.Lines(source) {
		if startsBlock(line) {
			marks, size = 0, 0
		}
		before := marks * size
		marks += strings.Count(line, "]") + strings.Count(line, "_") + strings.Count(line, "*") + strings.Count(line, ">") +
			strings.Count(line, "+ ") + strings.Count(line, ". ") + strings.Count(line, ") ")
		size += len(line)
		if total += marks*size - before; total > maxTangle {
			return true
		}
	}
	return false
}

// startsBlock tells the lines between which marks do not meet: empty ones, headings,
// rows of tables, items of lists.
func startsBlock(line string) bool {
	line = strings.TrimSpace(line)
	for _, mark := range []string{"#", "|", "- ", "* ", "+ "} {
		if strings.HasPrefix(line, mark) {
			return true
		}
	}
	return line == ""
}

var attachmentsKey = parser.NewContextKey()

var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.NewFootnote(
		extension.WithFootnoteIDPrefix("note-"), extension.WithFootnoteBacklinkHTML("↩"))),
	goldmark.WithParserOptions(
		parser.WithInlineParsers(util.Prioritized(emphasis{}, 400)), // before goldmark's own, at 500
		parser.WithASTTransformers(util.Prioritized(targets{}, 100))),
	goldmark.WithRendererOptions(gmhtml.WithHardWraps(),
		renderer.WithNodeRenderers(util.Prioritized(plainHTML{}, 100))), // before goldmark's own, at 1000
)

// policy is the second lock: what the renderer gives, and nothing else.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "li", "table", "thead", "tbody", "tr",
		"strong", "em", "code", "pre", "blockquote")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowElements("ol")
	p.AllowStyles("text-align").MatchingEnum("left", "right", "center").OnElements("th", "td")
	p.AllowElements("th", "td")
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^note-fn(ref\d*)?:\d+$`)).OnElements("li", "sup")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^footnote(s|-ref|-backref)$`)).OnElements("div", "a")
	p.AllowElements("div", "sup")
	p.AllowStandardURLs()
	p.AllowAttrs("href").OnElements("a")
	p.RequireNoFollowOnLinks(false)
	p.RequireNoReferrerOnLinks(true)
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^/([^/\\]|$)`)).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	return p
}()

// emphasis reads runs of * by the rules of "CommonMark CJK-friendly amendments"
// (tats-u, 2024): beside Chinese, Japanese or Korean, punctuation counts as a letter.
type emphasis struct{}

func (emphasis) Trigger() []byte { return []byte{'*'} }

func (emphasis) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	node := parser.ScanDelimiter(line, before, 1, stars{})
	if node == nil {
		return nil
	}
	after := ' '
	if node.OriginalLength < len(line) {
		after, _ = utf8.DecodeRune(line[node.OriginalLength:])
	}
	node.CanOpen = flanking(after, before)
	node.CanClose = flanking(before, after)
	node.Segment = segment.WithStop(segment.Start + node.OriginalLength)
	block.Advance(node.OriginalLength)
	pc.PushDelimiter(node)
	return node
}

// flanking tells whether a marker may stand between what it emphasises and what is outside.
func flanking(inside, outside rune) bool {
	if util.IsSpaceRune(inside) {
		return false
	}
	return !util.IsPunctRune(inside) || eastAsian(inside) ||
		util.IsSpaceRune(outside) || util.IsPunctRune(outside) || eastAsian(outside)
}

// eastAsian tells the letters and the punctuation of Chinese, Japanese and Korean.
func eastAsian(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo) ||
		r >= 0x3000 && r <= 0x303F || r >= 0xFE30 && r <= 0xFE4F || r >= 0xFF00 && r <= 0xFFEF
}

// stars makes emphasis of matched runs.
type stars struct{}

func (stars) IsDelimiter(b byte) bool                             { return b == '*' }
func (stars) CanOpenCloser(opener, closer *parser.Delimiter) bool { return opener.Char == closer.Char }
func (stars) OnMatch(consumes int) ast.Node                       { return ast.NewEmphasis(consumes) }

// targets points pictures and links at attachments.
type targets struct{}

func (targets) Transform(doc *ast.Document, reader text.Reader, pc parser.Context) {
	prefix, _ := pc.Get(attachmentsKey).(string)
	var outside []*ast.Image
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the walker gives no error
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			if local(n.Destination) {
				n.Destination = address(prefix, n.Destination)
			}
		case *ast.Image:
			if local(n.Destination) {
				n.Destination = address(prefix, n.Destination)
			} else {
				outside = append(outside, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, image := range outside {
		link := ast.NewLink()
		link.Destination = image.Destination
		for child := image.FirstChild(); child != nil; child = image.FirstChild() {
			link.AppendChild(link, child)
		}
		if link.FirstChild() == nil {
			link.AppendChild(link, ast.NewString([]byte(html.EscapeString(string(image.Destination)))))
		}
		image.Parent().ReplaceChild(image.Parent(), image, link)
	}
}

// local tells a bare file name from an address.
func local(target []byte) bool {
	return len(target) > 0 && !bytes.ContainsAny(target, `/\:#?`) && string(target) != "." && string(target) != ".."
}

func address(prefix string, name []byte) []byte {
	plain, err := url.PathUnescape(string(name))
	if err != nil {
		plain = string(name)
	}
	return []byte(prefix + url.PathEscape(plain))
}

// plainHTML shows HTML as the text that it is, so that nothing written is lost.
type plainHTML struct{}

func (p plainHTML) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindRawHTML, p.inline)
	reg.Register(ast.KindHTMLBlock, p.block)
}

var lineBreak = regexp.MustCompile(`^<br\s*/?>$`)

func (plainHTML) inline(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	raw := string(node.(*ast.RawHTML).Segments.Value(source))
	if lineBreak.MatchString(raw) {
		_, err := w.WriteString("<br>")
		return ast.WalkSkipChildren, err
	}
	_, err := w.WriteString(html.EscapeString(raw))
	return ast.WalkSkipChildren, err
}

func (plainHTML) block(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	block := node.(*ast.HTMLBlock)
	raw := string(block.Lines().Value(source))
	if block.HasClosure() {
		raw += string(block.ClosureLine.Value(source))
	}
	shown := strings.ReplaceAll(html.EscapeString(strings.TrimSpace(raw)), "\n", "<br>\n")
	_, err := w.WriteString("<p>" + shown + "</p>\n")
	return ast.WalkContinue, err
}
