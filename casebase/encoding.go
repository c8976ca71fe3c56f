package casebase

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"tianye/internal/problem"
)

// decodeText reads the bytes of a text file: UTF-8 with or without its mark, UTF-16
// with its mark (Windows' "Unicode"), else GB18030, which holds GBK and GB2312.
func decodeText(raw []byte) (string, error) {
	if bytes.HasPrefix(raw, []byte{0xFF, 0xFE}) || bytes.HasPrefix(raw, []byte{0xFE, 0xFF}) {
		return decodeAs(raw, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM))
	}
	raw = bytes.TrimPrefix(raw, []byte{0xEF, 0xBB, 0xBF})
	if bytes.IndexByte(raw, 0) >= 0 {
		return "", problem.New(problem.Unsupported, "case.import.binary")
	}
	if utf8.Valid(raw) {
		return string(raw), nil
	}
	return decodeAs(raw, simplifiedchinese.GB18030)
}

func decodeAs(raw []byte, e encoding.Encoding) (string, error) {
	text, err := e.NewDecoder().Bytes(raw)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", problem.New(problem.Malformed, "case.import.encoding").Because(err)
	}
	return string(text), nil
}
