package lambda

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// pool is the processes of one function and the invocations that wait for one. A process gets an
// invocation when it asks for one, so its death loses only the invocation that it has fetched.
type pool struct {
	config    Config
	function  Function
	limit     int
	processes sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	active  int           // unfinished invocations
	pending []*invocation // not fetched yet, oldest first
	idle    []*process    // waiting for an event, most recently used last
	all     []*process
}

func newPool(with Config, f Function) *pool {
	p := &pool{config: with, function: f, limit: with.Limit}
	if f.Concurrency != nil {
		p.limit = min(p.limit, *f.Concurrency)
	}
	return p
}

func (p *pool) invoke(ctx context.Context, arn, trace string, event []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	i := newInvocation(arn, trace, event)
	if err := p.admit(i); err != nil { //nolint:contextcheck // a process outlives the invocation it was started for
		return nil, err
	}
	select {
	case r := <-i.done:
		return r.response, r.err
	case <-ctx.Done():
		p.abandon(i)
		return nil, ctx.Err()
	}
}

func (p *pool) admit(i *invocation) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	if reserved := p.function.Concurrency; reserved != nil && p.active >= *reserved {
		return fmt.Errorf("%w: %s", ErrThrottled, p.function.Name)
	}
	p.active++
	p.pending = append(p.pending, i)
	p.deliver()
	p.grow()
	return nil
}

// abandon removes an invocation from the queue when its caller gives up. One that was fetched
// continues.
func (p *pool) abandon(i *invocation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.pending, i); at >= 0 {
		p.pending = slices.Delete(p.pending, at, at+1)
		p.finish(i, nil, context.Canceled)
	}
}

// finish ends an invocation. The caller holds the lock, as for the methods below.
func (p *pool) finish(i *invocation, response []byte, err error) {
	if !i.finished {
		p.active--
		i.finish(response, err)
	}
}

// deliver gives waiting invocations to idle processes.
func (p *pool) deliver() {
	for len(p.pending) > 0 && len(p.idle) > 0 {
		last := len(p.idle) - 1
		worker := p.idle[last]
		p.idle = p.idle[:last]
		worker.wake <- p.fetch(worker)
	}
}

// fetch moves the oldest invocation to a process.
func (p *pool) fetch(worker *process) *invocation {
	i := p.pending[0]
	p.pending = slices.Delete(p.pending, 0, 1)
	worker.take(i)
	return i
}

// grow starts processes for the invocations that no process is about to ask for.
func (p *pool) grow() {
	coming := 0
	for _, worker := range p.all {
		if worker.state == starting || worker.state == responded {
			coming++
		}
	}
	for ; coming < len(p.pending) && len(p.all) < p.limit; coming++ {
		worker := newProcess(p)
		p.all = append(p.all, worker)
		p.processes.Add(1)
		go worker.run()
	}
}

// remove removes an ended process, fails its invocation, and starts another one if needed.
func (p *pool) remove(worker *process, cause error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = slices.DeleteFunc(p.all, func(other *process) bool { return other == worker })
	if worker.timer != nil {
		worker.timer.Stop()
	}
	switch {
	case worker.current != nil:
		p.finish(worker.current, nil, cause)
	case worker.state == starting && len(p.pending) > 0:
		// Fail one invocation: a program that never starts would be restarted without end.
		i := p.pending[0]
		p.pending = slices.Delete(p.pending, 0, 1)
		p.finish(i, nil, cause)
	}
	if !p.closed {
		p.grow()
	}
}

// removeIdle removes a process from the idle ones.
func (p *pool) removeIdle(worker *process) {
	p.idle = slices.DeleteFunc(p.idle, func(other *process) bool { return other == worker })
}

func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, i := range p.pending {
		p.finish(i, nil, ErrClosed)
	}
	p.pending = nil
	for _, worker := range p.all {
		worker.stop(ErrClosed)
	}
}
