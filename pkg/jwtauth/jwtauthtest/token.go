package jwtauthtest

import (
	"encoding/json"
	"maps"
	"strings"
	"time"
)

// Draft is a token before it is signed.
type Draft struct {
	Header map[string]any
	Claims map[string]any

	// HeaderJSON and ClaimsJSON, when not empty, are used as they are instead of the maps: for
	// documents that no map makes.
	HeaderJSON, ClaimsJSON string

	// Key signs; by default, the newest published key.
	Key *Key

	// Sign makes the signature of header.payload; by default, Key does.
	Sign func(input string) []byte

	// After edits the finished token.
	After []func(token string) string
}

// Edit changes a draft.
type Edit func(*Draft)

// Token returns an access token for [Audience] that is good for an hour, changed by the edits.
func (i *Issuer) Token(edits ...Edit) string {
	now := i.Now().Unix()
	return i.finish(&Draft{
		Claims: map[string]any{
			"iss": i.URL, "sub": Subject, "aud": []string{Audience, i.URL + "userinfo"},
			"iat": now, "exp": now + 3600, "azp": ClientID, "scope": "openid profile",
		},
	}, edits)
}

// IDToken returns an ID token for [ClientID] that is good for an hour, changed by the edits.
func (i *Issuer) IDToken(edits ...Edit) string {
	now := i.Now().Unix()
	return i.finish(&Draft{
		Claims: map[string]any{
			"iss": i.URL, "sub": Subject, "aud": ClientID, "iat": now, "exp": now + 3600,
			"nonce": "n-1", "email": "user-1@example.com", "email_verified": true,
		},
	}, edits)
}

// finish and what it calls do without tb.Helper, which panics in a fuzz target when the Issuer
// belongs to the testing.F.
func (i *Issuer) finish(d *Draft, edits []Edit) string {
	d.Header = map[string]any{"typ": "JWT"}
	for _, edit := range edits {
		edit(d)
	}
	if d.Key == nil {
		d.Key = i.signer()
	}
	header := map[string]any{"alg": d.Key.Algorithm, "kid": d.Key.ID}
	maps.Copy(header, d.Header)
	input := encode(i.document(d.HeaderJSON, header)) + "." + encode(i.document(d.ClaimsJSON, d.Claims))
	token := input + "." + encode(i.signature(d, input))
	for _, after := range d.After {
		token = after(token)
	}
	return token
}

func (i *Issuer) signature(d *Draft, input string) []byte {
	if d.Sign != nil {
		return d.Sign(input)
	}
	signature, err := d.Key.sign(input)
	if err != nil {
		i.tb.Fatal(err)
	}
	return signature
}

// document spells a map, without the members that [Without] and its like have marked.
func (i *Issuer) document(text string, m map[string]any) []byte {
	if text != "" {
		return []byte(text)
	}
	m = maps.Clone(m)
	maps.DeleteFunc(m, func(_ string, v any) bool { return v == absent{} })
	doc, err := json.Marshal(m)
	if err != nil {
		i.tb.Fatal(err)
	}
	return doc
}

// absent marks a member that must not be there, even though it is there by default.
type absent struct{}

// Claim sets a claim to anything that encoding/json can spell; a json.RawMessage is spelled as it
// is.
func Claim(name string, value any) Edit { return func(d *Draft) { d.Claims[name] = value } }

// Without leaves claims out.
func Without(names ...string) Edit {
	return func(d *Draft) {
		for _, name := range names {
			d.Claims[name] = absent{}
		}
	}
}

// Header sets a header parameter.
func Header(name string, value any) Edit { return func(d *Draft) { d.Header[name] = value } }

// WithoutHeader leaves header parameters out, also alg and kid.
func WithoutHeader(names ...string) Edit {
	return func(d *Draft) {
		for _, name := range names {
			d.Header[name] = absent{}
		}
	}
}

// ClaimsJSON uses text as the payload.
func ClaimsJSON(text string) Edit { return func(d *Draft) { d.ClaimsJSON = text } }

// HeaderJSON uses text as the header.
func HeaderJSON(text string) Edit { return func(d *Draft) { d.HeaderJSON = text } }

// Scopes sets the scope claim.
func Scopes(scopes ...string) Edit { return Claim("scope", strings.Join(scopes, " ")) }

// AudienceOf sets the aud claim: one string, or a list.
func AudienceOf(audiences ...string) Edit {
	if len(audiences) == 1 {
		return Claim("aud", audiences[0])
	}
	return Claim("aud", audiences)
}

// SubjectOf sets the sub claim.
func SubjectOf(subject string) Edit { return Claim("sub", subject) }

// ExpiresIn moves exp to that far from now; by a negative duration, to the past.
func ExpiresIn(d time.Duration) Edit {
	return func(draft *Draft) {
		iat, _ := draft.Claims["iat"].(int64)
		draft.Claims["exp"] = iat + int64(d/time.Second)
	}
}

// SignedBy signs with this key and names it in the header.
func SignedBy(key *Key) Edit { return func(d *Draft) { d.Key = key } }

// ForgedBy signs with this key but names the issuer's own in the header.
func ForgedBy(i *Issuer, key *Key) Edit {
	return func(d *Draft) {
		d.Key = key
		d.Header["kid"] = i.signer().ID
	}
}

// Signature replaces the signature; sign gets header.payload.
func Signature(sign func(input string) []byte) Edit { return func(d *Draft) { d.Sign = sign } }

// Raw edits the finished token.
func Raw(edit func(token string) string) Edit {
	return func(d *Draft) { d.After = append(d.After, edit) }
}
