package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"
)

// A round of killing sends at most so many submissions and is killed after a random time.
const (
	killSend    = 20_000
	killWithin  = 500 * time.Millisecond
	killSenders = 6
	killFill    = 3_000 // submissions that are there before
	restoreFrom = 6     // the first round that kills a restore: there is something to restore by then
	checkEvery  = 10
)

// killing is what is known of a server that is killed again and again.
type killing struct {
	*bench
	*target
	srv    *server
	random *rand.Rand
	data   string

	acknowledged []int
	deletable    []int        // acknowledged in an earlier round
	deleted      map[int]bool // and whether that was acknowledged
	caseID       string
	revision     int // of the case, as it was acknowledged

	restores                                       restores
	lost, doubled, resent, edits, deletes, backups int
	slowest                                        time.Duration
}

// kills ends the server with SIGKILL at random moments while people submit, edit, delete and back up, and every
// fourth time a restore; starts it again, and looks for everything that was acknowledged. What was under way is
// sent again, as a phone does, and must be there once.
func (b *bench) kills(ctx context.Context) (err error) {
	seed := b.seed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	k := &killing{bench: b, random: rand.New(rand.NewPCG(seed, 0)), data: filepath.Join(b.dir, "kill"), deleted: map[int]bool{}}
	if k.srv, k.target, err = b.fresh(ctx, "kill"); err != nil {
		return err
	}
	heading(fmt.Sprintf("Killed (SIGKILL) %d times during submissions, edits, deletions, backups and restores; -seed %d", b.rounds, seed))
	if err := k.begin(ctx); err != nil {
		return err
	}
	for round := range b.rounds {
		if round >= restoreFrom && round%4 == 2 {
			err = k.restoreRound(ctx, round)
		} else {
			err = k.workRound(ctx, round)
		}
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
	}
	if err := k.checkAll(ctx); err != nil {
		return err
	}
	slices.Sort(k.acknowledged)
	line(fmt.Sprintf("%d submissions, %d edits, %d deletions acknowledged", len(slices.Compact(k.acknowledged)), k.edits, k.deletes),
		fmt.Sprintf("%d lost, %d doubled", k.lost, k.doubled), "0, 0")
	line("submissions sent again after a kill", fmt.Sprint(k.resent), "")
	line("backups begun before a kill; whole files verified", fmt.Sprintf("%d; %d", k.backups, k.restores.verified), "")
	line("restores killed, repeated, equal to the backup", fmt.Sprintf("%d, %d, %d", k.restores.killed, k.restores.repeated, k.restores.equal), "")
	line("slowest start after a kill", millis(k.slowest), "")
	return k.srv.stop()
}

// begin makes what backups and restores take a while for: submissions, and a case with a recording.
func (k *killing) begin(ctx context.Context) error {
	o := k.stream(16, k.rounds*killSend, k.rounds*killSend+killFill, nil)
	if o.Err != nil {
		return o.Err
	}
	k.acknowledged, k.deletable = o.Acknowledged, slices.Clone(o.Acknowledged)
	place, err := k.post(ctx, fmt.Sprintf("/p/%s/cases", k.project), k.edit(0))
	if err != nil {
		return err
	}
	if k.caseID, err = first(inCase, place); err != nil {
		return err
	}
	recording := make([]byte, 10<<20)
	for i := range recording {
		recording[i] = byte(k.random.Uint32())
	}
	path := fmt.Sprintf("/p/%s/cases/%s", k.project, k.caseID)
	if _, err := k.upload(ctx, path+"/files", "file", "recording.bin", recording); err != nil {
		return err
	}
	k.revision = 3
	_, err = k.post(ctx, path, k.edit(2))
	return err
}

var (
	inCase = regexp.MustCompile(`/cases/([0-9a-z]{26})`)
	inEdit = regexp.MustCompile(`>\s*第 (\d+) 次修改\s*</textarea>`)
)

// edit is what makes the case's next revision out of this one.
func (k *killing) edit(revision int) url.Values {
	return url.Values{"revision": {fmt.Sprint(revision)}, "title": {"荷塘村"}, "state": {"draft"}, "text": {fmt.Sprintf("第 %d 次修改", revision+1)}}
}

