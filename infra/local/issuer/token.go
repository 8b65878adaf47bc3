package issuer

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"example.com/securedpets/infra/local/issuer/internal/tenant"
)

// userScopes are the OpenID Connect scopes that the page requests.
var userScopes = []string{"openid", "profile", "email"}

// Token mints an access token for a user of users.json, or for "machine", by
// the same decision as a login that requests every scope. It needs no running
// server.
func (i *Issuer) Token(ctx context.Context, as string) (string, error) {
	if as == "machine" {
		return i.machineToken()
	}
	user, ok := i.tenant.UserAs(as)
	if !ok {
		return "", fmt.Errorf("%w: AS is one of %s", ErrUnknownUser, i.names())
	}
	d, err := i.tenant.Login(ctx, tenant.Login{
		Client: i.web, User: user, Audience: i.tenant.API.Identifier,
		Scopes: slices.Concat(userScopes, i.tenant.API.ScopeNames()),
	})
	if err != nil {
		return "", err
	}
	return i.sign(i.accessClaims(i.web.ID, user.ID, d))
}

func (i *Issuer) names() string {
	names := make([]string, 0, len(i.tenant.Users))
	for _, u := range i.tenant.Users {
		names = append(names, u.As)
	}
	return strings.Join(names, ", ")
}

func (i *Issuer) machineToken() (string, error) {
	d, err := i.tenant.Machine(i.machine, i.tenant.API.Identifier, nil)
	if err != nil {
		return "", err
	}
	return i.sign(i.accessClaims(i.machine.ID, machineSubject(i.machine.ID), d))
}

func machineSubject(clientID string) string { return clientID + "@clients" }

// accessClaims returns the claims of Auth0's access_token and
// access_token_authz dialects.
// https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis
func (i *Issuer) accessClaims(clientID, subject string, d tenant.Decision) map[string]any {
	now := i.now().Unix()
	claims := maps.Clone(d.AccessClaims)
	if claims == nil {
		claims = map[string]any{}
	}
	maps.Copy(claims, map[string]any{
		"iss": i.url, "sub": subject, "aud": d.Audience, "iat": now, "exp": now + int64(i.lifetime(clientID)/time.Second),
		"azp": clientID, "scope": strings.Join(d.Scopes, " "),
	})
	if slices.Contains(d.Scopes, "openid") {
		claims["aud"] = []string{d.Audience, i.url + "userinfo"}
	}
	if subject == machineSubject(clientID) {
		claims["gty"] = "client-credentials"
	}
	if d.Permissions != nil {
		claims["permissions"] = d.Permissions
	}
	return claims
}

// profileClaims returns the standard claims of the granted scopes (OpenID
// Connect Core, section 5.4).
func profileClaims(u tenant.User, scopes []string) map[string]any {
	claims := map[string]any{}
	if slices.Contains(scopes, "profile") {
		claims["name"] = u.Name
		claims["nickname"], _, _ = strings.Cut(u.Email, "@")
	}
	if slices.Contains(scopes, "email") {
		claims["email"] = u.Email
		claims["email_verified"] = u.EmailVerified
	}
	return claims
}

// sign returns a JWT with Auth0's header: alg, typ "JWT", kid.
func (i *Issuer) sign(claims map[string]any) (string, error) {
	key := i.keys.current()[0]
	header, err := json.Marshal(map[string]string{"alg": "RS256", "typ": "JWT", "kid": key.id})
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(payload)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key.private, crypto.SHA256, digest[:])
	if err != nil {
		return "", err
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}
