package main

// A mutation breaks one security check: broken takes the place of old in the file, which must hold
// old exactly once.
type mutation struct {
	name        string
	file        string // below pkg
	old, broken string
}

var mutations = []mutation{
	// The credentials.
	{"bearer: characters outside of the token's alphabet pass", "jwtauth/bearer.go", `case !isB64Token(token):`, `case false:`},
	{"bearer: a token above 8 KiB passes", "jwtauth/bearer.go", `case len(token) > maxToken:`, `case false:`},
	{"bearer: any scheme will do", "jwtauth/bearer.go", `if !strings.EqualFold(scheme, "bearer") {`, `if scheme == "" {`},
	{"authorizer: the first of two headers counts", "authorizer/credentials.go", `case len(c) > 1:`, `case false:`},
	{"authorizer: the header is looked up by one spelling", "authorizer/credentials.go", `len(name) == len(headerName) && strings.EqualFold(name, headerName)`, `name == headerName`},

	// The shape of a token and its JSON.
	{"compact: size limit", "jwtauth/compact.go", `if len(raw) > maxToken {`, `if len(raw) > 2*maxToken {`},
	{"compact: header limit", "jwtauth/compact.go", `first > maxHeader ||`, ``},
	{"base64url: non-zero trailing bits, 2 characters", "jwtauth/internal/base64url/base64url.go", `if v&(bad|0xffff) != 0 {`, `if v&bad != 0 {`},
	{"base64url: non-zero trailing bits, 3 characters", "jwtauth/internal/base64url/base64url.go", `if v&(bad|0xff) != 0 {`, `if v&bad != 0 {`},
	{"json: duplicate names", "jwtauth/internal/strictjson/scan.go", `s.depth <= s.unique && seen.mayHave(s.doc, name)`, `false && seen.mayHave(s.doc, name)`},
	{"json: escaped spellings of a name are other names", "jwtauth/internal/strictjson/text.go", `if !a.Escaped && !b.Escaped {`, `if true {`},
	{"json: something behind the document", "jwtauth/internal/strictjson/scan.go", `if s.pos != len(doc) {`, `if false {`},
	{"json: depth", "jwtauth/internal/strictjson/scan.go", `s.depth > MaxDepth {`, `s.depth > 100*MaxDepth {`},
	{"json: number of members", "jwtauth/internal/strictjson/scan.go", `if len(s.members)-base == MaxMembers {`, `if len(s.members)-base == 100*MaxMembers {`},
	{"json: invalid UTF-8", "jwtauth/internal/strictjson/text.go", `if r == utf8.RuneError && size == 1 {`, `if r == utf8.RuneError && size == 0 {`},
	{"json: lone surrogates", "jwtauth/internal/strictjson/text.go", `ok && r != utf8.RuneError {`, `ok || r == utf8.RuneError {`},

	// The header.
	{"header: crit, b64, zip, enc", "jwtauth/header.go", `case "crit", "b64", "zip", "enc":`, `case "-":`},
	{"header: cty of a nested JWT", "jwtauth/header.go", `if text == nil || isMediaType(text, "jwt") {`, `if text == nil {`},
	{"header: any typ", "jwtauth/header.go", "	default:\n		return errTyp\n", "	default:\n"},
	{"header: kid may be missing", "jwtauth/header.go", `case h.kid == "":`, `case false:`},
	{"header: kid of any length", "jwtauth/header.go", `if len(id) == 0 || len(id) > maxKeyID {`, `if len(id) == 0 {`},
	{"header: kid of any characters", "jwtauth/header.go", "if c < 0x20 || c == 0x7f || c == '\\\\' {", `if c == 0 {`},
	{"header: remembered for another token", "jwtauth/compact.go", `known.spelling == s.spelling`, `known.spelling != ""`},
	{"header: more algorithms than are allowed by default", "jwtauth/config.go", `return jose.SetOf(jose.RS256, jose.ES256), nil`, `return jose.SetOf(jose.RS256, jose.RS512, jose.PS256, jose.ES256), nil`},
	{"header: more algorithms than the configuration allows", "jwtauth/config.go", "		set |= jose.SetOf(a)\n", "		set |= jose.SetOf(a, jose.RS256)\n"},
	{"header: an algorithm that is not allowed", "jwtauth/verifier.go", `if !v.algorithms.Has(s.header.algorithm) {`, `if false {`},

	// The key and the signature.
	{"key: an algorithm other than the key's", "jwtauth/internal/jose/key.go", `if !k.Algorithms.Has(a) {`, `if false {`},
	{"key: use", "jwtauth/internal/jose/key.go", `!ok || text != "sig" {`, `!ok || text == "" {`},
	{"key: key_ops", "jwtauth/internal/jose/key.go", `strictjson.Text(m.doc, op) == "verify" {`, `true {`},
	{"key: RSA below 2048 bits", "jwtauth/internal/jose/key.go", `minRSABits = 2048`, `minRSABits = 512`},
	{"key: RSA above 8192 bits", "jwtauth/internal/jose/key.go", `maxRSABits = 8192`, `maxRSABits = 65536`},
	{"key: exponent of any size", "jwtauth/internal/jose/key.go", `name == "e" && !isExponent(text)`, `name == "e" && text == ""`},
	{"key: ROCA", "jwtauth/internal/jose/roca.go", "		if !isPower(rest.Uint64(), 65537%p, p) {\n", "		if p > 2 || !isPower(rest.Uint64(), 65537%p, p) {\n"},
	{"key: two keys of one name", "jwtauth/internal/jose/set.go", `ambiguous[key.ID] = true`, `_ = ambiguous`},
	{"key: number of keys", "jwtauth/internal/jose/set.go", `total > MaxKeys {`, `total > 100*MaxKeys {`},
	{"signature: not looked at", "jwtauth/verifier.go", `if key.key.Verify(s.header.algorithm, s.signed, s.signature) != nil {`, `if s.signature == nil {`},
	{"signature: PSS salt of any length", "jwtauth/internal/jose/jwx.go", `SaltLength: rsa.PSSSaltLengthEqualsHash`, `SaltLength: rsa.PSSSaltLengthAuto`},

	// The claims.
	{"claims: issuer", "jwtauth/verifier.go", `if !isText(s.payload, s.claims.iss, v.issuer) {`, `if s.claims.iss.Kind == 0 {`},
	{"claims: audience", "jwtauth/claims.go", `if !slices.ContainsFunc(list, v.isAudience) {`, `if len(list) == 0 {`},
	{"claims: client_id in place of aud without the option", "jwtauth/claims.go", `c.aud.Kind == strictjson.Absent && v.clientIDAudience &&`, `c.aud.Kind == strictjson.Absent &&`},
	{"claims: client_id rescues a wrong aud", "jwtauth/claims.go", `if c.aud.Kind == strictjson.Absent && v.clientIDAudience &&`, `if v.clientIDAudience &&`},
	{"claims: exp is over", "jwtauth/claims.go", `if !t.Expiry.Add(v.leeway).After(now) {`, `if false {`},
	{"claims: exp is now", "jwtauth/claims.go", `if !t.Expiry.Add(v.leeway).After(now) {`, `if t.Expiry.Add(v.leeway).Before(now) {`},
	{"claims: exp may be missing", "jwtauth/claims.go", `!ok || t.Expiry.IsZero() {`, `!ok {`},
	{"claims: nbf", "jwtauth/claims.go", `!ok || t.NotBefore.After(now.Add(v.leeway)) {`, `!ok {`},
	{"claims: iat far ahead", "jwtauth/claims.go", `!ok || t.IssuedAt.After(now.Add(max(v.leeway, maxIatAhead))) {`, `!ok {`},
	{"claims: times out of range", "jwtauth/internal/strictjson/number.go", `return n, 0, n >= low && n <= high`, `return n, 0, true`},
	{"claims: sub may be empty or long", "jwtauth/claims.go", `n == 0 || n > maxSubject {`, `n < 0 {`},
	{"claims: ID token for an access token", "jwtauth/claims.go", `case c.idMark.Kind != strictjson.Absent:`, `case false:`},
	{"claims: token_use", "jwtauth/claims.go", `case c.tokenUse.Kind != strictjson.Absent && !isAny(b.doc, c.tokenUse, "access"),`, `case`},
	{"claims: typ of a refresh token", "jwtauth/claims.go", `isAny(b.doc, c.typ, "ID", "Refresh", "Offline", "Logout"):`, `isAny(b.doc, c.typ, "ID", "Logout"):`},
	{"claims: ID token for several clients", "jwtauth/claims.go", `		if !v.isAudience(audience) {`, `		if audience == "" {`},
	{"claims: ID token of another azp", "jwtauth/claims.go", `c.azp.Kind != strictjson.Absent && !v.isAudience`, `false && !v.isAudience`},
	{"claims: decoded by names in any case", "jwtauth/decode.go", "field, ok := fields[name]\n			return field, ok", "field := fields[name]\n			return field, field != nil || true"},
	{"claims: logout token", "jwtauth/claims.go", `if c.eventsClaim.Kind != strictjson.Absent {`, `if false {`},
	{"claims: scopes that are no strings", "jwtauth/claims.go", "			if element.Kind != strictjson.String {\n				return nil, false\n", "			if element.Kind != strictjson.String {\n				continue\n"},
	{"claims: scp and scope, scope first", "jwtauth/claims.go", "	claim := b.claims.scp\n	if claim.Kind == strictjson.Absent {\n		claim = b.claims.scope\n", "	claim := b.claims.scope\n	if claim.Kind == strictjson.Absent {\n		claim = b.claims.scp\n"},
	{"claims: permissions without the option", "jwtauth/claims.go", `if permissions && b.claims.permissions.Kind != strictjson.Absent {`, `if b.claims.permissions.Kind != strictjson.Absent {`},

	// The keys of a provider.
	{"remote: issuer of the discovery document", "jwtauth/fetch.go", `return endpoint, same && err == nil`, `return endpoint, (same || true) && err == nil`},
	{"remote: redirect to another host", "jwtauth/fetch.go", `req.URL.Host != first.Host ||`, ``},
	{"remote: size", "jwtauth/fetch.go", `maxKeySetBytes = 150_000`, `maxKeySetBytes = 150_000_000`},
	{"remote: any status", "jwtauth/fetch.go", `if res.StatusCode != http.StatusOK {`, `if res.StatusCode >= 600 {`},
	{"remote: plain http for the keys of a discovery document", "jwtauth/fetch.go", `same && err == nil`, `same || err == nil && same`},
	{"remote: keys are fresh for ever", "jwtauth/remote.go", `within(now, s.at, s.fresh)`, `true`},
	{"remote: unknown key ids are not remembered", "jwtauth/remote.go", `case r.unknown.has(kid, now):`, `case false:`},
	{"remote: no keys is a bad signature", "jwtauth/verifier.go", "case errors.Is(err, ErrKeysUnavailable):\n		return nil, err", "case errors.Is(err, ErrKeysUnavailable):\n		return nil, errUnknownKey"},
	{"remote: plain http", "jwtauth/config.go", `u.Scheme == "http" && isLoopback(u.Hostname())`, `u.Scheme == "http"`},
	{"remote: keys are trusted for ever", "jwtauth/remote.go", `s != nil && now.Sub(s.at) < hardEnd`, `s != nil`},
	{"remote: a fetch for every unknown key id", "jwtauth/remote.go", `if !r.budget.take(now) {`, `if false {`},
	{"remote: the first caller's cancellation ends the fetch", "jwtauth/flight.go", `context.WithTimeout(context.WithoutCancel(ctx), flightBudget)`, `context.WithTimeout(ctx, flightBudget)`},
	{"cache: another token with the same end", "jwtauth/cache.go", `if !ok || hit.raw != raw {`, `if !ok {`},
	{"cache: after exp", "jwtauth/cache.go", `now.Before(hit.from) || !now.Before(hit.until) {`, `now.Before(hit.from) {`},
	{"cache: after its key has gone", "jwtauth/cache.go", `err != nil || key != hit.key {`, `false && key != hit.key && err != nil {`},

	// The answers.
	{"scopes: none is missing", "authorizer/authorizer.go", `if len(scopes) == 0 || slices.ContainsFunc(scopes, token.HasScope) {`, `if len(scopes) == 0 || slices.ContainsFunc(scopes, token.HasScope) || true {`},
	{"scopes: by prefix", "authorizer/authorizer.go", `slices.ContainsFunc(scopes, token.HasScope)`, `slices.ContainsFunc(scopes, func(s string) bool { return strings.HasPrefix(strings.Join(token.Scopes, " "), s) })`},
	{"keys unavailable: 401", "authorizer/answer.go", `case errors.Is(err, jwtauth.ErrKeysUnavailable):`, `case false:`},
	{"keys unavailable: a deny that can be cached", "authorizer/lambda.go", `if err != nil && !isRefusal(err) {`, `if err != nil && false {`},
	{"nil token", "authorizer/authorizer.go", `if token == nil {`, `if false {`},
	{"optional: a bad token is served as a stranger", "authorizer/guard.go", `case errors.Is(err, jwtauth.ErrKeysUnavailable):`, `case err != nil || errors.Is(err, jwtauth.ErrKeysUnavailable):`},
	{"policy: a caller's path widens it", "authorizer/policy.go", `return strings.ContainsAny(m.path, "*?$")`, `return false`},
	{"policy: more than the method", "authorizer/rest.go", `if a.stagePolicy {`, `if true {`},
	{"route scopes: a route that is not in the map", "authorizer/lambda.go", "	if !ok {\n		return forbidden\n	}\n", "	_ = ok\n"},
}
