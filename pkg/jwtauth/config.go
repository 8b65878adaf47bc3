package jwtauth

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"example.com/securedpets/pkg/jwtauth/internal/jose"
)

// Profile says which kind of token a Verifier accepts. Both kinds are signed with the same keys, so
// without a profile one passes for the other.
type Profile int

const (
	// AccessToken is for APIs (RFC 9068, and the plain "JWT" that most issuers send): the audience
	// is the API. A token that bears a mark of an ID token is refused, even when it names the API
	// as its audience.
	AccessToken Profile = iota
	// IDToken is for applications (OpenID Connect Core section 2): every audience must be one of
	// Config.Audiences, which are client ids, and azp too when present.
	IDToken
)

// Config is the policy of a [Verifier]. There is no setting that turns a check off; a zero Config
// is refused by [New].
type Config struct {
	// Issuer is the exact value of the iss claim, as a URL: https, or http on a loopback host.
	// Auth0's end with a slash. Required.
	Issuer string

	// Audiences are the API identifiers (or, for ID tokens, client ids) of which the aud claim must
	// name one. Required.
	Audiences []string

	// AllAudiences requires every one of Audiences in the aud claim: for a token that must be meant
	// for an API and its group of APIs, say. By default, one suffices.
	AllAudiences bool

	// Algorithms are the accepted signature algorithms: RS256, RS384, RS512, PS256, PS384, PS512,
	// ES256, ES384, ES512, EdDSA (with Ed25519, under either name). By default, RS256 and ES256.
	Algorithms []string

	// Profile is the kind of token. By default, AccessToken.
	Profile Profile

	// RequireAccessTokenType accepts only access tokens of RFC 9068: with the type at+jwt in the
	// header, which no other kind of token has, and with the claims client_id, iat and jti. By
	// default, tokens of the type JWT and without a type are accepted too, because most issuers
	// send those.
	RequireAccessTokenType bool

	// MaxTokenBytes is the size of the largest token, at most 16384. Larger than 8 KiB are tokens
	// with many groups; API Gateway and some proxies limit all headers to 10 KiB. By default, 8192.
	MaxTokenBytes int

	// Leeway is how far the clocks of the issuer and of this machine may differ, at most 5 minutes.
	// By default, 0.
	Leeway time.Duration

	// MaxAge is how long after iat a token is accepted, whatever its exp says; iat is then
	// required. By default, exp alone decides.
	MaxAge time.Duration

	// ClientIDAudience lets client_id stand in for aud in tokens that have no aud at all, as Amazon
	// Cognito's access tokens, and as API Gateway does. A wrong aud is never rescued. By default,
	// aud is required.
	ClientIDAudience bool

	// ScopeClaim is the claim with the scopes, read as those are: a list of strings, or a string
	// that is split at spaces. Dots lead into objects (realm_access.roles), except in a URL
	// (https://api.example/roles). No other claim counts then, and a token without it has no scope.
	// By default, scp if present, else scope.
	ScopeClaim string

	// Permissions reads the permissions claim (Auth0's role-based access control), which
	// Token.HasScope then counts as well. By default, it is ignored: it is not a scope, and API
	// Gateway does not know it.
	Permissions bool

	// Confirmations are the methods of the cnf claim (RFC 7800) whose proof the caller of Verify
	// checks: ConfirmationDPoP, ConfirmationMTLS. A bound token is accepted if all members of its
	// cnf are among them, and Token.Confirmation says what must be proved. A caller that does not
	// look at it accepts stolen tokens; the guards of package authorizer do look. By default, none:
	// a bound token is refused with InvalidClaims.
	Confirmations []string

	// IgnoreConfirmation accepts a token with a cnf claim (RFC 7800) as a bearer token: the proof
	// that its client holds the key is not checked, so a stolen token works for the thief, which
	// DPoP and mTLS binding are there to prevent. By default, such a token is refused with
	// InvalidClaims.
	IgnoreConfirmation bool

	// CacheSize is the number of verified tokens to remember, at most 1024, each until it expires,
	// for 60 seconds, or until its key leaves the key set. A remembered token is found by its full
	// text. By default, 0: every token is verified every time.
	CacheSize int

	// Observe is called after each Verify, by the goroutine that called it, so it must be quick and
	// safe for concurrent use. By default, there is no observer.
	Observe func(Event)

	// Now is the clock for exp, nbf and iat. By default, time.Now.
	Now func() time.Time
}

const (
	maxLeeway    = 5 * time.Minute
	maxCacheSize = 1024
)

// check returns every complaint about the configuration, joined, and the algorithms it allows.
func (c Config) check(keys KeySet) (jose.Set, error) {
	algorithms, err := parseAlgorithms(c.Algorithms)
	complaints := []error{checkIssuer(c.Issuer), err, checkScopeClaim(c.ScopeClaim)}
	complain := func(bad bool, text string) {
		if bad {
			complaints = append(complaints, errors.New("jwtauth: "+text))
		}
	}
	complain(len(c.Audiences) == 0, "Audiences is required: a token for another API must not pass")
	for _, audience := range c.Audiences {
		complain(audience == "", "Audiences has an empty entry")
	}
	complain(c.Profile != AccessToken && c.Profile != IDToken, "Profile is neither AccessToken nor IDToken")
	complain(c.RequireAccessTokenType && c.Profile == IDToken,
		"RequireAccessTokenType would refuse every ID token")
	complain(c.ClientIDAudience && (c.AllAudiences || c.RequireAccessTokenType),
		"ClientIDAudience would accept what AllAudiences and RequireAccessTokenType refuse: a token without aud")
	complain(c.MaxTokenBytes < 0 || c.MaxTokenBytes > maxLarge, "MaxTokenBytes must be between 0 and 16384")
	complain(c.Leeway < 0 || c.Leeway > maxLeeway, "Leeway must be between 0 and 5 minutes")
	for _, method := range c.Confirmations {
		complain(!slices.Contains(confirmationMethods, method), "Confirmations has an unknown method")
	}
	complain(c.IgnoreConfirmation && len(c.Confirmations) > 0,
		"IgnoreConfirmation would accept what Confirmations promises to check")
	complain(c.MaxAge < 0, "MaxAge must not be negative")
	complain(c.CacheSize < 0 || c.CacheSize > maxCacheSize, "CacheSize must be between 0 and 1024")
	bound, remote := keys.(*RemoteKeySet)
	complain(keys == nil || remote && bound == nil, "a KeySet is required")
	if bound != nil {
		complain(bound.issuer != "" && bound.issuer != c.Issuer, "the key set belongs to another issuer")
	}
	return algorithms, errors.Join(complaints...)
}

func parseAlgorithms(list []string) (jose.Set, error) {
	if len(list) == 0 {
		return jose.SetOf(jose.RS256, jose.ES256), nil
	}
	var set jose.Set
	for _, name := range list {
		a, ok := jose.ParseAlgorithm(name)
		if !ok {
			return 0, fmt.Errorf("jwtauth: Algorithms: %q is not an asymmetric signature algorithm", name)
		}
		set |= jose.SetOf(a)
	}
	return set, nil
}
