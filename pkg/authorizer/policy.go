package authorizer

import (
	"errors"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// errBadARN means that the event is not from API Gateway. The token is not verified then.
var errBadARN = errors.New("authorizer: the event has no ARN of an API's method")

// methodARN is the resource of an IAM policy for execute-api:
// arn:aws:execute-api:region:account:api/stage/METHOD/path.
type methodARN struct {
	api    string // up to and with the API's id
	stage  string
	method string
	path   string // without the leading slash
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
		m.path = parts[3]
	}
	return m, nil
}

// widens reports whether the path of the request contains a character that IAM would read as a
// pattern or a variable. A policy for such a path would allow more than the request.
//
// [open] API Gateway does not document whether it escapes these; we refuse.
func (m methodARN) widens() bool {
	return strings.ContainsAny(m.path, "*?$")
}

// wholeStage is every method of the stage.
func (m methodARN) wholeStage() string {
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
