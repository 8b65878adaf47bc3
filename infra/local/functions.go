package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"example.com/securedpets/infra/local/engine"
	"example.com/securedpets/infra/local/lambda"
)

func (s *stack) startFunctions(context.Context) error {
	var functions []lambda.Function
	for _, f := range s.template.Functions {
		program, err := filepath.Abs(filepath.Join(programs, path.Base(f.Package), "bootstrap"))
		if err != nil {
			return err
		}
		if _, err := os.Stat(program); err != nil {
			return fmt.Errorf("the program of %s is not built: run `make build-local`", f.Name)
		}
		functions = append(functions, lambda.Function{
			Name: f.Name, ARN: f.ARN, Program: program, Handler: f.Handler, Environment: f.Environment,
			Timeout: f.Timeout, Memory: f.Memory, Concurrency: f.Concurrency,
			LogGroup: f.LogGroup, LogFormat: f.LogFormat, LogLevel: f.LogLevel,
		})
	}
	var err error
	s.functions, err = lambda.New(lambda.Config{
		Region: s.template.Region,
		Environment: map[string]string{
			"AWS_ENDPOINT_URL_DYNAMODB": s.engine.Endpoint,
			"AWS_ACCESS_KEY_ID":         engine.Credentials.AccessKeyID,
			"AWS_SECRET_ACCESS_KEY":     engine.Credentials.SecretAccessKey,
		},
		Log: func(function, line string) { s.out.printf("%s: %s", function, line) },
	}, functions...)
	if err != nil {
		return err
	}
	s.onStop(func() error { s.functions.Close(); return nil })
	s.out.printf("functions: %d programs of %s", len(functions), programs)
	return nil
}
