package lambda

import (
	"crypto/rand"
	"fmt"
	"time"
)

// invocation is one event and its result. The pool's lock guards all fields except done.
type invocation struct {
	id, arn, trace string
	event          []byte
	deadline       time.Time   // set when a process fetches it
	done           chan result // buffered for the one result
	finished       bool
}

type result struct {
	response []byte
	err      error
}

func newInvocation(arn, trace string, event []byte) *invocation {
	return &invocation{id: uuid(), arn: arn, trace: trace, event: event, done: make(chan result, 1)}
}

// finish sets the result; the first one counts.
func (i *invocation) finish(response []byte, err error) {
	if !i.finished {
		i.finished = true
		i.done <- result{response, err}
	}
}

// uuid returns a random UUID (RFC 9562 section 5.4), as Lambda's request ids are.
func uuid() string {
	const version, variant = 0x40, 0x80
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	b[6] = b[6]&0x0f | version
	b[8] = b[8]&0x3f | variant
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}
