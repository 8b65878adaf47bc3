package strictjson

import (
	"math"
	"strconv"
)

// number checks the grammar of RFC 8259 section 6: no leading zero, no plus sign, digits on both
// sides of the point.
func (s *scanner) number() bool {
	s.accept('-')
	if !s.accept('0') && !s.digits() {
		return false
	}
	if s.accept('.') && !s.digits() {
		return false
	}
	if s.accept('e') || s.accept('E') {
		if !s.accept('+') {
			s.accept('-')
		}
		return s.digits()
	}
	return true
}

func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.doc) && s.doc[s.pos] >= '0' && s.doc[s.pos] <= '9' {
		s.pos++
	}
	return s.pos > start
}

// Seconds returns a number as whole seconds and nanoseconds, both with the sign of the number. It
// reports false for any other value, and outside of [low, high]. The range is checked before the
// conversion: that of a large float to an integer depends on the processor, so a time far in the
// future could become one in the past.
func Seconds(doc []byte, v Value, low, high int64) (sec, nsec int64, ok bool) {
	if v.Kind != Number {
		return 0, 0, false
	}
	text := doc[v.Start:v.End]
	if n, err := strconv.ParseInt(string(text), 10, 64); err == nil { // allocates nothing
		return n, 0, n >= low && n <= high
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.Abs(f) >= 1<<63 {
		return 0, 0, false
	}
	sec = int64(f)
	nsec = int64((f - float64(sec)) * 1e9)
	aboveLow := sec > low || sec == low && nsec >= 0
	belowHigh := sec < high || sec == high && nsec <= 0
	return sec, nsec, aboveLow && belowHigh
}
