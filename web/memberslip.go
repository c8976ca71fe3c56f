package web

import (
	"fmt"
	"net/http"
	"strings"

	"rsc.io/qr"

	"tianye/internal/account"
	"tianye/internal/problem"
)

// slipsPage shows one-time passwords, once, to be printed and cut.
type slipsPage struct {
	Page
	Slips   []account.Slip
	Plan    *account.MemberPlan // of an import; nil when passwords were reset
	Error   string              // what broke the import off
	Address string              // of the sign-in page
	QR      qrSquare            // of Address
	IsLocal bool                // the address leads to the reader's own machine only
}

// showSlips shows what members are handed. What broke off, trouble, is told with the slips of those that were
// made: they can be had at no other time.
func (s *Server) showSlips(r *Request, slips []account.Slip, plan *account.MemberPlan, trouble error) error {
	page := slipsPage{Page: s.page(r, "people.slips"), Slips: slips, Plan: plan, Address: s.base(r) + "/sign-in",
		IsLocal: s.BaseURL == "" && isLocal(r.Request.Host)}
	if trouble != nil {
		s.Log.Error("members made in part", "error", trouble)
		page.Error = page.Say(problem.From(trouble).Text)
	}
	var err error
	if page.QR, err = squareOf(page.Address); err != nil {
		return err
	}
	return s.render(r, http.StatusOK, "member/slips", page)
}

// qrSquare is a QR code to draw: Path of an SVG whose units are the code's modules, Size of them a side, and
// the quiet zone of four around it that the standard (ISO/IEC 18004) asks for.
type qrSquare struct {
	Size int
	Path string
}

func squareOf(text string) (qrSquare, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return qrSquare{}, err
	}
	const quiet = 4
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1H%dz", from+quiet, y+quiet, x-from, from+quiet)
			}
		}
	}
	return qrSquare{code.Size + 2*quiet, b.String()}, nil
}
