package jwtauth

import (
	"sync"

	"example.com/securedpets/pkg/jwtauth/internal/compact"
	"example.com/securedpets/pkg/strictjson"
)

var (
	errShape         = &rule{InvalidToken, "not three base64url segments"}
	errHeaderJSON    = &rule{InvalidToken, "the header is not one strict JSON object"}
	errPayloadJSON   = &rule{InvalidToken, "the payload is not one strict JSON object"}
	errPayloadRepeat = &rule{InvalidClaims, "a claim name occurs twice"}
)

// scratch is what reading one token needs. It is reused, so that refusing a token allocates next to nothing.
type scratch struct {
	input   [maxToken]byte
	decoded [maxToken / 4 * 3]byte
	room    [64]strictjson.Member

	spelling string // the header's segment
	rest     string // the signature's segment, until it is decoded
	header   header
	payload  []byte
	claims   claims

	signed    []byte // header.payload
	signature []byte
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// read takes a token apart as far as the payload: what of the steps 1 to 3 of [Verifier.Verify] needs no policy. known
// is a header that was good before, or nil.
func (s *scratch) read(raw string, known *knownHeader) error {
	body, err := s.split(raw)
	if err != nil {
		return err
	}
	if known != nil && known.spelling == s.spelling {
		s.header = known.header
	} else if err := s.readHeader(); err != nil {
		return err
	}
	var ok bool
	if s.payload, ok = compact.Decode(s.decoded[:], body); !ok {
		return errShape
	}
	members, err := strictjson.Scan(s.payload, s.room[:0])
	if err != nil {
		return payloadFault(err)
	}
	s.claims = sortClaims(s.payload, members)
	return nil
}

func (s *scratch) readHeader() (err error) {
	head, ok := compact.Decode(s.decoded[:], s.spelling)
	if !ok {
		return errShape
	}
	s.header, err = readHeader(head, s.room[:0])
	return err
}

// readSignature decodes the last segment, behind the payload.
func (s *scratch) readSignature() (ok bool) {
	s.signature, ok = compact.Decode(s.decoded[len(s.payload):], s.rest)
	return ok
}

func payloadFault(err error) error {
	if err == strictjson.ErrDuplicate { //nolint:errorlint // Scan returns it as it is, and this is the hot path of hostile tokens
		return errPayloadRepeat
	}
	return errPayloadJSON
}

// split checks size and shape: three segments with something in each but the payload, whose JSON is checked later. It
// returns the payload's.
func (s *scratch) split(raw string) (body string, err error) {
	if len(raw) > maxToken {
		return "", errTokenSize
	}
	parts, ok := compact.Split(raw)
	if !ok {
		return "", errShape
	}
	s.spelling, s.rest = parts.Header, parts.Signature
	s.signed = s.input[:copy(s.input[:], parts.Signed)]
	return parts.Payload, nil
}
