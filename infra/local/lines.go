package main

import (
	"bytes"
	"fmt"
	"io"
	"sync"
)

// lines writes whole lines from several goroutines.
type lines struct {
	mu  sync.Mutex
	out io.Writer
}

func newLines(out io.Writer) *lines { return &lines{out: out} }

func (l *lines) printf(format string, args ...any) {
	line := fmt.Appendf(nil, format+"\n", args...)
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.out.Write(line) // nobody to tell when the terminal is gone
}

// prefixed is a writer for another program's output: a prefix for each line.
func (l *lines) prefixed(prefix string) io.Writer {
	return &prefixedLines{lines: l, prefix: prefix}
}

type prefixedLines struct {
	lines  *lines
	prefix string
	rest   []byte // the line that has no end yet
}

func (p *prefixedLines) Write(text []byte) (int, error) {
	p.rest = append(p.rest, text...)
	for {
		line, rest, whole := bytes.Cut(p.rest, []byte("\n"))
		if !whole {
			return len(text), nil
		}
		if len(line) > 0 {
			p.lines.printf("%s: %s", p.prefix, line)
		}
		p.rest = rest
	}
}
