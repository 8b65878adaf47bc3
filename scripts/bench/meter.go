package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"
)

// A contender is one operation, with an error when it fails: a quick failure is no good figure.
type contender struct {
	name string
	op   func() error
}

// A result is the median CPU time of one call, its ratio to the first contender, and the
// allocations.
type result struct {
	name   string
	time   time.Duration
	ratio  float64
	allocs float64
}

type meter struct {
	rounds int
	slice  time.Duration
}

// measure runs every contender in every round right after the first one. Their ratio within a round
// is one sample.
func (m meter) measure(all []contender) ([]result, error) {
	calls := make([]int, len(all))
	for i, c := range all {
		n, err := m.calibrate(c)
		if err != nil {
			return nil, err
		}
		calls[i] = n
	}
	times, ratios := make([][]float64, len(all)), make([][]float64, len(all))
	for range m.rounds {
		for _, i := range rand.Perm(len(all)) { //nolint:gosec // G404: the order needs no secrecy
			first, own := perCall(all[0], calls[0]), perCall(all[i], calls[i])
			times[i], ratios[i] = append(times[i], own), append(ratios[i], own/first)
		}
	}
	results := make([]result, len(all))
	for i, c := range all {
		results[i] = result{
			name:   c.name,
			time:   time.Duration(median(times[i])),
			ratio:  median(ratios[i]),
			allocs: testing.AllocsPerRun(100, func() { _ = c.op() }),
		}
	}
	return results, nil
}

// calibrate returns how many calls fill a slice, after a first call that may fetch keys.
func (m meter) calibrate(c contender) (int, error) {
	if err := c.op(); err != nil {
		return 0, fmt.Errorf("%s: %w", c.name, err)
	}
	for n := 1; ; n *= 2 {
		start := cpuTime()
		for range n {
			if err := c.op(); err != nil {
				return 0, fmt.Errorf("%s: %w", c.name, err)
			}
		}
		if spent := cpuTime() - start; spent > m.slice/4 {
			return max(1, int(float64(n)*float64(m.slice)/float64(spent))), nil
		}
	}
}

// perCall returns nanoseconds of CPU time of the whole process, garbage collection included and
// other processes excluded.
func perCall(c contender, calls int) float64 {
	start := cpuTime()
	for range calls {
		_ = c.op()
	}
	return float64(cpuTime()-start) / float64(calls)
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // the arguments are constants
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func median(samples []float64) float64 {
	sorted := slices.Sorted(slices.Values(samples))
	return sorted[len(sorted)/2]
}

// print measures and writes the results as a table.
func (m meter) print(w io.Writer, title string, all []contender) error {
	results, err := m.measure(all)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(w, "\n"+title)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "\ttime\tx first\tallocs\t")
	for _, r := range results {
		_, _ = fmt.Fprintf(table, "%s\t%v\t%.3f\t%.0f\t\n", r.name, r.time, r.ratio, r.allocs)
	}
	return table.Flush()
}
