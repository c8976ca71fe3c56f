package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/store/storetest"
	"tianye/survey"
)

// asProgram makes the test binary the program itself, so that tests can have several processes of it.
const asProgram = "TIANYE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// process starts a process that serves a store and gives its address, and what kills it.
func process(t *testing.T, place ...string) (address string, kill func()) {
	t.Helper()
	command := exec.Command(os.Args[0], append([]string{"serve", "--listen", "127.0.0.1:0"}, place...)...)
	command.Env = append(os.Environ(), asProgram+"=1")
	var log bytes.Buffer
	command.Stderr = &log
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	killed := false
	kill = func() {
		killed = true
		_ = command.Process.Kill()
		_ = command.Wait()
	}
	t.Cleanup(func() {
		if killed {
			return
		}
		_ = command.Process.Signal(os.Interrupt)
		if err := command.Wait(); err != nil {
			t.Errorf("a process ended: %v\n%s", err, log.String())
		}
	})
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if found := regexp.MustCompile(`http://\S+`).FindString(lines.Text()); found != "" {
			return found, kill
		}
	}
	t.Fatalf("a process does not serve:\n%s", log.String())
	return "", nil
}

// TestKilledServer: what a killed process leaves in the data directory keeps neither commands nor the next one from working.
func TestKilledServer(t *testing.T) {
	data := t.TempDir()
	for _, login := range []string{"alice", "bob"} {
		_, kill := process(t, "--data", data)
		did(t, "user", "add", login, login, "--data", data)
		kill()
		if _, err := os.Stat(filepath.Join(data, socketName)); err != nil {
			t.Fatal("nothing stale to test with:", err)
		}
		if said := did(t, "user", "list", "--data", data); !strings.Contains(said, login) {
			t.Errorf("after the kill:\n%s", said)
		}
	}
}

// browser is somebody signed in; it may go to any of the processes.
type browser struct {
	*testing.T
	token string
}

// ask gives the status and text of an answer; a body is sent as JSON.
func (b browser) ask(method, address string, body any) (int, string) {
	b.Helper()
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			b.Fatal(err)
		}
		content = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(b.Context(), method, address, content)
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-CSRF-Token", account.CSRFToken(b.token))
	request.AddCookie(&http.Cookie{Name: "tianye_session", Value: b.token})
	resp, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// soon fails the test unless ok becomes true within the time that the processes promise each other.
func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	const promised = 5 * time.Second
	for begin := time.Now(); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Since(begin) > promised {
			t.Fatalf("%s: not within %v", what, promised)
		}
	}
}

// fieldwork is a project with a published form, and the sessions of who works in it.
type fieldwork struct {
	project    id.ProjectID
	form       survey.Form
	alice, bob browser
}

