package jwtauth

import "time"

// SetClocks makes a key set read both clocks from now: no time.Time can be made in which they are
// apart.
func (r *RemoteKeySet) SetClocks(now func() (wall time.Time, mono time.Duration)) {
	r.clock = clockOf(now)
}

// SetClocks is for the cache of verified tokens.
func (v *Verifier) SetClocks(now func() (wall time.Time, mono time.Duration)) { v.clock = clockOf(now) }

func clockOf(now func() (wall time.Time, mono time.Duration)) clock {
	return func() moment {
		wall, mono := now()
		return moment{wall.UnixNano(), int64(mono)}
	}
}
