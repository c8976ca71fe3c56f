package quality

import (
	"time"

	"tianye/internal/problem"
)

// media finds answers whose file never came. A collection client sends files one after the other:
// they have some hours.
func (v *view) media() {
	patience := time.Duration(v.Settings.Value("mediaHours") * float64(time.Hour))
	for row, r := range v.Rows {
		if len(r.Lacking) == 0 {
			continue
		}
		if due := r.Received.Add(patience); v.Now.Before(due) {
			if v.again.IsZero() || due.Before(v.again) {
				v.again = due
			}
			continue
		}
		for _, path := range r.Lacking {
			v.flag(row, Media, path, 1, problem.Say("quality.say.media"))
		}
	}
}