func newFieldwork(t *testing.T, uri string) fieldwork {
	t.Helper()
	p, err := open(t.Context(), options{mongodb: uri})
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	ctx, f := t.Context(), fieldwork{}
	session := func(login, name string) (account.User, browser) {
		u, err := p.accounts.CreateUserWithPassword(ctx, login, name, "一个足够长的密码", false)
		if err != nil {
			t.Fatal(err)
		}
		token, err := p.accounts.OpenSession(ctx, u.ID, account.Browser{})
		if err != nil {
			t.Fatal(err)
		}
		return u, browser{t, token}
	}
	alice, aliceBrowser := session("alice", "陈爱丽")
	_, bobBrowser := session("bob", "吴博")
	project, err := p.accounts.CreateProject(ctx, alice.ID, "衢州基层党建", "", false)
	if err == nil {
		_, _, err = p.accounts.AddMember(ctx, project.ID, "bob", "", account.Enumerator)
	}
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(household(t))
	if err != nil {
		t.Fatal(err)
	}
	f.form, _, err = p.surveys.Upload(ctx, project.ID, alice.ID, raw, "household.xlsx", "")
	if err == nil {
		f.form, err = p.surveys.Publish(ctx, project.ID, alice.ID, f.form.ID, f.form.Revision)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.project, f.alice, f.bob = project.ID, aliceBrowser, bobBrowser
	return f
}

// submit sends the i-th submission to a process.
func (f fieldwork) submit(address string, i int) int {
	status, _ := f.bob.ask("POST", address+"/p/"+string(f.project)+"/submissions", map[string]any{"instanceId": fmt.Sprint("uuid:", i), "formId": f.form.ID, "version": 1,
		"started": time.Now().Add(-time.Minute), "ended": time.Now(), "answers": map[string]any{"members": fmt.Sprint(1 + i)}})
	return status
}

// charted gives of how many submissions a process's chart is.
func (f fieldwork) charted(address string) int {
	spec := fmt.Sprintf(`{"source":{"kind":"submission","form":"%s"},"measure":"members","statistic":"mean","kind":"bar"}`, f.form.ID)
	status, text := f.alice.ask("GET", address+"/p/"+string(f.project)+"/charts/data?spec="+url.QueryEscape(spec), nil)
	var data struct {
		Result  struct{ N int }
		Problem string
	}
	if err := json.Unmarshal([]byte(text), &data); err != nil || status != http.StatusOK {
		f.alice.Fatalf("%d, %v: %.500s", status, err, text)
	}
	return data.Result.N
}

var listedRow = regexp.MustCompile(`/submissions/[0-9a-z]{26}\b`)

// listed gives how many submissions a process lists.
func (f fieldwork) listed(address string) int {
	status, text := f.alice.ask("GET", address+"/p/"+string(f.project)+"/submissions?form="+string(f.form.ID), nil)
	if status != http.StatusOK {
		f.alice.Fatalf("%d: %.500s", status, text)
	}
	return len(listedRow.FindAllString(text, -1))
}

// TestThreeProcesses: three processes on one database, as behind a proxy. What one has accepted is in the lists and
// charts of the others, who signs out of one has signed out of all, and what all of them write into
// the audit at once is one chain.
func TestThreeProcesses(t *testing.T) {
	if testing.Short() {
		t.Skip("builds FerretDB")
	}
	uri := storetest.FerretDBAddress(t)
	f := newFieldwork(t, uri)
	all := make([]string, 3)
	for i := range all {
		all[i], _ = process(t, "--mongodb-uri", uri)
	}
	for _, address := range all { // their tables are made before anything comes
		if n := f.charted(address); n != 0 {
			t.Fatalf("%d submissions before the first", n)
		}
	}
	for i, address := range all {
		if status := f.submit(address, i); status != http.StatusCreated {
			t.Fatalf("submission %d: %d", i, status)
		}
		for _, other := range all {
			soon(t, fmt.Sprintf("the chart of submission %d", i), func() bool { return f.charted(other) == i+1 })
			soon(t, fmt.Sprintf("the list with submission %d", i), func() bool { return f.listed(other) == i+1 })
		}
	}

	const each = 8
	var wait sync.WaitGroup
	for at, address := range all {
		for i := range each {
			wait.Go(func() {
				if status := f.submit(address, 100+at*each+i); status != http.StatusCreated {
					t.Errorf("at once with others: %d", status)
				}
			})
		}
	}
	wait.Wait()
	for _, address := range all {
		soon(t, "the chart of all", func() bool { return f.charted(address) == 3+3*each })
	}

	if status, _ := f.bob.ask("POST", all[1]+"/sign-out", nil); status != http.StatusSeeOther {
		t.Errorf("sign-out: %d", status)
	}
	for _, address := range all {
		soon(t, "the end of the session", func() bool { return f.submit(address, 1000) == http.StatusUnauthorized })
	}
	if n := f.charted(all[0]); n != 3+3*each {
		t.Errorf("%d submissions at the end", n)
	}
	t.Setenv("LC_ALL", "en_GB.UTF-8")
	if said := did(t, "audit", "verify", "--project", string(f.project), "--mongodb-uri", uri); !strings.Contains(said, fmt.Sprintf("lines %d,", 3+3*each)) {
		t.Errorf("the audit: %s", said)
	}
	did(t, "audit", "verify", "--mongodb-uri", uri)
}
