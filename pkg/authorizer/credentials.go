package authorizer

import (
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// credentials are the values of a request's Authorization header, and what proves that the sender
// may use them. No token is read from a URL, which gets into logs (RFC 6750 section 2.3), except by
// [WithConnectQuery], or from a cookie, which any page can make a browser send.
type credentials struct {
	authorization []string
	possession
}

const headerName = "authorization"

// headerValues collects the values of every spelling of a header. HTTP APIs send names in lower
// case, REST APIs as the client typed them, so one event may hold two spellings.
func headerValues(wanted string, single map[string]string, multi map[string][]string) []string {
	return values(func(name string) bool { return isHeader(name, wanted) }, single, multi)
}

func values(is func(name string) bool, single map[string]string, multi map[string][]string) []string {
	var values []string
	for name, value := range single {
		if is(name) {
			values = append(values, value)
		}
	}
	for name, list := range multi {
		// REST APIs put each name in both maps, with its last value in the single one. So one value
		// of one name is one value, and everything else is two credentials.
		value, ok := single[name]
		repeated := ok && len(list) == 1 && list[0] == value
		if is(name) && !repeated {
			values = append(values, list...)
		}
	}
	return values
}

// isHeader matches ASCII names only: no other letter folds to one of the headers that are read
// here.
func isHeader(name, wanted string) bool { return strings.EqualFold(name, wanted) }

// absent reports whether the caller sent no credentials at all.
func (c credentials) absent() bool {
	return len(c.authorization) == 0 || len(c.authorization) == 1 && c.authorization[0] == ""
}

// token returns the one token. Two credentials are refused even if they are equal, because another
// program may select the other one (RFC 9110 section 5.3: this header is not a list).
func (c credentials) token(bare bool) (string, error) {
	switch {
	case c.absent():
		return "", jwtauth.MissingToken
	case len(c.authorization) > 1:
		return "", jwtauth.InvalidToken
	case bare && isBare(c.authorization[0]):
		return c.authorization[0], nil
	default:
		return jwtauth.ParseBearer(c.authorization[0])
	}
}

// isBare reports whether a header has no scheme before the token.
func isBare(header string) bool {
	return !strings.ContainsAny(header, " \t,") && !strings.EqualFold(header, "bearer")
}
