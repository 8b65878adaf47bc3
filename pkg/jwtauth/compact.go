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

// scratch is the memory for reading one token. It is reused, so that refusing a token allocates
// almost nothing.
type scratch struct {
	input   []byte
	decoded []byte
	members [64]strictjson.Member

	spelling string // the header's segment
	rest     string // the signature's segment, until it is decoded
	header   header
	payload  []byte
	all      []strictjson.Member // of the payload
	claims   claims

	signed    []byte // header.payload
	signature []byte
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// read parses a token as far as the payload: the part of the steps 1 to 3 of [Verifier.Verify] that
// needs no policy but the largest size. known is the header of a valid token, or nil.
func (s *scratch) read(raw string, limit int, known *knownHeader) error {
	body, err := s.split(raw, limit)
	if err != nil {
		return err
	}
	if known != nil && known.spelling == s.spelling {
		s.header = known.header
	} else if err := s.readHeader(); err != nil {
		return err
	}
	var ok bool
	if s.payload, ok = compact.Decode(s.decoded, body); !ok {
		return errShape
	}
	s.all, err = strictjson.Scan(s.payload, s.members[:0])
	if err != nil {
		return payloadFault(err)
	}
	s.claims = sortClaims(s.payload, s.all)
	return nil
}

func (s *scratch) readHeader() (err error) {
	head, ok := compact.Decode(s.decoded, s.spelling)
	if !ok {
		return errShape
	}
	s.header, err = readHeader(head, s.members[:0])
	return err
}

// readSignature decodes the last segment into the memory behind the payload.
func (s *scratch) readSignature() (ok bool) {
	s.signature, ok = compact.Decode(s.decoded[len(s.payload):], s.rest)
	return ok
}

func payloadFault(err error) error {
	if err == strictjson.ErrDuplicate { //nolint:errorlint // Scan returns it unwrapped, and this path must be fast
		return errPayloadRepeat
	}
	return errPayloadJSON
}

// split checks size and shape: three segments, of which only the payload may be empty here, because
// its JSON is checked later. It returns the segment of the payload.
func (s *scratch) split(raw string, limit int) (body string, err error) {
	if len(raw) > limit {
		return "", errTokenSize
	}
	s.grow(len(raw))
	parts, ok := compact.Split(raw)
	if !ok {
		return "", errShape
	}
	s.spelling, s.rest = parts.Header, parts.Signature
	s.signed = s.input[:copy(s.input[:], parts.Signed)]
	return parts.Payload, nil
}

// grow makes room for n bytes: for every token of the usual size, or for every large one.
func (s *scratch) grow(n int) {
	if n <= len(s.input) {
		return
	}
	size := maxToken
	if n > size {
		size = maxLarge
	}
	s.input, s.decoded = make([]byte, size), make([]byte, size/4*3)
}
