package main

import (
	"debug/buildinfo"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

// Traces configures where the functions export spans of OpenTelemetry. By default, they export
// none: each request waits for the export, a collector must be operated, and X-Ray has a trace of
// every request that it samples anyway.
type Traces struct {
	Endpoint string // -c otlpEndpoint: base URL of a collector that accepts OTLP/HTTP
	Layer    string // -c collectorLayer: ARN of a Lambda layer with a collector for each function
}

// ErrTraces means that spans would not arrive, or not in secret.
var ErrTraces = errors.New("traces refused")

// layerARN is the ARN of one version of a layer.
// https://docs.aws.amazon.com/lambda/latest/api/API_Layer.html
var layerARN = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):lambda:[a-z]{2}(-[a-z]+)+-\d:\d{12}:layer:[a-zA-Z0-9_-]{1,140}:[1-9]\d*$`)

// checkTraces accepts a collector behind TLS, or the layer's on localhost.
func checkTraces(traces Traces) error {
	refuse := func(text string) error { return fmt.Errorf("%w: %s", ErrTraces, text) }
	if traces.Layer != "" && !layerARN.MatchString(traces.Layer) {
		return refuse("collectorLayer must be the ARN of a layer version: arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION")
	}
	if traces.Endpoint == "" {
		if traces.Layer != "" {
			return refuse("collectorLayer does nothing without -c otlpEndpoint=http://localhost:4318")
		}
		return nil
	}
	u, err := url.Parse(traces.Endpoint)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return refuse("otlpEndpoint must be https://HOST[:PORT][/PATH]")
	}
	switch local := loopback(u.Hostname()); {
	case u.Scheme != "https" && (u.Scheme != "http" || !local):
		return refuse("otlpEndpoint must be https, or http on localhost")
	case local && traces.Layer == "":
		return refuse("otlpEndpoint on localhost needs -c collectorLayer=ARN")
	case !local && traces.Layer != "":
		return refuse("collectorLayer listens on localhost, but otlpEndpoint is another host")
	}
	return nil
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// checkTracing reports binaries that were built without the tag otel although there is a
// collector, or with it although there is none.
func checkTracing(c Config, functions []contract.Function) error {
	want := c.Traces.Endpoint != ""
	var wrong []string
	for _, f := range functions {
		if tracing(filepath.Join(c.Programs, f.Folder, "bootstrap")) != want {
			wrong = append(wrong, f.Folder)
		}
	}
	switch {
	case len(wrong) == 0:
		return nil
	case want:
		return fmt.Errorf("%w: built without traces: %s: run `make build TRACES=otel`", ErrBinaries, strings.Join(wrong, ", "))
	default:
		return fmt.Errorf("%w: built with traces, but there is no otlpEndpoint: %s: run `make build`", ErrBinaries, strings.Join(wrong, ", "))
	}
}

// tracing reports whether a binary was built with the tag otel.
func tracing(binary string) bool {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return false // not built by Go
	}
	for _, setting := range info.Settings {
		if setting.Key == "-tags" {
			return slices.Contains(strings.Split(setting.Value, ","), "otel")
		}
	}
	return false
}

// service returns the name of the function in spans, or "" where there are none.
func (t Traces) service(config Config, f contract.Function) string {
	if t.Endpoint == "" {
		return ""
	}
	return "SecuredPets-" + config.Name + "-" + f.Folder
}

// layers returns the collector's layer, for a function that sends spans.
func (t Traces) layers(scope constructs.Construct, f contract.Function) *[]awslambda.ILayerVersion {
	if t.Layer == "" || !slices.Contains(f.Settings, contract.SettingTraceEndpoint) {
		return nil
	}
	return &[]awslambda.ILayerVersion{
		awslambda.LayerVersion_FromLayerVersionArn(scope, jsii.String(f.ID+"Collector"), &t.Layer),
	}
}
