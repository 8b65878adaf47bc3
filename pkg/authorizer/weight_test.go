package authorizer_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A program that uses one guard links no other adapter: neither its guard nor its authorizer.
func TestUnusedAdaptersAreNotLinked(t *testing.T) {
	const program = `package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"example.com/securedpets/pkg/authorizer"
)

func main() {
	lambda.Start(authorizer.New(nil).Require(func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		return events.APIGatewayV2HTTPResponse{}, nil
	}))
}
`
	folder := t.TempDir()
	source, binary := filepath.Join(folder, "main.go"), filepath.Join(folder, "program")
	if err := os.WriteFile(source, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	symbols, err := exec.CommandContext(t.Context(), "go", "tool", "nm", binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(symbols), "authorizer.(*Authorizer).decide") {
		t.Fatal("the program has no guard")
	}
	for _, unused := range []string{"HandleREST", "HandleAppSync", "HandleConnect", "RequireProxy", "OptionalProxy", "Middleware"} {
		if strings.Contains(string(symbols), "authorizer.(*Authorizer)."+unused) {
			t.Errorf("a program that only calls Require links %s", unused)
		}
	}
}
