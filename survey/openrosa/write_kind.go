package openrosa

import "tianye/survey/form"

// kind is what an XForm makes of a type: the bind's type, the control's element.
type kind struct {
	bind    string
	control string // "" for what is not shown
	media   string // mediatype of an upload
	preload string // jr:preload
	params  string // jr:preloadParams
}

var kinds = map[form.Type]kind{
	form.TextQuestion:      {bind: "string", control: "input"},
	form.Integer:           {bind: "int", control: "input"},
	form.Decimal:           {bind: "decimal", control: "input"},
	form.Range:             {bind: "int", control: "range"},
	form.Note:              {bind: "string", control: "input"},
	form.Barcode:           {bind: "barcode", control: "input"},
	form.SelectOne:         {bind: "string", control: "select1"},
	form.SelectMultiple:    {bind: "string", control: "select"},
	form.SelectOneExternal: {bind: "string", control: "input"},
	form.Rank:              {bind: "odk:rank", control: "odk:rank"},
	form.Date:              {bind: "date", control: "input"},
	form.Time:              {bind: "time", control: "input"},
	form.DateTime:          {bind: "dateTime", control: "input"},
	form.Geopoint:          {bind: "geopoint", control: "input"},
	form.Geotrace:          {bind: "geotrace", control: "input"},
	form.Geoshape:          {bind: "geoshape", control: "input"},
	form.StartGeopoint:     {bind: "geopoint"},
	form.BackgroundPoint:   {bind: "geopoint", control: "trigger"},
	form.Image:             {bind: "binary", control: "upload", media: "image/*"},
	form.Audio:             {bind: "binary", control: "upload", media: "audio/*"},
	form.Video:             {bind: "binary", control: "upload", media: "video/*"},
	form.File:              {bind: "binary", control: "upload", media: "application/*"},
	form.OSM:               {bind: "binary", control: "upload", media: "osm/*"},
	form.BackgroundAudio:   {bind: "binary"},
	form.Calculate:         {bind: "string"},
	form.Hidden:            {bind: "string"},
	form.UnknownBind:       {bind: "string"},
	form.Acknowledge:       {bind: "string", control: "trigger"},
	form.Start:             {bind: "dateTime", preload: "timestamp", params: "start"},
	form.End:               {bind: "dateTime", preload: "timestamp", params: "end"},
	form.Today:             {bind: "date", preload: "date", params: "today"},
	form.DeviceID:          {bind: "string", preload: "property", params: "deviceid"},
	form.Username:          {bind: "string", preload: "property", params: "username"},
	form.Email:             {bind: "string", preload: "property", params: "email"},
	form.PhoneNumber:       {bind: "string", preload: "property", params: "phonenumber"},
	form.SimSerial:         {bind: "string", preload: "property", params: "simserial"},
	form.SubscriberID:      {bind: "string", preload: "property", params: "subscriberid"},
	form.Audit:             {bind: "binary"},
}

// Parameters that become attributes of the bind, and of the control.
var (
	bindParameters = []struct{ name, attribute string }{
		{"max-pixels", "orx:max-pixels"}, {"quality", "odk:quality"}, {"allow-mock-accuracy", "odk:allow-mock-accuracy"},
	}
	bodyParameters = []struct{ name, attribute string }{
		{"rows", "rows"}, {"app", "intent"}, {"capture-accuracy", "accuracyThreshold"}, {"warning-accuracy", "unacceptableAccuracyThreshold"},
		{"incremental", "incremental"}, {"start", "start"}, {"end", "end"}, {"step", "step"},
		{"tick_interval", "odk:tick-interval"}, {"placeholder", "odk:placeholder"},
	}
)
