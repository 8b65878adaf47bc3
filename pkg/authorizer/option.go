package authorizer

import "strings"

// An Option configures an [Authorizer].
type Option func(*Authorizer)

// WithBareTokens also accepts a header that is the token alone, without "Bearer", as API Gateway's
// own JWT authorizer does. By default, RFC 6750's form is required.
func WithBareTokens() Option {
	return func(a *Authorizer) { a.bareTokens = true }
}

// WithStagePolicy widens an allowing IAM policy from the one method that was called to every
// method of the API's stage, so that API Gateway may cache it by the token alone. By default, a
// policy names the one method.
//
// It is right when all methods behind the authorizer have the same rule, "a valid token". It
// cannot go together with [WithRouteScopes].
func WithStagePolicy() Option {
	return func(a *Authorizer) { a.stagePolicy = true }
}

// WithResourceMetadata adds the address of the API's [ResourceMetadata] to every challenge, and the
// scopes of the route to those of a 401, so that a client without a token learns where to get one
// and for which scopes (RFC 9728 section 5). Clients of the Model Context Protocol depend on it. By
// default, a 401 names neither.
//
// It panics unless the URL is https, or http on a loopback host, without user information and
// fragment.
func WithResourceMetadata(url string) Option {
	_, err := parseURL(url)
	if strings.Contains(url, "#") {
		err = errFragment
	}
	if err != nil {
		panic("authorizer: the URL of WithResourceMetadata " + err.Error())
	}
	return func(a *Authorizer) { a.metadata = url }
}
