package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
)

const (
	cookieName = "tianye_session"
	password   = "bench bench bench"
)

// session is somebody signed in.
type session struct {
	url   string
	token string
}

// send gives the answer read whole; a status of 400 and more is an error.
func (s *session) send(ctx context.Context, method, path, contentType string, content io.Reader) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, content)
	if err != nil {
		return nil, nil, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if s.token != "" {
		req.AddCookie(&http.Cookie{Name: cookieName, Value: s.token})
		req.Header.Set("X-CSRF-Token", account.CSRFToken(s.token))
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 400 {
		err = fmt.Errorf("%s %s: %s: %.300s", method, path, resp.Status, raw)
	}
	for _, cookie := range resp.Cookies() {
		if cookie.Name == cookieName {
			s.token = cookie.Value
		}
	}
	return resp, raw, err
}

func (s *session) get(ctx context.Context, path string) ([]byte, error) {
	resp, raw, err := s.send(ctx, http.MethodGet, path, "", nil)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", path, resp.Status)
	}
	return raw, err
}

// post sends a page's form and gives where the answer leads.
func (s *session) post(ctx context.Context, path string, fields url.Values) (string, error) {
	resp, _, err := s.send(ctx, http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(fields.Encode()))
	if err != nil {
		return "", err
	}
	return resp.Header.Get("Location"), nil
}

func signIn(ctx context.Context, url string, login, secret string) (*session, error) {
	s := &session{url: url}
	_, err := s.post(ctx, "/sign-in", map[string][]string{"login": {login}, "password": {secret}})
	if err == nil && s.token == "" {
		err = fmt.Errorf("%s cannot sign in", login)
	}
	return s, err
}

// administrator signs in with the one-time password and changes it.
func administrator(ctx context.Context, srv *server) (*session, error) {
	s, err := signIn(ctx, srv.URL, "admin", srv.Password)
	if err != nil {
		return nil, err
	}
	_, err = s.post(ctx, "/password", url.Values{"old": {srv.Password}, "password": {password}, "again": {password}})
	return s, err
}

var (
	inProject  = regexp.MustCompile(`/p/([0-9a-z]{26})`)
	inForm     = regexp.MustCompile(`/forms/([0-9a-z]{26})`)
	inChart    = regexp.MustCompile(`/charts/([0-9a-z]{26})`)
	inRevision = regexp.MustCompile(`name="revision" value="(\d+)"`)
)

// first gives what a page or an address names first.
func first(what *regexp.Regexp, text string) (string, error) {
	m := what.FindStringSubmatch(text)
	if m == nil {
		return "", fmt.Errorf("no %s in %.300s", what, text)
	}
	return m[1], nil
}

// questionnaire makes a project and publishes the form in it.
func (s *session) questionnaire(ctx context.Context) (project id.ProjectID, form id.FormID, err error) {
	place, err := s.post(ctx, "/projects", url.Values{"title": {"负载测试"}})
	if err != nil {
		return "", "", err
	}
	text, err := first(inProject, place)
	if err != nil {
		return "", "", err
	}
	project = id.ProjectID(text)
	content, err := workbook()
	if err != nil {
		return "", "", err
	}
	place, err = s.upload(ctx, "/p/"+text+"/forms", "workbook", "household.xlsx", content)
	if err != nil {
		return "", "", err
	}
	if text, err = first(inForm, place); err != nil {
		return "", "", err
	}
	form = id.FormID(text)
	page, err := s.get(ctx, fmt.Sprintf("/p/%s/forms/%s", project, form))
	if err != nil {
		return "", "", err
	}
	revision, err := first(inRevision, string(page))
	if err != nil {
		return "", "", err
	}
	_, err = s.post(ctx, fmt.Sprintf("/p/%s/forms/%s/publish", project, form), url.Values{"revision": {revision}})
	return project, form, err
}

// upload sends a page's form with one file and gives where the answer leads.
func (s *session) upload(ctx context.Context, path, field, name string, content []byte) (string, error) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile(field, name)
	if err != nil {
		return "", err
	}
	if _, err := part.Write(content); err != nil {
		return "", err
	}
	if err := m.Close(); err != nil {
		return "", err
	}
	resp, _, err := s.send(ctx, http.MethodPost, path, m.FormDataContentType(), &b)
	if err != nil {
		return "", err
	}
	return resp.Header.Get("Location"), nil
}
