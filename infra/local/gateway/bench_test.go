package gateway_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// BenchmarkWarm compares warm calls through the gateway to a plain handler:
//
//	go test -run '^$' -bench Warm ./infra/local/gateway
func BenchmarkWarm(b *testing.B) {
	server, issuer := wholeStack(b, unlimited)
	plain := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(out, "{}") }))
	b.Cleanup(plain.Close)
	b.Run("plain-net-http", func(b *testing.B) { measure(b, plain.URL+"/pets", "") })
	b.Run("public", func(b *testing.B) { measure(b, server.URL+"/pets", "") })
	b.Run("with-token", func(b *testing.B) {
		measure(b, server.URL+"/unicorns", issuer.Token(jwtauthtest.Scopes("list:unicorns")))
	})
}

// unlimited lifts the stage's throttling.
func unlimited(s *template.Stack) {
	burst, rate := 1<<30, float64(1<<30)
	for at := range s.APIs[0].Stages {
		s.APIs[0].Stages[at].Throttle = template.Throttle{Burst: &burst, Rate: &rate}
		s.APIs[0].Stages[at].RouteThrottle = nil
	}
}

func measure(b *testing.B, url, token string) {
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	fetch(b, request)
	times := make([]time.Duration, 0, b.N)
	for b.Loop() {
		begin := time.Now()
		fetch(b, request)
		times = append(times, time.Since(begin))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), "p50-us")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "p99-us")
}

func fetch(b *testing.B, request *http.Request) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		b.Fatal(response.Status)
	}
}
