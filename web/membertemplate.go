package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"tianye/internal/account"
	"tianye/internal/message"
)

const (
	templateRows = 500 // of a template that have lists to choose from
	maxDropDown  = 255 // units of UTF-16 in a list that stands in the cell itself (Excel's limit)
)

// memberTemplate gives a table of members to fill in: headings that the import knows, lists of the roles, and of the
// values by which the project's cases can be limited, when they are few.
func (s *Server) memberTemplate(r *Request) error {
	summaries, err := s.Cases.Attributes(r, r.Project.ID)
	if err != nil {
		return err
	}
	limit := likelyAttribute("", limiting(summaries))
	values := knownValues(summaries, limit)
	if limit == "" {
		limit = message.T(r.Language, "people.county")
	}
	roles := make([]string, len(account.Roles))
	for i, role := range account.Roles {
		roles[i] = say(r, role.Label().Key)
	}
	header := []string{message.T(r.Language, "account.name"), message.T(r.Language, "people.phone"), message.T(r.Language, "account.role"), limit}
	book, err := memberWorkbook(header, map[string][]string{"C": roles, "D": values})
	if err != nil {
		return err
	}
	r.Header("Content-Disposition", attachmentNamed(message.T(r.Language, "people.templateFile")))
	r.Header("Cache-Control", "no-store")
	r.Data(http.StatusOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", book)
	return nil
}

// memberWorkbook writes a header, and lists below it by column. All is text, so that phones keep their digits.
func memberWorkbook(header []string, lists map[string][]string) ([]byte, error) {
	const sheet = "Sheet1"
	f := excelize.NewFile()
	defer f.Close()
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return nil, err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	if err := f.SetColStyle(sheet, "A:D", text); err != nil {
		return nil, err
	}
	if err := f.SetColWidth(sheet, "A", "D", 18); err != nil {
		return nil, err
	}
	if err := f.SetSheetRow(sheet, "A1", &header); err != nil {
		return nil, err
	}
	if err := f.SetCellStyle(sheet, "A1", "D1", bold); err != nil {
		return nil, err
	}
	for _, column := range []string{"C", "D"} {
		list := lists[column]
		if joined := strings.Join(list, ","); joined == "" || len(utf16.Encode([]rune(joined))) > maxDropDown || strings.Count(joined, ",") >= len(list) {
			continue // a comma in a value would part it
		}
		v := excelize.NewDataValidation(true)
		v.SetSqref(fmt.Sprintf("%s2:%s%d", column, column, templateRows+1))
		if err := v.SetDropList(list); err != nil {
			return nil, err
		}
		v.ShowErrorMessage = column == "C" // several values may stand in one cell
		if err := f.AddDataValidation(sheet, v); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err = f.Write(&b)
	return b.Bytes(), err
}
