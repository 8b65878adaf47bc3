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

// header is the part of a JOSE header that is used. The rest is ignored, above all the members that
// name a key (jwk, jku, x5u, x5c): the author of the token chose those.
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

// knownHeader is the header of the last valid token: an issuer repeats it until it changes its key.
// It only saves time, because the same spelling has the same content.
type knownHeader struct {
	spelling string
	header   header
}

func readHeader(doc []byte, buf []strictjson.Member) (header, error) {
	members, err := strictjson.Scan(doc, buf)
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
	case h.kid == "": // without it every key would have to be tried; API Gateway requires it too
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
		// crit names extensions that must be understood, and we understand none (RFC 7515 section
		// 4.1.11); b64 is forbidden in a JWT (RFC 7797 section 7); zip and enc belong to encrypted
		// tokens.
		return errExtension
	}
	return nil
}

// setTyp refuses tokens that the same issuer made for another purpose (RFC 8725 section 3.11).
func (h *header) setTyp(text []byte) error {
	switch {
	case isMediaType(text, "jwt"):
		h.typ = typJWT
	case isMediaType(text, "at+jwt"):
		h.typ = typAccess
	default:
		return errTyp
	}
	return nil
}

// isMediaType compares a media type in any case; its "application/" may be left out (RFC 7515
// section 4.1.9).
func isMediaType(text []byte, subtype string) bool {
	const prefix = "application/"
	if len(text) == len(prefix)+len(subtype) && strings.EqualFold(string(text[:len(prefix)]), prefix) {
		text = text[len(prefix):]
	}
	return len(text) == len(subtype) && strings.EqualFold(string(text), subtype)
}

// isKeyID refuses control characters and backslashes: no issuer uses them, and they could forge a
// line in a log.
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
