package web

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey"
)

const (
	languageCookie = "tianye_language"
	csrfHeader     = "X-CSRF-Token"
	csrfField      = "csrf"
	defaultLimit   = 2 << 20 // bytes of a request's body
)

// Request is a request with who sends it and where.
type Request struct {
	*gin.Context
	Language message.Language
	User     account.User // empty when nobody is signed in
	Role     account.Role // in Project; Admin for administrators; "" for nobody
	Project  account.Project
	Limit    account.Limit // of the membership: which cases it reaches
	act      act
	held     *held
	token    string
	forApp   bool                            // a collection client asks: what goes wrong is told as OpenRosa XML
	ctx      atomic.Pointer[context.Context] // who began a query with an earlier one may still look at it

	link *survey.PublicLink // by which a resident came; nil for everybody else

	left time.Time // when the sender stopped being a member; zero: they are one

	forProgram bool // a program with a token asks: what goes wrong is told as JSON

	barred bool // refused before what was sent was looked at
}

// A Request is a context of its own, the request's. Gin's is used again for other
// requests while the database may still be looking at it.

func (r *Request) context() context.Context { return *r.ctx.Load() }

// within makes the request go on within another context.
func (r *Request) within(ctx context.Context) { r.ctx.Store(&ctx) }

// Deadline is the context's.
func (r *Request) Deadline() (time.Time, bool) { return r.context().Deadline() }

// Done is the context's.
func (r *Request) Done() <-chan struct{} { return r.context().Done() }

// Err is the context's.
func (r *Request) Err() error { return r.context().Err() }

// Value is the context's.
func (r *Request) Value(key any) any { return r.context().Value(key) }

// handle is the one way that every request walks: session, project, verb, the
// handler itself, and the rendering of what went wrong.
func (s *Server) handle(route Route) gin.HandlerFunc {
	limit := cmp.Or(route.Limit, defaultLimit)
	if route.Verb == account.Anyone {
		limit = cmp.Or(route.Limit, strangerLimit)
	}
	first := s.load.first(route)
	return func(c *gin.Context) {
		begin := time.Now()
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
		r := &Request{Context: c, Language: languageOf(c.Request), forApp: route.forApps()}
		r.within(c.Request.Context())
		if r.forApp {
			openRosaHeaders(c.Writer.Header())
		}
		defer func() {
			if cause := recover(); cause != nil {
				s.recordDone(r)
				if cause == http.ErrAbortHandler {
					panic(cause)
				}
				s.Log.Error("panic", "route", route.Path, "cause", causeOf(cause), "stack", string(debug.Stack()))
				s.fail(r, problem.New(problem.Internal, "problem.internal"))
			}
			s.counted(route, c.Writer.Status(), time.Since(begin))
			s.Log.Info("request", "method", c.Request.Method, "route", route.Path, "status", c.Writer.Status(),
				"bytes", max(c.Writer.Size(), 0), "ms", float64(time.Since(begin).Microseconds())/1000)
		}()
		leave, err := s.enter(r, route, first)
		if err != nil {
			s.fail(r, err)
			return
		}
		defer leave()
		if err = s.admit(r, route); err == nil {
			err = r.inPhase(route)
		}
		if err != nil {
			r.barred = problem.Is(err, problem.Forbidden) || problem.Is(err, problem.NotFound)
			s.fail(r, err)
			return
		}
		r.narrow()
		s.hold(r, route)
		defer r.outlive()()
		err = route.Handle(s, r)
		if err == nil {
			err = r.held.settle()
		}
		if err != nil {
			s.recordDone(r)
			s.fail(r, err)
		}
	}
}

// admit finds out who asks and whether they may.
func (s *Server) admit(r *Request, route Route) error {
	if r.forApp {
		return s.admitApp(r, route.Verb)
	}
	if secret, shown := r.bearer(); shown && route.Verb != account.Anyone {
		return s.admitToken(r, route, secret)
	}
	if r.token = r.sessionToken(); r.token != "" && !strings.HasPrefix(route.Path, "/static/") {
		user, err := s.Accounts.Authenticate(r, r.token)
		if err != nil && !problem.Is(err, problem.Unauthenticated) {
			return err
		}
		if err == nil {
			r.User = user
		} else {
			r.token = ""
		}
	}
	if route.Verb == account.Anyone {
		return s.slowStranger(r, route)
	}
	if r.User.ID == "" {
		return problem.New(problem.Unauthenticated, "account.sessionEnded")
	}
	if r.User.MustChange && route.Path != "/password" && route.Path != "/sign-out" {
		return problem.New(problem.Forbidden, keyMustChange)
	}
	r.Role = account.Viewer // enough for SignedIn; a project decides anew
	if r.User.Admin {
		r.Role = account.Admin
	}
	if strings.HasPrefix(route.Path, "/p/:project") {
		if err := s.enterProject(r, route); err != nil {
			return err
		}
	} else if route.Verb != account.SignedIn && !r.User.Admin {
		return problem.New(problem.Forbidden, "web.forbidden")
	}
	if !account.Can(r.Role, route.Verb) {
		return problem.New(problem.Forbidden, "web.forbidden")
	}
	if err := s.needsFactor(r, route); err != nil {
		return err
	}
	return r.checkToken() // last: it may read a large body
}

const (
	keyMustChange   = "web.mustChange"
	keyOtherSession = "web.csrf"
)

