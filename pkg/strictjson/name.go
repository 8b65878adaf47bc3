package strictjson

import (
	"bytes"
	"unicode/utf8"
)

// nameSet holds the first bytes of the names of one object: most names are new, and need no
// comparison.
type nameSet struct {
	bits    uint64
	escaped bool
}

// mayHave adds name and reports whether an equal one may have been added before. An escaped name
// may equal any other. An empty name counts by the quote behind it.
func (n *nameSet) mayHave(doc []byte, name Value) bool {
	n.escaped = n.escaped || name.Escaped
	bit := uint64(1) << (doc[name.Start] & 63)
	had := n.bits&bit != 0
	n.bits |= bit
	return had || n.escaped
}

// repeats reports whether one of the earlier members has this name.
func (s *scanner) repeats(name Value, earlier []Member) bool {
	for _, m := range earlier {
		if sameText(s.doc, name, m.Name) {
			return true
		}
	}
	return false
}

// sameText compares characters, not spellings, and allocates nothing: an attacker chooses the
// names.
func sameText(doc []byte, a, b Value) bool {
	if !a.Escaped && !b.Escaped {
		return bytes.Equal(doc[a.Start:a.End], doc[b.Start:b.End])
	}
	x, y := doc[a.Start:a.End], doc[b.Start:b.End]
	for len(x) > 0 && len(y) > 0 {
		r, n := character(x)
		q, m := character(y)
		if r != q {
			return false
		}
		x, y = x[n:], y[m:]
	}
	return len(x) == len(y)
}

// character returns the first character of a string that was read before, and how many bytes spell
// it.
func character(text []byte) (rune, int) {
	if text[0] == '\\' {
		return unescape(text)
	}
	return utf8.DecodeRune(text)
}
