// Package mutation breaks the security checks of package jwtauth, one at a time, and wants a test of that package to fail
// each time. It takes minutes, so it runs only when asked to:
//
//	MUTATE=1 go test ./pkg/jwtauth/internal/mutation
package mutation

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutations are replacements of a piece of code that occurs once in its file.
var mutations = []struct{ name, file, old, broken string }{
	{"bearer: any scheme", "bearer.go", `!strings.EqualFold(scheme, "bearer")`, `!strings.Contains(strings.ToLower(scheme), "bearer")`},
	{"bearer: any characters", "bearer.go", "case !isB64Token(token):", "case false:"},
	{"token: any size", "compact.go", "if len(raw) > maxToken {", "if false {"},
	{"header: any size", "compact.go", "first > maxHeader ||", ""},
	{"base64url: spare bits", "internal/base64url/base64url.go", "v&(bad|0xffff) != 0", "v&bad != 0"},
	{"JSON: duplicate names", "internal/strictjson/scan.go", "s.repeats(name, s.members[base:])", "false"},
	{"JSON: escaped duplicates", "internal/strictjson/text.go", "n.escaped = n.escaped || name.Escaped", ""},
	{"JSON: trailing data", "internal/strictjson/scan.go", "if s.pos != len(doc) {", "if false {"},
	{"JSON: invalid UTF-8", "internal/strictjson/text.go", "if r == utf8.RuneError && size == 1 {", "if r < 0 {"},
	{"JSON: depth", "internal/strictjson/scan.go", "s.depth > MaxDepth", "false"},
	{"header: crit", "header.go", `case "crit", "b64", "zip", "enc":`, `case "b64", "zip", "enc":`},
	{"header: b64", "header.go", `case "crit", "b64", "zip", "enc":`, `case "crit", "zip", "enc":`},
	{"header: cty", "header.go", `if text == nil || isMediaType(text, "jwt") {`, "if text == nil {"},
	{"header: typ", "header.go", "		return errTyp\n", "		h.typ = typJWT\n"},
	{"header: kid characters", "header.go", `if c < 0x20 || c == 0x7f || c == '\\' {`, "if false {"},
	{"header: remembered for others", "compact.go", "known.spelling == s.spelling", "len(known.spelling) > 0"},
	{"issuer", "verifier.go", "if !isText(s.payload, s.claims.iss, v.issuer) { // 3", "if false {"},
	{"algorithm", "verifier.go", "if !v.algorithms.Has(s.header.algorithm) {", "if false {"},
	{"signature", "verifier.go", "if key.key.Verify(s.header.algorithm, s.signed, s.signature) != nil {", "if false {"},
	{"key: its algorithm", "internal/jose/key.go", "if !k.Algorithms.Has(a) {", "if false {"},
	{"key: use", "internal/jose/key.go", `if text, ok := m.text("use"); !ok || text != "sig" {`, "if false {"},
	{"key: RSA length", "internal/jose/key.go", "case bits < minRSABits,", "case"},
	{"key: RSA exponent", "internal/jose/key.go", "case key.E < 3, key.E%2 == 0, int64(key.E) >= 1<<32:", "case false:"},
	{"key: long exponent", "internal/jose/key.go", `name == "e" && !isExponent(text)`, "false"},
	{"key: ROCA", "internal/jose/key.go", "case isROCA(key.N):", "case false:"},
	{"key: two of one name", "internal/jose/set.go", "ambiguous[key.ID] = true", "_ = twin"},
	{"PSS: any salt", "internal/jose/jwx.go", "rsa.PSSSaltLengthEqualsHash", "rsa.PSSSaltLengthAuto"},
	{"audience", "claims.go", "if !slices.ContainsFunc(list, v.isAudience) {", "if false {"},
	{"audience: client_id beside aud", "claims.go", "c.aud.Kind == strictjson.Absent && v.clientIDAudience", "v.clientIDAudience"},
	{"ID token: other audiences", "claims.go", "		if !v.isAudience(audience) {", "		if false {"},
	{"ID token: azp", "claims.go", "c.azp.Kind != strictjson.Absent && !v.isAudience", "false && !v.isAudience"},
	{"access token: marks of an ID token", "claims.go", "case c.idMark.Kind != strictjson.Absent:", "case false:"},
	{"logout token", "claims.go", "if c.eventsClaim.Kind != strictjson.Absent {", "if false {"},
	{"subject", "claims.go", "n == 0 || n > maxSubject", "false"},
	{"scopes: merged", "claims.go", "if claim.Kind == strictjson.Absent {\n		claim = b.claims.scope", "if true {\n		claim = b.claims.scope"},
	{"scopes: elements of any type", "claims.go", "if element.Kind != strictjson.String {", "if false {"},
	{"scopes: prefixes", "token.go", "slices.Contains(t.Scopes, scope)", "slices.ContainsFunc(t.Scopes, func(s string) bool { return len(s) > 0 && s[0] == scope[0] })"},
	{"exp", "claims.go", "if !t.Expiry.Add(v.leeway).After(now) {", "if false {"},
	{"exp: its own second", "claims.go", "!t.Expiry.Add(v.leeway).After(now)", "t.Expiry.Add(v.leeway).Before(now)"},
	{"exp: required", "claims.go", "!ok || t.Expiry.IsZero()", "!ok"},
	{"nbf", "claims.go", "t.NotBefore.After(now.Add(v.leeway))", "false"},
	{"iat", "claims.go", "t.IssuedAt.After(now.Add(max(v.leeway, maxIatAhead)))", "false"},
	{"times: range", "internal/strictjson/number.go", "n >= low && n <= high", "true"},
	{"cache: by tail alone", "cache.go", "|| hit.raw != raw", ""},
	{"cache: after exp", "cache.go", "|| !now.Before(hit.until)", ""},
	{"cache: after the key", "cache.go", "err != nil || key != hit.key", "false && (err != nil || key != hit.key)"},
	{"claims: any case", "decode.go", "field, ok := fields[name]\n			return field, ok", "field := fields[name]\n			return field, field != nil || true"},
	{"keys: foreign redirect", "fetch.go", "req.URL.Host != first.Host || req.URL.Scheme != first.Scheme", "false"},
	{"keys: size", "fetch.go", "if len(body) > maxKeySetBytes {", "if false {"},
	{"keys: discovery's issuer", "fetch.go", "return endpoint, same && err == nil", "_ = same\n	return endpoint, err == nil"},
	{"keys: jwks_uri by http", "fetch.go", "same && err == nil", "same"},
	{"keys: status", "fetch.go", "if res.StatusCode != http.StatusOK {", "if res.StatusCode >= 300 {"},
	{"keys: 24 hours", "remote.go", "now.Sub(s.at) < hardEnd", "true"},
	{"keys: 10 minutes", "remote.go", "within(now, s.at, s.fresh)", "true"},
	{"keys: budget", "remote.go", "if !r.budget.take(now) {", "if false {"},
	{"keys: unknown ids", "remote.go", "case r.unknown.has(kid, now):", "case false:"},
	{"keys: doubt is no forgery", "verifier.go", "case errors.Is(err, ErrKeysUnavailable):\n		return nil, err", "case errors.Is(err, ErrKeysUnavailable):\n		return nil, errUnknownKey"},
}

