package dpop_test

import (
	"errors"
	"fmt"
	"net/http"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/dpop"
)

// A service without the guards of package authorizer decides in this order.
func ExampleVerifier_Verify() {
	_ = func(verifier *jwtauth.Verifier, proofs *dpop.Verifier, w http.ResponseWriter, r *http.Request) (*jwtauth.Token, bool) {
		raw, err := jwtauth.ParseDPoP(r.Header.Get("Authorization"))
		if err != nil {
			w.Header().Set("WWW-Authenticate", fmt.Sprintf("DPoP algs=%q", proofs.Algorithms()))
			w.WriteHeader(http.StatusUnauthorized)
			return nil, false
		}
		token, err := verifier.Verify(r.Context(), raw)
		if err == nil {
			err = proofs.Verify(r.Context(), jwtauth.Presentation{
				Token: token, Raw: raw, Proofs: r.Header.Values("DPoP"), Method: r.Method, Path: r.URL.EscapedPath(),
			})
		}
		var code dpop.Code
		switch {
		case err == nil:
			return token, true
		case errors.Is(err, jwtauth.ErrKeysUnavailable): // undecided
			w.WriteHeader(http.StatusServiceUnavailable)
			return nil, false
		case !errors.As(err, &code):
			code = dpop.InvalidToken
		}
		w.Header().Set("WWW-Authenticate", fmt.Sprintf("DPoP error=%q, algs=%q", code, proofs.Algorithms()))
		w.WriteHeader(http.StatusUnauthorized)
		return nil, false
	}
	// Output:
}
