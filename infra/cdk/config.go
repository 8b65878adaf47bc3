package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Config is every setting of the stack, checked. One context value, env, chooses the environment; issuer
// and audience have no default.
type Config struct {
	Environment

	Issuer         string   // -c issuer: exact, as it stands in the tokens' iss
	Audience       []string // -c audience: API identifiers, separated by commas
	ClientID       string   // -c clientId: the page's client. By default "secured-pets-web"
	AllowedOrigins []string // -c allowedOrigins: who may call from a browser, separated by commas. By default the environment's
	EmailClaim     string   // -c emailClaim: claim with the buyer's e-mail. By default the functions' own
	JWKSURL        string   // -c jwksUrl: skips the functions' discovery. By default they discover
	AlarmEmail     string   // -c alarmEmail: who is told of alarms. By default nobody is subscribed to the topic
	Social         []string // -c social: connections whose users are buyers, for the federation. By default "amazon"

	Traces           Traces // -c otlpEndpoint, -c collectorLayer. By default there are none
	Federation       Federation
	LambdaAuthorizer bool // -c lambdaAuthorizer=true: a REST API with the project's authorizer. By default there is none

	Programs string // -c programs: folder of FUNCTION/bootstrap, or "placeholder". By default ../../dist/lambda
}

// placeholder stands a text file in for every program, for templates that are read and not deployed.
const placeholder = "placeholder"

// newConfig reads and checks the context; every complaint is in the one error.
func newConfig(lookup func(key string) any) (Config, error) {
	var complaints []error
	get := func(key, byDefault string) string {
		switch value := lookup(key).(type) {
		case nil:
			return byDefault
		case string:
			return strings.TrimSpace(value)
		default:
			complaints = append(complaints, fmt.Errorf("%w: %s is not a text", ErrSetting, key))
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
	environment, err := newEnvironment(get("env", "dev"))
	federation, unfederated := newFederationConfig(get("federation", ""), get("samlMetadata", ""))
	complaints = append(complaints, err, unfederated)
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
	if err == nil { // an unknown environment has no rule for origins
		complaints = append(complaints, checkOrigins(c.AllowedOrigins, c.Production))
	}
	complaints = append(complaints,
		checkIssuer(c.Issuer, get("provider", "")),
		checkAudience(c.Audience),
		checkClientID(c.ClientID),
		checkJWKSURL(c.JWKSURL),
		checkTraces(c.Traces),
		checkPrograms(c),
		checkSocial(c),
	)
	return c, oneLine(complaints)
}

// list splits at commas and drops what is empty.
func list(text string) []string {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	return slices.DeleteFunc(fields, func(s string) bool { return s == "" })
}

// oneLine keeps the identity of every complaint and writes them in one line, as a command line shows them.
func oneLine(complaints []error) error {
	joined := errors.Join(complaints...)
	if joined == nil {
		return nil
	}
	return &settingsError{joined}
}

type settingsError struct{ error }

func (e *settingsError) Error() string { return strings.ReplaceAll(e.error.Error(), "\n", "; ") }
func (e *settingsError) Unwrap() error { return e.error }

func checkAudience(audience []string) error {
	if len(audience) == 0 {
		return fmt.Errorf("%w: -c audience=https://api.example.com is the identifier of your API at the provider", ErrAudience)
	}
	return nil
}

// checkSocial: a role that nobody can assume is a mistake, not a restriction.
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

// checkPrograms looks for the programs before CDK does, whose message names a folder and no cure.
func checkPrograms(c Config) error {
	if c.Programs == placeholder {
		return nil
	}
	functions := Functions()
	if c.LambdaAuthorizer {
		functions = append(functions, authorizerFunction())
	}
	var missing []string
	for _, f := range functions {
		if _, err := os.Stat(filepath.Join(c.Programs, f.Program, "bootstrap")); err != nil {
			missing = append(missing, f.Program)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: no program for %s in %s: run `make build` first, or -c programs=%s to read the template only",
			ErrPrograms, strings.Join(missing, ", "), c.Programs, placeholder)
	}
	return checkTracing(c, functions)
}

// What can be wrong with the settings.
var (
	ErrSetting     = errors.New("setting refused")
	ErrEnvironment = errors.New("environment unknown")
	ErrIssuer      = errors.New("issuer refused")
	ErrAudience    = errors.New("audience is empty")
	ErrClientID    = errors.New("client id refused")
	ErrOrigins     = errors.New("origins refused")
	ErrJWKSURL     = errors.New("address of keys refused")
	ErrPrograms    = errors.New("programs missing")
)
