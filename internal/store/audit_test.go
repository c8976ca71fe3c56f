package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/audit"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
)

const quzhou = id.ProjectID("quzhou")

// gated holds the first batch back until it is opened.
type gated struct {
	audit.Store
	entered, open chan struct{}
}

func (g *gated) PutBatch(ctx context.Context, project id.ProjectID, b audit.Batch) error {
	select {
	case g.entered <- struct{}{}:
	default:
	}
	<-g.open
	return g.Store.PutBatch(ctx, project, b)
}

// chainOf writes n lines in two batches: the first line, and all others.
func chainOf(t *testing.T, b store.Backend, n int) *audit.Service {
	t.Helper()
	g := &gated{store.NewAudit(b), make(chan struct{}, 1), make(chan struct{})}
	s := audit.New(g, func() time.Time { return time.UnixMilli(1_776_000_000_000) })
	gone, cancel := context.WithCancel(t.Context())
	cancel() // nobody waits: what is appended waits for the gate
	for i := range n {
		_ = s.Append(gone, quzhou, audit.Line{Actor: "alice", Name: "陈爱丽", Role: "manager", Address: "192.0.2.1", Action: "members.role",
			Object: fmt.Sprint("user", i), Title: "吴博", Before: "调研员", After: "审核员", Reason: "调岗"})
		if i == 0 {
			<-g.entered
		}
	}
	close(g.open)
	s.Close()
	return audit.New(store.NewAudit(b), time.Now)
}

