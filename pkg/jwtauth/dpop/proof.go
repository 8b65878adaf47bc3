package dpop

import (
	"errors"
	"sync"

	"example.com/securedpets/pkg/jwtauth/internal/compact"
	"example.com/securedpets/pkg/jwtauth/internal/jose"
	"example.com/securedpets/pkg/strictjson"
)

// scratch is what reading one proof needs. It is reused, so that refusing a proof allocates next to
// nothing.
type scratch struct {
	decoded [compact.MaxToken]byte // header, payload and signature
	members [16]strictjson.Member  // of one of them at a time
	keyRoom [16]strictjson.Member

	header, payload, signature []byte
	signed                     []byte
	token                      []byte // the access token, to be hashed

	algorithm jose.Algorithm
	key       jose.HeaderKey
	claims    claims
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// decode checks size and shape, and decodes all segments.
func (s *scratch) decode(raw string) error {
	if len(raw) > compact.MaxToken {
		return errSize
	}
	parts, ok := compact.Split(raw)
	if !ok {
		return errShape
	}
	var headerOK, payloadOK, signatureOK bool
	room := s.decoded[:]
	s.header, headerOK = compact.Decode(room, parts.Header)
	room = room[len(s.header):]
	s.payload, payloadOK = compact.Decode(room, parts.Payload)
	room = room[len(s.payload):]
	s.signature, signatureOK = compact.Decode(room, parts.Signature)
	if !headerOK || !payloadOK || !signatureOK {
		return errShape
	}
	s.signed = append(s.signed[:0], parts.Signed...)
	return nil
}

// readHeader reads typ, alg and jwk. Members that point to a key elsewhere (kid, jku, x5u, x5c) are
// never read.
func (s *scratch) readHeader(algorithms jose.Set) error {
	members, err := strictjson.Scan(s.header, s.members[:0])
	if err != nil {
		return errHeaderJSON
	}
	var typ, alg, jwk strictjson.Value
	for _, m := range members {
		switch string(strictjson.Bytes(s.header, m.Name)) {
		case "typ":
			typ = m.Value
		case "alg":
			alg = m.Value
		case "jwk":
			jwk = m.Value
		case "crit", "b64", "zip", "enc", "cty":
			return errExtension
		}
	}
	if string(strictjson.Bytes(s.header, typ)) != "dpop+jwt" {
		return errTyp
	}
	s.algorithm, _ = jose.ParseAlgorithm(strictjson.Bytes(s.header, alg))
	if s.algorithm == 0 || !algorithms.Has(s.algorithm) {
		return errAlgorithm
	}
	return s.readKey(jwk)
}

func (s *scratch) readKey(jwk strictjson.Value) (err error) {
	if jwk.Kind != strictjson.Object {
		return errKey
	}
	s.key, err = jose.ParseHeaderKey(s.header[jwk.Start:jwk.End], s.keyRoom[:0])
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jose.ErrPrivateKey):
		return errPrivateKey
	}
	return errKey
}

// claims are the positions of the claims that count.
type claims struct{ jti, htm, htu, iat, ath, nonce strictjson.Value }

func (s *scratch) readClaims() error {
	members, err := strictjson.Scan(s.payload, s.members[:0])
	if err != nil {
		return errBodyJSON
	}
	s.claims = claims{}
	for _, m := range members {
		if slot := s.claims.slot(strictjson.Bytes(s.payload, m.Name)); slot != nil {
			*slot = m.Value
		}
	}
	return nil
}

func (c *claims) slot(name []byte) *strictjson.Value {
	switch string(name) {
	case "jti":
		return &c.jti
	case "htm":
		return &c.htm
	case "htu":
		return &c.htu
	case "iat":
		return &c.iat
	case "ath":
		return &c.ath
	case "nonce":
		return &c.nonce
	}
	return nil
}
