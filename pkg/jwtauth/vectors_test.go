package jwtauth_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// vectors is where the public test vectors are, seen from the root of the project; they are not
// part of it.
const vectors = "../shared/vectors"

// TestJSONTestSuite uses each file of https://github.com/nst/JSONTestSuite as the value of a claim.
func TestJSONTestSuite(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", vectors, "json-test-suite", "test_parsing", "*.json"))
	if err != nil || len(files) == 0 {
		t.Skip("JSONTestSuite is not beside the project")
	}
	issuer := newIssuer(t)
	issuer.Rotate("quick", "ES256")
	v := issuer.Verifier()
	body := payload(issuer)
	counts := map[string]int{}
	for _, file := range files {
		value, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		counts[name[:2]]++
		_, err = v.Verify(t.Context(), issuer.Token(jwtauthtest.ClaimsJSON(with(body, `"value":`+string(value)))))
		switch {
		case strings.HasPrefix(name, "y_object_duplicated_key"): // legal JSON, and refused on purpose
			if !errors.Is(err, jwtauth.InvalidClaims) {
				t.Error(name, "gave", err)
			}
		case strings.HasPrefix(name, "y_") && err != nil:
			t.Error(name, "was refused:", err)
		case strings.HasPrefix(name, "n_") && !errors.Is(err, jwtauth.InvalidToken):
			t.Error(name, "gave", err)
		}
	}
	t.Log("files by kind:", counts)
}
