package telemetry

// Namespace is where CloudWatch keeps the metrics.
const Namespace = "SecuredPets"

// The metrics; all are counts.
const (
	PetSold                 = "PetSold"                 // a pet was sold to a buyer
	PetUnavailable          = "PetUnavailable"          // a buyer was told that a pet is sold or unknown
	AmbiguousCommitResolved = "AmbiguousCommitResolved" // a sale whose answer was lost was found to be done
	IdempotentReplay        = "IdempotentReplay"        // a purchase was answered from its key's record
	AuthRefused             = "AuthRefused"             // a caller was refused; also by Reason
	KeysFetched             = "KeysFetched"             // the issuer's keys were fetched
	KeysStale               = "KeysStale"               // old keys were used, as no newer ones were to be had
	ColdStart               = "ColdStart"               // a process served its first request
)

// Reason is the dimension of [AuthRefused].
const Reason = "Reason"
