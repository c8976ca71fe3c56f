package web

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/openrosa"
)

const xmlType = "text/xml; charset=utf-8"

// openRosaRoutes are what ODK Collect and its kin ask for below the address that they
// are given. Who asks is told by the key in the path, or by Digest and Basic; a
// session's cookie is not looked at, so that no other site can make a browser send.
func openRosaRoutes(base string) []Route {
	version := base + "/forms/:form/versions/:version"
	return []Route{
		{get, base + "/formList", account.FetchForm, (*Server).formList, 0},
		{get, version + "/form.xml", account.FetchForm, (*Server).formXML, 0},
		{get, version + "/manifest", account.FetchForm, (*Server).formManifest, 0},
		{get, version + "/media/:name", account.FetchForm, (*Server).clientMedia, 0},
		{http.MethodHead, base + "/submission", account.SendInstance, (*Server).instanceWelcome, 0},
		{post, base + "/submission", account.SendInstance, (*Server).receiveInstance, submitLimit},
	}
}

// forApps tells whether the route is one of openRosaRoutes.
func (route Route) forApps() bool {
	return route.Verb == account.FetchForm || route.Verb == account.SendInstance
}

// admitApp finds the app user that asks.
func (s *Server) admitApp(r *Request, verb account.Verb) error {
	if strings.HasPrefix(r.GetHeader("Accept-Language"), string(message.English)) {
		r.Language = message.English
	}
	var u account.AppUser
	var err error
	if key := r.Param("key"); key != "" {
		u, err = s.Accounts.AppUserByKey(r, key)
		if problem.Is(err, problem.Forbidden) {
			err = errors.Join(s.slow(r, &s.limits.wrong), err) // of the two the first is told
		}
	} else {
		u, err = s.appUserByLogin(r, id.ProjectID(r.Param("project")))
	}
	if err != nil {
		return err
	}
	r.User, r.Role = account.User{ID: u.ID, Name: u.Name}, account.App
	if r.Project, err = s.Accounts.Project(r, u.ProjectID); err != nil {
		return err
	}
	if !account.Can(r.Role, verb) {
		return problem.New(problem.Forbidden, "web.forbidden")
	}
	return nil
}

// openRosaHeaders stand on every answer to a collection client.
func openRosaHeaders(h http.Header) {
	h.Set("X-OpenRosa-Version", "1.0")
	h.Set("X-OpenRosa-Accept-Content-Length", strconv.Itoa(submitLimit))
}

// clientBase is the address that the client was given: what its further addresses begin with.
func (s *Server) clientBase(r *Request) string {
	if key := r.Param("key"); key != "" {
		return s.base(r) + "/key/" + key
	}
	return s.base(r) + "/p/" + r.Param("project") + "/openrosa"
}

func (s *Server) formList(r *Request) error {
	forms, err := s.Surveys.Forms(r, r.Project.ID)
	if err != nil {
		return err
	}
	if r.Project.Phase != account.Open {
		forms = nil
	}
	slices.SortFunc(forms, func(a, b survey.Form) int { return strings.Compare(a.Name, b.Name) })
	made := survey.ListsMade(forms)
	var listed []openrosa.ListedForm
	for _, f := range forms {
		v := f.Current()
		if wanted := r.Query("formID"); v == nil || wanted != "" && wanted != f.Name {
			continue
		}
		hash, err := s.Surveys.XFormHash(r, f, v.Number)
		if err != nil { // the others can be worked with
			s.Log.Error("form list", "form", f.ID, "error", err.Error())
			continue
		}
		address := s.clientBase(r) + "/forms/" + string(f.ID) + "/versions/" + strconv.Itoa(v.Number)
		l := openrosa.ListedForm{ID: f.Name, Name: f.Title, Version: f.ServedVersions()[v.Number-1], Hash: hash, DownloadURL: address + "/form.xml"}
		media := s.Surveys.MediaLines(made, v.Media, v.Needs)
		if slices.ContainsFunc(media, func(m survey.MediaLine) bool { return m.State != survey.MediaMissing }) {
			l.ManifestURL = address + "/manifest"
		}
		listed = append(listed, l)
	}
	var b bytes.Buffer
	if err := openrosa.WriteFormList(&b, listed); err != nil {
		return err
	}
	return r.sendXML(http.StatusOK, b.Bytes())
}

func (r *Request) sendXML(status int, document []byte) error {
	r.Header("Cache-Control", "no-store")
	r.Data(status, xmlType, document)
	return nil
}

// publishedForm is the form and the version of the path.
func (s *Server) publishedForm(r *Request) (f survey.Form, number int, err error) {
	if !id.Valid(r.Param("form")) {
		return f, 0, problem.New(problem.NotFound, "submission.noForm")
	}
	number, err = strconv.Atoi(r.Param("version"))
	if err != nil {
		return f, 0, problem.New(problem.NotFound, "submission.noForm")
	}
	f, err = s.Surveys.Form(r, r.Project.ID, id.FormID(r.Param("form")))
	if err == nil && (number < 1 || number > len(f.Versions)) {
		err = problem.New(problem.NotFound, "survey.noVersion", number)
	}
	return f, number, err
}

func (s *Server) formXML(r *Request) error {
	f, number, err := s.publishedForm(r)
	if err != nil {
		return err
	}
	xform, _, err := s.Surveys.XForm(r, f, number)
	if err != nil {
		return err
	}
	return r.sendXML(http.StatusOK, xform)
}

func (s *Server) formManifest(r *Request) error {
	f, number, err := s.publishedForm(r)
	if err != nil {
		return err
	}
	media, err := s.Surveys.Media(r, r.Project.ID, f.ID, number)
	if err != nil {
		return err
	}
	base := s.clientBase(r) + "/forms/" + string(f.ID) + "/versions/" + strconv.Itoa(number) + "/media/"
	files := make([]openrosa.MediaFile, 0, len(media))
	for _, a := range media {
		files = append(files, openrosa.MediaFile{Name: a.Name, Hash: "md5:" + a.MD5, DownloadURL: base + url.PathEscape(a.Name), IsEntities: a.State == survey.MediaLive})
	}
	var b bytes.Buffer
	if err := openrosa.WriteManifest(&b, files); err != nil {
		return err
	}
	return r.sendXML(http.StatusOK, b.Bytes())
}

func (s *Server) clientMedia(r *Request) error {
	f, number, err := s.publishedForm(r)
	if err != nil {
		return err
	}
	a, content, err := s.Surveys.OpenMedia(r, r.Project.ID, f.ID, number, r.Param("name"))
	if err != nil {
		return err
	}
	defer content.Close()
	return sendFile(r, sentFile{a.Name, a.Hash, a.ContentType, a.Size}, content)
}

// failOpenRosa tells a client what went wrong; it shows the sentence to its user.
func (s *Server) failOpenRosa(r *Request, status int, sentence string, details []detailJSON) {
	for _, d := range details {
		sentence += "\n" + d.Where + ": " + d.Text
	}
	var b bytes.Buffer
	if err := openrosa.WriteResponse(&b, "error", sentence); err != nil {
		s.Log.Error("OpenRosa answer", "error", err.Error())
	}
	r.Data(status, xmlType, b.Bytes())
}
