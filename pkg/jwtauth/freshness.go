package jwtauth

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// freshness returns how long a key set needs no renewal. The max-age of the response counts where
// it is within bounds (Auth0 sends 15 seconds, which would be a fetch for every few requests), less
// the Age that the response had; within the same bounds, so does a wish not to be stored at all.
func freshness(header http.Header) time.Duration {
	fresh, known := freshByDefault, false
	for directive := range strings.SplitSeq(strings.Join(header.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "no-store", "no-cache":
			return freshAtLeast
		case "max-age":
			age, ok := parseSeconds(unquote(strings.TrimSpace(value)))
			if ok && (!known || age < fresh) { // of several, the shortest
				fresh, known = age, true
			}
		}
	}
	if !known || fresh < freshAtLeast || fresh > freshAtMost {
		return freshByDefault
	}
	if age, ok := parseSeconds(header.Get("Age")); ok {
		fresh = max(fresh-age, freshAtLeast)
	}
	return fresh
}

// retryAfter returns how long the issuer asks to be left alone, in either form of the header (RFC
// 9110 section 10.2.3). A date is compared with the response's own, so that no wrong clock counts.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := header.Get("Retry-After")
	if wait, ok := parseSeconds(value); ok {
		return wait
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(header.Get("Date")); err == nil {
		now = sent
	}
	return max(0, until.Sub(now))
}

// parseSeconds reads delta-seconds (RFC 9111 section 1.2.2). More than a year is a year.
func parseSeconds(text string) (time.Duration, bool) {
	const year = 365 * 24 * 60 * 60
	seconds, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, false
	}
	return time.Duration(min(seconds, year)) * time.Second, true
}

// unquote takes the quotes off a directive's argument (RFC 9111 section 5.2.2.1).
func unquote(text string) string {
	if len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' {
		return text[1 : len(text)-1]
	}
	return text
}
