package days

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// A day is one row of the table: what happens, and what of it is measured.
type day struct {
	name string
	run  func(*run) string
	real bool // in real time
}

// days are the rows of the table, in its order.
func days() []day {
	var all []day
	for _, group := range [][]day{startDays, attackDays, rotationDays, outageDays, sharedDays} {
		all = append(all, group...)
	}
	return all
}

// A run is one library on one day.
type run struct {
	*issuer
	library library
	ctx     context.Context //nolint:containedctx // the life of the library under test
	verify  verify          // nil until the library is open
}

// measure runs a day and returns its cell.
func (l library) measure(t *testing.T, d day) string {
	t.Helper()
	published := jwtauthtest.NewIssuer(t) // its server is not for the bubble
	var cell string
	day := func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		cell = d.run(&run{issuer: newIssuer(t, published), library: l, ctx: ctx})
	}
	if d.real {
		day(t)
	} else {
		synctest.Test(t, day)
	}
	return cell
}

// check verifies a token, with a library that is opened first if it could not be before: a service
// that cannot start is started again.
func (r *run) check(raw string) error { return r.checkFor(r.ctx, raw) }

func (r *run) checkFor(ctx context.Context, raw string) error {
	if err := r.start(); err != nil {
		return err
	}
	return r.verify(ctx, raw)
}

func (r *run) start() error {
	if r.verify != nil {
		return nil
	}
	var err error
	r.verify, err = r.library.open(r.ctx, r.issuer)
	return err
}

// warm makes a library fetch the keys.
func (r *run) warm() {
	r.t.Helper()
	if err := r.check(r.token()); err != nil {
		r.t.Errorf("%s refuses a good token: %v", r.library.name, err)
	}
}

// limit is how long a day is watched, and never the cell of what did not end until then.
const (
	limit = 25 * time.Hour
	never = "over 25 h"
)

// acceptedFor returns how long a token is accepted, with a request every step and what else happens
// then.
func (r *run) acceptedFor(raw string, step time.Duration, also func()) string {
	for start := time.Now(); time.Since(start) < limit; time.Sleep(step) {
		if also != nil {
			also()
		}
		if err := r.check(raw); err != nil {
			return since(start) + decision(err)
		}
	}
	return never
}

// refusedFor returns how long a token is not accepted.
func (r *run) refusedFor(raw string, step time.Duration) string {
	for start := time.Now(); time.Since(start) < limit; time.Sleep(step) {
		if r.check(raw) == nil {
			return since(start)
		}
	}
	return never
}

// decision returns the status of an error that is no refusal. The peers do not tell these apart.
func decision(err error) string {
	if errors.Is(err, jwtauth.ErrKeysUnavailable) {
		return " (503)"
	}
	return ""
}

func since(start time.Time) string { return format(time.Since(start)) }

// format spells a duration with two digits: more depend on when a request happens to come.
func format(d time.Duration) string {
	switch {
	case d == 0:
		return "0"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.2g s", d.Seconds())
	case d < 99*time.Minute:
		return fmt.Sprintf("%.2g min", d.Minutes())
	}
	return fmt.Sprintf("%.2g h", d.Hours())
}
