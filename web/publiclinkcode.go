package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"tianye/internal/problem"
	"tianye/survey"
)

// codesPage shows one-time codes, once, to be printed and cut, or saved as a table.
type codesPage struct {
	Page
	Link    survey.PublicLink
	Slips   []codeSlip
	All     string // the codes, for the table
	Address string
	IsLocal bool
}

// codeSlip is what one resident is handed: its QR code opens the page with the code filled in.
type codeSlip struct {
	Number int
	Code   string
	QR     qrSquare
}

// codeAddress opens the link with a code: behind #, which no server is told.
func codeAddress(address, code string) string { return address + "#" + code }

func (s *Server) makeCodes(r *Request) error {
	count, err := strconv.Atoi(r.Field("count"))
	if err != nil {
		return problem.New(problem.Invalid, "publiclink.batch", survey.MaxBatch)
	}
	l, err := s.linkOf(r)
	if err != nil {
		return err
	}
	before := 0
	for _, b := range l.Batches {
		before += b.Count
	}
	l, codes, err := s.Surveys.MakeCodes(r, r.Project.ID, r.User.ID, l.ID, count)
	if err != nil {
		return err
	}
	r.did(string(l.ID), l.Settings.Title)
	r.changed("", say(r, "publiclink.codesMade", len(codes)))
	page := codesPage{Page: s.page(r, "publiclink.slips"), Link: l, Address: s.linkAddress(r, &l), All: strings.Join(codes, " "), IsLocal: s.BaseURL == "" && isLocal(r.Request.Host)}
	page.Section = "forms"
	for i, code := range codes {
		square, err := squareOf(codeAddress(page.Address, code))
		if err != nil {
			return err
		}
		page.Slips = append(page.Slips, codeSlip{before + i + 1, code[:4] + " " + code[4:], square})
	}
	return s.show(r, "publiclink/slips", page)
}

// codeTable gives codes that the page of slips shows as a table: they are kept nowhere.
func (s *Server) codeTable(r *Request) error {
	l, err := s.linkOf(r)
	if err != nil {
		return err
	}
	codes := strings.Fields(r.Field("codes"))
	if len(codes) == 0 || len(codes) > survey.MaxBatch {
		return problem.New(problem.Invalid, "publiclink.batch", survey.MaxBatch)
	}
	for _, code := range []string{codes[0], codes[len(codes)-1]} { // what was changed on its way is no code of ours
		switch known, err := s.Surveys.HasCode(r, &l, code); {
		case err != nil:
			return err
		case !known:
			return problem.New(problem.Invalid, survey.KeyCodeWrong)
		}
	}
	r.about(string(l.ID), l.Settings.Title)
	r.changed("", say(r, "publiclink.codesSaved", len(codes)))
	book, err := codeWorkbook([]any{say(r, "publiclink.number"), say(r, "publiclink.code"), say(r, "publiclink.address")}, codes, s.linkAddress(r, &l))
	if err != nil {
		return err
	}
	r.Header("Content-Disposition", attachmentNamed(l.Settings.Title+" "+say(r, "publiclink.codes")+".xlsx"))
	r.Header("Cache-Control", "no-store")
	r.Data(http.StatusOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", book)
	return nil
}

func codeWorkbook(header []any, codes []string, address string) ([]byte, error) {
	const sheet = "Sheet1"
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetColWidth(sheet, "B", "C", 40); err != nil {
		return nil, err
	}
	rows, err := f.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	if err := rows.SetRow("A1", header); err != nil {
		return nil, err
	}
	for i, code := range codes {
		if err := rows.SetRow("A"+strconv.Itoa(i+2), []any{i + 1, code, codeAddress(address, code)}); err != nil {
			return nil, err
		}
	}
	if err := rows.Flush(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = f.Write(&b)
	return b.Bytes(), err
}
