package dpop_test

import (
	"encoding/base64"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/dpop"
)

// The examples of RFC 9449, segment by segment.
const (
	rfcHeader     = `{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}}`
	rfcThumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" // section 6.1
	rfcToken      = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"

	// Figures 12 and 13, a request for a resource.
	rfcBody      = `{"jti":"e1j3V_bKic8-LAEB","htm":"GET","htu":"https://resource.example.org/protectedresource","iat":1562262618,"ath":"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"}`
	rfcSignature = "2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"

	// Figures 2 and 3, a token request: its proof has no ath.
	rfcTokenBody      = `{"jti":"-BwC3ESc6acc2lTc","htm":"POST","htu":"https://server.example.com/token","iat":1562262616}`
	rfcTokenSignature = "2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
)

func compact(header, body, signature string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode([]byte(body)) + "." + signature
}

func TestRFC9449(t *testing.T) {
	for _, c := range []struct {
		name    string
		proof   string
		now     int64
		request jwtauth.Presentation
		want    string
	}{
		{
			"section 7.1, protected resource", compact(rfcHeader, rfcBody, rfcSignature), 1562262618,
			jwtauth.Presentation{Method: "GET", Path: "/protectedresource"},
			"",
		},
		{
			"60 seconds later", compact(rfcHeader, rfcBody, rfcSignature), 1562262618 + 60,
			jwtauth.Presentation{Method: "GET", Path: "/protectedresource"},
			tooOld,
		},
		{
			"with another method", compact(rfcHeader, rfcBody, rfcSignature), 1562262618,
			jwtauth.Presentation{Method: "POST", Path: "/protectedresource"},
			method,
		},
		{
			"section 4.1, a proof of a token request at a resource", compact(rfcHeader, rfcTokenBody, rfcTokenSignature), 1562262616,
			jwtauth.Presentation{Method: "POST", Path: "/token"},
			tokenHash,
		},
		{
			"the signature of another proof", compact(rfcHeader, rfcBody, rfcTokenSignature), 1562262618,
			jwtauth.Presentation{Method: "GET", Path: "/protectedresource"},
			signature,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newVerifier(t, dpop.Config{
				Origins: []string{"https://resource.example.org", "https://server.example.com"},
				Now:     func() time.Time { return time.Unix(c.now, 0) },
			})
			c.request.Token = &jwtauth.Token{Confirmation: jwtauth.Confirmation{KeyThumbprint: rfcThumbprint}}
			c.request.Raw, c.request.Proofs = rfcToken, []string{c.proof}
			expect(t, v.Verify(t.Context(), c.request), c.want)
		})
	}
}

// RFC 7638 section 3.1: the thumbprint of an RSA key. Its private key is not known, so the proof
// must fail at the signature and not before.
func TestRFC7638(t *testing.T) {
	const n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
	header := `{"typ":"dpop+jwt","alg":"RS256","jwk":{"kty":"RSA","n":"` + n + `","e":"AQAB","alg":"RS256","kid":"2011-04-29"}}`
	v := newVerifier(t, dpop.Config{})
	for thumbprint, want := range map[string]string{
		"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs": signature,
		rfcThumbprint: binding,
	} {
		expect(t, v.Verify(t.Context(), jwtauth.Presentation{
			Token:  &jwtauth.Token{Confirmation: jwtauth.Confirmation{KeyThumbprint: thumbprint}},
			Proofs: []string{compact(header, "{}", rfcSignature)},
		}), want)
	}
}