// enterProject finds the role in the project of the path. A project that one is no
// member of is not found, so that its existence is not told.
func (s *Server) enterProject(r *Request, route Route) error {
	project := r.Param("project")
	if !id.Valid(project) {
		return problem.New(problem.NotFound, "web.noProject")
	}
	member, err := s.Accounts.MemberIn(r, r.User, id.ProjectID(project))
	if err == nil && member.Role == "" && route.Method == post && route.Path == submitPath {
		member, err = s.formerMember(r, id.ProjectID(project))
	}
	if err != nil {
		return err
	}
	return s.openProject(r, member)
}

// formerMember is who left the project lately: they may send what they began before, nothing else.
func (s *Server) formerMember(r *Request, project id.ProjectID) (account.Member, error) {
	left, err := s.Accounts.Departed(r, project, r.User.ID)
	if problem.Is(err, problem.NotFound) {
		return account.Member{}, nil
	}
	r.left = left.At
	return account.Member{ProjectID: project, UserID: r.User.ID, Role: left.Role, Limit: left.Limit}, err
}

// openProject opens the project of a membership, or of a token.
func (s *Server) openProject(r *Request, member account.Member) (err error) {
	missing := problem.New(problem.NotFound, "web.noProject")
	if r.Role, r.Limit = member.Role, member.Limit; r.Role == "" {
		return missing
	}
	r.Project, err = s.Accounts.Project(r, member.ProjectID)
	if problem.Is(err, problem.NotFound) {
		return missing
	}
	return err
}

// here is the address of the page that the sender sees: after a change that was
// refused it is the one that it was sent from.
func (r *Request) here() string {
	if !changing(r.Request.Method) {
		return r.Request.URL.RequestURI()
	}
	if from, err := url.Parse(r.Request.Referer()); err == nil && from.Host == r.Request.Host {
		return localPath(from.RequestURI())
	}
	return "/"
}

func changing(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// checkToken wants the session's token with every change: in a header, or in a
// field of a form, which is read here and can then be told unreadable or too large.
func (r *Request) checkToken() error {
	if !changing(r.Request.Method) {
		return nil
	}
	token := r.GetHeader(csrfHeader)
	if token == "" || r.ContentType() != "multipart/form-data" { // with the header, its parts may be streamed
		if err := r.readForm(); err != nil {
			return err
		}
	}
	if token == "" {
		token = r.Request.PostForm.Get(csrfField)
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(account.CSRFToken(r.token))) == 0 {
		return problem.New(problem.Forbidden, keyOtherSession)
	}
	return nil
}

// readForm reads a form's fields; files larger than a megabyte wait in temporary files.
func (r *Request) readForm() error {
	err := r.Request.ParseForm()
	if err == nil && r.ContentType() == "multipart/form-data" {
		err = r.Request.ParseMultipartForm(1 << 20)
	}
	if err != nil {
		return bodyProblem(err)
	}
	return nil
}

// upload gives the file of a form's field; choose, a message key, says that there is none.
func (r *Request) upload(field, choose string) (multipart.File, *multipart.FileHeader, error) {
	file, header, err := r.Request.FormFile(field)
	switch {
	case err == nil:
		return file, header, nil
	case errors.Is(err, http.ErrMissingFile), errors.Is(err, http.ErrNotMultipart):
		return nil, nil, problem.New(problem.Malformed, choose).Because(err)
	}
	return nil, nil, bodyProblem(err)
}

// Can tells whether the sender holds a verb in the project.
func (r *Request) Can(verb account.Verb) bool { return account.Can(r.Role, verb) }

// Field gives a form field's value without white space around it.
func (r *Request) Field(name string) string { return strings.TrimSpace(r.Request.PostFormValue(name)) }

// To sends the browser on after a change was made; done, a message key, is said
// there.
func (r *Request) To(path, done string) error {
	if done != "" {
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		path += separator + "done=" + url.QueryEscape(done)
	}
	r.Redirect(http.StatusSeeOther, path)
	return nil
}

// address is the network address of the sender, without its port.
func (r *Request) address() string {
	host, _, err := net.SplitHostPort(r.Request.RemoteAddr)
	if err != nil {
		return r.Request.RemoteAddr
	}
	return host
}

func (r *Request) wantsJSON() bool {
	accept := r.GetHeader("Accept")
	return r.forProgram || strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html") ||
		strings.HasPrefix(r.ContentType(), "application/json")
}

func languageOf(r *http.Request) message.Language {
	if cookie, err := r.Cookie(languageCookie); err == nil {
		return message.Parse(cookie.Value)
	}
	return message.Chinese
}

// causeOf says what a panic was for: in the runtime's words, which quote no data; of
// any other value its type.
func causeOf(cause any) string {
	if err, ok := cause.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", cause)
}

// bodyProblem turns what reading a body may give into a problem.
func bodyProblem(err error) error {
	var tooLarge *http.MaxBytesError
	var file *fs.PathError
	switch {
	case errors.As(err, &file): // the temporary one: the disk is full
		return problem.New(problem.Unavailable, "web.noRoom").Because(err)
	case errors.As(err, &tooLarge):
		return problem.New(problem.TooLarge, "web.bodyTooLarge", max(1, tooLarge.Limit>>20)).Because(err)
	case errors.Is(err, multipart.ErrMessageTooLarge):
		return problem.New(problem.TooLarge, "web.tooManyParts").Because(err)
	}
	return problem.New(problem.Malformed, "web.bodyUnreadable").Because(err)
}
