package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/securedpets/infra/local/lambda"
)

// eventually waits for an event in another process.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	const timeout, pause = 10 * time.Second, 2 * time.Millisecond
	for end := time.Now().Add(timeout); time.Now().Before(end); time.Sleep(pause) {
		if holds() {
			return
		}
	}
	t.Fatalf("did not happen: %s", what)
}

// gate returns the path of a file that invocations wait for, and a function that creates it.
func gate(t testing.TB) (path string, open func()) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "gate")
	return path, func() {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Error(err)
		}
	}
}

// entered waits until count invocations run and wait for their gate.
func entered(t testing.TB, log *notes, count int) {
	t.Helper()
	eventually(t, "the function is entered", func() bool { return strings.Count(log.text(), "entered") == count })
}

// alive reports whether a process exists and is not a zombie.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // only Linux has it
	return err != nil || !strings.Contains(string(status), ") Z ")
}

// inParallel runs the orders concurrently and returns their reports and errors.
func inParallel(t testing.TB, r *lambda.Runtime, orders ...order) ([]report, []error) {
	t.Helper()
	reports, errs := make([]report, len(orders)), make([]error, len(orders))
	var group sync.WaitGroup
	for at, o := range orders {
		group.Go(func() { reports[at], errs[at] = call(t, r, o) })
	}
	group.Wait()
	return reports, errs
}

// Under load processes start up to the limit, each with one invocation at a time; the rest wait.
func TestGrowth(t *testing.T) {
	r, log := start(t, func(c *lambda.Config, _ *lambda.Function) { c.Limit = 3 })
	path, release := gate(t)
	orders := []order{}
	for range 7 {
		orders = append(orders, order{Do: "wait", Wait: path})
	}
	go func() {
		entered(t, log, 3)
		release()
	}()
	reports, errs := inParallel(t, r, orders...)
	processes, total := map[int]int{}, 0
	for at := range reports {
		if errs[at] != nil {
			t.Fatal(errs[at])
		}
		processes[reports[at].PID] = max(processes[reports[at].PID], reports[at].Calls)
	}
	for _, calls := range processes {
		total += calls
	}
	if len(processes) != 3 || total != 7 {
		t.Errorf("calls by process %v, want 7 in 3 processes", processes)
	}
	first, _ := call(t, r, order{})
	if _, reused := processes[first.PID]; !reused {
		t.Error("a new process was started although three are idle")
	}
}

// An event is not delivered if its caller gives up before a process fetches it.
func TestAbandonedBeforeFetch(t *testing.T) {
	r, log := start(t, func(c *lambda.Config, _ *lambda.Function) { c.Limit = 1 })
	path, release := gate(t)
	done := make(chan error, 1)
	go func() {
		_, err := call(t, r, order{Do: "wait", Wait: path})
		done <- err
	}()
	entered(t, log, 1)
	event, _ := json.Marshal(order{Do: "note", Name: "abandoned"})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := r.Invoke(ctx, arn, "", event); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if next, err := call(t, r, order{}); err != nil || strings.Contains(log.text(), "abandoned") {
		t.Errorf("%d calls, %v, log %q; want the abandoned event not delivered", next.Calls, err, log.text())
	}
}

