package jwtauth_test

import "example.com/securedpets/pkg/jwtauth"

// shape is a token as one issuer documents it: testdata/issuers/<file>.json. The page ISSUERS.md is
// made of these rows.
type shape struct {
	file, title string
	cfg         jwtauth.Config // without Issuer, which is that of the payload
	refused     string         // the exact error; "" for a token that is accepted
	bare        string         // the exact error with Audiences as the only setting
	scopes      []string
	client      string
	remedy      edits // what makes a refused token acceptable
	note        string
	source      string
}

const (
	noAudience   = "invalid_claims: aud does not name this audience"
	noIssuer     = "invalid_claims: iss is not the issuer"
	otherKind    = "invalid_claims: this is another kind of token"
	otherType    = "invalid_token: typ is that of another kind of token"
	noSubject    = "invalid_claims: sub is not a usable subject"
	badAlgorithm = "invalid_token: the algorithm is not accepted"
	badSignature = "invalid_signature: the signature does not match"
	badShape     = "invalid_token: not three base64url segments"
	unknownKey   = "invalid_signature: no key of the issuer has this kid"
	noURL        = "jwtauth: Issuer: must be an https URL, or an http URL of a loopback host, without user and fragment"
)

func audience(list ...string) jwtauth.Config { return jwtauth.Config{Audiences: list} }

func idToken(list ...string) jwtauth.Config {
	return jwtauth.Config{Audiences: list, Profile: jwtauth.IDToken}
}

func scopesIn(claim string, list ...string) jwtauth.Config {
	return jwtauth.Config{Audiences: list, ScopeClaim: claim}
}

func rfc9068(list ...string) jwtauth.Config {
	return jwtauth.Config{Audiences: list, RequireAccessTokenType: true}
}

const (
	api       = "https://api.example"
	entraApp  = "11112222-bbbb-3333-cccc-4444dddd5555"
	googleWeb = "1234987819200-web.apps.googleusercontent.com"
)

