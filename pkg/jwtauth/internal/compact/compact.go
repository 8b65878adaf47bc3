// Package compact takes a token in compact serialization apart (RFC 7515 section 7.1), without
// deciding anything about its content.
package compact

import (
	"strings"

	"example.com/securedpets/pkg/jwtauth/internal/base64url"
)

// Limits of a token, in bytes as it is sent.
const (
	MaxToken  = 8 << 10  // unless a verifier is configured for larger ones
	MaxLarge  = 16 << 10 // of which no verifier accepts more
	MaxHeader = 4 << 10
)

// Segments are the parts of a token, as they are spelled in it.
type Segments struct {
	Header, Payload, Signature string

	Signed string // Header.Payload: what the signature covers
}

// Split reports false unless raw has three segments, of which the header has at most MaxHeader
// bytes and header and signature have at least one. A further dot ends up in the signature, which
// [Decode] then refuses.
func Split(raw string) (s Segments, ok bool) {
	first := strings.IndexByte(raw, '.')
	last := first + 1 + strings.IndexByte(raw[first+1:], '.')
	if first < 1 || first > MaxHeader || last <= first || last == len(raw)-1 {
		return Segments{}, false
	}
	return Segments{raw[:first], raw[first+1 : last], raw[last+1:], raw[:last]}, true
}

// Decode returns the bytes of a segment in its only spelling. They are in room, which must be large
// enough.
func Decode(room []byte, segment string) ([]byte, bool) {
	n, ok := base64url.Decode(room, segment)
	return room[:n:n], ok
}
