package contract

// The settings of the functions are environment variables. A missing or bad required one stops
// the start with one line that names all of them.
const (
	SettingTableName  = "TABLE_NAME"    // the Pets table
	SettingIssuer     = "JWT_ISSUER"    // exact; Auth0's ends with a slash
	SettingAudience   = "JWT_AUDIENCE"  // API identifiers, separated by spaces
	SettingJWKSURL    = "JWT_JWKS_URL"  // optional: skips discovery
	SettingClientID   = "JWT_CLIENT_ID" // audience of an ID token sent in a purchase
	SettingEmailClaim = "EMAIL_CLAIM"   // optional; by default "<first audience>/email", then "email"
	SettingLogLevel   = "LOG_LEVEL"     // debug, info (default), warn, error

	// OpenTelemetry's own: a collector's base address, and the function's name in spans. Optional;
	// only binaries built with the tag otel read them.
	SettingTraceEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT"
	SettingTraceService  = "OTEL_SERVICE_NAME"

	// SettingIAMAuthorized is true where an API with AWS_IAM routes calls the function too.
	// By default, a request that IAM authorized is refused.
	SettingIAMAuthorized = "IAM_AUTHORIZED"
)
