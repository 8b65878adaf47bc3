package contract

// MetricNamespace is the CloudWatch namespace of the functions' metrics.
const MetricNamespace = "SecuredPets"

// The functions' metrics. Each counts events.
const (
	MetricPetSold                 = "PetSold"                 // a pet was sold
	MetricPetUnavailable          = "PetUnavailable"          // a purchase of a sold or unknown pet
	MetricAmbiguousCommitResolved = "AmbiguousCommitResolved" // a sale found after its response was lost
	MetricIdempotentReplay        = "IdempotentReplay"        // a stored response was sent again
	MetricAuthRefused             = "AuthRefused"             // a caller was refused; also by MetricReason
	MetricKeysFetched             = "KeysFetched"             // the issuer's keys were fetched
	MetricKeysStale               = "KeysStale"               // old keys were used because newer ones were not available
	MetricColdStart               = "ColdStart"               // a process served its first request
)

// MetricReason is the dimension of [MetricAuthRefused].
const MetricReason = "Reason"

// ReasonKeysUnavailable is the value of [MetricReason] where the keys to verify a token were
// missing: the request was neither authorized nor refused.
const ReasonKeysUnavailable = "jwks_unavailable"
