package gateway

import (
	"strconv"
	"time"
)

// valueOf returns the value of a log variable, "" for none.
type valueOf = func(*exchange) string

// logVariables returns the variables of HTTP APIs. Those of IAM and custom
// domains have no value here. No variable contains the token.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
func logVariables() map[string]valueOf {
	requestID := func(x *exchange) string { return x.id }
	variables := map[string]valueOf{
		"accountId":           func(x *exchange) string { return x.api.Account },
		"apiId":               func(x *exchange) string { return x.api.ID },
		"authorizer.error":    func(x *exchange) string { return x.authorizerError },
		"dataProcessed":       func(x *exchange) string { return strconv.Itoa(len(x.body)) },
		"domainName":          func(x *exchange) string { name, _ := x.domain(); return name },
		"domainPrefix":        func(x *exchange) string { _, prefix := x.domain(); return prefix },
		"error.message":       func(x *exchange) string { return x.response.refused.message },
		"error.responseType":  func(x *exchange) string { return x.response.refused.kind },
		"extendedRequestId":   requestID,
		"requestId":           requestID,
		"httpMethod":          func(x *exchange) string { return x.in.Method },
		"identity.sourceIp":   (*exchange).sourceIP,
		"identity.userAgent":  func(x *exchange) string { return x.in.UserAgent() },
		"path":                func(x *exchange) string { return x.path },
		"protocol":            func(x *exchange) string { return x.in.Proto },
		"requestTime":         (*exchange).time,
		"requestTimeEpoch":    func(x *exchange) string { return strconv.FormatInt(x.start.UnixMilli(), 10) },
		"responseLatency":     func(x *exchange) string { return milliseconds(x.end.Sub(x.start)) },
		"responseLength":      func(x *exchange) string { return strconv.Itoa(len(x.response.body)) },
		"routeKey":            routeKeyValue,
		"stage":               func(x *exchange) string { return x.stage.name },
		"status":              func(x *exchange) string { return strconv.Itoa(x.response.status) },
		"error.messageString": errorMessageString,
	}
	addIntegration(variables)
	for _, name := range []string{
		"authorizer.principalId", "awsEndpointRequestId", "awsEndpointRequestId2", "customDomain.basePathMatched",
		"identity.accountId", "identity.caller", "identity.principalOrgId", "identity.user", "identity.userArn",
		"integration.requestId",
	} {
		variables[name] = func(*exchange) string { return "" }
	}
	return variables
}

// addIntegration adds the variables of the integration, under both names each.
func addIntegration(variables map[string]valueOf) {
	failure := func(x *exchange) string { return x.integrationError }
	variables["integrationErrorMessage"], variables["integration.error"] = failure, failure
	latency := func(x *exchange) string {
		if x.invoked.IsZero() {
			return ""
		}
		return milliseconds(x.integrationLatency)
	}
	variables["integrationLatency"], variables["integration.latency"] = latency, latency
	variables["integration.status"] = func(x *exchange) string { return positive(x.integrationStatus) }
	// The status of Lambda's API is 200 even if the function failed.
	lambdaStatus := func(x *exchange) string {
		if x.invoked.IsZero() || x.response.status == serviceUnavailable.status && x.integrationStatus == 0 {
			return ""
		}
		return "200"
	}
	variables["integrationStatus"], variables["integration.integrationStatus"] = lambdaStatus, lambdaStatus
}

// errorMessageString returns the error message in quotation marks.
func errorMessageString(x *exchange) string {
	if x.response.refused.message == "" {
		return ""
	}
	return strconv.Quote(x.response.refused.message)
}

func routeKeyValue(x *exchange) string {
	if x.route == nil {
		return ""
	}
	return x.route.key
}

func claimValue(name string) valueOf {
	return func(x *exchange) string {
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
