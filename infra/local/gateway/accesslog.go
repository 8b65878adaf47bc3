package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ErrLogFormat means that an access log asks for a variable that is not known here.
var ErrLogFormat = errors.New("AccessLogSettings.Format")

// logFormat is a compiled AccessLogSettings.Format.
type logFormat struct{ parts []logPart }

// logPart is a text followed by the value of a variable.
type logPart struct {
	text  string
	value func(g *Gateway, x *exchange) string
}

var logVariable = regexp.MustCompile(`\$context((?:\.[A-Za-z0-9_]+)+)`)

// claimVariable begins the variables that show a claim.
const claimVariable = "authorizer.claims."

func parseLogFormat(format string) (*logFormat, error) {
	f := &logFormat{}
	var problems []error
	end := 0
	for _, at := range logVariable.FindAllStringSubmatchIndex(format, -1) {
		name := format[at[2]+1 : at[3]]
		value, known := logVariables()[name]
		if claim, isClaim := strings.CutPrefix(name, claimVariable); isClaim {
			value, known = claimValue(claim), true
		}
		if !known {
			problems = append(problems, fmt.Errorf("%w: $context.%s is not known", ErrLogFormat, name))
		}
		f.parts = append(f.parts, logPart{format[end:at[0]], value})
		end = at[1]
	}
	f.parts = append(f.parts, logPart{text: format[end:]})
	return f, errors.Join(problems...)
}

// render makes the line. Values are escaped as in JSON: no request can forge a line or a member.
func (f *logFormat) render(g *Gateway, x *exchange) string {
	var line strings.Builder
	for _, part := range f.parts {
		line.WriteString(part.text)
		if part.value == nil {
			continue
		}
		value := part.value(g, x)
		if value == "" {
			value = "-"
		}
		quoted, _ := json.Marshal(value) // a string always encodes
		line.Write(quoted[1 : len(quoted)-1])
	}
	return strings.ReplaceAll(line.String(), "\n", " ")
}

type valueOf = func(g *Gateway, x *exchange) string

// logVariables are the variables of HTTP APIs that have a value here; those of services that are not (IAM, WAF, Cognito) show as "-". None of
// them holds the token.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
func logVariables() map[string]valueOf {
	none := func(*Gateway, *exchange) string { return "" }
	method := func(_ *Gateway, x *exchange) string { return x.in.Method }
	variables := map[string]valueOf{
		"accountId":          func(g *Gateway, _ *exchange) string { return g.api.Account },
		"apiId":              func(g *Gateway, _ *exchange) string { return g.api.ID },
		"authorizer.error":   func(_ *Gateway, x *exchange) string { return x.authorizerError },
		"dataProcessed":      func(_ *Gateway, x *exchange) string { return strconv.Itoa(len(x.body)) },
		"domainName":         func(_ *Gateway, x *exchange) string { name, _ := x.domain(); return name },
		"domainPrefix":       func(_ *Gateway, x *exchange) string { _, prefix := x.domain(); return prefix },
		"error.message":      func(_ *Gateway, x *exchange) string { return x.answer.refused.message },
		"error.responseType": func(_ *Gateway, x *exchange) string { return x.answer.refused.kind },
		"extendedRequestId":  requestIDValue, "requestId": requestIDValue, "integration.requestId": none,
		"httpMethod": method, "identity.sourceIp": func(_ *Gateway, x *exchange) string { return x.sourceIP() },
		"identity.userAgent": func(_ *Gateway, x *exchange) string { return x.in.UserAgent() },
		"path":               func(_ *Gateway, x *exchange) string { return x.path },
		"protocol":           func(_ *Gateway, x *exchange) string { return x.in.Proto },
		"requestTime":        func(_ *Gateway, x *exchange) string { return x.time() },
		"requestTimeEpoch":   func(_ *Gateway, x *exchange) string { return strconv.FormatInt(x.start.UnixMilli(), 10) },
		"responseLatency":    func(_ *Gateway, x *exchange) string { return milliseconds(x.end.Sub(x.start)) },
		"responseLength":     func(_ *Gateway, x *exchange) string { return strconv.Itoa(len(x.answer.body)) },
		"routeKey":           routeKeyValue,
		"stage":              func(_ *Gateway, x *exchange) string { return x.stage.name },
		"status":             func(_ *Gateway, x *exchange) string { return strconv.Itoa(x.answer.status) },
		"error.messageString": func(_ *Gateway, x *exchange) string {
			if x.answer.refused.message == "" {
				return ""
			}
			return `"` + x.answer.refused.message + `"`
		},
		"authorizer.principalId": none, "awsEndpointRequestId": none, "awsEndpointRequestId2": none,
		"customDomain.basePathMatched": none, "identity.accountId": none, "identity.caller": none, "identity.user": none,
		"identity.userArn": none, "identity.principalOrgId": none,
	}
	addIntegration(variables)
	return variables
}

// addIntegration adds what an integration leaves behind, under both of its names.
func addIntegration(variables map[string]valueOf) {
	failure := func(_ *Gateway, x *exchange) string { return x.integrationError }
	variables["integrationErrorMessage"], variables["integration.error"] = failure, failure
	latency := func(_ *Gateway, x *exchange) string {
		if x.invoked.IsZero() {
			return ""
		}
		return milliseconds(x.integrationLatency)
	}
	variables["integrationLatency"], variables["integration.latency"] = latency, latency
	// What the function itself answered.
	variables["integration.status"] = func(_ *Gateway, x *exchange) string { return positive(x.integrationStatus) }
	// What Lambda's API answered: 200 when it was reached, even if the function failed.
	lambdaStatus := func(_ *Gateway, x *exchange) string {
		if x.invoked.IsZero() || x.answer.status == serviceUnavailable.status && x.integrationStatus == 0 {
			return ""
		}
		return "200"
	}
	variables["integrationStatus"], variables["integration.integrationStatus"] = lambdaStatus, lambdaStatus
}

func requestIDValue(_ *Gateway, x *exchange) string { return x.id }

func routeKeyValue(_ *Gateway, x *exchange) string {
	if x.route == nil {
		return ""
	}
	return x.route.key
}

func claimValue(name string) valueOf {
	return func(_ *Gateway, x *exchange) string {
		if x.token == nil {
			return ""
		}
		claims, err := claimTexts(x.token)
		if err != nil {
			return ""
		}
		return claims[name]
	}
}

func positive(number int) string {
	if number == 0 {
		return ""
	}
	return strconv.Itoa(number)
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// lineWriter keeps lines of concurrent requests apart.
type lineWriter struct {
	mu  sync.Mutex
	out io.Writer
}

func (w *lineWriter) line(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, _ = io.WriteString(w.out, text+"\n") // a log that cannot be written must not fail a request
}
