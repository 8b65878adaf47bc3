package strictjson

import "strconv"

// number checks the grammar of RFC 8259 section 6: no leading zero, no plus sign, digits on both sides of the point.
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

// Seconds returns a number as whole seconds and nanoseconds. It reports false for anything but a number, and outside
// of [low, high]: converting a large float to an integer gives different results on different processors, so a time
// far in the future could become one in the past.
func Seconds(doc []byte, v Value, low, high int64) (sec, nsec int64, ok bool) {
	if v.Kind != Number {
		return 0, 0, false
	}
	text := doc[v.Start:v.End]
	if n, whole := integer(text); whole {
		return n, 0, n >= low && n <= high
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(f >= float64(low) && f <= float64(high)) {
		return 0, 0, false
	}
	sec = int64(f)
	nsec = int64((f - float64(sec)) * 1e9)
	if nsec < 0 {
		sec, nsec = sec-1, nsec+1e9
	}
	return sec, nsec, true
}

// integer parses the usual spelling of a NumericDate without an allocation; 18 digits cannot overflow.
func integer(text []byte) (int64, bool) {
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		text = text[1:]
	}
	if len(text) == 0 || len(text) > 18 {
		return 0, false
	}
	var n int64
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}
