package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

func oursStatic(ctx context.Context, i *issuer, _ string) (contender, error) {
	v, err := verifier(i, 0)
	return ours(ctx, "here, static keys", i, v), err
}

func oursRemote(ctx context.Context, i *issuer, url string) (contender, error) {
	keys, err := jwtauth.NewRemoteKeySet(jwtauth.RemoteConfig{URL: url})
	if err != nil {
		return contender{}, err
	}
	v, err := jwtauth.New(config(i, 0), keys)
	return ours(ctx, "here, remote keys", i, v), err
}

func ours(ctx context.Context, name string, i *issuer, v *jwtauth.Verifier) contender {
	return contender{name, func() error {
		token, err := v.Verify(ctx, i.token)
		if err != nil {
			return err
		}
		if !token.HasScope(scope) {
			return errScope
		}
		return nil
	}}
}

var errAccepted = errors.New("a bad token was accepted, or refused for another reason")

// refusing measures the cost of tokens that the issuer did not sign.
func refusing(ctx context.Context, stdout io.Writer, m meter) error {
	i, err := newIssuer("RS256")
	if err != nil {
		return err
	}
	first, err := raw(i)
	if err != nil {
		return err
	}
	v, err := verifier(i, 0)
	if err != nil {
		return err
	}
	all := []contender{first}
	for _, g := range badTokens(i) {
		all = append(all, contender{g.name, func() error {
			if _, err := v.Verify(ctx, g.token); !errors.Is(err, g.want) {
				return fmt.Errorf("%w: %w", errAccepted, err)
			}
			return nil
		}})
	}
	return m.print(stdout, "refusing bad tokens", all)
}

func verifier(i *issuer, cache int) (*jwtauth.Verifier, error) {
	keys, err := jwtauth.ParseKeySet(i.jwks)
	if err != nil {
		return nil, err
	}
	return jwtauth.New(config(i, cache), keys)
}

func config(i *issuer, cache int) jwtauth.Config {
	return jwtauth.Config{Issuer: issuerURL, Audiences: []string{audience}, Algorithms: []string{i.alg}, CacheSize: cache}
}

type badToken struct {
	name, token string
	want        error
}

// badTokens are refused before a key is looked up, except for the last one, of which only the
// signature is wrong.
func badTokens(i *issuer) []badToken {
	input, signature := parts(i.token)
	_, payload, _ := strings.Cut(input, ".")
	return []badToken{
		{"no token", strings.Repeat("x", 1100), jwtauth.InvalidToken},
		{"8 KiB of dots", strings.Repeat(".", 8<<10), jwtauth.InvalidToken},
		{"algorithm none", header("none", i.kid) + "." + payload + "." + signature, jwtauth.InvalidToken},
		{"foreign issuer", header("RS256", i.kid) + "." + foreign() + "." + signature, jwtauth.InvalidClaims},
		{"bad signature", header("RS256", i.kid) + "." + payload + "." + signature[:len(signature)-4] + "AAAA", jwtauth.InvalidSignature},
	}
}

func header(alg, kid string) string {
	return b64([]byte(`{"alg":"` + alg + `","typ":"JWT","kid":"` + kid + `"}`))
}

func foreign() string {
	c := claims()
	c["iss"] = "https://other.example/"
	raw, err := json.Marshal(c)
	if err != nil {
		panic(err) // claims is a map of strings and numbers
	}
	return b64(raw)
}
