// Package lines keeps the output of several programs and goroutines whole, line by line.
package lines

import (
	"bytes"
	"fmt"
	"io"
	"sync"
)

// An Output writes whole lines. It is safe for concurrent use.
type Output struct {
	mu sync.Mutex
	to io.Writer
}

// NewOutput returns an Output that writes to a terminal or file. A line that cannot be written
// is lost: there is nowhere to report it.
func NewOutput(to io.Writer) *Output { return &Output{to: to} }

// Printf writes one line; the format has no newline at its end.
func (o *Output) Printf(format string, args ...any) {
	line := fmt.Appendf(nil, format+"\n", args...)
	o.mu.Lock()
	defer o.mu.Unlock()
	_, _ = o.to.Write(line)
}

// Named returns a writer for one part's output: each of its lines follows "NAME: ".
func (o *Output) Named(name string) *Writer {
	return NewWriter(func(line string) {
		if line != "" {
			o.Printf("%s: %s", name, line)
		}
	})
}

// longest is where a line is cut: where Lambda would cut a log event.
const longest = 256 << 10

// A Writer cuts text into lines. It is safe for concurrent use.
type Writer struct {
	line func(string)

	mu   sync.Mutex
	rest []byte // the line that has not ended yet
}

// NewWriter returns a Writer that calls a function with each line, without its end.
func NewWriter(line func(string)) *Writer { return &Writer{line: line} }

// Write never fails: a program must not notice who reads its output.
func (w *Writer) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rest = append(w.rest, text...)
	for {
		line, rest, ended := bytes.Cut(w.rest, []byte("\n"))
		switch {
		case ended:
			w.line(string(bytes.TrimSuffix(line, []byte("\r"))))
			w.rest = rest
		case len(w.rest) >= longest:
			w.line(string(w.rest))
			w.rest = nil
		default:
			return len(text), nil
		}
	}
}

// Flush passes on a last line without an end: often the most important one.
func (w *Writer) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.rest) > 0 {
		w.line(string(w.rest))
		w.rest = nil
	}
}
