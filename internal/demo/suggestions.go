package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tianye/survey"
)

// suggestions came by a public link, from residents; most have their answer.
func (l *loader) suggestions(ctx context.Context) error {
	link, err := l.box(ctx)
	if err != nil {
		return fmt.Errorf("suggestion box: %w", err)
	}
	data, err := files.ReadFile("texts/box.txt")
	if err != nil {
		return err
	}
	f, number := l.forms[SuggestionForm], 0
	for line := range strings.Lines(string(data)) {
		parts := strings.Split(strings.TrimSpace(line), "|")
		if len(parts) != 5 || line[0] == '#' {
			continue
		}
		number++
		at := l.workday(number/2 - 9).Add(18*time.Hour + time.Duration(number*7)*time.Minute)
		l.Clock.Set(at)
		receipt, err := l.Surveys.SubmitByLink(ctx, &link, survey.Incoming{InstanceID: fmt.Sprintf("demo:box:%02d", number), FormID: f.ID, Version: f.Current().Number,
			DeviceID: fmt.Sprint("demo:resident:", number), Started: at.Add(-3 * time.Minute), Ended: at,
			Answers: map[string]any{"start": stamp(at.Add(-3 * time.Minute)), "end": stamp(at), "today": at.Format(time.DateOnly), "topic": parts[0], "age_group": parts[1], "suggestion": parts[3]}},
			survey.LinkEntry{Seen: at.Add(-4 * time.Minute)})
		if err != nil {
			return fmt.Errorf("suggestion %d: %w", number, err)
		}
		if parts[2] == "" || receipt.Resent {
			continue
		}
		l.Clock.Set(at.Add(40 * time.Hour))
		item, err := l.Surveys.SuggestionOf(ctx, &link, receipt.ID)
		if err == nil {
			_, err = l.Surveys.Answer(ctx, &link, l.users["rui"], receipt.ID, item.Revision, survey.Reply{State: survey.ReplyState(parts[2]), Text: parts[4], Publish: parts[3]})
		}
		if err != nil {
			return fmt.Errorf("reply %d: %w", number, err)
		}
	}
	return nil
}

// box is the public link of the suggestions; it is made once.
func (l *loader) box(ctx context.Context) (survey.PublicLink, error) {
	l.Clock.Set(l.workday(-10).Add(9 * time.Hour))
	f := l.forms[SuggestionForm]
	links, err := l.Surveys.Links(ctx, l.project, true)
	if err != nil {
		return survey.PublicLink{}, err
	}
	for _, link := range links {
		if link.FormID == f.ID {
			return link, nil
		}
	}
	return l.Surveys.MakeLink(ctx, l.project, l.users["alice"], f.ID, survey.LinkSettings{Title: "荷塘社区居民议事意见箱",
		Greeting:   "各位居民：下周六晚上在小广场开露天议事会，请先把您的意见写在这里。不用登记姓名。",
		Thanks:     "谢谢！您的意见会带到议事会上，一周内在公开栏答复。",
		Suggestion: "suggestion"})
}
