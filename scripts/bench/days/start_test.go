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

// firstFetchFails has a request every second, also while the library starts, which may take until
// the issuer is back.
func firstFetchFails(r *run) string {
	r.configure(func(i *issuer) { i.down = true })
	start := time.Now()
	back := start.Add(10*time.Second + time.Millisecond)
	time.AfterFunc(time.Until(back), func() { r.configure(func(i *issuer) { i.down = false }) })
	for time.Since(start) < limit {
		if r.check(r.token()) == nil {
			return format(time.Since(back).Round(time.Second))
		}
		time.Sleep(time.Second)
	}
	return never
}

// firstCallerCancels runs in real time: a caller that waits for a mutex keeps the time of a synctest
// bubble from passing.
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
	longest := time.Duration(0)
	for start := time.Now(); time.Since(start) < limit; time.Sleep(100 * time.Millisecond) {
		asked := time.Now()
		err := r.check(r.token())
		longest = max(longest, time.Since(asked))
		if err == nil {
			return format(asked.Sub(start)) + " / " + format(longest)
		}
	}
	return never
}