var shapes = []shape{
	{
		file: "auth0-user", title: "Auth0, user", cfg: audience(api),
		scopes: []string{"openid", "profile", "read:pets"}, client: "my_client_id",
		note:   "request the token with `audience`, or it is opaque; `Permissions` reads the roles' permissions too",
		source: "https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles",
	},
	{
		file: "auth0-machine", title: "Auth0, machine", cfg: audience(api),
		scopes: []string{"read:pets"}, client: "my_client_id",
		note:   "`sub` is the client id with `@clients`: no user",
		source: "https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles",
	},
	{
		file: "auth0-rfc9068", title: "Auth0, RFC 9068 profile", cfg: rfc9068(api),
		scopes: []string{"openid", "profile", "read:pets"}, client: "my_client_id",
		note:   "the API's \"JSON Web Token (JWT) Profile\" is RFC 9068",
		source: "https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles",
	},
	{
		file: "auth0-id", title: "Auth0, ID token", cfg: idToken("my_client_id"), bare: otherKind,
		note:   "for the application that signs in, not for an API",
		source: "https://auth0.com/docs/secure/tokens/id-tokens/id-token-structure",
	},
	{
		file: "cognito-access", title: "Amazon Cognito, access token",
		cfg: jwtauth.Config{
			Audiences: []string{"xxxxxxxxxxxxexample"}, ClientIDAudience: true, ScopeClaim: "cognito:groups",
		},
		bare: noAudience, scopes: []string{"admin", "readers"}, client: "xxxxxxxxxxxxexample",
		note:   "no `aud`: the client id stands for it; without `ScopeClaim` the scopes are those of the resource server",
		source: "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html",
	},
	{
		file: "cognito-id", title: "Amazon Cognito, ID token", cfg: idToken("xxxxxxxxxxxxexample"), bare: otherKind,
		note:   "`token_use` says `id`",
		source: "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html",
	},
	{
		file: "okta-custom", title: "Okta, custom authorization server", cfg: audience("api://default"),
		scopes: []string{"openid", "read:pets"}, client: "nmdP1fcyvdVO11AL7ECm",
		note:   "the issuer ends with `/oauth2/default` or the server's id; `ClientID` is `cid`",
		source: "https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/",
	},
	{
		file: "okta-org", title: "Okta, org authorization server", cfg: audience("https://example.okta.com"),
		refused: unknownKey, bare: unknownKey,
		note:   "for Okta's own APIs: Okta says not to verify it, and may use keys that it does not publish; use a custom one",
		source: "https://developer.okta.com/docs/concepts/auth-servers/",
	},
	{
		file: "entra-v1", title: "Microsoft Entra, version 1.0", cfg: audience("api://" + entraApp),
		scopes: []string{"access_as_user"}, client: "6731de76-14a6-49ae-97bc-6eba6914391e",
		note:   "the issuer is `https://sts.windows.net/TENANT-ID/`, with a slash; `ClientID` is `appid`",
		source: "https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference",
	},
	{
		file: "entra-v2", title: "Microsoft Entra, version 2.0", cfg: audience(entraApp),
		scopes: []string{"access_as_user"}, client: "6731de76-14a6-49ae-97bc-6eba6914391e",
		note:   "the issuer is `https://login.microsoftonline.com/TENANT-ID/v2.0`; `requestedAccessTokenVersion` is 2",
		source: "https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference",
	},
	{
		file: "entra-daemon", title: "Microsoft Entra, daemon", cfg: scopesIn("roles", entraApp),
		scopes: []string{"Pets.Read.All"}, client: "6731de76-14a6-49ae-97bc-6eba6914391e",
		note:   "application permissions are `roles`, and no `scp` is there; a user's token has `roles` too: its app roles",
		source: "https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow",
	},
	{
		file: "entra-graph", title: "Microsoft Entra, token for Microsoft Graph",
		cfg: audience("00000003-0000-0000-c000-000000000000"), refused: badSignature, bare: badSignature,
		note:   "signed over another header than is sent, so that only Graph can verify it; request a scope of your API",
		source: "https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens",
	},
	{
		file: "keycloak-default", title: "Keycloak, default", cfg: audience("pets-api"), refused: noAudience, bare: noAudience,
		note:   "`aud` is `account`; add an audience mapper to a client scope",
		source: "https://www.keycloak.org/docs/latest/server_admin/#_audience",
	},
	{
		file: "keycloak-mapper", title: "Keycloak, audience mapper", cfg: scopesIn("realm_access.roles", "pets-api"),
		scopes: []string{"offline_access", "default-roles-pets", "trainer"}, client: "pets-web",
		note:   "the roles of one client are `resource_access.pets-api.roles`",
		source: "https://www.keycloak.org/docs/latest/server_admin/#_audience",
	},
	{
		file: "keycloak-lightweight", title: "Keycloak, lightweight", cfg: audience("pets-api"), refused: noSubject, bare: noSubject,
		remedy: claimsOf("sub", "f:1c2d:ann", "aud", "pets-api"),
		note:   "no `sub` and no `aud`: set \"Add to lightweight access token\" in the mappers of both, or introspect it",
		source: "https://www.keycloak.org/docs/latest/server_admin/#_using_lightweight_access_token",
	},
	{
		file: "google-id", title: "Google, ID token", cfg: idToken("1234987819200.apps.googleusercontent.com"), bare: otherKind,
		note:   "the issuer is `https://accounts.google.com` without a slash; access tokens of Google are opaque",
		source: "https://developers.google.com/identity/openid-connect/openid-connect",
	},
	{
		file: "google-service-account", title: "Google, ID token of a service account",
		cfg: audience("https://pets-abc123-ew.a.run.app"), client: "112233445566778899000",
		note:   "as Cloud Run callers send it: `aud` is the service's URL, so it is an access token by use; check `email`",
		source: "https://cloud.google.com/docs/authentication/token-types",
	},
	{
		file: "google-self-signed", title: "Google, self-signed by a service account",
		cfg: audience("https://pubsub.googleapis.com/"), refused: noURL, bare: noURL,
		note:   "for Google's APIs: the issuer is an e-mail address",
		source: "https://cloud.google.com/docs/authentication/token-types",
	},
	{
		file: "google-android", title: "Google, ID token from Android",
		cfg: idToken(googleWeb, "1234987819200-android.apps.googleusercontent.com"), client: "1234987819200-android.apps.googleusercontent.com",
		note:   "`aud` is the web client, `azp` the Android client: list both",
		source: "https://developer.android.com/identity/sign-in/credential-manager-siwg",
	},
	{
		file: "github-actions", title: "GitHub Actions", cfg: audience("https://pets.example"),
		note:   "no scopes: compare `Subject` with the repository and environment that may deploy",
		source: "https://docs.github.com/en/actions/reference/security/oidc",
	},
	{
		file: "gitlab-ci", title: "GitLab CI", cfg: audience("https://pets.example"),
		note:   "`aud` is what the job's `id_tokens` says; compare `Subject`, which names project and ref",
		source: "https://docs.gitlab.com/ci/secrets/id_token_authentication/",
	},
	{
		file: "kubernetes-projected", title: "Kubernetes, projected service account token", cfg: audience("https://pets.example"),
		note:   "of an issuer that publishes its keys without a login, as EKS does; `serviceAccountToken.audience` sets `aud`",
		source: "https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/",
	},
	{
		file: "kubernetes-legacy", title: "Kubernetes, service account token in a secret", cfg: audience("https://pets.example"),
		refused: noURL, bare: noURL,
		note:   "no `aud`, no `exp`, and an issuer without keys; project a token instead",
		source: "https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/",
	},
	{
		file: "firebase", title: "Firebase, ID token", cfg: idToken("my-project"),
		note:   "issuer and `aud` have the project's id; nothing in it marks an ID token, so `IDToken` only adds checks",
		source: "https://firebase.google.com/docs/auth/admin/verify-id-tokens",
	},
	{
		file: "supabase-es256", title: "Supabase, asymmetric signing key", cfg: scopesIn("role", "authenticated"),
		scopes: []string{"authenticated"},
		note:   "`aud` is the same for all projects, the issuer is not; `role` is a role of Postgres",
		source: "https://supabase.com/docs/guides/auth/jwt-fields",
	},
	{
		file: "supabase-hs256", title: "Supabase, legacy secret", cfg: audience("authenticated"),
		refused: badAlgorithm, bare: badAlgorithm,
		note:   "a key that verifies HS256 also signs it; change the project to asymmetric signing keys",
		source: "https://supabase.com/docs/guides/auth/signing-keys",
	},
	{
		file: "clerk-session", title: "Clerk, session token", cfg: audience("https://api.example"),
		refused: noAudience, bare: noAudience, remedy: claimsOf("aud", "https://api.example"),
		note:   "no `aud`, and `azp` is the page's origin; add `aud` to the session token or to a JWT template",
		source: "https://clerk.com/docs/backend-requests/resources/session-tokens",
	},
	{
		file: "duende", title: "Duende IdentityServer", cfg: rfc9068("urn:pets"),
		scopes: []string{"openid", "profile", "read:pets"}, client: "web_app",
		note:   "`aud` needs an `ApiResource`; `scope` may be a list or, by option, a string",
		source: "https://docs.duendesoftware.com/identityserver/apis/aspnetcore/authorization",
	},
	{
		file: "hydra", title: "Ory Hydra, JWT strategy", cfg: audience("https://api.example"),
		refused: noAudience, bare: noAudience, remedy: claimsOf("aud", []string{"https://api.example"}),
		note:   "`aud` is empty unless the client requests `audience` and the consent grants it",
		source: "https://www.ory.com/docs/hydra/advanced",
	},
	{
		file: "spiffe", title: "SPIFFE, JWT-SVID", cfg: audience("spiffe://example.org/pets"),
		refused: noIssuer, bare: noIssuer, remedy: claimsOf("iss", "https://spire.example"),
		note:   "`iss` is optional there; set SPIRE's `jwt_issuer` and publish its keys by its OIDC discovery provider",
		source: "https://github.com/spiffe/spiffe/blob/main/standards/JWT-SVID.md",
	},
	{
		file: "alb", title: "AWS Application Load Balancer, x-amzn-oidc-data", cfg: audience("my_client_id"),
		refused: badShape, bare: badShape,
		note:   "not a JWT: its base64url has padding, and keys are PEM files by kid; verify x-amzn-oidc-accesstoken instead",
		source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html",
	},
}
