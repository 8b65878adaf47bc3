// Command cdk declares the AWS resources of Secured Pets: one command deploys them,
// a golden file shows them in a review, and the laptop stack serves the same
// template.
//
// The template that the CDK command line deploys, the tests compare with
// testdata/*.json and infra/local serves is the same. Environments differ in the
// values of four CloudFormation parameters (Issuer, Audience, ClientId,
// AllowedOrigins), whose defaults come from the CDK context:
//
//	npx cdk synth -c issuer=https://TENANT.eu.auth0.com/ -c audience=https://api.securedpets.example
//
// Routes, functions, their settings and roles, CORS, throttles and metrics come
// from functions/contract. Every context value is described in config.go. A
// contract that contradicts itself or a bad context value stops the synthesis with
// one line.
//
// The functions' binaries are assets: dist/lambda/FUNCTION/bootstrap, which `make
// build` writes. The context value programs=placeholder replaces each of them by a
// text file, for templates that are not deployed.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

func main() {
	defer jsii.Close()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "infra/cdk:", err)
		jsii.Close()
		os.Exit(1)
	}
}

// run synthesizes into CDK_OUTDIR with the context CDK_CONTEXT_JSON, which the CDK
// command line sets.
func run() error {
	app, err := newApp(contract.Check, nil, "")
	if err != nil {
		return err
	}
	return synth(app)
}

// synth converts the panic with which CDK refuses an app into an error; CDK has
// printed the findings.
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
