package jwtauth

import (
	"slices"
	"strings"
	"time"

	"example.com/securedpets/pkg/strictjson"
)

const (
	maxSubject   = 256
	maxIatAhead  = 60 * time.Second
	minTimestamp = -62135596800 // the year 1
	maxTimestamp = 253402300799 // the end of the year 9999
)

var (
	errIssuer      = &rule{InvalidClaims, "iss is not the issuer"}
	errAudience    = &rule{InvalidClaims, "aud does not name this audience"}
	errKind        = &rule{InvalidClaims, "this is another kind of token"}
	errSubject     = &rule{InvalidClaims, "sub is not a usable subject"}
	errClaimType   = &rule{InvalidClaims, "a claim has the wrong type"}
	errScopes      = &rule{InvalidClaims, "the scopes are not a string or a list of strings"}
	errExpMissing  = &rule{InvalidClaims, "exp is not a time"}
	errNotBefore   = &rule{InvalidClaims, "nbf is not a time in the past"}
	errIssuedAt    = &rule{InvalidClaims, "iat is not a time in the past"}
	errTooOld      = &rule{TokenExpired, "the token was issued too long ago"}
	errTokenExpiry = &rule{TokenExpired, "exp has passed"}
	errRequired    = &rule{InvalidClaims, "a claim that an access token requires is missing"}
)

// claims are the positions of the claims that are checked. An absent one has the zero Value.
type claims struct {
	iss, sub, aud, exp, nbf, iat, jti  strictjson.Value
	cnf                                strictjson.Value
	clientID, azp, cid, appid          strictjson.Value
	scp, scope, permissions            strictjson.Value
	tokenUse, typ, idMark, eventsClaim strictjson.Value
}

func sortClaims(doc []byte, members []strictjson.Member) (c claims) {
	for _, m := range members {
		if slot := c.slot(strictjson.Bytes(doc, m.Name)); slot != nil {
			*slot = m.Value
		}
	}
	return c
}

// slot returns the place of the claim with this exact name, nil for other claims. The marks of an
// ID token share one place: each of them suffices.
func (c *claims) slot(name []byte) *strictjson.Value {
	switch string(name) {
	case "iss":
		return &c.iss
	case "sub":
		return &c.sub
	case "aud":
		return &c.aud
	case "exp":
		return &c.exp
	case "nbf":
		return &c.nbf
	case "iat":
		return &c.iat
	case "jti":
		return &c.jti
	case "cnf":
		return &c.cnf
	case "client_id":
		return &c.clientID
	case "azp":
		return &c.azp
	case "cid": // Okta
		return &c.cid
	case "appid": // Microsoft Entra, version 1.0
		return &c.appid
	case "scp":
		return &c.scp
	case "scope":
		return &c.scope
	case "permissions":
		return &c.permissions
	case "token_use": // Amazon Cognito: "access" or "id"
		return &c.tokenUse
	case "typ": // Keycloak: "Bearer", "ID", "Refresh", "Offline", "Logout"; others: anything
		return &c.typ
	case "nonce", "at_hash", "c_hash", "s_hash": // OpenID Connect Core sections 2 and 3.3.2.11
		return &c.idMark
	case "events": // a logout or security event token (RFC 8417)
		return &c.eventsClaim
	}
	return nil
}

// isAny reports whether a value is one of these strings.
func isAny(doc []byte, v strictjson.Value, list ...string) bool {
	return v.Kind == strictjson.String && slices.Contains(list, string(strictjson.Bytes(doc, v)))
}

// tokenBuf holds a token and the lists of most tokens in one allocation.
type tokenBuf struct {
	token     Token
	audiences [2]string
	scopes    [8]string
}

// checkClaims checks the claims of a token with a valid signature, and returns them as a Token. The
// expiry comes last: after TokenExpired, a newer token of the same kind passes, so a client can act
// on it.
func (v *Verifier) checkClaims(s *scratch, key *Key) (*Token, error) {
	buf := &tokenBuf{}
	t := &buf.token
	t.Issuer, t.KeyID, t.Algorithm = v.issuer, key.key.ID, s.header.algorithm.String()
	t.payload = string(s.payload)
	b := builder{doc: s.payload, text: t.payload, all: s.all, claims: &s.claims, token: t}
	if err := b.identity(); err != nil {
		return nil, err
	}
	if err := v.checkAudience(&b, buf.audiences[:0]); err != nil {
		return nil, err
	}
	if err := v.checkKind(&b, s.header.typ); err != nil {
		return nil, err
	}
	if err := b.scopes(buf.scopes[:0], v.scopePath, v.permissions); err != nil {
		return nil, err
	}
	if err := v.checkTimes(&b); err != nil {
		return nil, err
	}
	return t, nil
}

