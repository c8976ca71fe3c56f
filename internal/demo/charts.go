package demo

import (
	"context"
	"time"

	"tianye/charts"
	"tianye/internal/id"
	"tianye/internal/table"
	"tianye/survey"
)

const sourceLine = "资料来源：衢州基层党建50例调研（演示数据），2026年3—6月"

// saved are the demonstration's charts. The form is named; its id is known when it
// is published.
var saved = []struct {
	form string
	spec charts.Spec
}{
	{SatisfactionForm, charts.Spec{Title: "社区居民最满意，两新组织服务对象评分最低", Measure: "overall/score", By: "case:领域", Split: "case:县（市、区）",
		Statistic: charts.Mean, Kind: charts.Grouped}},
	{SatisfactionForm, charts.Spec{Title: "参加活动越多，总体评价越高", Measure: "overall/score", By: "taking_part/meetings", Statistic: charts.Mean, Kind: charts.Bar,
		Filters: []charts.Filter{{Variable: "taking_part/meetings", Values: []string{"0..9"}}}}},
	{SatisfactionForm, charts.Spec{Title: "提了意见没有回音，比办不成更伤满意度", Measure: "overall/score", By: "taking_part/outcome", Kind: charts.BoxPlot, Statistic: charts.Median}},
	{SatisfactionForm, charts.Spec{Title: "群众最盼望解决的事", Measure: "overall/priorities", By: "case:领域", Statistic: charts.Share, Base: charts.Answered, Kind: charts.HeatMap}},
	{CaseForm, charts.Spec{Title: "农村群众参与度评价最高", Measure: "assessment/participation", By: "case:领域", Statistic: charts.Mean, Kind: charts.Radar}},
	{SatisfactionForm, charts.Spec{Title: "每周收到的居民问卷", By: survey.VarReceived, Interval: "week", Split: "case:领域", Statistic: charts.Count, Kind: charts.Stacked}},
}

func (l *loader) saveCharts(ctx context.Context) error {
	before, err := l.Charts.Charts(ctx, l.project)
	if err != nil {
		return err
	}
	cases, err := l.Cases.Table(ctx, l.project)
	if err != nil {
		return err
	}
	for i, c := range saved[min(len(before), len(saved)):] {
		f := l.forms[c.form]
		t, err := l.Surveys.Table(ctx, l.project, f.ID, "zh")
		if err != nil {
			return err
		}
		t = t.Join(survey.VarCase, cases, "case:", func(string) bool { return true })
		spec := c.spec
		spec.Source = charts.Source{Kind: id.KindSubmission, Form: f.ID}
		spec.SourceLine = sourceLine
		if err := l.saveChart(ctx, i, spec, t); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) saveChart(ctx context.Context, i int, spec charts.Spec, t *table.Table) error {
	l.Clock.Set(time.Date(2026, 6, 29, 9, 10*i, 0, 0, zone))
	_, err := l.Charts.Save(ctx, l.project, l.users["ana"], spec, t)
	return err
}
