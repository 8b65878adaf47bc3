// Package base64url decodes the one spelling of base64url that RFC 7515 section 2 allows.
//
// encoding/base64 is not used because its decoder skips CR and LF even in strict mode, so one signature could be
// written in many ways, and a cache, a deny list or a replay check keyed by the token would see many tokens. Here
// padding, another alphabet, line breaks and non-zero trailing bits are all refused: one byte string has one spelling.
package base64url

const (
	alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	bad      = 0xff
)

var values = table()

func table() (t [256]byte) {
	for i := range t {
		t[i] = bad
	}
	for i := range len(alphabet) {
		t[alphabet[i]] = byte(i)
	}
	return t
}

// DecodedLen is the number of bytes that n characters of base64url stand for.
func DecodedLen(n int) int { return n/4*3 + n%4*3/4 }

// Decode writes the bytes that src spells to dst, which must have room for DecodedLen(len(src)), and returns their
// number. It reports false when src is not the only spelling of them; dst is then undefined.
func Decode[S string | []byte](dst []byte, src S) (int, bool) {
	n := 0
	for len(src) >= 4 {
		a, b, c, d := values[src[0]], values[src[1]], values[src[2]], values[src[3]]
		if (a|b|c|d)&0x80 != 0 {
			return 0, false
		}
		out := dst[n : n+3]
		v := uint32(a)<<18 | uint32(b)<<12 | uint32(c)<<6 | uint32(d)
		out[0], out[1], out[2] = byte(v>>16), byte(v>>8), byte(v)
		n, src = n+3, src[4:]
	}
	return tail(dst, n, src)
}

// tail decodes the last 0, 2 or 3 characters. One left-over character spells no byte, and bits that belong to no byte
// must be zero.
func tail[S string | []byte](dst []byte, n int, src S) (int, bool) {
	switch len(src) {
	case 0:
		return n, true
	case 2:
		a, b := values[src[0]], values[src[1]]
		if (a|b)&0x80 != 0 || b&0x0f != 0 {
			return 0, false
		}
		dst[n] = a<<2 | b>>4
		return n + 1, true
	case 3:
		a, b, c := values[src[0]], values[src[1]], values[src[2]]
		if (a|b|c)&0x80 != 0 || c&0x03 != 0 {
			return 0, false
		}
		dst[n], dst[n+1] = a<<2|b>>4, b<<4|c>>2
		return n + 2, true
	}
	return 0, false
}
