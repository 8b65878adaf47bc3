package jwtauth

import (
	"strings"

	"example.com/securedpets/pkg/jwtauth/internal/jose"
	"example.com/securedpets/pkg/strictjson"
)

const maxKeyID = 256

var (
	errAlgorithm = &rule{InvalidToken, "the algorithm is not accepted"}
	errKeyID     = &rule{InvalidToken, "kid is not a usable key id"}
	errExtension = &rule{InvalidToken, "the header asks for processing that a JWT verifier must not do"}
	errTyp       = &rule{InvalidToken, "typ is that of another kind of token"}
)

// header is what counts of a JOSE header. Everything else in it is ignored, above all the members that point to a
// key (jwk, jku, x5u, x5c): whoever wrote the token wrote those.
type header struct {
	algorithm jose.Algorithm
	kid       string
	typ       tokenType
}

type tokenType uint8

const (
	typAbsent tokenType = iota
	typJWT
	typAccess // at+jwt, RFC 9068
)

// knownHeader remembers the header of a good token: an issuer writes the same one on all of them until it changes its
// key. It saves time only; a header is judged by its content, which is the same for the same spelling.
type knownHeader struct {
	spelling string
	header   header
}

func readHeader(doc []byte, room []strictjson.Member) (header, error) {
	members, err := strictjson.Scan(doc, room)
	if err != nil {
		return header{}, errHeaderJSON
	}
	var h header
	for _, m := range members {
		if err := h.set(doc, m); err != nil {
			return header{}, err
		}
	}
	switch {
	case h.algorithm == 0:
		return header{}, errAlgorithm
	case h.kid == "": // without kid every key would have to be tried, and API Gateway requires it too
		return header{}, errKeyID
	}
	return h, nil
}

func (h *header) set(doc []byte, m strictjson.Member) error {
	switch string(strictjson.Bytes(doc, m.Name)) {
	case "alg":
		a, ok := jose.ParseAlgorithm(strictjson.Bytes(doc, m.Value))
		if !ok {
			return errAlgorithm
		}
		h.algorithm = a
	case "kid":
		if !isKeyID(strictjson.Bytes(doc, m.Value)) {
			return errKeyID
		}
		h.kid = strictjson.Text(doc, m.Value)
	case "typ":
		return h.setTyp(strictjson.Bytes(doc, m.Value))
	case "cty": // a nested JWT (RFC 7519 section 5.2)
		text := strictjson.Bytes(doc, m.Value)
		if text == nil || isMediaType(text, "jwt") {
			return errExtension
		}
	case "crit", "b64", "zip", "enc":
		// crit names extensions that must be understood, and we understand none (RFC 7515 section 4.1.11); b64 is
		// forbidden in a JWT (RFC 7797 section 7); zip and enc belong to encrypted tokens.
		return errExtension
	}
	return nil
}

// setTyp holds off tokens made for another purpose by the same issuer (RFC 8725 section 3.11).
func (h *header) setTyp(text []byte) error {
	switch {
	case text != nil && strings.EqualFold(string(text), "JWT"):
		h.typ = typJWT
	case isMediaType(text, "at+jwt"):
		h.typ = typAccess
	default:
		return errTyp
	}
	return nil
}

// isMediaType compares a media type in any case; its "application/" may be left out (RFC 7515 section 4.1.9).
func isMediaType(text []byte, subtype string) bool {
	const prefix = "application/"
	if len(text) == len(prefix)+len(subtype) && strings.EqualFold(string(text[:len(prefix)]), prefix) {
		text = text[len(prefix):]
	}
	return len(text) == len(subtype) && strings.EqualFold(string(text), subtype)
}

// isKeyID refuses control characters and backslashes: no provider uses them, and they are how a key id forges a line
// in somebody's log.
func isKeyID(id []byte) bool {
	if len(id) == 0 || len(id) > maxKeyID {
		return false
	}
	for _, c := range id {
		if c < 0x20 || c == 0x7f || c == '\\' {
			return false
		}
	}
	return true
}

// isText reports whether a value is the string want.
func isText(doc []byte, v strictjson.Value, want string) bool {
	return v.Kind == strictjson.String && string(strictjson.Bytes(doc, v)) == want
}
