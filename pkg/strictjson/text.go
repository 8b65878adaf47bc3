package strictjson

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks the first byte of w that is a quote, a backslash, a control character or not ASCII.
// Marks above the first one may be false, because a subtraction borrows upwards.
func special(w uint64) uint64 {
	quote, backslash := w^ones*'"', w^ones*'\\'
	return ((w - ones*0x20) | (quote-ones)&^quote | (backslash-ones)&^backslash | w) & highs
}

// text reads what follows an opening quote.
func (s *scanner) text() (Value, bool) {
	start, escaped := s.pos, false
	for s.pos < len(s.doc) {
		if rest := s.doc[s.pos:]; len(rest) >= 8 {
			marks := special(binary.LittleEndian.Uint64(rest))
			if marks == 0 {
				s.pos += 8
				continue
			}
			s.pos += bits.TrailingZeros64(marks) >> 3
		}
		switch c := s.doc[s.pos]; {
		case c == '"':
			v := Value{Start: int32(start), End: int32(s.pos), Kind: String, Escaped: escaped}
			s.pos++
			return v, true
		case c == '\\':
			escaped = true
			if !s.escape() {
				return Value{}, false
			}
		case c < 0x20:
			return Value{}, false
		case c < utf8.RuneSelf:
			s.pos++
		default:
			r, size := utf8.DecodeRune(s.doc[s.pos:])
			if r == utf8.RuneError && size == 1 {
				s.err = ErrEncoding
				return Value{}, false
			}
			s.pos += size
		}
	}
	return Value{}, false
}

func (s *scanner) escape() bool {
	_, size := unescape(s.doc[s.pos:])
	if size == 0 && isLone(s.doc[s.pos:]) {
		s.err = ErrEncoding
	}
	s.pos += size
	return size > 0
}

// unescape returns the character that the escape at the start of text stands for, and the length of
// the escape; 0 when it is none. A surrogate counts only with its other half.
func unescape[S string | []byte](text S) (rune, int) {
	if len(text) < 2 {
		return 0, 0
	}
	switch c := text[1]; c {
	case '"', '\\', '/':
		return rune(c), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		return unescapeUnicode(text)
	}
	return 0, 0
}

func unescapeUnicode[S string | []byte](text S) (rune, int) {
	high, ok := hex4(text)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(high) {
		return high, 6
	}
	low, ok := hex4(text[6:])
	if r := utf16.DecodeRune(high, low); ok && r != utf8.RuneError {
		return r, 12
	}
	return 0, 0
}

// isLone reports whether text starts with the escape of a surrogate without its other half.
func isLone(text []byte) bool {
	r, _ := hex4(text) // 0 without digits
	_, size := unescape(text)
	return utf16.IsSurrogate(r) && size == 0
}

// hex4 reads the four digits of a Unicode escape at the start of text.
func hex4[S string | []byte](text S) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	var r rune
	for i := 2; i < 6; i++ {
		c := text[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// Text returns the characters of a string value. It allocates only for a string with escapes, or
// from a []byte.
func Text[S string | []byte](doc S, v Value) string {
	text := doc[v.Start:v.End]
	if !v.Escaped {
		return string(text)
	}
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		if text[0] != '\\' {
			out, text = append(out, text[0]), text[1:]
			continue
		}
		r, size := unescape(text)
		out, text = utf8.AppendRune(out, r), text[max(size, 1):] // 0 only where v is not of doc
	}
	return string(out)
}

// Bytes returns the characters of a string value, and nil for a value of another Kind. It allocates
// only for a string with escapes; otherwise the result is a part of doc.
func Bytes(doc []byte, v Value) []byte {
	switch {
	case v.Kind != String:
		return nil
	case v.Escaped:
		return []byte(Text(doc, v))
	}
	return doc[v.Start:v.End:v.End]
}
