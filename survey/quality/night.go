package quality

import (
	"time"

	"tianye/internal/problem"
)

// night finds interviews that began or ended at night, by the server's time of day. Participants
// who answer by a public link may do so when they like.
func (v *view) night() {
	from, to := v.Settings.Value("nightFrom"), v.Settings.Value("nightTo")
	at := func(t time.Time) (hours float64, dark bool) {
		if t.IsZero() {
			return 0, false
		}
		local := t.In(v.Location)
		hours = float64(local.Hour()) + float64(local.Minute())/60
		if from > to {
			return hours, hours >= from || hours < to
		}
		return hours, hours >= from && hours < to
	}
	for row, r := range v.Rows {
		began, dark := at(r.Started)
		_, late := at(r.Ended)
		if r.Enumerator == "" || !dark && !late {
			continue
		}
		v.flag(row, Night, "", round(began, 2), problem.Say("quality.say.night", clock(r.Started, v.Location), clock(r.Ended, v.Location), number(from, 1), number(to, 1)))
	}
}

func clock(t time.Time, in *time.Location) string {
	if t.IsZero() {
		return "?"
	}
	return t.In(in).Format("15:04")
}
