package store

import (
	"context"

	"tianye/internal/id"
	"tianye/survey"
)

var exportSettings = &Collection{Name: "exportSettings"}

func exportRevision(e *survey.ExportSetting, revision int64) { e.Revision = revision }

func (s *Surveys) CreateExportSetting(ctx context.Context, e survey.ExportSetting) error {
	return insert(ctx, s.b, exportSettings, e.ProjectID, string(e.ID), e)
}

func (s *Surveys) ExportSetting(ctx context.Context, project id.ProjectID, setting id.ExportID) (survey.ExportSetting, error) {
	return get(ctx, s.b, exportSettings, project, string(setting), exportRevision)
}

func (s *Surveys) ExportSettings(ctx context.Context, project id.ProjectID) ([]survey.ExportSetting, error) {
	return all(ctx, s.b, exportSettings, project, Query{}, exportRevision)
}

func (s *Surveys) ReplaceExportSetting(ctx context.Context, e survey.ExportSetting) error {
	return replace(ctx, s.b, exportSettings, e.ProjectID, string(e.ID), e.Revision, e)
}
