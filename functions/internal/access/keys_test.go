package access

import (
	"bytes"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/telemetry"
	"example.com/securedpets/pkg/jwtauth"
)

func TestKeyMetrics(t *testing.T) {
	for _, tt := range []struct {
		name  string
		event jwtauth.Event
		want  string
	}{
		{"fetched", jwtauth.Event{Kind: jwtauth.EventFetch}, contract.MetricKeysFetched},
		{"old keys", jwtauth.Event{Kind: jwtauth.EventStale, Err: jwtauth.ErrKeysUnavailable}, contract.MetricKeysStale},
		{"old keys without a reason", jwtauth.Event{Kind: jwtauth.EventStale}, contract.MetricKeysStale},

		{"not fetched", jwtauth.Event{Kind: jwtauth.EventFetch, Err: jwtauth.ErrKeysUnavailable}, ""},
		{"throttled", jwtauth.Event{Kind: jwtauth.EventThrottled}, ""},
		{"a token", jwtauth.Event{Kind: jwtauth.EventVerify}, ""},
	} {
		var stdout bytes.Buffer
		tel, err := telemetry.New("", &stdout)
		if err != nil {
			t.Fatal(err)
		}
		ctx := tel.Begin(t.Context())
		observeKeys(tel)(tt.event)
		tel.End(ctx, "GET /x", "id-1", 0)
		for _, metric := range []string{contract.MetricKeysFetched, contract.MetricKeysStale} {
			if counted := strings.Contains(stdout.String(), `"`+metric+`":1`); counted != (metric == tt.want) {
				t.Errorf("%s: %s counted: %t, want %q: %s", tt.name, metric, counted, tt.want, &stdout)
			}
		}
	}
}
