package survey_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"tianye/internal/problem"
	"tianye/survey"
)

// log is what ODK Collect writes, with rows that no reader expects.
const auditLog = "\ufeffevent,node,start,end,old-value,new-value\n" +
	"form start,,1000,,,\n" +
	"question,/data/basic/name,1000,4000,,\"他说\"\"好\"\"\"\n" +
	"group questions,/visit/members[2],4000,9500,,\n" +
	"question,/data/basic/name,9500,10000,,\n" +
	"question,/data/late,90,10\nquestion,/data,1,2\nquestion,,1,2\nquestion,/data/x,one,2\nquestion,/data/y,1\n" +
	"question,/data/slept,0,99999999999\n" +
	"end screen,,10000,11000,,\nform finalize,,11000,,,\n"

func TestReadTimings(t *testing.T) {
	got, err := survey.ReadTimings(strings.NewReader(auditLog))
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprint([]survey.Timing{
		{Path: "basic/name", First: time.UnixMilli(1000), Spent: 3500 * time.Millisecond, Visits: 2},
		{Path: "members[2]", First: time.UnixMilli(4000), Spent: 5500 * time.Millisecond, Visits: 1}})
	if fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// TestTimings: the log comes as an attachment that no answer names, where the form asks for one.
func TestTimings(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", "type|name|label\ntext|a|甲\naudit|audit|", "settings", "form_id\nlogged"))
	plain := w.publish(book(t, "survey", "type|name|label\ntext|a|甲", "settings", "form_id\nplain"))
	attach := func(f survey.Form, log string) survey.Incoming {
		t.Helper()
		a, err := w.Attach(t.Context(), quzhou, survey.AuditFile, "text/csv", strings.NewReader(log), survey.MaxAttachment)
		if err != nil {
			t.Fatal(err)
		}
		in := w.incoming(f, m{"a": "1"})
		in.Files = []survey.Attachment{a}
		return in
	}
	sub := w.take(bob, attach(f, auditLog))
	if timings, err := w.Timings(t.Context(), quzhou, sub.ID); err != nil || len(timings) != 2 {
		t.Error(timings, err)
	}
	sub = w.submit(f, m{"a": "1"})
	if timings, err := w.Timings(t.Context(), quzhou, sub.ID); err != nil || timings != nil {
		t.Error(timings, err)
	}
	w.mayNotStore(bob, attach(plain, auditLog), problem.Invalid, "survey.filesMismatch")
}

func FuzzReadTimings(f *testing.F) {
	f.Add([]byte(auditLog))
	f.Add([]byte("event,node,start,end\nquestion,\"/data/a\n,1,2"))
	f.Fuzz(func(t *testing.T, log []byte) {
		timings, err := survey.ReadTimings(bytes.NewReader(log))
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range timings {
			if one.Path == "" || one.Visits < 1 || one.Spent < 0 {
				t.Fatalf("%+v", one)
			}
		}
	})
}

// TestTimingsOfMended: what the mending took is added to what the interview took, which stays when it was.
func TestTimingsOfMended(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", "type|name|label\ntext|a|甲\naudit|audit|", "settings", "form_id\nlogged"))
	log := func(rows string) []survey.Attachment {
		t.Helper()
		a, err := w.Attach(t.Context(), quzhou, survey.AuditFile, "text/csv", strings.NewReader("event,node,start,end\n"+rows), survey.MaxAttachment)
		if err != nil {
			t.Fatal(err)
		}
		return []survey.Attachment{a}
	}
	first := w.incoming(f, m{"a": "1"})
	first.Files = log("question,/data/a,1000,4000\n")
	sub := w.take(bob, first)
	in := w.mending(f, sub, m{"a": "2"})
	in.Files = log("question,/data/a,9000,9500")
	for range 2 { // sent twice it is added once
		mended, err := w.Submit(t.Context(), quzhou, bob, in)
		if err != nil || !mended.Started.Equal(sub.Started) || !mended.Ended.Equal(sub.Ended) {
			t.Fatal(mended, err)
		}
		timings, err := w.Timings(t.Context(), quzhou, sub.ID)
		if err != nil || len(timings) != 1 || timings[0].Spent != 3500*time.Millisecond || timings[0].Visits != 2 {
			t.Error(timings, err)
		}
	}
	in = w.mending(f, w.read(sub.ID), m{"a": "3"}) // a phone that logs nothing
	w.take(bob, in)
	if timings, err := w.Timings(t.Context(), quzhou, sub.ID); err != nil || len(timings) != 1 || timings[0].Visits != 2 {
		t.Error(timings, err)
	}
}
