package jwtauth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// bigToken is about what Auth0 issues to an API: 1.1 KB with an RSA signature.
func bigToken(i *jwtauthtest.Issuer, edits ...jwtauthtest.Edit) string {
	return i.Token(append([]jwtauthtest.Edit{
		jwtauthtest.Scopes("openid", "profile", "email", "read:unicorn", "list:unicorns", "update:pets", "purchase:pets"),
		jwtauthtest.Claim("https://api.example/email", "a.person.with.a.long.name@mail.example.com"),
		jwtauthtest.Claim("https://api.example/roles", []string{"unicorn-trainer", "unicorn-rider"}),
		jwtauthtest.Claim("jti", "8WqLp0c2gVdQyK5hT3zRnXsEuFbMaJ1o"),
		jwtauthtest.Claim("gty", "password"),
	}, edits...)...)
}

// staticVerifier is a verifier without a network, for measuring.
func staticVerifier(tb testing.TB, i *jwtauthtest.Issuer, cfg jwtauth.Config) *jwtauth.Verifier {
	tb.Helper()
	keys, err := jwtauth.ParseKeySet(i.JWKS())
	if err != nil {
		tb.Fatal(err)
	}
	cfg.Issuer, cfg.Audiences = i.URL, []string{jwtauthtest.Audience}
	v, err := jwtauth.New(cfg, keys)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// BenchmarkVerify takes turns between a verification and the raw cryptography in it, so that a busy
// machine slows both, and reports the ratio of the medians: what this package costs.
func BenchmarkVerify(b *testing.B) {
	for _, alg := range []string{"RS256", "ES256"} {
		issuer := jwtauthtest.NewIssuer(b)
		key := issuer.Rotate("bench", alg)
		token := bigToken(issuer)
		v := staticVerifier(b, issuer, jwtauth.Config{})
		raw := rawCheck(b, token, key.Public())
		verify := func() bool {
			_, err := v.Verify(b.Context(), token)
			return err == nil
		}
		b.Run(alg, func(b *testing.B) {
			var ours, theirs []time.Duration
			for b.Loop() {
				theirs = append(theirs, timed(b, raw))
				ours = append(ours, timed(b, verify))
			}
			b.ReportMetric(float64(median(ours))/float64(median(theirs)), "x-raw")
			b.ReportMetric(testing.AllocsPerRun(100, func() { verify() }), "allocs/verify")
			b.ReportMetric(testing.AllocsPerRun(100, func() { raw() }), "allocs/raw")
			b.ReportMetric(float64(median(ours)), "ns/verify")
		})
	}
}

func timed(tb testing.TB, check func() bool) time.Duration {
	start := time.Now()
	ok := check()
	took := time.Since(start)
	if !ok {
		tb.Fatal("the wrong result")
	}
	return took
}

// quick measures something too short for the clock, a hundred at a time, and reports the median of
// those for one.
func quick(b *testing.B, check func() bool) {
	b.Helper()
	var took []time.Duration
	for b.Loop() {
		took = append(took, timed(b, func() bool {
			for range 99 {
				check()
			}
			return check()
		}))
	}
	b.ReportMetric(float64(median(took))/100, "ns/one")
	b.ReportMetric(testing.AllocsPerRun(100, func() { check() }), "allocs/one")
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

// rawCheck is the least that any verification of this signature must do.
func rawCheck(tb testing.TB, token string, public crypto.PublicKey) func() bool {
	tb.Helper()
	dot := strings.LastIndexByte(token, '.')
	signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	if err != nil {
		tb.Fatal(err)
	}
	input := []byte(token[:dot])
	if key, ok := public.(*rsa.PublicKey); ok {
		return func() bool {
			digest := sha256.Sum256(input)
			return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
		}
	}
	key := public.(*ecdsa.PublicKey)
	return func() bool {
		digest := sha256.Sum256(input)
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		return ecdsa.Verify(key, digest[:], r, s)
	}
}

// BenchmarkRefuse is about tokens that are refused before any cryptography, by a verifier that has
// seen a good one.
func BenchmarkRefuse(b *testing.B) {
	issuer := jwtauthtest.NewIssuer(b)
	v := staticVerifier(b, issuer, jwtauth.Config{})
	if _, err := v.Verify(b.Context(), bigToken(issuer)); err != nil {
		b.Fatal(err)
	}
	for name, token := range map[string]string{
		"shape":     strings.Replace(bigToken(issuer), ".", "!", 1),
		"charset":   bigToken(issuer) + "=",
		"algorithm": bigToken(issuer, jwtauthtest.Header("alg", "HS256")),
		"issuer":    bigToken(issuer, jwtauthtest.Claim("iss", "https://foreign.example/")),
		"key id":    bigToken(issuer, jwtauthtest.Header("kid", "another")),
		"dots":      strings.Repeat(".", 1<<20),
	} {
		b.Run(name, func(b *testing.B) {
			quick(b, func() bool {
				_, err := v.Verify(b.Context(), token)
				return err != nil
			})
		})
	}
}

func BenchmarkCacheHit(b *testing.B) {
	issuer := jwtauthtest.NewIssuer(b)
	token := bigToken(issuer)
	for name, v := range map[string]*jwtauth.Verifier{
		"static": staticVerifier(b, issuer, jwtauth.Config{CacheSize: 16}),
		"remote": issuer.NewVerifier(jwtauth.Config{CacheSize: 16, Now: time.Now}),
	} {
		b.Run(name, func(b *testing.B) {
			quick(b, func() bool {
				_, err := v.Verify(b.Context(), token)
				return err == nil
			})
		})
	}
}

func BenchmarkKey(b *testing.B) {
	issuer := jwtauthtest.NewIssuer(b)
	keys := issuer.KeySet(jwtauth.RemoteConfig{})
	quick(b, func() bool {
		_, err := keys.Key(b.Context(), "k1")
		return err == nil
	})
}
