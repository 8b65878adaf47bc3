package lambda

import (
	"crypto/rand"
	"fmt"
	"time"
)

// invocation is one event on its way to a process and back. The pool's lock guards it, but for done.
type invocation struct {
	id, arn, trace string
	event          []byte
	deadline       time.Time   // set when a process fetches it
	done           chan result // has room for the one result
	finished       bool
}

type result struct {
	answer []byte
	err    error
}

func newInvocation(arn, trace string, event []byte) *invocation {
	return &invocation{id: uuid(), arn: arn, trace: trace, event: event, done: make(chan result, 1)}
}

// finish gives the result; only the first one counts.
func (i *invocation) finish(answer []byte, err error) {
	if !i.finished {
		i.finished = true
		i.done <- result{answer, err}
	}
}

// uuid is a random one (RFC 9562 section 5.4), the form of Lambda's request ids.
func uuid() string {
	const version, variant = 0x40, 0x80
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	b[6] = b[6]&0x0f | version
	b[8] = b[8]&0x3f | variant
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}