// builder turns positions into the fields of a token.
type builder struct {
	doc    []byte
	text   string // doc again: strings taken from it need no copy
	all    []strictjson.Member
	claims *claims
	token  *Token
}

// identity reads who the token is about and for.
func (b *builder) identity() error {
	c := b.claims
	if c.sub.Kind != strictjson.String {
		return errSubject
	}
	b.token.Subject = strictjson.Text(b.text, c.sub)
	if n := len(b.token.Subject); n == 0 || n > maxSubject {
		return errSubject
	}
	var azp string
	for _, optional := range []struct {
		value strictjson.Value
		field *string
	}{{c.jti, &b.token.ID}, {c.clientID, &b.token.ClientID}, {c.azp, &azp}} {
		switch optional.value.Kind {
		case strictjson.Absent:
		case strictjson.String:
			*optional.field = strictjson.Text(b.text, optional.value)
		default:
			return errClaimType
		}
	}
	if c.clientID.Kind == strictjson.Absent {
		b.token.ClientID = azp
		if c.azp.Kind == strictjson.Absent {
			b.token.ClientID = b.vendorClientID()
		}
	}
	return nil
}

// vendorClientID reads the client from claims that no standard names. Of another type, they are
// another issuer's claims and say nothing.
func (b *builder) vendorClientID() string {
	for _, v := range [...]strictjson.Value{b.claims.cid, b.claims.appid} {
		if v.Kind == strictjson.String {
			return strictjson.Text(b.text, v)
		}
	}
	return ""
}

// checkAudience requires one of the audiences in aud (RFC 7519 section 4.1.3), or all of them.
func (v *Verifier) checkAudience(b *builder, buf []string) error {
	c := b.claims
	if c.aud.Kind == strictjson.Absent && v.clientIDAudience && c.clientID.Kind == strictjson.String {
		if slices.Contains(v.audiences, b.token.ClientID) {
			return nil
		}
		return errAudience
	}
	list, ok := b.strings(c.aud, buf, func(s string) []string { return []string{s} })
	if !ok {
		return errAudience
	}
	b.token.Audiences = list
	if !slices.ContainsFunc(list, v.isAudience) {
		return errAudience
	}
	for _, audience := range v.audiences {
		if v.allAudiences && !slices.Contains(list, audience) {
			return errAudience
		}
	}
	return nil
}

func (v *Verifier) isAudience(s string) bool { return slices.Contains(v.audiences, s) }

// checkKind accepts only the kind of token of the profile: the same keys sign access tokens, ID
// tokens and others.
func (v *Verifier) checkKind(b *builder, typ tokenType) error {
	c := b.claims
	if c.eventsClaim.Kind != strictjson.Absent {
		return errKind
	}
	if c.cnf.Kind != strictjson.Absent && !v.ignoreConfirmation {
		if err := b.confirmation(v.confirmations); err != nil {
			return err
		}
	}
	if v.profile == IDToken {
		return v.checkIDToken(b, typ)
	}
	if v.accessTokenType && !c.isComplete() {
		return errRequired
	}
	switch {
	case c.tokenUse.Kind != strictjson.Absent && !isAny(b.doc, c.tokenUse, "access"),
		isAny(b.doc, c.typ, "ID", "Refresh", "Offline", "Logout"):
		return errKind
	case typ == typAccess, c.tokenUse.Kind != strictjson.Absent, isAny(b.doc, c.typ, "Bearer"):
		return nil // what the issuer states counts more than a mark
	case c.idMark.Kind != strictjson.Absent:
		return errKind
	}
	return nil
}

