// Package base64url decodes the one spelling of base64url that RFC 7515 section 2 allows.
//
// It does not use encoding/base64, whose decoder skips CR and LF even in strict mode: one signature
// could be spelled in many ways, and a cache, a deny list or a replay check by token would see many
// tokens. Here padding, another alphabet, line breaks and non-zero trailing bits are refused: one
// byte string has one spelling.
package base64url

import "encoding/binary"

const (
	alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	bad      = 1 << 31
)

// places[i][c] is what the character c adds to a group of 24 bits at its place i, or bad.
var places = newPlaces()

func newPlaces() (t [4][256]uint32) {
	for place := range t {
		for c := range t[place] {
			t[place][c] = bad
		}
		for value := range len(alphabet) {
			t[place][alphabet[value]] = uint32(value) << (18 - 6*place)
		}
	}
	return t
}

// DecodedLen is the number of bytes that n characters of base64url stand for.
func DecodedLen(n int) int { return n/4*3 + n%4*3/4 }

// EncodedLen is the number of characters that spell n bytes.
func EncodedLen(n int) int { return n/3*4 + (n%3*4+2)/3 }

// Decode writes the bytes that src spells to dst, which must have room for DecodedLen(len(src)),
// and returns their number. It reports false when src is not the only spelling of them. What
// follows in dst may be overwritten.
func Decode(dst []byte, src string) (int, bool) {
	n := 0
	for len(src) >= 16 && len(dst)-n >= 14 { // 16 characters are 12 bytes, stored as 6 and 8
		from, to := src[:16], dst[n:n+14]
		a, b := group(from[0], from[1], from[2], from[3]), group(from[4], from[5], from[6], from[7])
		c, d := group(from[8], from[9], from[10], from[11]), group(from[12], from[13], from[14], from[15])
		if (a|b|c|d)&bad != 0 {
			return 0, false
		}
		binary.BigEndian.PutUint64(to, uint64(a)<<40|uint64(b)<<16)
		binary.BigEndian.PutUint64(to[6:], uint64(c)<<40|uint64(d)<<16)
		n, src = n+12, src[16:]
	}
	for len(src) >= 4 {
		v := group(src[0], src[1], src[2], src[3])
		if v&bad != 0 {
			return 0, false
		}
		dst[n], dst[n+1], dst[n+2] = byte(v>>16), byte(v>>8), byte(v)
		n, src = n+3, src[4:]
	}
	return tail(dst, n, src)
}

func group(a, b, c, d byte) uint32 {
	return places[0][a] | places[1][b] | places[2][c] | places[3][d]
}

// tail decodes the last 0, 2 or 3 characters. One left-over character spells no byte, and bits that
// belong to no byte must be zero.
func tail(dst []byte, n int, src string) (int, bool) {
	switch len(src) {
	case 0:
		return n, true
	case 2:
		v := group(src[0], src[1], 'A', 'A')
		if v&(bad|0xffff) != 0 {
			return 0, false
		}
		dst[n] = byte(v >> 16)
		return n + 1, true
	case 3:
		v := group(src[0], src[1], src[2], 'A')
		if v&(bad|0xff) != 0 {
			return 0, false
		}
		dst[n], dst[n+1] = byte(v>>16), byte(v>>8)
		return n + 2, true
	}
	return 0, false
}
