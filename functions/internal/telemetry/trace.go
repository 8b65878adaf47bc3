package telemetry

// A requestSummary is what a span says about a request. It has no text of the caller's: the
// route is the endpoint's, outcome and reason are of closed sets.
type requestSummary struct {
	route   string
	status  int
	outcome string
	reason  string
	cold    bool
}

// endpointSettings name the collector, the more specific one first (OpenTelemetry specification,
// "OpenTelemetry Protocol Exporter").
var endpointSettings = [...]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"}

// noTraces is the message of the one log line that gives the reason.
const noTraces = "no traces"
