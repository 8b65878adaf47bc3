// Command cdk describes what Secured Pets runs on in AWS, so that one command creates it, one file shows
// it to a reviewer, and the laptop serves the very same thing.
//
// The template that the CDK command line deploys, the one that the tests hold against testdata/*.json and
// the one that infra/local serves are one and the same. What differs between them are the values of four
// CloudFormation parameters (Issuer, Audience, ClientId, AllowedOrigins), whose defaults come from the CDK
// context:
//
//	npx cdk synth -c issuer=https://TENANT.eu.auth0.com/ -c audience=https://api.securedpets.example
//
// Every setting is described in config.go, every route in routes.go, every function in functions.go. A bad
// setting ends the synthesis with one line that names it.
//
// The functions' programs are assets: dist/lambda/FUNCTION/bootstrap, which `make build` puts there. The
// context value programs=placeholder stands a text file in for each of them, for templates that are read
// and not deployed.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

func main() {
	defer jsii.Close()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "infra/cdk:", err)
		jsii.Close()
		os.Exit(1)
	}
}

// run synthesizes into the folder and with the context that the CDK command line passes in CDK_OUTDIR and
// CDK_CONTEXT_JSON.
func run() error {
	app, err := newApp(nil, "")
	if err != nil {
		return err
	}
	return synth(app)
}

// synth turns the panic with which CDK refuses an app into an error; the findings have been printed.
func synth(app awscdk.App) (err error) {
	defer func() {
		if refused := recover(); refused != nil {
			err = fmt.Errorf("%w: %v", ErrRefused, refused)
		}
	}()
	app.Synth(nil)
	return nil
}

// ErrRefused means that CDK or one of the rules does not accept the stack.
var ErrRefused = errors.New("stack refused")
