package days

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// startDays are about the first fetch.
var startDays = []day{
	{name: "the first fetch fails; good tokens refused after the issuer is back", run: firstFetchFails},
	{name: "the first caller cancels during the first fetch; others refused, of 19", run: firstCallerCancels, real: true},
	{name: "the issuer needs 1.5 s for each document; good tokens refused for / longest request", run: slowIssuer},
}

// firstFetchFails has outages of several lengths and keeps the longest time after one.
func firstFetchFails(r *run) string {
	longest, status := time.Duration(0), ""
	for outage := 10 * time.Second; outage < 20*time.Second; outage += time.Second {
		late, err := r.startsDuring(outage)
		longest = max(longest, late)
		if err != nil {
			status = decision(err)
		}
	}
	return format(longest) + status
}

// startsDuring starts a library during an outage. A request is made every second, unless the start
// takes longer. It returns how long after the outage the first one was successful, and the last
// error.
func (r *run) startsDuring(outage time.Duration) (time.Duration, error) {
	r.verify = nil
	r.configure(func(i *issuer) { i.down = true })
	back := time.Now().Add(outage + time.Millisecond)
	time.AfterFunc(time.Until(back), func() { r.configure(func(i *issuer) { i.down = false }) })
	var last error
	for ; time.Since(back) < limit; time.Sleep(time.Second) {
		err := r.check(r.token())
		if err == nil {
			break
		}
		last = err
	}
	return time.Since(back).Round(time.Second), last
}

// firstCallerCancels runs in real time: a caller that waits for a mutex keeps the time of a
// synctest bubble from passing.
func firstCallerCancels(r *run) string {
	if err := r.start(); err != nil {
		r.t.Error(err)
	}
	r.configure(func(i *issuer) { i.delay = 200 * time.Millisecond })
	first, cancel := context.WithCancel(r.ctx)
	var all sync.WaitGroup
	all.Go(func() { _ = r.checkFor(first, r.token()) })
	time.Sleep(50 * time.Millisecond)
	var mu sync.Mutex
	failed := 0
	for range 19 {
		all.Go(func() {
			if err := r.check(r.token()); err != nil {
				mu.Lock()
				failed++
				mu.Unlock()
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	cancel()
	all.Wait()
	return fmt.Sprint(failed)
}

func slowIssuer(r *run) string {
	r.configure(func(i *issuer) { i.delay = 1500 * time.Millisecond })
	longest, status := time.Duration(0), ""
	for start := time.Now(); time.Since(start) < limit; time.Sleep(100 * time.Millisecond) {
		asked := time.Now()
		err := r.check(r.token())
		longest = max(longest, time.Since(asked))
		if err == nil {
			return format(asked.Sub(start)) + status + " / " + format(longest)
		}
		status = decision(err)
	}
	return never
}