func collection(t *testing.T, name string) *store.Collection {
	t.Helper()
	for _, c := range store.Collections {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no collection %s", name)
	return nil
}

// forger changes the stored documents behind the service's back.
type forger struct {
	*testing.T
	b store.Backend
	c *store.Collection
}

func (f forger) document(first int) store.Document {
	d, err := f.b.Get(f.Context(), f.c, string(quzhou), fmt.Sprintf("%019d", first))
	if err != nil {
		f.Fatal(err)
	}
	return d
}

func (f forger) lines(first int) []audit.Line {
	var batch audit.Batch
	if err := bson.Unmarshal(f.document(first).Body, &batch); err != nil {
		f.Fatal(err)
	}
	return batch.Lines
}

// put writes a batch's lines anew.
func (f forger) put(first int, lines []audit.Line) {
	d := f.document(first)
	var err error
	if d.Body, err = bson.Marshal(audit.Batch{First: int64(first), Lines: lines}); err != nil {
		f.Fatal(err)
	}
	if _, err = f.b.Replace(f.Context(), f.c, d); err != nil {
		f.Fatal(err)
	}
}

func (f forger) remove(first int) {
	if err := f.b.Delete(f.Context(), f.c, string(quzhou), f.document(first).ID, f.document(first).Revision); err != nil {
		f.Fatal(err)
	}
}

// sum is the check sum as internal/audit documents it, written anew.
func sum(l audit.Line, former string) string {
	raw := binary.BigEndian.AppendUint64([]byte(former), uint64(l.Seq))
	raw = binary.BigEndian.AppendUint64(raw, uint64(l.At))
	for _, text := range []string{string(l.Actor), l.Name, l.Role, l.Address, l.Action, l.Object, l.Title, l.Before, l.After, l.Reason} {
		raw = append(binary.BigEndian.AppendUint32(raw, uint32(len(text))), text...)
	}
	digest := sha256.Sum256(raw)
	return hex.EncodeToString(digest[:])
}

// forgeries are changes of a chain of 30 lines in the batches 1 and 2–30, and where they must show.
var forgeries = []struct {
	name  string
	forge func(forger)
	at    int64
	says  string
}{
	{"a line removed", func(f forger) { f.put(2, slices.Delete(f.lines(2), 8, 9)) }, 10, "第 10 行至第 10 行不在原处"},
	{"three lines removed", func(f forger) { f.put(2, slices.Delete(f.lines(2), 8, 11)) }, 10, "第 10 行至第 12 行不在原处"},
	{"the last line removed", func(f forger) { f.put(2, f.lines(2)[:28]) }, 30, "末尾的第 30 行至第 30 行不见了"},
	{"a line removed, the rest renumbered", func(f forger) {
		lines := slices.Delete(f.lines(2), 8, 9)
		for i := 8; i < len(lines); i++ {
			lines[i].Seq--
		}
		f.put(2, lines)
	}, 10, "第 10 行对不上"},
	{"a line removed, all else made anew", func(f forger) {
		lines := slices.Delete(f.lines(2), 8, 9)
		for i := 8; i < len(lines); i++ {
			lines[i].Seq--
			lines[i].Hash = sum(lines[i], lines[i-1].Hash)
		}
		f.put(2, lines)
	}, 30, "末尾的第 30 行至第 30 行不见了"},
	{"a line altered, all else made anew", func(f forger) {
		lines := f.lines(2)
		lines[8].After = "观察员"
		for i := 8; i < len(lines); i++ {
			lines[i].Hash = sum(lines[i], lines[i-1].Hash)
		}
		f.put(2, lines)
	}, 30, "第 30 行的校验值与当时另外记下的不同"},
	{"two lines swapped", func(f forger) {
		lines := f.lines(2)
		lines[3], lines[4] = lines[4], lines[3]
		f.put(2, lines)
	}, 5, "第 5 行至第 5 行不在原处"},
	{"two lines swapped and renumbered", func(f forger) {
		lines := f.lines(2)
		lines[3], lines[4] = lines[4], lines[3]
		lines[3].Seq, lines[4].Seq = 5, 6
		f.put(2, lines)
	}, 5, "第 5 行对不上"},
	{"a line put in", func(f forger) {
		lines := f.lines(2)
		forged := lines[5]
		forged.Object = "someone"
		f.put(2, slices.Insert(lines, 6, forged))
	}, 7, "第 7 行出现在第 7 行之后"},
	{"a line put in, the rest renumbered", func(f forger) {
		lines := f.lines(2)
		forged := lines[5]
		forged.Seq++
		forged.Hash = sum(forged, lines[5].Hash)
		for i := 6; i < len(lines); i++ {
			lines[i].Seq++
		}
		f.put(2, slices.Insert(lines, 6, forged))
	}, 9, "第 9 行对不上"},
	{"a line put in at the end", func(f forger) {
		lines := f.lines(2)
		forged := lines[28]
		forged.Seq, forged.Object = 31, "someone"
		f.put(2, append(lines, forged))
	}, 31, "第 31 行对不上"},
	{"a check sum made anew for one line", func(f forger) {
		lines := f.lines(2)
		lines[8].Reason = "别的原因"
		lines[8].Hash = sum(lines[8], lines[7].Hash)
		f.put(2, lines)
	}, 11, "第 11 行对不上"},
	{"batches swapped", func(f forger) {
		one, two := f.lines(1), f.lines(2)
		f.put(1, two)
		f.put(2, one)
	}, 1, "第 1 行开始的一批记录放错了位置"},
	{"a batch emptied", func(f forger) { f.put(1, nil) }, 1, "放错了位置，或者被清空"},
	{"the first batch removed", func(f forger) { f.remove(1) }, 1, "第 1 行至第 1 行不在原处"},
	{"the last batch removed", func(f forger) { f.remove(2) }, 2, "末尾的第 2 行至第 30 行不见了"},
	{"everything removed", func(f forger) { f.remove(1); f.remove(2) }, 1, "末尾的第 1 行至第 30 行不见了"},
	{"another project's chain", func(f forger) {
		lines := append(f.lines(1), f.lines(2)...)
		former := strings.Repeat("0", 64)
		for i := range lines {
			lines[i].Hash = sum(lines[i], former)
			former = lines[i].Hash
		}
		f.put(1, lines[:1])
		f.put(2, lines[1:])
	}, 1, "从别的项目搬来"},
}

func TestAuditFindsForgeries(t *testing.T) {
	for _, at := range storetest.Opens() {
		t.Run(at.Name, func(t *testing.T) {
			for _, forgery := range forgeries {
				t.Run(forgery.name, func(t *testing.T) {
					s, f := forged(t, at.Open)
					forgery.forge(f)
					wantFault(t, s, forgery.at, forgery.says)
				})
			}
		})
	}
}

// forged gives a whole chain and what can harm it.
func forged(t *testing.T, open storetest.Open) (*audit.Service, forger) {
	t.Helper()
	b := open(t, store.Collections...)
	s := chainOf(t, b, 30)
	if report, err := s.Verify(t.Context(), quzhou); err != nil || !report.Whole() || report.Lines != 30 || report.Seq != 30 {
		t.Fatalf("before: %+v, %v", report, err)
	}
	return s, forger{t, b, collection(t, "auditlines")}
}

func wantFault(t *testing.T, s *audit.Service, at int64, says string) {
	t.Helper()
	report, err := s.Verify(t.Context(), quzhou)
	if err != nil || report.Whole() {
		t.Fatalf("not found: %+v, %v", report, err)
	}
	fault := report.Faults[0]
	if sentence := message.Sprint(message.Chinese, fault.Text); fault.Seq != at || !strings.Contains(sentence, says) {
		t.Errorf("line %d: %s\nwant line %d: %s", fault.Seq, sentence, at, says)
	}
}

// TestAuditFindsAnyFieldAltered alters each field of a line in turn.
func TestAuditFindsAnyFieldAltered(t *testing.T) {
	s, f := forged(t, storetest.SQLite)
	whole := f.lines(2)
	for name, alter := range map[string]func(*audit.Line){
		"at": func(l *audit.Line) { l.At++ }, "actor": func(l *audit.Line) { l.Actor = "bob" }, "name": func(l *audit.Line) { l.Name = "" },
		"role": func(l *audit.Line) { l.Role = "admin" }, "address": func(l *audit.Line) { l.Address = "192.0.2.2" },
		"action": func(l *audit.Line) { l.Action = "members.add" }, "object": func(l *audit.Line) { l.Object = "rui" },
		"title": func(l *audit.Line) { l.Title = "郑锐" }, "before": func(l *audit.Line) { l.Before += " " },
		"after": func(l *audit.Line) { l.After = l.Before }, "reason": func(l *audit.Line) { l.Reason = "" },
		"hash":  func(l *audit.Line) { l.Hash = strings.ToUpper(l.Hash) },
		"shift": func(l *audit.Line) { l.Before, l.After = l.Before+l.After[:3], l.After[3:] },
	} {
		lines := slices.Clone(whole)
		alter(&lines[8])
		f.put(2, lines)
		wantFault(t, s, 10, "第 10 行对不上")
		t.Log(name)
	}
	f.put(2, whole)
	if report, err := s.Verify(t.Context(), quzhou); err != nil || !report.Whole() {
		t.Errorf("put back: %+v, %v", report, err)
	}
}

// TestAuditKeepsTheGap goes on appending after the end was cut off.
func TestAuditKeepsTheGap(t *testing.T) {
	s, f := forged(t, storetest.SQLite)
	f.put(2, f.lines(2)[:19])
	for range 20 {
		if err := s.Append(t.Context(), quzhou, audit.Line{Action: "members.add"}); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	report, err := s.Verify(t.Context(), quzhou)
	if err != nil || len(report.Faults) != 1 || report.Seq != 50 {
		t.Fatalf("%+v, %v", report, err)
	}
	wantFault(t, s, 21, "第 21 行至第 30 行不在原处")
}
