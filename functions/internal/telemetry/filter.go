package telemetry

import (
	"encoding/json"
	"log/slog"
	"regexp"
	"strings"
)

// A filter removes secrets and e-mail addresses from log lines. It is the last line of defense:
// our code does not log them, but a library's error may contain its input.
type filter struct {
	names  map[string]bool
	token  *regexp.Regexp
	bearer *regexp.Regexp
	email  *regexp.Regexp
}

const redacted = "[redacted]"

func newFilter() *filter {
	return &filter{
		names: map[string]bool{
			"authorization": true, "authtoken": true, "token": true, "cookie": true, "set-cookie": true,
			"email": true, "soldto": true, "x-amz-security-token": true,
		},
		token:  regexp.MustCompile(`eyJ[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)*|[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`),
		bearer: regexp.MustCompile(`(?i)\bbearer\s+[^\s"]+`),
		email:  regexp.MustCompile(`[^\s@"'<>(),;:]+@[^\s@"'<>(),;:]+`),
	}
}

// attr implements ReplaceAttr of [slog.HandlerOptions].
func (f *filter) attr(_ []string, a slog.Attr) slog.Attr {
	if f.names[strings.ToLower(a.Key)] {
		return slog.String(a.Key, redacted)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		return slog.String(a.Key, f.text(a.Value.String()))
	case slog.KindAny:
		return slog.String(a.Key, f.text(format(a.Value.Any())))
	default:
		return a
	}
}

func format(v any) string {
	switch v := v.(type) {
	case slog.Level:
		return v.String()
	case error:
		return v.Error()
	}
	text, err := json.Marshal(v)
	if err != nil {
		return redacted
	}
	return string(text)
}

func (f *filter) text(s string) string {
	s = f.bearer.ReplaceAllString(s, "[token]")
	s = f.token.ReplaceAllString(s, "[token]")
	if strings.Contains(s, "@") {
		s = f.email.ReplaceAllString(s, "[e-mail]")
	}
	return s
}
