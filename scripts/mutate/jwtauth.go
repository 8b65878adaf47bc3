package main

// jwtauthMutations break the security checks of pkg/jwtauth and pkg/authorizer.
func jwtauthMutations() []mutation {
	return []mutation{
		// The credentials.
		{"bearer: characters outside of the token's alphabet pass", "", "pkg/jwtauth/bearer.go", `case !isB64Token(token):`, `case false:`},
		{"bearer: a token above 8 KiB passes", "", "pkg/jwtauth/bearer.go", `case len(token) > maxToken:`, `case false:`},
		{"bearer: any scheme will do", "", "pkg/jwtauth/bearer.go", `if !strings.EqualFold(scheme, "bearer") {`, `if scheme == "" {`},
		{"authorizer: the first of two headers counts", "", "pkg/authorizer/credentials.go", `case len(c) > 1:`, `case false:`},
		{"authorizer: the header is looked up by one spelling", "", "pkg/authorizer/credentials.go", `len(name) == len(headerName) && strings.EqualFold(name, headerName)`, `name == headerName`},

		// The shape of a token and its JSON.
		{"compact: size limit", "", "pkg/jwtauth/compact.go", `if len(raw) > maxToken {`, `if len(raw) > 2*maxToken {`},
		{"compact: header limit", "", "pkg/jwtauth/compact.go", `first > maxHeader ||`, ``},
		{"base64url: non-zero trailing bits, 2 characters", "", "pkg/jwtauth/internal/base64url/base64url.go", `if v&(bad|0xffff) != 0 {`, `if v&bad != 0 {`},
		{"base64url: non-zero trailing bits, 3 characters", "", "pkg/jwtauth/internal/base64url/base64url.go", `if v&(bad|0xff) != 0 {`, `if v&bad != 0 {`},
		{"json: duplicate names", "", "pkg/strictjson/scan.go", `s.depth <= s.unique && seen.mayHave(s.doc, name)`, `false && seen.mayHave(s.doc, name)`},
		{"json: escaped spellings of a name are other names", "", "pkg/strictjson/name.go", `if !a.Escaped && !b.Escaped {`, `if true {`},
		{"json: something behind the document", "", "pkg/strictjson/scan.go", `if s.pos != len(doc) {`, `if false {`},
		{"json: depth", "", "pkg/strictjson/scan.go", `s.depth > MaxDepth {`, `s.depth > 100*MaxDepth {`},
		{"json: number of members", "", "pkg/strictjson/scan.go", `if len(s.members)-base == MaxMembers {`, `if len(s.members)-base == 100*MaxMembers {`},
		{"json: invalid UTF-8", "", "pkg/strictjson/text.go", `if r == utf8.RuneError && size == 1 {`, `if r == utf8.RuneError && size == 0 {`},
		{"json: lone surrogates", "", "pkg/strictjson/text.go", `ok && r != utf8.RuneError {`, `ok || r == utf8.RuneError {`},

		// The header.
		{"header: crit, b64, zip, enc", "", "pkg/jwtauth/header.go", `case "crit", "b64", "zip", "enc":`, `case "-":`},
		{"header: cty of a nested JWT", "", "pkg/jwtauth/header.go", `if text == nil || isMediaType(text, "jwt") {`, `if text == nil {`},
		{"header: any typ", "", "pkg/jwtauth/header.go", "	default:\n		return errTyp\n", "	default:\n"},
		{"header: kid may be missing", "", "pkg/jwtauth/header.go", `case h.kid == "":`, `case false:`},
		{"header: kid of any length", "", "pkg/jwtauth/header.go", `if len(id) == 0 || len(id) > maxKeyID {`, `if len(id) == 0 {`},
		{"header: kid of any characters", "", "pkg/jwtauth/header.go", "if c < 0x20 || c == 0x7f || c == '\\\\' {", `if c == 0 {`},
		{"header: remembered for another token", "", "pkg/jwtauth/compact.go", `known.spelling == s.spelling`, `known.spelling != ""`},
		{"header: more algorithms than are allowed by default", "", "pkg/jwtauth/config.go", `return jose.SetOf(jose.RS256, jose.ES256), nil`, `return jose.SetOf(jose.RS256, jose.RS512, jose.PS256, jose.ES256), nil`},
		{"header: more algorithms than the configuration allows", "", "pkg/jwtauth/config.go", "		set |= jose.SetOf(a)\n", "		set |= jose.SetOf(a, jose.RS256)\n"},
		{"header: an algorithm that is not allowed", "", "pkg/jwtauth/verifier.go", `if !v.algorithms.Has(s.header.algorithm) {`, `if false {`},

		// The key and the signature.
		{"key: an algorithm other than the key's", "", "pkg/jwtauth/internal/jose/key.go", `if !k.Algorithms.Has(a) {`, `if false {`},
		{"key: use", "", "pkg/jwtauth/internal/jose/key.go", `!ok || text != "sig" {`, `!ok || text == "" {`},
		{"key: key_ops", "", "pkg/jwtauth/internal/jose/key.go", `strictjson.Text(m.doc, op) == "verify" {`, `true {`},
		{"key: RSA below 2048 bits", "", "pkg/jwtauth/internal/jose/key.go", `minRSABits = 2048`, `minRSABits = 512`},
		{"key: RSA above 8192 bits", "", "pkg/jwtauth/internal/jose/key.go", `maxRSABits = 8192`, `maxRSABits = 65536`},
		{"key: exponent of any size", "", "pkg/jwtauth/internal/jose/key.go", `name == "e" && !isExponent(text)`, `name == "e" && text == ""`},
		{"key: ROCA", "", "pkg/jwtauth/internal/jose/roca.go", "		if !isPower(rest.Uint64(), 65537%p, p) {\n", "		if p > 2 || !isPower(rest.Uint64(), 65537%p, p) {\n"},
		{"key: two keys of one name", "", "pkg/jwtauth/internal/jose/set.go", `ambiguous[key.ID] = true`, `_ = ambiguous`},
		{"key: number of keys", "", "pkg/jwtauth/internal/jose/set.go", `total > MaxKeys {`, `total > 100*MaxKeys {`},
		{"signature: not looked at", "", "pkg/jwtauth/verifier.go", `if key.key.Verify(s.header.algorithm, s.signed, s.signature) != nil {`, `if s.signature == nil {`},
		{"signature: PSS salt of any length", "", "pkg/jwtauth/internal/jose/direct.go", `SaltLength: rsa.PSSSaltLengthEqualsHash`, `SaltLength: rsa.PSSSaltLengthAuto`},
		{"signature: ECDSA of any length", "", "pkg/jwtauth/internal/jose/direct.go", `if len(signature) != 2*size {`, `if len(signature) < 2*size {`},
		{"signature: ECDSA numbers without their sign", "", "pkg/jwtauth/internal/jose/direct.go", `len(n) == 0 || n[0] >= 0x80`, `len(n) == 0`},

		// The claims.
		{"claims: issuer", "", "pkg/jwtauth/verifier.go", `if !isText(s.payload, s.claims.iss, v.issuer) {`, `if s.claims.iss.Kind == 0 {`},
		{"claims: audience", "", "pkg/jwtauth/claims.go", `if !slices.ContainsFunc(list, v.isAudience) {`, `if len(list) == 0 {`},
		{"claims: client_id in place of aud without the option", "", "pkg/jwtauth/claims.go", `c.aud.Kind == strictjson.Absent && v.clientIDAudience &&`, `c.aud.Kind == strictjson.Absent &&`},
		{"claims: client_id rescues a wrong aud", "", "pkg/jwtauth/claims.go", `if c.aud.Kind == strictjson.Absent && v.clientIDAudience &&`, `if v.clientIDAudience &&`},
		{"claims: exp is over", "", "pkg/jwtauth/claims.go", `if !t.Expiry.Add(v.leeway).After(now) {`, `if false {`},
		{"claims: exp is now", "", "pkg/jwtauth/claims.go", `if !t.Expiry.Add(v.leeway).After(now) {`, `if t.Expiry.Add(v.leeway).Before(now) {`},
		{"claims: exp may be missing", "", "pkg/jwtauth/claims.go", `!ok || t.Expiry.IsZero() {`, `!ok {`},
		{"claims: nbf", "", "pkg/jwtauth/claims.go", `!ok || t.NotBefore.After(now.Add(v.leeway)) {`, `!ok {`},
		{"claims: iat far ahead", "", "pkg/jwtauth/claims.go", `!ok || t.IssuedAt.After(now.Add(max(v.leeway, maxIatAhead))) {`, `!ok {`},
		{"claims: times out of range", "", "pkg/strictjson/number.go", `return n, 0, n >= low && n <= high`, `return n, 0, true`},
		{"claims: sub may be empty or long", "", "pkg/jwtauth/claims.go", `n == 0 || n > maxSubject {`, `n < 0 {`},
		{"claims: ID token for an access token", "", "pkg/jwtauth/claims.go", `case c.idMark.Kind != strictjson.Absent:`, `case false:`},
		{"claims: token_use", "", "pkg/jwtauth/claims.go", `case c.tokenUse.Kind != strictjson.Absent && !isAny(b.doc, c.tokenUse, "access"),`, `case`},
		{"claims: typ of a refresh token", "", "pkg/jwtauth/claims.go", `isAny(b.doc, c.typ, "ID", "Refresh", "Offline", "Logout"):`, `isAny(b.doc, c.typ, "ID", "Logout"):`},
		{"claims: ID token for several clients", "", "pkg/jwtauth/claims.go", `		if !v.isAudience(audience) {`, `		if audience == "" {`},
		{"claims: ID token of another azp", "", "pkg/jwtauth/claims.go", `c.azp.Kind != strictjson.Absent && !v.isAudience`, `false && !v.isAudience`},
		{"claims: decoded by names in any case", "", "pkg/jwtauth/decode.go", "field, ok := fields[name]\n			return field, ok", "field := fields[name]\n			return field, field != nil || true"},
		{"claims: logout token", "", "pkg/jwtauth/claims.go", `if c.eventsClaim.Kind != strictjson.Absent {`, `if false {`},
		{"claims: scopes that are no strings", "", "pkg/jwtauth/claims.go", "			if element.Kind != strictjson.String {\n				return nil, false\n", "			if element.Kind != strictjson.String {\n				continue\n"},
		{"claims: scp and scope, scope first", "", "pkg/jwtauth/claims.go", "	claim := b.claims.scp\n	if claim.Kind == strictjson.Absent {\n		claim = b.claims.scope\n", "	claim := b.claims.scope\n	if claim.Kind == strictjson.Absent {\n		claim = b.claims.scp\n"},
		{"claims: permissions without the option", "", "pkg/jwtauth/claims.go", `if permissions && b.claims.permissions.Kind != strictjson.Absent {`, `if b.claims.permissions.Kind != strictjson.Absent {`},

		// The keys of a provider.
		{"remote: issuer of the discovery document", "", "pkg/jwtauth/fetch.go", `return endpoint, same && err == nil`, `return endpoint, (same || true) && err == nil`},
		{"remote: redirect to another host", "", "pkg/jwtauth/fetch.go", `req.URL.Host != first.Host ||`, ``},
		{"remote: size", "", "pkg/jwtauth/fetch.go", `maxKeySetBytes = 150_000`, `maxKeySetBytes = 150_000_000`},
		{"remote: any status", "", "pkg/jwtauth/fetch.go", `if res.StatusCode != http.StatusOK {`, `if res.StatusCode >= 600 {`},
		{"remote: plain http for the keys of a discovery document", "", "pkg/jwtauth/fetch.go", `same && err == nil`, `same || err == nil && same`},
		{"remote: keys are fresh for ever", "", "pkg/jwtauth/remote.go", `within(now, s.at, s.fresh)`, `true`},
		{"remote: unknown key ids are not remembered", "", "pkg/jwtauth/remote.go", `case r.unknown.has(kid, now):`, `case false:`},
		{"remote: no keys is a bad signature", "", "pkg/jwtauth/verifier.go", "case errors.Is(err, ErrKeysUnavailable):\n		return nil, err", "case errors.Is(err, ErrKeysUnavailable):\n		return nil, errUnknownKey"},
		{"remote: plain http", "", "pkg/jwtauth/config.go", `u.Scheme == "http" && isLoopback(u.Hostname())`, `u.Scheme == "http"`},
		{"remote: keys are trusted for ever", "", "pkg/jwtauth/remote.go", `s != nil && now.Sub(s.at) < hardEnd`, `s != nil`},
		{"remote: a fetch for every unknown key id", "", "pkg/jwtauth/remote.go", `if !r.budget.take(now) {`, `if false {`},
		{"remote: the first caller's cancellation ends the fetch", "", "pkg/jwtauth/flight.go", `context.WithTimeout(context.WithoutCancel(ctx), flightBudget)`, `context.WithTimeout(ctx, flightBudget)`},
		{"cache: another token with the same end", "", "pkg/jwtauth/cache.go", `if !ok || hit.raw != raw {`, `if !ok {`},
		{"cache: after exp", "", "pkg/jwtauth/cache.go", `now.Before(hit.from) || !now.Before(hit.until) {`, `now.Before(hit.from) {`},
		{"cache: after its key has gone", "", "pkg/jwtauth/cache.go", `err != nil || key != hit.key {`, `false && key != hit.key && err != nil {`},

		// The answers.
		{"scopes: none is missing", "", "pkg/authorizer/authorizer.go", `if len(scopes) == 0 || slices.ContainsFunc(scopes, token.HasScope) {`, `if len(scopes) == 0 || slices.ContainsFunc(scopes, token.HasScope) || true {`},
		{"scopes: by prefix", "", "pkg/authorizer/authorizer.go", `slices.ContainsFunc(scopes, token.HasScope)`, `slices.ContainsFunc(scopes, func(s string) bool { return strings.HasPrefix(strings.Join(token.Scopes, " "), s) })`},
		{"keys unavailable: 401", "", "pkg/authorizer/answer.go", `case errors.Is(err, jwtauth.ErrKeysUnavailable):`, `case false:`},
		{"keys unavailable: a deny that can be cached", "", "pkg/authorizer/lambda.go", `if err != nil && !isRefusal(err) {`, `if err != nil && false {`},
		{"nil token", "", "pkg/authorizer/authorizer.go", `if token == nil {`, `if false {`},
		{"optional: a bad token is served as a stranger", "", "pkg/authorizer/guard.go", `case errors.Is(err, jwtauth.ErrKeysUnavailable):`, `case err != nil || errors.Is(err, jwtauth.ErrKeysUnavailable):`},
		{"policy: a caller's path widens it", "", "pkg/authorizer/policy.go", `return strings.ContainsAny(m.path, "*?$")`, `return false`},
		{"policy: more than the method", "", "pkg/authorizer/rest.go", `if a.stagePolicy {`, `if true {`},
		{"route scopes: a route that is not in the map", "", "pkg/authorizer/lambda.go", "	if !ok {\n		return forbidden\n	}\n", "	_ = ok\n"},
	}
}
