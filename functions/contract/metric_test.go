package contract

import (
	"testing"

	"example.com/securedpets/pkg/jwtauth"
)

// The functions count refusals by the labels of pkg/jwtauth, and an alarm watches this one.
func TestReasonIsTheLabelOfMissingKeys(t *testing.T) {
	if got := jwtauth.Label(jwtauth.ErrKeysUnavailable); got != ReasonKeysUnavailable {
		t.Errorf("%s: missing keys have the label %q", line(t, "metric.go", ReasonKeysUnavailable), got)
	}
}