const folder = "../.."

func TestMutations(t *testing.T) {
	for _, m := range mutations {
		t.Run(m.name, func(t *testing.T) {
			source, err := os.ReadFile(filepath.Join(folder, m.file))
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(source), m.old); n != 1 {
				t.Fatalf("%q occurs %d times in %s", m.old, n, m.file)
			}
			if os.Getenv("MUTATE") == "" {
				t.Skip("set MUTATE=1 to break this check and run the tests")
			}
			run(t, m.file, strings.Replace(string(source), m.old, m.broken, 1))
		})
	}
}

// run tests the packages with one file replaced, and wants a test to fail, and not the compiler.
func run(t *testing.T, file, broken string) {
	t.Helper()
	original, err := filepath.Abs(filepath.Join(folder, file))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	replacement, overlay := filepath.Join(dir, "broken.go"), filepath.Join(dir, "overlay.json")
	list, err := json.Marshal(map[string]map[string]string{"Replace": {original: replacement}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{replacement: []byte(broken), overlay: list} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-failfast", "-overlay", overlay, ".", "./internal/jose", "./internal/strictjson", "./internal/base64url")
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	switch text := string(out); {
	case strings.Contains(text, "build failed"), strings.Contains(text, "setup failed"):
		t.Fatal("the broken code does not compile:", text)
	case err == nil:
		t.Error("no test noticed")
	default:
		name, _, _ := strings.Cut(text[strings.Index(text, "--- FAIL: ")+1:], "\n")
		t.Log(name)
	}
}
