package survey_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
)

type formPath = form.Path

func TestParseQuotas(t *testing.T) {
	w := here(t)
	f := w.publish(resident(t))
	d, err := w.Definition(t.Context(), quzhou, f.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	for text, wanted := range map[string]string{
		"":        "",
		"性别=女:50": "性别=女: 50\n",
		" 年龄段 = 60 岁以上 且 性别 ＝ 女：50 \n\nsex=m: 3": "年龄段=60 岁以上 且 性别=女: 50\n性别=男: 3\n",
		"议题=道路、饮水: 5":                            "议题=道路、饮水: 5\n",
	} {
		quotas, err := survey.ParseQuotas(d, text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		said := ""
		for _, q := range quotas {
			said += fmt.Sprintf("%s: %d\n", q.Say(d, d.DefaultLanguage), q.Limit)
		}
		if said != wanted {
			t.Errorf("%q is read as %q", text, said)
		}
		if again, err := survey.ParseQuotas(d, said); err != nil || len(again) != len(quotas) {
			t.Errorf("%q cannot be read again: %v", said, err)
		}
	}
	for text, key := range map[string]string{
		"性别=女": "publiclink.quotaNoLimit", "性别=女: 0": "publiclink.quotaLimit", "性别=女: 很多": "publiclink.quotaLimit", "性别: 5": "publiclink.quotaNoEquals",
		"民族=汉: 5": "publiclink.quotaNoQuestion", "您的建议=好: 5": "publiclink.quotaNoQuestion", "性别=其他: 5": "publiclink.quotaNoChoice", "性别=: 5": "publiclink.quotaNoChoice",
		"性别=女 且 性别=男: 5": "publiclink.quotaQuestionTwice", "性别=女: 5\nsex=f: 6": "publiclink.quotaTwice", "性别=女 且 议题=道路、饮水: 5\n议题=饮水、道路 且 性别=女: 6": "publiclink.quotaTwice",
	} {
		_, err := survey.ParseQuotas(d, text)
		if !problem.Is(err, problem.Invalid) || problem.From(err).Details[0].Text.Args[1].(problem.Text).Key != key {
			t.Errorf("%q: %v, want %s", text, err, key)
		}
	}
}

func FuzzParseQuotas(f *testing.F) {
	d := &form.Definition{Languages: []string{""}, Lists: map[string]*form.ChoiceList{"sex": {Name: "sex", Choices: []form.Choice{{Name: "f", Label: form.Text{"": "女"}}}}},
		Fields: []*form.Field{{Name: "sex", Type: form.SelectOne, List: "sex", Label: form.Text{"": "性别"}}}}
	f.Add("性别=女: 5\nsex=f、f: 3")
	f.Fuzz(func(t *testing.T, text string) {
		quotas, err := survey.ParseQuotas(d, text)
		if err != nil {
			return
		}
		var said strings.Builder
		for _, q := range quotas {
			fmt.Fprintf(&said, "%s: %d\n", q.Say(d, ""), q.Limit)
		}
		if again, err := survey.ParseQuotas(d, said.String()); err != nil || len(again) != len(quotas) {
			t.Errorf("%q: %q cannot be read again: %v", text, said.String(), err)
		}
	})
}

// keeping is a store that does not give claims back.
type keeping struct{ survey.Store }

func (k keeping) DeleteClaim(context.Context, survey.Claim) error { return errDied }

// TestGivingBackFails: what is decided is decided, and the place goes to who needs it after a while.
func TestGivingBackFails(t *testing.T) {
	w := here(t)
	_, l := w.open(nil, "性别=女: 1")
	first := w.sent1(l, "uuid:a", "f", "old", survey.LinkEntry{})
	s := survey.New(keeping{w.Store}, func() time.Time { return w.now })
	got, err := s.Review(w.Context(), quzhou, rui, first.ID, w.read(first.ID).Revision, survey.Rejected, "重复")
	if err != nil || got.State != survey.Rejected || w.read(first.ID).Revision != got.Revision {
		t.Fatalf("%+v, %v", got, err)
	}
	w.pass(time.Hour)
	if second := w.sent1(l, "uuid:b", "f", "old", survey.LinkEntry{}); len(second.OverQuota) > 0 {
		t.Error("the place is lost")
	}
}
