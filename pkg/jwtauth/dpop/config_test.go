package dpop_test

import (
	"strings"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth/dpop"
)

// New returns every complaint at once.
func TestConfig(t *testing.T) {
	const badOrigin = "is not an https origin, or an http origin of a loopback host, without a path"
	good := dpop.Config{Origins: []string{origin}, Replay: anyStore{}}
	for name, c := range map[string]struct {
		edit func(*dpop.Config)
		want []string
	}{
		"good": {func(*dpop.Config) {}, nil},
		"http on loopback": {func(c *dpop.Config) {
			c.Origins = []string{"http://127.0.0.1:8080", "http://localhost", "http://[::1]:1"}
		}, nil},
		"empty":             {func(c *dpop.Config) { *c = dpop.Config{} }, []string{"Origins is required", "Replay is required"}},
		"http":              {func(c *dpop.Config) { c.Origins = []string{"http://api.example"} }, []string{badOrigin}},
		"another scheme":    {func(c *dpop.Config) { c.Origins = []string{"ftp://api.example"} }, []string{badOrigin}},
		"host only":         {func(c *dpop.Config) { c.Origins = []string{"api.example"} }, []string{badOrigin}},
		"path":              {func(c *dpop.Config) { c.Origins = []string{origin + "/v1"} }, []string{badOrigin}},
		"slash":             {func(c *dpop.Config) { c.Origins = []string{origin + "/"} }, []string{badOrigin}},
		"query":             {func(c *dpop.Config) { c.Origins = []string{origin + "?a"} }, []string{badOrigin}},
		"fragment":          {func(c *dpop.Config) { c.Origins = []string{origin + "#"} }, []string{badOrigin}},
		"user":              {func(c *dpop.Config) { c.Origins = []string{"https://user@api.example"} }, []string{"is not an origin"}},
		"no host":           {func(c *dpop.Config) { c.Origins = []string{"https://"} }, []string{"is not an origin"}},
		"one good, one bad": {func(c *dpop.Config) { c.Origins = []string{origin, ""} }, []string{badOrigin}},
		"symmetric":         {func(c *dpop.Config) { c.Algorithms = []string{"ES256", "HS256"} }, []string{`"HS256" is not an asymmetric`}},
		"none":              {func(c *dpop.Config) { c.Algorithms = []string{"none"} }, []string{`"none" is not an asymmetric`}},
		"window negative":   {func(c *dpop.Config) { c.Window = -1 }, []string{"Window must be"}},
		"window long":       {func(c *dpop.Config) { c.Window = 5*time.Minute + 1 }, []string{"Window must be"}},
		"nonce key short":   {func(c *dpop.Config) { c.NonceKeys = [][]byte{key(1), key(2)[1:]} }, []string{"NonceKeys has a key of less than 32 bytes"}},
		"lifetime short":    {func(c *dpop.Config) { c.NonceLifetime = time.Second }, []string{"NonceLifetime must be"}},
		"lifetime long":     {func(c *dpop.Config) { c.NonceLifetime = 2 * time.Hour }, []string{"NonceLifetime must be"}},
		"several": {
			func(c *dpop.Config) { c.Replay, c.Window, c.Algorithms = nil, -1, []string{"x"} },
			[]string{"Replay is required", "Window must be", `"x" is not`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := good
			c.edit(&cfg)
			v, err := dpop.New(cfg)
			if (v == nil) != (len(c.want) > 0) || (err == nil) != (len(c.want) == 0) {
				t.Fatalf("%v, %v", v != nil, err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v does not say %q", err, want)
				}
			}
		})
	}
}
