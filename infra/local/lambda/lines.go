package lambda

import (
	"bytes"
	"sync"
)

// longestLine is where Lambda would cut a log event.
const longestLine = 256 << 10

// lines cuts what a process writes into lines. Both of its outputs write here.
type lines struct {
	function string
	log      func(function, line string)

	mu   sync.Mutex
	part []byte
}

// Write never fails: a program must not notice who reads its output.
func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.part = append(l.part, text...)
	for {
		at := bytes.IndexByte(l.part, '\n')
		switch {
		case at >= 0:
			l.log(l.function, string(bytes.TrimSuffix(l.part[:at], []byte("\r"))))
			l.part = l.part[at+1:]
		case len(l.part) >= longestLine:
			l.log(l.function, string(l.part))
			l.part = nil
		default:
			return len(text), nil
		}
	}
}

// flush passes on an unfinished last line: often the most important one.
func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.part) > 0 {
		l.log(l.function, string(l.part))
		l.part = nil
	}
}