// A caller that gives up later does not stop the function; its process serves the next call.
func TestAbandonedAfterFetch(t *testing.T) {
	r, log := start(t, func(c *lambda.Config, _ *lambda.Function) { c.Limit = 1 })
	path, release := gate(t)
	event, _ := json.Marshal(order{Do: "wait", Wait: path, Name: "left"})
	first, err := call(t, r, order{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := r.Invoke(ctx, arn, "", event)
		left <- err
	}()
	entered(t, log, 1)
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	release()
	next, err := call(t, r, order{})
	if err != nil || next.PID != first.PID || next.Calls != 3 {
		t.Errorf("%d calls of process %d, %v; want the third of %d. log %s", next.Calls, next.PID, err, first.PID, log.text())
	}
}

func TestReservedConcurrency(t *testing.T) {
	one, none := 1, 0
	r, log := start(t, func(_ *lambda.Config, f *lambda.Function) { f.Concurrency = &one })
	path, release := gate(t)
	done := make(chan error, 1)
	go func() {
		_, err := call(t, r, order{Do: "wait", Wait: path})
		done <- err
	}()
	entered(t, log, 1)
	if _, err := call(t, r, order{}); !errors.Is(err, lambda.ErrThrottled) {
		t.Errorf("error %v, want %v", err, lambda.ErrThrottled)
	}
	release()
	if err := <-done; err != nil {
		t.Errorf("the first call: %v", err)
	}
	if _, err := call(t, r, order{}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	r, _ = start(t, func(_ *lambda.Config, f *lambda.Function) { f.Concurrency = &none })
	if _, err := call(t, r, order{}); !errors.Is(err, lambda.ErrThrottled) {
		t.Errorf("with none reserved: %v", err)
	}
}

// Killing an idle process fails no call.
func TestKilledIdle(t *testing.T) {
	r, log := start(t, nil)
	for n := range 5 {
		first, err := call(t, r, order{})
		if err != nil {
			t.Fatal(err)
		}
		kill(t, first.PID)
		eventually(t, "its end is noticed", func() bool { return strings.Count(log.text(), "the function's process ended: signal: killed") == n+1 })
	}
}

func kill(t testing.TB, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		t.Error(err)
	}
}

// Under load with kills, no call hangs or runs twice, and at most one fails for each kill.
func TestKilledUnderLoad(t *testing.T) {
	r, log := start(t, func(c *lambda.Config, _ *lambda.Function) { c.Limit = 4 })
	const callers, each, kills = 4, 100, 8
	pids, failures := make(chan int, callers*each), make(chan error, callers*each)
	var group sync.WaitGroup
	for caller := range callers {
		group.Go(func() {
			for n := range each {
				got, err := call(t, r, order{Do: "note", Name: fmt.Sprintf("%d/%d.", caller, n)})
				if err != nil {
					failures <- err
					continue
				}
				pids <- got.PID
			}
		})
	}
	for range kills {
		kill(t, <-pids)
		for range callers * each / kills / 2 {
			<-pids
		}
	}
	group.Wait()
	close(failures)
	failed := 0
	for err := range failures {
		failed++
		if !errors.Is(err, lambda.ErrExited) {
			t.Errorf("error %v, want %v", err, lambda.ErrExited)
		}
	}
	if failed > kills {
		t.Errorf("%d calls failed of %d kills", failed, kills)
	}
	r.Close()
	for caller := range callers {
		for n := range each {
			if ran := strings.Count(log.text(), fmt.Sprintf("ran %d/%d.", caller, n)); ran > 1 {
				t.Errorf("call %d of caller %d ran %d times", n, caller, ran)
			}
		}
	}
}

// Close ends every process and its children, during a call too.
func TestClose(t *testing.T) {
	r, log := start(t, func(_ *lambda.Config, f *lambda.Function) { f.Handler = "child" })
	got, err := call(t, r, order{})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := call(t, r, order{Do: "wait", Wait: "/never"})
		done <- err
	}()
	entered(t, log, 1)
	begin := time.Now()
	r.Close()
	if err := <-done; !errors.Is(err, lambda.ErrClosed) {
		t.Errorf("the call in progress: %v, want %v", err, lambda.ErrClosed)
	}
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("Close took %v", took)
	}
	for _, pid := range []int{got.PID, got.Child} {
		eventually(t, "the process is gone", func() bool { return !alive(pid) })
	}
	if _, err := call(t, r, order{}); !errors.Is(err, lambda.ErrClosed) {
		t.Errorf("after Close: %v, want %v", err, lambda.ErrClosed)
	}
	r.Close()
}

// A timeout kills the process's children too.
func TestTimeoutKillsTheGroup(t *testing.T) {
	r, log := start(t, func(_ *lambda.Config, f *lambda.Function) { f.Handler, f.Timeout = "child", time.Second })
	got, err := call(t, r, order{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := call(t, r, order{Do: "hang"}); !errors.Is(err, lambda.ErrTimeout) {
		t.Errorf("error %v, want %v", err, lambda.ErrTimeout)
	}
	eventually(t, "the child is gone", func() bool { return !alive(got.Child) })
	eventually(t, "the timeout is logged", func() bool { return strings.Contains(log.text(), "Test: lambda: the function timed out after 1s") })
}

// The children of a program that ends by itself are killed.
func TestExitKillsTheGroup(t *testing.T) {
	r, _ := start(t, func(_ *lambda.Config, f *lambda.Function) { f.Handler = "child" })
	got, err := call(t, r, order{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := call(t, r, order{Do: "crash"}); !errors.Is(err, lambda.ErrExited) {
		t.Errorf("error %v, want %v", err, lambda.ErrExited)
	}
	eventually(t, "the child is gone", func() bool { return !alive(got.Child) })
}

// An abandoned call frees its reserved concurrency.
func TestAbandonedReservation(t *testing.T) {
	one := 1
	r, _ := start(t, func(_ *lambda.Config, f *lambda.Function) { f.Handler, f.Concurrency = "stand-in", &one })
	for range 2 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if _, err := r.Invoke(ctx, arn, "", nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want %v", err, context.DeadlineExceeded)
		}
	}
}
