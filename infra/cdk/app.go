package main

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// stackID names the stack in the app, and so its template,
// SecuredPets.template.json in every environment. The deployed stack's name ends
// with the environment: one account can hold both.
const stackID = "SecuredPets"

//go:embed cdk.json
var cdkJSON []byte

// newApp checks the contract and the context and declares every stack. Context
// values given here win over those of the command line. By default, with an empty
// outdir, the CDK command line chooses the folder.
func newApp(checkContract func() error, context map[string]any, outdir string) (awscdk.App, error) {
	if err := checkContract(); err != nil {
		return nil, oneLine(err)
	}
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

// tags sets the tags of every resource that can have them, for bills and for
// orphaned resources.
func tags(scope constructs.Construct, config Config) {
	for key, value := range map[string]string{
		"project": "secured-pets", "environment": config.Name, "declared-in": "infra/cdk",
	} {
		awscdk.Tags_Of(scope).Add(&key, &value, nil)
	}
}

// featureFlags returns the context of cdk.json. Only the CDK command line reads
// that file by itself: the tests and a plain `go run .` must synthesize what it
// deploys.
func featureFlags() (map[string]any, error) {
	var file struct {
		Context map[string]any `json:"context"`
	}
	if err := json.Unmarshal(cdkJSON, &file); err != nil {
		return nil, fmt.Errorf("cdk.json: %w", err)
	}
	return file.Context, nil
}
