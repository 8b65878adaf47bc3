package lambda

import (
	"testing"
	"time"
)

// An event that a process did not read before it ended goes to the next process, before later ones.
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
		t.Fatalf("the first event was not delivered; %d wait", len(p.pending))
	}
	dying.retire()
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

// An event that was read is lost with its process: nothing shows how far the program came.
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
	worker.retire()
	p.remove(worker, ErrExited)
	if got := <-i.done; got.err != ErrExited || len(p.pending) != 0 { //nolint:errorlint // the very value
		t.Errorf("error %v, %d wait", got.err, len(p.pending))
	}
}
