package lines_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/lines"
)

const longest = 256 << 10

func TestWriter(t *testing.T) {
	for _, c := range []struct {
		name   string
		writes []string
		want   []string
	}{
		{"nothing", []string{""}, nil},
		{"lines in pieces", []string{"a", "b\nc", "\n"}, []string{"ab", "c"}},
		{"an empty line", []string{"\n\nx\n"}, []string{"", "", "x"}},
		{"Windows line ends", []string{"a\r\n"}, []string{"a"}},
		{"a carriage return inside", []string{"a\rb\n"}, []string{"a\rb"}},
		// The last line of a program that dies has no end.
		{"no end", []string{"a\npanic: b"}, []string{"a", "panic: b"}},
		// A program that never ends its line must not fill the memory.
		{"too long", []string{strings.Repeat("x", longest), "y\n"}, []string{strings.Repeat("x", longest), "y"}},
	} {
		var got []string
		w := lines.NewWriter(func(line string) { got = append(got, line) })
		for _, text := range c.writes {
			if n, err := w.Write([]byte(text)); n != len(text) || err != nil {
				t.Errorf("%s: wrote %d, %v", c.name, n, err)
			}
		}
		w.Flush()
		w.Flush() // a second time there is nothing left
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %.60q, want %.60q", c.name, got, c.want)
		}
	}
}

func TestOutput(t *testing.T) {
	var text bytes.Buffer
	out := lines.NewOutput(&text)
	engine, access := out.Named("engine"), out.Named("access")
	_, _ = engine.Write([]byte("star"))
	_, _ = access.Write([]byte("GET 100%\n"))
	_, _ = engine.Write([]byte("ted\n\n"))
	out.Printf("ready: %s", "http://localhost")
	if want := "access: GET 100%\nengine: started\nready: http://localhost\n"; text.String() != want {
		t.Errorf("got %q, want %q", text.String(), want)
	}
}
