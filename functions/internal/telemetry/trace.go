package telemetry

// ended is all that a span tells of a request. Nothing here is the caller's
// text: the route is the endpoint's, outcome and reason are of closed sets.
type ended struct {
	route   string
	status  int
	outcome string
	reason  string
	cold    bool
}

// collectorSettings are where spans are to be sent, the one for traces alone
// first (OpenTelemetry specification, "OpenTelemetry Protocol Exporter").
var collectorSettings = [...]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"}

// noTraces begins the one line that tells why there are none.
const noTraces = "no traces"
