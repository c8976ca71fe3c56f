package main

import (
	"context"
	"fmt"
	"net/url"
	"regexp"

	"tianye/internal/id"
	"tianye/survey"
)

var inKey = regexp.MustCompile(`/key/([0-9a-z]{64})`)

// openRosa measures taking submissions as ODK Collect sends them.
func (b *bench) openRosa(ctx context.Context) error {
	srv, t, err := b.fresh(ctx, "openrosa")
	if err != nil {
		return err
	}
	if t.way, err = t.byOpenRosa(ctx); err != nil {
		return err
	}
	heading("Submissions of 9 answers by OpenRosa (multipart, XML kept), judged, each durable before it is acknowledged")
	if err := b.rate(srv, t, 32, 0, b.send, "≥ 2000/s", "< 50 ms"); err != nil {
		return err
	}
	again := t.stream(32, 0, b.send/10, nil) // the same once more
	if again.Err != nil {
		return again.Err
	}
	everything := make([]int, b.send)
	for i := range everything {
		everything[i] = i
	}
	lost, doubled, err := t.check(ctx, everything)
	if err != nil {
		return err
	}
	line(fmt.Sprintf("%d acknowledged, %d of them sent twice", b.send, len(again.Acknowledged)), fmt.Sprintf("%d lost, %d doubled", lost, doubled), "0, 0")
	return srv.stop()
}

// byOpenRosa sends as ODK Collect does, with the key of a new app user.
func (t *target) byOpenRosa(ctx context.Context) (way, error) {
	place, err := t.post(ctx, fmt.Sprintf("/p/%s/app-users", t.project), url.Values{"name": {"bench"}})
	if err != nil {
		return way{}, err
	}
	page, err := t.get(ctx, place)
	if err != nil {
		return way{}, err
	}
	key, err := first(inKey, string(page))
	if err != nil {
		return way{}, err
	}
	return way{
		head: "POST /key/" + key + "/submission?deviceID=bench HTTP/1.1\r\nHost: bench\r\nX-OpenRosa-Version: 1.0\r\nContent-Type: multipart/form-data; boundary=bench\r\n",
		body: instanceXML,
		told: func(i int) string { return survey.Receipt(id.SubmissionID(t.submissionID(i))) },
	}, nil
}

// instanceXML appends the i-th submission as Collect sends it; the same answers as body's.
func instanceXML(to []byte, i int) []byte {
	mixed := uint32(i) * 2654435761 >> 8
	county, size := mixed%counties, 1+mixed/7%8
	to = append(to, "--bench\r\nContent-Disposition: form-data; name=\"xml_submission_file\"; filename=\"household.xml\"\r\nContent-Type: text/xml\r\n\r\n"...)
	to = fmt.Appendf(to, `<?xml version='1.0' ?><data id="household" version="1" xmlns:orx="http://openrosa.org/xforms"><county>c%d</county><town>c%dt%d</town>`+
		`<head>王家%d</head><size>%d</size><since>%d-07-01</since><income>%d.5</income><topics>roads other</topics><other>第 %d 次议事</other>`+
		`<satisfied>%d</satisfied><each/><orx:meta><orx:instanceID>%s</orx:instanceID></orx:meta></data>`,
		county, county, mixed/11%towns, i, size, 1960+mixed%60, 8000+mixed%90000, mixed%12, 1+mixed/13%levels, instanceID(i))
	return append(to, "\r\n--bench--\r\n"...)
}
