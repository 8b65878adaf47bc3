package dpop

import (
	"net/url"
	"slices"
	"strings"
)

// isTarget compares htu with the URI of the request (RFC 9449 section 4.3, number 9): query and
// fragment do not count, and both are normalized by syntax and scheme (RFC 3986 section 6.2).
func (v *Verifier) isTarget(htu, path string) bool {
	if strings.ContainsAny(path, "?#") || path != "" && path[0] != '/' {
		return false
	}
	for _, origin := range v.origins {
		if len(htu) == len(origin)+len(path) && htu[:len(origin)] == origin && htu[len(origin):] == path {
			return true
		}
	}
	want, ok := canonicalURI(htu)
	return ok && slices.ContainsFunc(v.origins, func(origin string) bool {
		got, ok := canonicalURI(origin + path)
		return ok && got == want
	})
}

// canonicalURI returns the normalized form of an http URI without query and fragment, or false for
// anything else.
func canonicalURI(raw string) (string, bool) {
	if end := strings.IndexAny(raw, "?#"); end >= 0 {
		raw = raw[:end]
	}
	plain, ok := normalizeEscapes(raw)
	if !ok {
		return "", false
	}
	u, err := url.Parse(plain)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	u = u.ResolveReference(u) // removes dot segments
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return u.Scheme + "://" + canonicalHost(u) + path, true
}

var defaultPorts = map[string]string{"https": ":443", "http": ":80"}

func canonicalHost(u *url.URL) string {
	host := strings.ToLower(u.Host)
	return strings.TrimSuffix(strings.TrimSuffix(host, ":"), defaultPorts[u.Scheme])
}

// normalizeEscapes decodes escapes of unreserved characters and writes all others in upper case. It
// reports false for characters that no URI has (RFC 3986 section 2) and for a broken escape.
func normalizeEscapes(raw string) (string, bool) {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if !isURICharacter(c) {
			return "", false
		}
		if c != '%' {
			out = append(out, c)
			continue
		}
		if i+2 >= len(raw) {
			return "", false
		}
		high, low := unhex(raw[i+1]), unhex(raw[i+2])
		if high < 0 || low < 0 {
			return "", false
		}
		i += 2
		if decoded := byte(high<<4 | low); isUnreserved(decoded) {
			out = append(out, decoded)
			continue
		}
		out = append(out, '%', digits[high], digits[low])
	}
	return string(out), true
}

const digits = "0123456789ABCDEF"

func unhex(c byte) int {
	if c >= 'a' && c <= 'f' {
		c -= 'a' - 'A'
	}
	return strings.IndexByte(digits, c)
}

func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

func isURICharacter(c byte) bool {
	return isUnreserved(c) || strings.IndexByte(":/[]@!$&'()*+,;=%", c) >= 0
}
