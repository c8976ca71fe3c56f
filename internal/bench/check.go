package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// stored reads all submissions back (JSON Lines) and tells how often each is there.
func (t *target) stored(ctx context.Context) (map[string]int, error) {
	fields := url.Values{"format": {"jsonl"}, "reason": {"bench: is all there?"}}
	_, raw, err := t.send(ctx, http.MethodPost, fmt.Sprintf("/p/%s/submissions/export/full?form=%s&all=1", t.project, t.form),
		"application/x-www-form-urlencoded", strings.NewReader(fields.Encode())) // the open export names no submission
	if err != nil {
		return nil, err
	}
	times := map[string]int{}
	for line := range bytes.Lines(raw) {
		var submission struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(line, &submission); err != nil {
			return nil, err
		}
		times[submission.ID]++
	}
	return times, nil
}

// check compares what is stored with what was acknowledged: what is missing is lost,
// what is there more than once is doubled.
func (t *target) check(ctx context.Context, acknowledged []int) (lost, doubled int, err error) {
	times, err := t.stored(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, i := range acknowledged {
		if times[t.submissionID(i)] == 0 {
			lost++
		}
	}
	for _, n := range times {
		if n > 1 {
			doubled++
		}
	}
	return lost, doubled, nil
}

// refuses sends a submission that breaks the form's rules: it must not be taken.
func (t *target) refuses(ctx context.Context) error {
	resp, raw, err := t.send(ctx, http.MethodPost, fmt.Sprintf("/p/%s/submissions", t.project), "application/json", bytes.NewReader(wrong(t.form)))
	if resp != nil && resp.StatusCode == http.StatusUnprocessableEntity {
		return nil
	}
	return fmt.Errorf("a wrong submission was not refused: %s %w", raw, err)
}