// checkIDToken applies OpenID Connect Core section 3.1.3.7, steps 3 to 5: every audience is a
// configured one, and so is the client that the token was issued to.
func (v *Verifier) checkIDToken(b *builder, typ tokenType) error {
	c := b.claims
	if typ == typAccess || c.tokenUse.Kind != strictjson.Absent && !isAny(b.doc, c.tokenUse, "id") ||
		isAny(b.doc, c.typ, "Bearer", "Refresh", "Offline", "Logout") {
		return errKind
	}
	for _, audience := range b.token.Audiences {
		if !v.isAudience(audience) {
			return errAudience
		}
	}
	if c.azp.Kind != strictjson.Absent && !v.isAudience(strictjson.Text(b.text, c.azp)) {
		return errAudience
	}
	return nil
}

// scopes reads the claim at path; without one scp, or scope when scp is absent. Merging both would
// grant what neither claim does.
func (b *builder) scopes(buf, path []string, permissions bool) error {
	at, claim := b, b.claims.scp
	if claim.Kind == strictjson.Absent {
		claim = b.claims.scope
	}
	var ok bool
	if path != nil {
		if at, claim, ok = b.find(path); !ok {
			return errScopes
		}
	}
	if claim.Kind != strictjson.Absent {
		split := func(s string) []string { return splitScopes(buf, s) }
		if b.token.Scopes, ok = at.strings(claim, buf, split); !ok || path == nil && anyHasSpace(b.token.Scopes) {
			return errScopes
		}
	}
	if permissions && b.claims.permissions.Kind != strictjson.Absent {
		if b.claims.permissions.Kind != strictjson.Array {
			return errScopes
		}
		if b.token.Permissions, ok = b.strings(b.claims.permissions, nil, nil); !ok || anyHasSpace(b.token.Permissions) {
			return errScopes
		}
	}
	return nil
}

// anyHasSpace reports whether an element of a list is not one scope (RFC 6749 section 3.3): where
// scopes are joined again, "a b" would become the scopes a and b. The names of roles in ScopeClaim
// may have spaces.
func anyHasSpace(scopes []string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return strings.Contains(s, " ") })
}

// splitScopes splits at spaces only (RFC 6749 section 3.3).
func splitScopes(buf []string, s string) []string {
	for s != "" {
		scope, rest, _ := strings.Cut(s, " ")
		if scope != "" {
			buf = append(buf, scope)
		}
		s = rest
	}
	return buf
}

// strings reads a claim that is a list of strings, or one string from which fromText makes a list.
func (b *builder) strings(v strictjson.Value, buf []string, fromText func(string) []string) ([]string, bool) {
	switch v.Kind {
	case strictjson.String:
		return fromText(strictjson.Text(b.text, v)), true
	case strictjson.Array:
		each := strictjson.Each(b.doc, v)
		for element, ok := each.Next(); ok; element, ok = each.Next() {
			if element.Kind != strictjson.String {
				return nil, false
			}
			buf = append(buf, strictjson.Text(b.text, element))
		}
		return buf, true
	}
	return nil, false
}

// checkTimes applies nbf, iat and exp (RFC 7519 section 4.1). The leeway extends each of them.
func (v *Verifier) checkTimes(b *builder) error {
	c, t, now := b.claims, b.token, v.now()
	var ok bool
	if t.NotBefore, ok = b.time(c.nbf); !ok || t.NotBefore.After(now.Add(v.leeway)) {
		return errNotBefore
	}
	if t.IssuedAt, ok = b.time(c.iat); !ok || t.IssuedAt.After(now.Add(max(v.leeway, maxIatAhead))) {
		return errIssuedAt
	}
	if t.Expiry, ok = b.time(c.exp); !ok || t.Expiry.IsZero() {
		return errExpMissing
	}
	if !t.Expiry.Add(v.leeway).After(now) {
		return errTokenExpiry
	}
	if v.maxAge > 0 {
		return v.checkAge(t, now)
	}
	return nil
}

func (v *Verifier) checkAge(t *Token, now time.Time) error {
	switch {
	case t.IssuedAt.IsZero():
		return errIssuedAt
	case !t.IssuedAt.Add(v.maxAge + v.leeway).After(now):
		return errTooOld
	}
	return nil
}

// time reads a NumericDate. It returns the zero time for an absent one, and for no other: the range
// excludes it.
func (b *builder) time(v strictjson.Value) (time.Time, bool) {
	if v.Kind == strictjson.Absent {
		return time.Time{}, true
	}
	sec, nsec, ok := strictjson.Seconds(b.doc, v, minTimestamp+1, maxTimestamp)
	if !ok {
		return time.Time{}, false
	}
	return time.Unix(sec, nsec), true
}
