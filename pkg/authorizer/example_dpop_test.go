package authorizer_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/dpop"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// A service that accepts tokens bound to a DPoP key, and bearer tokens as before.
func ExampleWithDPoP() {
	issuer := startIssuer()
	defer issuer.stop()

	// In main:
	proofs, err := dpop.New(dpop.Config{Origins: []string{"https://api.example"}, Replay: &dpop.MemoryStore{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	verifier := issuer.NewVerifier(jwtauth.Config{Confirmations: []string{jwtauth.ConfirmationDPoP}}) // jwtauth.New
	guard := authorizer.New(verifier, authorizer.WithDPoP(proofs)).Middleware()
	service := guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))

	client := issuer.NewKey("client", "ES256")
	token := issuer.Token(jwtauthtest.BoundTo(client))
	proof := issuer.Proof(client, http.MethodGet, "https://api.example/pets", token)
	for _, c := range []struct{ authorization, proof string }{
		{"DPoP " + token, proof},
		{"DPoP " + token, proof}, // a second time
		{"Bearer " + token, proof},
		{"Bearer " + issuer.Token(), ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "/pets", nil)
		r.Header.Set("Authorization", c.authorization)
		if c.proof != "" {
			r.Header.Set("DPoP", c.proof)
		}
		w := httptest.NewRecorder()
		service.ServeHTTP(w, r)
		fmt.Println(strings.TrimSpace(fmt.Sprint(w.Code, " ", w.Header().Get("WWW-Authenticate"))))
	}
	// Output:
	// 204
	// 401 DPoP error="invalid_dpop_proof", error_description="the proof was used before", algs="ES256 RS256"
	// 401 Bearer error="invalid_token", error_description="the token requires the DPoP scheme", DPoP algs="ES256 RS256"
	// 204
}
