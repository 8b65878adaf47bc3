package lambda

import (
	"testing"
	"time"
)

// An event that was put before a process which then ends, unread, goes to the next process, before the younger ones.
func TestUnreadEventIsDeliveredAgain(t *testing.T) {
	p := newPool(Config{Limit: 1}.defaults(), Function{Timeout: time.Hour})
	idle := func() *process {
		worker := newProcess(p)
		worker.state = waiting
		p.all, p.idle = []*process{worker}, []*process{worker}
		return worker
	}
	dying := idle()
	first, second := newInvocation("arn", "", nil), newInvocation("arn", "", nil)
	for _, i := range []*invocation{first, second} {
		if err := p.admit(i); err != nil {
			t.Fatal(err)
		}
	}
	if dying.current != first || len(p.pending) != 1 {
		t.Fatalf("the first event was not put before the process; %d wait", len(p.pending))
	}
	dying.leave()
	if dying.current != nil || len(p.pending) != 2 || p.pending[0] != first {
		t.Fatalf("%d wait, want both, the first in front", len(p.pending))
	}
	next := idle()
	p.mu.Lock()
	p.deliver()
	p.mu.Unlock()
	if i := <-next.wake; i != first || first.finished {
		t.Error("another event, or a finished one, was delivered")
	}
	next.timer.Stop()
}

// An event that was read is lost with its process: nobody can tell how far it came.
func TestReadEventIsNotDeliveredAgain(t *testing.T) {
	p := newPool(Config{Limit: 1}.defaults(), Function{Timeout: time.Hour})
	worker := newProcess(p)
	worker.state = waiting
	p.all, p.idle = []*process{worker}, []*process{worker}
	i := newInvocation("arn", "", nil)
	if err := p.admit(i); err != nil {
		t.Fatal(err)
	}
	<-worker.wake
	worker.leave()
	p.gone(worker, ErrExited)
	if got := <-i.done; got.err != ErrExited || len(p.pending) != 0 { //nolint:errorlint // the very value
		t.Errorf("error %v, %d wait", got.err, len(p.pending))
	}
}