// workRound kills the server while everybody works.
func (k *killing) workRound(ctx context.Context, round int) error {
	from := round * killSend
	var wait sync.WaitGroup
	killed := make(chan error, 1)
	time.AfterFunc(time.Duration(k.random.Int64N(int64(killWithin))), func() { killed <- k.srv.kill() })
	later := time.Duration(k.random.Int64N(int64(killWithin / 2)))
	wait.Go(func() { k.editUntilKilled(ctx) })
	wait.Go(func() { k.deleteUntilKilled(ctx) })
	wait.Go(func() {
		time.Sleep(later)
		s := *k.session
		if _, err := s.post(ctx, "/server/backup", nil); err == nil {
			k.backups++
		}
	})
	o := k.stream(killSenders, from, from+killSend, nil)
	wait.Wait()
	if err := <-killed; err != nil {
		return err
	}
	k.acknowledged = append(k.acknowledged, o.Acknowledged...)
	if err := k.again(ctx); err != nil {
		return err
	}
	if err := k.checkCase(ctx); err != nil {
		return err
	}
	resent := k.stream(killSenders, from, from+len(o.Acknowledged)+killSenders, nil) // with those that were under way
	if resent.Err != nil {
		return resent.Err
	}
	k.resent += len(resent.Acknowledged)
	k.acknowledged = append(k.acknowledged, resent.Acknowledged...)
	k.deletable = append(k.deletable, o.Acknowledged...)
	if round%checkEvery == checkEvery-1 {
		return k.checkAll(ctx)
	}
	return nil
}

// again starts the program, which must need nobody's help.
func (k *killing) again(ctx context.Context) (err error) {
	if k.srv, err = k.run(ctx, "serve", k.data); err != nil {
		return err
	}
	k.slowest = max(k.slowest, k.srv.Ready)
	k.url = k.srv.URL
	return nil
}

func (k *killing) editUntilKilled(ctx context.Context) {
	s := *k.session
	for {
		if _, err := s.post(ctx, fmt.Sprintf("/p/%s/cases/%s", k.project, k.caseID), k.edit(k.revision)); err != nil {
			return
		}
		k.revision++
		k.edits++
	}
}

func (k *killing) deleteUntilKilled(ctx context.Context) {
	s := *k.session
	for range min(len(k.deletable), 20) {
		i := k.deletable[0]
		k.deletable = k.deletable[1:]
		k.deleted[i] = false
		if _, err := s.post(ctx, fmt.Sprintf("/p/%s/submissions/%s/delete", k.project, k.submissionID(i)), nil); err != nil {
			return
		}
		k.deleted[i] = true
		k.deletes++
	}
}

// checkCase finds the revision that was acknowledged, or the next, which was under way.
func (k *killing) checkCase(ctx context.Context) error {
	page, err := k.get(ctx, fmt.Sprintf("/p/%s/cases/%s/edit", k.project, k.caseID))
	if err != nil {
		return err
	}
	revision, err := first(inRevision, string(page))
	if err != nil {
		return err
	}
	text, err := first(inEdit, string(page))
	switch {
	case err != nil:
		return err
	case revision == fmt.Sprint(k.revision+1):
		k.revision++
	case revision != fmt.Sprint(k.revision):
		k.lost++
		return fmt.Errorf("the case is at revision %s, acknowledged was %d", revision, k.revision)
	}
	if text != revision {
		return fmt.Errorf("revision %s of the case holds the text of %s", revision, text)
	}
	return nil
}

// checkAll looks for every submission, and for those in the bin.
func (k *killing) checkAll(ctx context.Context) error {
	times, err := k.stored(ctx)
	if err != nil {
		return err
	}
	for _, i := range k.acknowledged {
		n := times[k.submissionID(i)]
		binned, tried := k.deleted[i]
		switch {
		case n > 1:
			k.doubled++
		case !tried && n == 0, binned && n == 1: // gone, or come back
			k.lost++
		}
	}
	if k.lost+k.doubled > 0 {
		return fmt.Errorf("%d lost, %d doubled", k.lost, k.doubled)
	}
	return k.verifyBackups(ctx)
}
