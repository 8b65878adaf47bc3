package authorizer

import (
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// errBadARN means that the event is not from API Gateway. The token is not verified then.
var errBadARN = errors.New("authorizer: the event has no ARN of an API's method")

// methodARN is the resource of an IAM policy for execute-api:
// arn:aws:execute-api:region:account:api/stage/METHOD/path, or api/stage/$connect.
type methodARN struct {
	api    string // up to and with the API's id
	stage  string
	method string
	path   string // with the leading slash; empty for a route of a WebSocket API
}

func parseMethodARN(arn string) (methodARN, error) {
	colons := strings.SplitN(arn, ":", 6)
	if len(colons) != 6 || colons[0] != "arn" || colons[2] != "execute-api" {
		return methodARN{}, errBadARN
	}
	parts := strings.SplitN(colons[5], "/", 4)
	if len(parts) < 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return methodARN{}, errBadARN
	}
	m := methodARN{api: strings.TrimSuffix(arn, colons[5]) + parts[0], stage: parts[1], method: parts[2]}
	if len(parts) == 4 {
		m.path = "/" + parts[3]
	}
	return m, nil
}

func (m methodARN) isConnect() bool { return m.method == connectRoute && m.path == "" }

// patterns are what IAM reads in a resource as a wildcard or as the start of a variable. A "$"
// alone is neither.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
var patterns = []string{"*", "?", "${"}

// isPattern reports whether the caller's part of the ARN would be read as a pattern. A policy for
// it would cover more than the request.
//
// [open] API Gateway does not document whether it escapes these; we refuse.
func (m methodARN) isPattern() bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return strings.Contains(m.method+m.path, p) })
}

var encodePatterns = strings.NewReplacer("*", "%2A", "?", "%3F", "${", "%24{")

// resource is the one method that was called, and never a pattern.
func (m methodARN) resource() string {
	return m.api + "/" + m.stage + "/" + encodePatterns.Replace(m.method+m.path)
}

// wholeStage is every method of the stage, or every route of a WebSocket API.
func (m methodARN) wholeStage() string {
	if m.isConnect() {
		return m.api + "/" + m.stage + "/*"
	}
	return m.api + "/" + m.stage + "/*/*"
}

const (
	effectAllow = "Allow"
	effectDeny  = "Deny"
)

// policy returns the policy document of a Lambda authorizer's response.
func policy(effect, resource string) events.APIGatewayCustomAuthorizerPolicy {
	return events.APIGatewayCustomAuthorizerPolicy{
		Version: "2012-10-17",
		Statement: []events.IAMPolicyStatement{{
			Action:   []string{"execute-api:Invoke"},
			Effect:   effect,
			Resource: []string{resource},
		}},
	}
}
