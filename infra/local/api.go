package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"example.com/securedpets/infra/local/engine"
	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/lambda"
	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth"
)

// The API's files in the repository, from its root.
const (
	templateFile = "infra/cdk/testdata/SecuredPets.template.json"
	binaries     = "dist/local"
	engineFolder = "infra/local/node_modules"
)

// startAPI serves the template: its tables in an engine, its functions, its routes.
func startAPI(ctx context.Context, p *parts, set *settings, id identity) error {
	stack, err := readTemplate(set, id)
	if err != nil {
		return err
	}
	database, err := startDatabase(ctx, p, set, stack.Tables)
	if err != nil {
		return err
	}
	functions, err := startFunctions(p, stack, database)
	if err != nil {
		return err
	}
	return startGateway(ctx, p, set, stack.APIs, functions)
}

// readTemplate gives the template's parameters the values of a deployment.
func readTemplate(set *settings, id identity) (*template.Stack, error) {
	file, err := os.Open(templateFile)
	if err != nil {
		return nil, fmt.Errorf("run this in the repository's root: %w", err)
	}
	defer func() { _ = file.Close() }() // only read
	return template.Load(file, template.Settings{Region: engine.Region, Parameters: map[string]string{
		"Issuer":         id.Issuer,
		"Audience":       id.Audience,
		"ClientId":       id.ClientID,
		"AllowedOrigins": set.pageURL(),
	}})
}

// startDatabase starts the engine, unless there is an endpoint, and creates the tables.
func startDatabase(ctx context.Context, p *parts, set *settings, tables []template.Table) (*engine.Engine, error) {
	database, err := startEngine(ctx, p, set)
	if err != nil {
		return nil, err
	}
	p.onStop(func() error { database.Stop(); return nil })
	go func() {
		<-database.Exited()
		p.fail(engine.ErrStopped) // after Stop nothing receives it
	}()
	for _, table := range tables {
		if err := database.CreateTable(ctx, table); err != nil {
			return nil, curedByEngine(err, set)
		}
		p.out.Printf("table: %s at %s", table.Name, database.Endpoint)
	}
	return database, nil
}

func startEngine(ctx context.Context, p *parts, set *settings) (*engine.Engine, error) {
	if endpoint := set.DynamoDBEndpoint; endpoint != "" {
		database, err := engine.Connect(ctx, endpoint)
		if err != nil {
			return nil, fmt.Errorf("%w: start it, or unset DYNAMODB_ENDPOINT to use the embedded engine", err)
		}
		return database, nil
	}
	data, err := engine.OpenFolder(set.DataDir)
	if err != nil {
		return nil, curedByDataDir(err)
	}
	p.onStop(data.Close)
	program, err := engine.Find(engineFolder)
	if err != nil {
		return nil, err
	}
	return engine.Start(ctx, program, data, p.out.Named("engine"))
}

// curedByEngine adds the cure to the error of a table.
func curedByEngine(err error, set *settings) error {
	switch {
	case set.DynamoDBEndpoint != "":
		return fmt.Errorf("%w: choose another DynamoDB-compatible endpoint (DynamoDB Local, for example) "+
			"with DYNAMODB_ENDPOINT=, or unset it to use the embedded engine", err)
	case errors.Is(err, engine.ErrOtherTable), errors.Is(err, engine.ErrEarlierLayout):
		return fmt.Errorf("%w: choose another folder with DATA_DIR=, or remove the old data", err)
	}
	return err
}

func startFunctions(p *parts, stack *template.Stack, database *engine.Engine) (*lambda.Runtime, error) {
	var functions []lambda.Function
	for _, f := range stack.Functions {
		binary, err := filepath.Abs(filepath.Join(binaries, path.Base(f.Package), "bootstrap"))
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(binary); err != nil {
			return nil, fmt.Errorf("the binary of %s is missing: run `make build-local`", f.Name)
		}
		functions = append(functions, lambda.Function{
			Name: f.Name, ARN: f.ARN, Program: binary, Handler: f.Handler, Environment: f.Environment,
			Timeout: f.Timeout, Memory: f.Memory, Concurrency: f.Concurrency,
			LogGroup: f.LogGroup, LogFormat: f.LogFormat, LogLevel: f.LogLevel,
		})
	}
	runtime, err := lambda.New(lambda.Config{
		Region: stack.Region,
		Environment: map[string]string{
			"AWS_ENDPOINT_URL_DYNAMODB": database.Endpoint,
			"AWS_ACCESS_KEY_ID":         engine.Credentials.AccessKeyID,
			"AWS_SECRET_ACCESS_KEY":     engine.Credentials.SecretAccessKey,
		},
		Log: func(function, line string) { p.out.Printf("%s: %s", function, line) },
	}, functions...)
	if err != nil {
		return nil, err
	}
	p.onStop(func() error { runtime.Close(); return nil })
	p.out.Printf("functions: %d binaries of %s", len(functions), binaries)
	return runtime, nil
}

func startGateway(ctx context.Context, p *parts, set *settings, apis []template.API, functions *lambda.Runtime) error {
	if n := len(apis); n != 1 {
		return fmt.Errorf("%s has %d HTTP APIs: one port serves exactly one", templateFile, n)
	}
	served, err := gateway.New(ctx, apis[0], functions, gateway.Options{
		AccessLog: p.out.Named("access"),
		Warn:      func(line string) { p.out.Printf("warning: %s", line) },
	})
	if errors.Is(err, jwtauth.ErrKeysUnavailable) {
		return fmt.Errorf("%w: check ISSUER, and that it can be reached from here", err)
	}
	if err != nil {
		return err
	}
	for _, warning := range served.Warnings() {
		p.out.Printf("warning: %s", warning)
	}
	p.serveHTTP(ctx, apiPort, gateway.NewServer(served))
	p.out.Printf("api: %s, %d routes", set.apiURL(), len(apis[0].Routes))
	return nil
}
