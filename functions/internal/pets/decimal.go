package pets

import "strings"

// A decimal is a JSON number (RFC 8259, section 6) taken apart: its value is
// digits × 10^exponent. No float is involved, and no exponent, however large,
// makes it allocate.
type decimal struct {
	negative bool
	digits   string // without leading or trailing zeros; empty for zero
	exponent int
}

// maxExponent is above the length of any request, whose zeros could balance an exponent.
const maxExponent = 1 << 30

// parseDecimal reports false for anything but a JSON number.
func parseDecimal(text string) (decimal, bool) {
	var d decimal
	text, d.negative = strings.CutPrefix(text, "-")
	whole, rest := cutDigits(text)
	if whole == "" || len(whole) > 1 && whole[0] == '0' {
		return decimal{}, false
	}
	var fraction string
	if after, ok := strings.CutPrefix(rest, "."); ok {
		if fraction, rest = cutDigits(after); fraction == "" {
			return decimal{}, false
		}
	}
	exponent, ok := parseExponent(rest)
	if !ok {
		return decimal{}, false
	}
	d.digits = strings.TrimLeft(whole+fraction, "0")
	d.exponent = exponent - len(fraction)
	trimmed := strings.TrimRight(d.digits, "0")
	d.exponent += len(d.digits) - len(trimmed)
	d.digits = trimmed
	return d, true
}

// parseExponent reads "", "e5", "E+5", "e-5". Beyond ±maxExponent only the sign matters.
func parseExponent(text string) (int, bool) {
	if text == "" {
		return 0, true
	}
	if text[0] != 'e' && text[0] != 'E' {
		return 0, false
	}
	text = text[1:]
	sign := 1
	if after, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = -1, after
	} else {
		text = strings.TrimPrefix(text, "+")
	}
	digits, rest := cutDigits(text)
	if digits == "" || rest != "" {
		return 0, false
	}
	n := 0
	for _, c := range []byte(digits) {
		n = min(n*10+int(c-'0'), maxExponent)
	}
	return sign * n, true
}

func cutDigits(text string) (digits, rest string) {
	n := 0
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	return text[:n], text[n:]
}

// scaled returns the number's size times 10^places. It reports false where that
// is not an integer, or has more than 18 digits.
func (d decimal) scaled(places int) (int64, bool) {
	if d.digits == "" {
		return 0, true
	}
	zeros := d.exponent + places
	if zeros < 0 || len(d.digits)+zeros > 18 {
		return 0, false
	}
	var n int64
	for _, c := range []byte(d.digits) {
		n = n*10 + int64(c-'0')
	}
	for range zeros {
		n *= 10
	}
	return n, true
}
