package authorizer_test

import (
	"context"
	"crypto/tls"
	"net/http"
	"testing"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// seenProof records what a guard hands over for the proof of a bound token, and accepts it.
type seenProof struct {
	noProofs

	method, path, certificate *string
}

func (s seenProof) Verify(_ context.Context, p jwtauth.Presentation) error {
	*s.method, *s.path = p.Method, p.Path
	return nil
}

func (s seenProof) VerifyConnection(*jwtauth.Token, *tls.ConnectionState) error {
	return jwtauth.InvalidToken
}

func (s seenProof) VerifyPEM(_ *jwtauth.Token, certificate string) error {
	*s.certificate = certificate
	return nil
}

type boundVerifier struct{}

func (boundVerifier) Verify(context.Context, string) (*jwtauth.Token, error) {
	t := token()
	t.Confirmation = jwtauth.Confirmation{KeyThumbprint: "x", CertificateThumbprint: "y"}
	return t, nil
}

// Each kind of event gives the method, the path and the certificate that its client used.
func TestBoundTokensInEvents(t *testing.T) {
	want := map[string][3]string{
		"http-v2-event":           {"POST", "/my/path", "CERT_CONTENT"},
		"http-v1-event":           {"GET", "/my/path", "CERT_CONTENT"},
		"rest-proxy-event":        {"POST", "/test/hello/world", "CERT_CONTENT"}, // with the stage
		"alb-event":               {"GET", "/", ""},
		"alb-multi-event":         {"GET", "/", ""},
		"function-url-event":      {"POST", "/my/path", ""},
		"websocket-connect-event": {"GET", "/default", ""},
	}
	for _, g := range guardedEvents {
		var got [3]string
		seen := seenProof{method: &got[0], path: &got[1], certificate: &got[2]}
		both := authorizer.New(boundVerifier{}, authorizer.WithDPoP(seen), authorizer.WithMTLS(seen))
		resp := g.required(both)(t.Context(), t, g.load(t, "authorization", "DPoP x"))
		if resp.StatusCode != http.StatusOK || got != want[g.file] {
			t.Errorf("%s: %s, proof of %q, want %q", g.file, resp.raw, got, want[g.file])
		}
		// Without the options, in any kind of event, a bound token is refused.
		if resp := g.required(authorizer.New(boundVerifier{}))(t.Context(), t, g.load(t, "authorization", "Bearer x")); resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %s", g.file, resp.raw)
		}
	}
}
