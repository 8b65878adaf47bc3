package gateway

import (
	"strconv"
	"time"
)

type valueOf = func(g *Gateway, x *exchange) string

// logVariables returns the variables of HTTP APIs. Those of IAM and custom
// domains have no value here. No variable contains the token.
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
		"error.message":      func(_ *Gateway, x *exchange) string { return x.response.refused.message },
		"error.responseType": func(_ *Gateway, x *exchange) string { return x.response.refused.kind },
		"extendedRequestId":  requestIDValue, "requestId": requestIDValue, "integration.requestId": none,
		"httpMethod": method, "identity.sourceIp": func(_ *Gateway, x *exchange) string { return x.sourceIP() },
		"identity.userAgent": func(_ *Gateway, x *exchange) string { return x.in.UserAgent() },
		"path":               func(_ *Gateway, x *exchange) string { return x.path },
		"protocol":           func(_ *Gateway, x *exchange) string { return x.in.Proto },
		"requestTime":        func(_ *Gateway, x *exchange) string { return x.time() },
		"requestTimeEpoch":   func(_ *Gateway, x *exchange) string { return strconv.FormatInt(x.start.UnixMilli(), 10) },
		"responseLatency":    func(_ *Gateway, x *exchange) string { return milliseconds(x.end.Sub(x.start)) },
		"responseLength":     func(_ *Gateway, x *exchange) string { return strconv.Itoa(len(x.response.body)) },
		"routeKey":           routeKeyValue,
		"stage":              func(_ *Gateway, x *exchange) string { return x.stage.name },
		"status":             func(_ *Gateway, x *exchange) string { return strconv.Itoa(x.response.status) },
		"error.messageString": func(_ *Gateway, x *exchange) string {
			if x.response.refused.message == "" {
				return ""
			}
			return `"` + x.response.refused.message + `"`
		},
		"authorizer.principalId": none, "awsEndpointRequestId": none, "awsEndpointRequestId2": none,
		"customDomain.basePathMatched": none, "identity.accountId": none, "identity.caller": none, "identity.user": none,
		"identity.userArn": none, "identity.principalOrgId": none,
	}
	addIntegration(variables)
	return variables
}

// addIntegration adds the variables of the integration, under both names each.
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
	variables["integration.status"] = func(_ *Gateway, x *exchange) string { return positive(x.integrationStatus) }
	// The status of Lambda's API is 200 even if the function failed.
	lambdaStatus := func(_ *Gateway, x *exchange) string {
		if x.invoked.IsZero() || x.response.status == serviceUnavailable.status && x.integrationStatus == 0 {
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
