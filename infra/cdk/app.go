package main

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// stackID names the stack inside the app, and so its template: SecuredPets.template.json in every
// environment. The name of the deployed stack carries the environment as well, so that one account can
// hold both.
const stackID = "SecuredPets"

//go:embed cdk.json
var cdkJSON []byte

// newApp reads the context, checks it and declares every stack. Context values given here win over those
// of the command line; an empty outdir leaves the choice to the command line.
func newApp(context map[string]any, outdir string) (awscdk.App, error) {
	flags, err := featureFlags()
	if err != nil {
		return nil, err
	}
	props := &awscdk.AppProps{
		AnalyticsReporting: jsii.Bool(false),
		Context:            &flags,
		PostCliContext:     &context,
	}
	if outdir != "" {
		props.Outdir = &outdir
	}
	app := awscdk.NewApp(props)
	config, err := newConfig(func(key string) any { return app.Node().TryGetContext(&key) })
	if err != nil {
		return nil, err
	}
	tags(app, config)
	if err := addRules(app); err != nil {
		return nil, err
	}
	return app, newStacks(app, config)
}

// tags are on every resource that can have them, for bills and for those who find one of them alone.
func tags(scope constructs.Construct, config Config) {
	for key, value := range map[string]string{
		"project": "secured-pets", "environment": config.Name, "declared-in": "infra/cdk",
	} {
		awscdk.Tags_Of(scope).Add(&key, &value, nil)
	}
}

// featureFlags are the ones of cdk.json. Only the command line reads that file: loaded here as well, the
// tests and a plain `go run .` synthesize what it deploys.
func featureFlags() (map[string]any, error) {
	var file struct {
		Context map[string]any `json:"context"`
	}
	if err := json.Unmarshal(cdkJSON, &file); err != nil {
		return nil, fmt.Errorf("cdk.json: %w", err)
	}
	return file.Context, nil
}
