package web

import (
	"net/http"

	"tianye/internal/message"
	"tianye/survey/xlsform"
)

// xlsformTemplate gives a workbook to begin a form from, in the reader's language.
func (s *Server) xlsformTemplate(r *Request) error {
	chinese := r.Language == message.Chinese
	workbook, err := xlsform.Template(chinese)
	if err != nil {
		return err
	}
	name := "XLSForm template.xlsx"
	if chinese {
		name = "问卷模板.xlsx"
	}
	r.Header("Content-Disposition", attachmentNamed(name))
	r.Header("Cache-Control", "no-store")
	r.Data(http.StatusOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook)
	return nil
}
