package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/securedpets/functions/contract"
)

// Config holds every setting of the stack, checked. The context value env chooses
// the environment; issuer and audience have no default.
type Config struct {
	Environment

	Issuer         string   // -c issuer: exactly the tokens' iss
	Audience       []string // -c audience: API identifiers, separated by commas
	ClientID       string   // -c clientId: the page's client. By default, "secured-pets-web"
	AllowedOrigins []string // -c allowedOrigins: of pages, separated by commas. By default, the environment's
	EmailClaim     string   // -c emailClaim: the buyer's e-mail. By default, the functions choose
	JWKSURL        string   // -c jwksUrl: skips discovery. By default, the functions discover
	AlarmEmail     string   // -c alarmEmail: subscribed to the alarms. By default, there is no subscription
	Social         []string // -c social: connections of buyers, for the federation. By default, "amazon"

	Traces     Traces
	Federation Federation
	// LambdaAuthorizer is -c lambdaAuthorizer=true: a REST API with the project's
	// authorizer. By default, there is none.
	LambdaAuthorizer bool

	// Programs is -c programs: the folder of FUNCTION/bootstrap, or "placeholder".
	// By default, ../../dist/lambda.
	Programs string
}

// placeholder replaces every binary by a text file, for templates that are not
// deployed.
const placeholder = "placeholder"

// newConfig reads and checks the context, and returns every complaint in one error.
func newConfig(lookup func(key string) any) (Config, error) {
	var complaints []error
	get := func(key, byDefault string) string {
		switch value := lookup(key).(type) {
		case nil:
			return byDefault
		case string:
			return strings.TrimSpace(value)
		default:
			complaints = append(complaints, fmt.Errorf("%w: %s is not a string", ErrSetting, key))
			return byDefault
		}
	}
	yes := func(key string) bool {
		value := get(key, "false")
		if value != "true" && value != "false" {
			complaints = append(complaints, fmt.Errorf("%w: %s is neither true nor false", ErrSetting, key))
		}
		return value == "true"
	}
	environment, unknown := newEnvironment(get("env", "dev"))
	federation, refused := newFederationConfig(get("federation", ""), get("samlMetadata", ""))
	complaints = append(complaints, unknown, refused)
	c := Config{
		Environment:    environment,
		Issuer:         get("issuer", ""),
		Audience:       list(get("audience", "")),
		ClientID:       get("clientId", "secured-pets-web"),
		AllowedOrigins: list(get("allowedOrigins", environment.DefaultOrigins)),
		EmailClaim:     get("emailClaim", ""),
		JWKSURL:        get("jwksUrl", ""),
		AlarmEmail:     get("alarmEmail", ""),
		Social:         list(get("social", "amazon")),

		Traces:           Traces{Endpoint: get("otlpEndpoint", ""), Layer: get("collectorLayer", "")},
		Federation:       federation,
		LambdaAuthorizer: yes("lambdaAuthorizer"),

		Programs: get("programs", filepath.Join("..", "..", "dist", "lambda")),
	}
	if unknown == nil { // an unknown environment has no rule for origins
		complaints = append(complaints, checkOrigins(c.AllowedOrigins, c.Production))
	}
	complaints = append(complaints,
		checkIssuer(c.Issuer, get("provider", "")),
		checkAudience(c.Audience),
		checkClientID(c.ClientID),
		checkJWKSURL(c.JWKSURL),
		checkTraces(c.Traces),
		checkBinaries(c),
		checkSocial(c),
	)
	return c, oneLine(errors.Join(complaints...))
}

// list splits at commas and spaces, without empty entries.
func list(text string) []string {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	return slices.DeleteFunc(fields, func(s string) bool { return s == "" })
}

// oneLine returns joined errors with their text in one line. [errors.Is] finds each
// of them.
func oneLine(joined error) error {
	if joined == nil {
		return nil
	}
	return &lineError{joined}
}

type lineError struct{ error }

func (e *lineError) Error() string { return strings.ReplaceAll(e.error.Error(), "\n", "; ") }
func (e *lineError) Unwrap() error { return e.error }

func checkAudience(audience []string) error {
	if len(audience) == 0 {
		return fmt.Errorf("%w: -c audience=https://api.example.com is the identifier of your API at the issuer", ErrAudience)
	}
	return nil
}

// checkSocial refuses a role without subjects: it would be a mistake, not a
// restriction.
func checkSocial(c Config) error {
	if c.Federation.Kind != "" && len(c.Social) == 0 {
		return fmt.Errorf("%w: -c social= names the connections whose users are buyers", ErrFederation)
	}
	return nil
}

func checkClientID(id string) error {
	if id == "" || strings.ContainsAny(id, " ,\t") {
		return fmt.Errorf("%w: -c clientId= is the client id of the page", ErrClientID)
	}
	return nil
}

func checkJWKSURL(raw string) error {
	if raw == "" {
		return nil
	}
	if u, err := url.Parse(raw); err != nil || u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%w: jwksUrl must be an https address", ErrJWKSURL)
	}
	return nil
}

// checkBinaries looks for the binaries before CDK does, whose message names no
// command to run.
func checkBinaries(c Config) error {
	if c.Programs == placeholder {
		return nil
	}
	functions := contract.Functions()
	if c.LambdaAuthorizer {
		functions = append(functions, contract.Authorizer)
	}
	var missing []string
	for _, f := range functions {
		if _, err := os.Stat(filepath.Join(c.Programs, f.Folder, "bootstrap")); err != nil {
			missing = append(missing, f.Folder)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: no binary of %s in %s: run `make build` first, or -c programs=%s to read the template only",
			ErrBinaries, strings.Join(missing, ", "), c.Programs, placeholder)
	}
	return checkTracing(c, functions)
}

// Errors of the settings.
var (
	ErrSetting     = errors.New("setting refused")
	ErrEnvironment = errors.New("environment unknown")
	ErrIssuer      = errors.New("issuer refused")
	ErrAudience    = errors.New("audience is empty")
	ErrClientID    = errors.New("client id refused")
	ErrOrigins     = errors.New("origins refused")
	ErrJWKSURL     = errors.New("key set address refused")
	ErrBinaries    = errors.New("binaries refused")
)
