package jose

import (
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// TestPrimitives checks raw signatures of https://github.com/C2SP/wycheproof, which is beside the
// project and not part of it. A signature marked "acceptable" (a PKCS #1 digest info without its
// NULL) may go either way.
func TestPrimitives(t *testing.T) {
	for file, algorithm := range map[string]Algorithm{
		"rsa_signature_2048_sha256_test.json":    RS256,
		"rsa_signature_2048_sha384_test.json":    RS384,
		"rsa_signature_2048_sha512_test.json":    RS512,
		"rsa_pss_2048_sha256_mgf1_32_test.json":  PS256,
		"ecdsa_secp256r1_sha256_p1363_test.json": ES256,
		"ecdsa_secp384r1_sha384_p1363_test.json": ES384,
		"ecdsa_secp521r1_sha512_p1363_test.json": ES512,
		"ed25519_test.json":                      EdDSA,
	} {
		t.Run(file, func(t *testing.T) { checkPrimitives(t, file, algorithm) })
	}
}

func checkPrimitives(t *testing.T, file string, algorithm Algorithm) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "../shared/vectors", "wycheproof", "primitives", file))
	if err != nil {
		t.Skip("Wycheproof is not beside the project")
	}
	var doc struct {
		TestGroups []struct {
			PublicKeyJWK, KeyJWK map[string]any
			Tests                []struct {
				TcID             int
				Msg, Sig, Result string
			}
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	checked, keyless := 0, 0
	for _, group := range doc.TestGroups {
		jwk := group.PublicKeyJWK
		if jwk == nil {
			jwk = group.KeyJWK
		}
		if jwk == nil {
			keyless += len(group.Tests)
			continue
		}
		key := mustParse(t, jwk)
		for _, c := range group.Tests {
			err := key.Verify(algorithm, unhex(t, c.Msg), unhex(t, c.Sig))
			if c.Result != "acceptable" && (err == nil) != (c.Result == "valid") {
				t.Errorf("%d is %s: %v", c.TcID, c.Result, err)
			}
			checked++
		}
	}
	t.Log("checked", checked, "without a JWK", keyless)
}

func mustParse(t *testing.T, jwk map[string]any) *Key {
	t.Helper()
	jwk = maps.Clone(jwk)
	jwk["kid"] = "k"
	doc, err := json.Marshal(jwk)
	if err != nil {
		t.Fatal(err)
	}
	id, key, err := parseKey(doc)
	if err != nil {
		t.Fatalf("%s: %v", doc, err)
	}
	return &Key{ID: id, keys: []publicKey{key}}
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
