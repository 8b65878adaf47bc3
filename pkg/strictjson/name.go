package strictjson

import (
	"bytes"
	"unicode/utf8"
)

// nameSet is a small Bloom filter over the names of one object: most names are new, and need no comparison.
type nameSet struct {
	bits    uint64
	escaped bool
}

// mayHave adds name and reports whether an equal one may have been there. An escaped name can equal any other.
func (n *nameSet) mayHave(doc []byte, name Value) bool {
	n.escaped = n.escaped || name.Escaped
	size := name.End - name.Start
	hash := uint32(size)
	if size > 0 {
		hash += uint32(doc[name.Start])*31 + uint32(doc[name.End-1])*7 + uint32(doc[name.Start+size/2])*3
	}
	bit := uint64(1) << (hash & 63)
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

// sameText compares characters, not spellings, without an allocation: names are a stranger's choice.
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

// character returns the first character of a string that was read before, and how many bytes spell it.
func character(text []byte) (rune, int) {
	if text[0] == '\\' {
		return unescape(text)
	}
	return utf8.DecodeRune(text)
}
