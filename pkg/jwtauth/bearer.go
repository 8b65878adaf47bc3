package jwtauth

import (
	"strings"

	"example.com/securedpets/pkg/jwtauth/internal/compact"
)

const (
	maxToken = compact.MaxToken
	maxLarge = compact.MaxLarge
)

var (
	errNoCredentials = &rule{MissingToken, "no bearer credentials"}
	errBearerGrammar = &rule{InvalidToken, "the Authorization header is not one bearer token"}
	errTokenSize     = &rule{InvalidToken, "the token is too long"}
)

// ParseBearer returns the token of an Authorization header value (RFC 6750 section 2.1). The scheme
// is matched in any case and may be followed by more than one space. The token has at most 16 KiB;
// a [Verifier] has its own limit.
//
// MissingToken means that there are no bearer credentials at all: an empty header, the bare scheme,
// or another scheme. InvalidToken means that there are some but not one well-formed token: a
// misspelled or absent scheme, two tokens (HTTP APIs join repeated headers with a comma), quotes,
// or anything else outside of the grammar.
func ParseBearer(header string) (string, error) { return parseCredentials(header, "bearer") }

// ParseDPoP is [ParseBearer] for the DPoP scheme (RFC 9449 section 7.1).
func ParseDPoP(header string) (string, error) { return parseCredentials(header, "dpop") }

func parseCredentials(header, wanted string) (string, error) {
	scheme, rest, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, wanted) {
		return "", otherScheme(header, scheme, wanted)
	}
	token := strings.TrimLeft(rest, " ")
	switch {
	case token == "":
		return "", errNoCredentials
	case len(token) > maxLarge:
		return "", errTokenSize
	case !isB64Token(token):
		return "", errBearerGrammar
	}
	return token, nil
}

// otherScheme returns MissingToken for the credentials of another scheme, and InvalidToken for a
// misspelled bearer scheme.
func otherScheme(header, scheme, wanted string) error {
	if header == "" {
		return errNoCredentials
	}
	if len(scheme) > 64 || !isSchemeName(scheme) || strings.Contains(strings.ToLower(scheme), wanted) {
		return errBearerGrammar
	}
	return errNoCredentials
}

// isSchemeName accepts letters, digits and hyphens: every registered scheme, and no JWT.
func isSchemeName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '-' {
			return false
		}
	}
	return s != ""
}

// isB64Token checks the b64token of RFC 6750 section 2.1. Padding is part of that grammar; a JWT
// has none, so the verifier refuses it later.
func isB64Token(s string) bool {
	s = strings.TrimRight(s, "=")
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && !strings.ContainsRune("-._~+/", rune(c)) {
			return false
		}
	}
	return s != ""
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
