package telemetry

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/settings"
)

// lines decodes the output; each line must be one JSON object.
func lines(t *testing.T, out *bytes.Buffer) []map[string]any {
	t.Helper()
	var all []map[string]any
	for text := range strings.Lines(out.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		all = append(all, line)
	}
	return all
}

func start(t *testing.T, level string) (*Telemetry, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	tel, err := New(level, &out)
	if err != nil {
		t.Fatal(err)
	}
	return tel, &out
}

func TestLine(t *testing.T) {
	tel, out := start(t, "")
	ctx := tel.Begin(t.Context())
	Note(ctx, slog.String("reason", "token_expired"))
	tel.End(ctx, "GET /pets", "id-1", http.StatusUnauthorized)
	got := lines(t, out)[0]
	for _, name := range []string{"time", "durationMs"} {
		if _, ok := got[name]; !ok {
			t.Errorf("no %s in %v", name, got)
		}
		delete(got, name)
	}
	want := map[string]any{
		"level": "INFO", "msg": "request", "requestId": "id-1", "route": "GET /pets", "function": "",
		"coldStart": true, "status": 401.0, "outcome": "refused", "reason": "token_expired",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}

func TestOutcomes(t *testing.T) {
	for _, tt := range []struct {
		status  int
		set     string
		level   string
		outcome string
	}{
		{http.StatusOK, "", "INFO", "ok"},
		{http.StatusOK, "sold", "INFO", "sold"},
		{http.StatusConflict, "", "INFO", "refused"},
		{http.StatusServiceUnavailable, "", "ERROR", "failed"},
		{http.StatusInternalServerError, "", "ERROR", "failed"},
	} {
		tel, out := start(t, "")
		ctx := tel.Begin(t.Context())
		if tt.set != "" {
			Outcome(ctx, tt.set)
		}
		tel.End(ctx, "", "", tt.status)
		if got := lines(t, out)[0]; got["level"] != tt.level || got["outcome"] != tt.outcome {
			t.Errorf("%d %s: %v, want %s and %s", tt.status, tt.set, got, tt.level, tt.outcome)
		}
	}
}

func TestLevels(t *testing.T) {
	if _, err := New("loud", nil); !errors.Is(err, settings.ErrLogLevel) {
		t.Errorf("error %v, want %v", err, settings.ErrLogLevel)
	}
	for level, written := range map[string]bool{"debug": true, "": true, "warn": false, "error": false} {
		tel, out := start(t, level)
		tel.End(tel.Begin(t.Context()), "", "", http.StatusOK)
		if got := strings.Contains(out.String(), `"msg":"request"`); got != written {
			t.Errorf("%q: INFO line written: %t, want %t", level, got, written)
		}
	}
}

// The output is CloudWatch's embedded metric format.
func TestMetrics(t *testing.T) {
	tel, out := start(t, "error") // metrics do not depend on it
	ctx := tel.Begin(t.Context())
	tel.Count(contract.MetricPetSold)
	tel.Count(contract.MetricPetSold)
	tel.Refused(ctx, "token_expired")
	tel.End(ctx, "", "id-1", http.StatusOK)
	var sold, refused map[string]any
	for _, line := range lines(t, out) {
		if line[contract.MetricPetSold] != nil {
			sold = line
		} else {
			refused = line
		}
	}
	if sold[contract.MetricPetSold] != 2.0 || sold[contract.MetricColdStart] != 1.0 || refused[contract.MetricAuthRefused] != 1.0 || refused[contract.MetricReason] != "token_expired" {
		t.Errorf("counts %v and %v", sold, refused)
	}
	directive := refused["_aws"].(map[string]any)
	at := directive["Timestamp"].(float64)
	if age := time.Since(time.UnixMilli(int64(at))); age < 0 || age > time.Minute {
		t.Errorf("timestamp %v is %v old", at, age)
	}
	want := []any{map[string]any{
		"Namespace":  "SecuredPets",
		"Dimensions": []any{[]any{}, []any{"Reason"}},
		"Metrics":    []any{map[string]any{"Name": "AuthRefused", "Unit": "Count"}},
	}}
	if diff := cmp.Diff(want, directive["CloudWatchMetrics"]); diff != "" {
		t.Errorf("directive (-want +got):\n%s", diff)
	}
}

func TestMetricsAreCountedOnce(t *testing.T) {
	tel, out := start(t, "")
	for range 3 {
		ctx := tel.Begin(t.Context())
		tel.Count(contract.MetricPetSold)
		tel.End(ctx, "", "", http.StatusOK)
	}
	sold, cold := 0.0, 0.0
	for _, line := range lines(t, out) {
		n, _ := line[contract.MetricPetSold].(float64)
		c, _ := line[contract.MetricColdStart].(float64)
		sold, cold = sold+n, cold+c
	}
	if sold != 3 || cold != 1 {
		t.Errorf("%v sold and %v cold starts, want 3 and 1", sold, cold)
	}
}

func TestFilter(t *testing.T) {
	part := strings.Repeat("aB3_", 6)
	token := "ey" + "J" + part + "." + part + "." + part
	for _, tt := range []struct {
		name string
		attr slog.Attr
		want any
	}{
		{"by name", slog.String("Authorization", "x"), "[redacted]"},
		{"by name, in a body", slog.String("authToken", "x"), "[redacted]"},
		{"an e-mail by name", slog.String("soldTo", "x"), "[redacted]"},
		{"a token by pattern", slog.String("error", "bad "+token+"!"), "bad [token]!"},
		{"any three parts", slog.String("error", part+"."+part+"."+part), "[token]"},
		{"the first part alone", slog.String("error", token[:20]), "[token]"},
		{"a header", slog.String("error", `header "Bearer abc"`), `header "[token]"`},
		{"an e-mail by pattern", slog.String("error", "sold to ann.b+c@example.com, again"), "sold to [e-mail], again"},
		{"in an error", slog.Any("error", errors.New("no ann@example.com")), "no [e-mail]"},
		{"in a structure", slog.Any("request", struct{ To string }{"ann@example.com"}), `{"To":"[e-mail]"}`},
		{"in a group", slog.Group("g", slog.String("token", "x")), map[string]any{"token": "[redacted]"}},
		{"an AWS error", slog.String("error", "TransactWriteItems: https response error StatusCode: 400, dynamodb.eu-central-1.amazonaws.com"), "TransactWriteItems: https response error StatusCode: 400, dynamodb.eu-central-1.amazonaws.com"},
		{"a number", slog.Int("n", 5), 5.0},
	} {
		tel, out := start(t, "")
		ctx := tel.Begin(t.Context())
		Note(ctx, tt.attr)
		tel.End(ctx, "", "", http.StatusOK)
		if diff := cmp.Diff(tt.want, lines(t, out)[0][tt.attr.Key]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
