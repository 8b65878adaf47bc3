package jwtauth

import (
	"strings"
	"sync"

	"example.com/securedpets/pkg/jwtauth/internal/base64url"
	"example.com/securedpets/pkg/jwtauth/internal/strictjson"
)

const maxHeader = 4 << 10

var (
	errShape         = &rule{InvalidToken, "not three base64url segments"}
	errHeaderJSON    = &rule{InvalidToken, "the header is not one strict JSON object"}
	errPayloadJSON   = &rule{InvalidToken, "the payload is not one strict JSON object"}
	errPayloadRepeat = &rule{InvalidClaims, "a claim name occurs twice"}
)

// scratch is what reading one token needs. It is reused, so that refusing a token allocates nothing.
type scratch struct {
	input   [maxToken]byte // what was signed: header.payload
	decoded [maxToken / 4 * 3]byte
	room    [64]strictjson.Member

	spelling  string // the header's segment
	signed    []byte
	payload   []byte
	signature []byte
	header    header
	claims    claims
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// read takes a token apart: what of the steps 1 to 3 of [Verifier.Verify] needs no policy. known is a header that was
// good before, or nil.
func (s *scratch) read(raw string, known *knownHeader) error {
	head, err := s.split(raw)
	if err != nil {
		return err
	}
	if s.spelling = raw[:base64url.EncodedLen(len(head))]; known != nil && known.spelling == s.spelling {
		s.header = known.header
	} else if s.header, err = readHeader(head, s.room[:0]); err != nil {
		return err
	}
	members, err := strictjson.Scan(s.payload, s.room[:0])
	if err != nil {
		return payloadFault(err)
	}
	s.claims = sortClaims(s.payload, members)
	return nil
}

func payloadFault(err error) error {
	if err == strictjson.ErrDuplicate { //nolint:errorlint // Scan returns it as it is, and this is the hot path of hostile tokens
		return errPayloadRepeat
	}
	return errPayloadJSON
}

// split checks size, shape and characters, and decodes the three segments.
func (s *scratch) split(raw string) (head []byte, err error) {
	if len(raw) > maxToken {
		return nil, errTokenSize
	}
	first := strings.IndexByte(raw, '.')
	last := first + 1 + strings.IndexByte(raw[first+1:], '.') // a third dot is no base64url
	if first < 1 || first > maxHeader || last <= first || last == len(raw)-1 {
		return nil, errShape
	}
	room := s.decoded[:]
	head, room, ok1 := decodeSegment(room, raw[:first])
	payload, room, ok2 := decodeSegment(room, raw[first+1:last])
	signature, _, ok3 := decodeSegment(room, raw[last+1:])
	if !ok1 || !ok2 || !ok3 {
		return nil, errShape
	}
	s.payload, s.signature = payload, signature
	s.signed = s.input[:copy(s.input[:], raw[:last])]
	return head, nil
}

func decodeSegment(room []byte, segment string) (decoded, rest []byte, ok bool) {
	n, ok := base64url.Decode(room, segment)
	if !ok {
		return nil, room, false
	}
	return room[:n:n], room[n:], true
}
