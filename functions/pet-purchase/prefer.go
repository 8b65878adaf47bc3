package main

import (
	"strings"

	"example.com/securedpets/functions/internal/rest"
)

// returnMinimal is the preference, and the Preference-Applied that confirms it.
const returnMinimal = "return=minimal"

// prefersMinimal reports whether the request has the preference return=minimal
// (RFC 7240, sections 2 and 4.2): the first "return" decides, unknown
// preferences and parameters are ignored.
func prefersMinimal(req rest.Request) bool {
	value, _ := rest.Header(req, "prefer")
	for preference := range strings.SplitSeq(value, ",") {
		preference, _, _ = strings.Cut(preference, ";")
		name, content, _ := strings.Cut(preference, "=")
		if strings.EqualFold(strings.TrimSpace(name), "return") {
			return strings.EqualFold(strings.Trim(strings.TrimSpace(content), `"`), "minimal")
		}
	}
	return false
}
