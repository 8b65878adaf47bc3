package dpop_test

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth/dpop"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// BenchmarkVerify takes turns between the check of a proof and the raw cryptography in it, so
// that a busy machine slows both, and reports the ratio of the medians.
func BenchmarkVerify(b *testing.B) {
	for name, cfg := range map[string]dpop.Config{
		"ES256":           {},
		"ES256 and nonce": {NonceKeys: [][]byte{key(1)}},
	} {
		c := newClient(b, "ES256")
		c.raw = c.issuer.Token(jwtauthtest.BoundTo(c.key), jwtauthtest.Claim("x", strings.Repeat("x", 400))) // 1.1 KB
		v := newVerifier(b, cfg)
		var proofs []string
		for range 512 {
			proofs = append(proofs, c.proof(claim("nonce", v.Nonce())))
		}
		raw := rawCheck(b, c, proofs[0])
		next := 0
		verify := func() bool {
			if next++; next%len(proofs) == 0 { // each proof passes once
				v = newVerifier(b, cfg)
			}
			return v.Verify(b.Context(), c.request(proofs[next%len(proofs)])) == nil
		}
		b.Run(name, func(b *testing.B) {
			v = newVerifier(b, cfg)
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

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

// rawCheck is the least that any check of this signature must do.
func rawCheck(tb testing.TB, c *client, proof string) func() bool {
	tb.Helper()
	dot := strings.LastIndexByte(proof, '.')
	signature, err := base64.RawURLEncoding.DecodeString(proof[dot+1:])
	if err != nil {
		tb.Fatal(err)
	}
	public := c.key.Public().(*ecdsa.PublicKey)
	input := []byte(proof[:dot])
	return func() bool {
		digest := sha256.Sum256(input)
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		return ecdsa.Verify(public, digest[:], r, s)
	}
}
