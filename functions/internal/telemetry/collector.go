//go:build otel

package telemetry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// A collector sends spans by OTLP/HTTP: one POST of protobuf. OpenTelemetry's
// own client (otlptracehttp 1.44) links gRPC, which makes pet-purchase 17.2 MB
// instead of 9.4, tries again by itself, follows redirects and puts the
// collector's answer into its errors; all of that costs more here than it gives.
type collector struct {
	address string
	headers http.Header
	limit   time.Duration
	client  *http.Client
}

var (
	errNoCollector = errors.New("OTEL_EXPORTER_OTLP_ENDPOINT is not set")
	errDisabled    = errors.New("OTEL_SDK_DISABLED is true")
	errCollector   = errors.New("the collector must be an http or https address")
	errTimeout     = errors.New("OTEL_EXPORTER_OTLP_TIMEOUT must be milliseconds, from 1 to 2000")
	errHeaders     = errors.New("OTEL_EXPORTER_OTLP_HEADERS must be name=value pairs, separated by commas")
)

// answerLimit is how much of an answer is read; one that is longer costs the
// connection.
const answerLimit = 4 << 10

func newCollector(getenv func(string) string) (*collector, error) {
	if strings.EqualFold(getenv("OTEL_SDK_DISABLED"), "true") {
		return nil, errDisabled
	}
	address, err := collectorAddress(getenv)
	if err != nil {
		return nil, err
	}
	headers, err := collectorHeaders(getenv)
	if err != nil {
		return nil, err
	}
	limit, err := collectorLimit(getenv)
	if err != nil {
		return nil, err
	}
	return &collector{address, headers, limit, newClient(limit)}, nil
}

func newClient(limit time.Duration) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:       http.ProxyFromEnvironment,
			DialContext: (&net.Dialer{Timeout: limit}).DialContext,
			// A frozen process does not see its connections die: this goes by the clock on the wall.
			IdleConnTimeout:        30 * time.Second,
			TLSHandshakeTimeout:    limit,
			MaxResponseHeaderBytes: 16 << 10,
			MaxIdleConnsPerHost:    1,
		},
		// Spans go where the setting says and nowhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func collectorLimit(getenv func(string) string) (time.Duration, error) {
	text := getenv("OTEL_EXPORTER_OTLP_TIMEOUT")
	if text == "" {
		return exportLimit, nil
	}
	limit, err := strconv.Atoi(text)
	if err != nil || limit < 1 || time.Duration(limit) > exportLimitMost/time.Millisecond {
		return 0, errTimeout
	}
	return time.Duration(limit) * time.Millisecond, nil
}

// collectorAddress: the general setting is a base, the one for traces is the
// address itself (OTLP exporter specification, "Endpoint URLs for OTLP/HTTP").
func collectorAddress(getenv func(string) string) (string, error) {
	for _, name := range collectorSettings {
		raw := getenv(name)
		if raw == "" {
			continue
		}
		u, err := url.Parse(raw)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return "", errCollector // without the address: it may hold a password
		}
		if name == "OTEL_EXPORTER_OTLP_ENDPOINT" {
			u = u.JoinPath("v1", "traces")
		}
		return u.String(), nil
	}
	return "", errNoCollector
}

// collectorHeaders are the operator's own, a key for the collector mostly.
func collectorHeaders(getenv func(string) string) (http.Header, error) {
	headers := http.Header{
		"Content-Type": {"application/x-protobuf"},
		// The same span twice is one span: a connection that died while the process
		// was frozen may be replaced. Without a value, this is for net/http alone.
		"Idempotency-Key": nil,
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"} {
		for pair := range strings.SplitSeq(getenv(name), ",") {
			if strings.TrimSpace(pair) == "" {
				continue
			}
			key, value, found := strings.Cut(pair, "=")
			value, err := url.PathUnescape(strings.TrimSpace(value))
			if key = strings.TrimSpace(key); !found || key == "" || err != nil {
				return nil, errHeaders
			}
			headers.Set(key, value)
		}
	}
	return headers, nil
}

// send sends the spans once.
func (c *collector) send(ctx context.Context, batch []sdk.ReadOnlySpan) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address, bytes.NewReader(encode(batch)))
	if err != nil {
		return err
	}
	req.Header = c.headers.Clone()
	resp, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= http.StatusMultipleChoices {
		return &statusError{resp.StatusCode}
	}
	// Read to the end, the connection serves again. What it says is not our concern.
	_, err = io.CopyN(io.Discard, resp.Body, answerLimit)
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

type statusError struct{ status int }

func (e *statusError) Error() string { return fmt.Sprintf("status %d", e.status) }

// failure names a failure in words of ours: an error's text has the
// collector's address.
func failure(err error) string {
	if refused, ok := errors.AsType[*statusError](err); ok {
		return refused.Error()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "timeout"
	}
	return "unreachable"
}
