package template

import (
	"encoding/json"
	"time"
)

// A Stack is a template with everything resolved.
type Stack struct {
	Region string

	APIs      []API
	Functions []Function
	Tables    []Table
}

// An API is one AWS::ApiGatewayV2::Api of protocol HTTP and all that belongs to it.
type API struct {
	LogicalID, Name string
	// ID is the value of Ref: the first label of the API's host name in AWS.
	ID string
	// ARN is the API's execute-api ARN, without stage, method and path.
	ARN     string
	Account string
	// CORS is nil when the API has no CORS configuration.
	CORS                      *CORS
	DisableExecuteAPIEndpoint bool
	Routes                    []Route
	Stages                    []Stage
}

// CORS is an API's CORS configuration. For an empty list the header is not sent.
type CORS struct {
	AllowOrigins, AllowMethods, AllowHeaders, ExposeHeaders []string
	AllowCredentials                                        bool
	// MaxAge is in seconds; nil when it is not configured.
	MaxAge *int
}

// Kinds of authorization a route may have.
const (
	AuthorizationNone = "NONE"
	AuthorizationJWT  = "JWT"
	AuthorizationIAM  = "AWS_IAM"
)

// A Route binds a route key to a function.
type Route struct {
	LogicalID string
	// Key is "METHOD /path", "ANY /path" or "$default".
	Key string
	// Authorization is one of the Authorization constants.
	Authorization string
	// Authorizer is set exactly when Authorization is JWT.
	Authorizer *Authorizer
	// Scopes are the accepted scopes; a token needs one of them. Empty unless Authorization is JWT.
	Scopes      []string
	Integration Integration
}

// An Authorizer is a JWT authorizer.
type Authorizer struct {
	LogicalID, Name string
	// IdentitySource is "$request.header.NAME" or "$request.querystring.NAME".
	IdentitySource string
	Issuer         string
	Audiences      []string
}

// An Integration is a Lambda proxy integration with payload format 2.0.
type Integration struct {
	LogicalID string
	// Function is the logical id of the function.
	Function string
	// FunctionARN is the ARN that is invoked, with its alias or version if it has one.
	FunctionARN string
	Timeout     time.Duration
	// Sources are patterns of the execute-api ARNs for which API Gateway may invoke this function:
	// the SourceArn of its permissions, "*" for one without SourceArn.
	Sources []string
}

// A Stage serves an API: at the root for $default, else under its name.
type Stage struct {
	LogicalID, Name string
	Throttle        Throttle
	// RouteThrottle overrides Throttle, by route key.
	RouteThrottle map[string]Throttle
	// AccessLog is the format of a line; "" when the stage has no access log.
	AccessLog string
	Variables map[string]string
}

// Throttle limits requests. Where it is nil, the account's limit applies.
type Throttle struct {
	Burst *int
	Rate  *float64
}

// A Function is a Lambda function whose binary is built from this repository.
type Function struct {
	LogicalID, Name, ARN string
	// Package is the Go package of the binary, from the resource's metadata.
	Package     string
	Handler     string
	Environment map[string]string
	Timeout     time.Duration
	// Memory is in megabytes.
	Memory int
	// Concurrency is the reserved concurrency; nil when none is reserved.
	Concurrency *int
	// LogGroup and LogFormat come from LoggingConfig, else they are Lambda's own.
	LogGroup, LogFormat string
	// LogLevel is ApplicationLogLevel; "" when it is not configured.
	LogLevel string
}

// A Table is a DynamoDB table.
type Table struct {
	LogicalID, Name string
	// CreateTable is the input of that operation, in JSON.
	CreateTable json.RawMessage
	// UpdateTimeToLive is the input of that operation, in JSON; nil when the table has no TTL.
	UpdateTimeToLive json.RawMessage
}
