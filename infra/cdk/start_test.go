package main

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/functions/contract"
)

// Each real binary starts with the environment of the template and asks for an
// invocation. Without any one required setting it ends at once and names it. The
// issuer is a server of this test, given as the laptop gives it, as a parameter.
func TestEnvironmentStartsBinary(t *testing.T) {
	template := load(t, optionalStacks(t, "oidc"), stackID)
	functions := template.of("AWS::Lambda::Function")
	maps.Copy(functions, load(t, optionalStacks(t, "oidc"), restID).of("AWS::Lambda::Function"))
	lambda := newRuntime(t)
	for id, function := range functions {
		name, _ := function.Metadata["local:goPackage"].(string)
		binary := build(t, name)
		environment := resolve(t, id, function, lambda.server.URL)
		if out := lambda.start(t, binary, environment); out != "" {
			t.Errorf("%s does not start %s: %s", id, name, out)
		}
		for setting := range environment {
			if setting == contract.SettingLogLevel {
				continue // has a default
			}
			less := maps.Clone(environment)
			delete(less, setting)
			if out := lambda.start(t, binary, less); !strings.Contains(out, setting) {
				t.Errorf("%s without %s: %q", name, setting, out)
			}
		}
	}
}

func build(t *testing.T, name string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), filepath.Base(name))
	command := exec.CommandContext(t.Context(), "go", "build", "-o", binary, name)
	command.Dir = filepath.Join("..", "..")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return binary
}

// resolve returns the environment as CloudFormation would, for the few expressions
// in use.
func resolve(t *testing.T, id string, function resource, issuer string) map[string]string {
	t.Helper()
	parameters := map[string]string{
		`{"Ref":"Issuer"}`:                      issuer + "/",
		`{"Fn::Join":[" ",{"Ref":"Audience"}]}`: "https://api.securedpets.example",
		`{"Ref":"ClientId"}`:                    "secured-pets-web",
		`{"Ref":"Pets"}`:                        "Pets",
	}
	environment := map[string]string{}
	variables, _ := at(function.Properties, "Environment", "Variables").(map[string]any)
	for name, value := range variables {
		resolved, ok := parameters[text(value)]
		if literal, isText := value.(string); isText {
			resolved, ok = literal, true
		}
		if !ok {
			t.Errorf("%s: %s is %s", id, name, text(value))
		}
		environment[name] = resolved
	}
	return environment
}

// A lambdaRuntime is the part of Lambda's Runtime API that a start needs.
type lambdaRuntime struct {
	server *httptest.Server
	asked  chan struct{}
}

func newRuntime(t *testing.T) *lambdaRuntime {
	t.Helper()
	r := &lambdaRuntime{asked: make(chan struct{}, 1)}
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if !strings.HasSuffix(request.URL.Path, "/runtime/invocation/next") {
			http.NotFound(w, request)
			return
		}
		r.asked <- struct{}{}
		<-request.Context().Done() // there is no invocation
	}))
	t.Cleanup(r.server.Close)
	return r
}

// start runs the binary until it asks for an invocation. It returns its output if
// it ends before.
func (r *lambdaRuntime) start(t *testing.T, binary string, environment map[string]string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, binary)
	command.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(r.server.URL, "http://"),
		"AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none",
		"AWS_ENDPOINT_URL_DYNAMODB=" + r.server.URL,
	}
	for name, value := range environment {
		command.Env = append(command.Env, name+"="+value)
	}
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	if err := command.Start(); err != nil {
		return err.Error()
	}
	var err error
	ended := make(chan struct{})
	go func() { err = command.Wait(); close(ended) }()
	select {
	case <-r.asked:
		cancel()
		<-ended
		return ""
	case <-ended:
		if err == nil {
			return "ended without an error: " + out.String()
		}
		return out.String()
	}
}

// The roles together allow exactly the actions that functions/internal/dynamo
// calls.
func TestActionsAreTheStores(t *testing.T) {
	operations := map[string]string{
		"types.Put": "PutItem", "types.Update": "UpdateItem", "types.Delete": "DeleteItem", "types.ConditionCheck": "ConditionCheckItem",
		"client.PutItem": "PutItem", "client.UpdateItem": "UpdateItem", "client.DeleteItem": "DeleteItem",
		"client.GetItem": "GetItem", "client.Query": "Query", "client.Scan": "Scan",
		"client.BatchGetItem": "BatchGetItem", "client.BatchWriteItem": "BatchWriteItem", "client.TransactGetItems": "GetItem",
	}
	called := map[string]bool{}
	for _, used := range selectors(t, filepath.Join("..", "..", "functions", "internal", "dynamo")) {
		if operation, ok := operations[used]; ok {
			called[operation] = true
		}
	}
	allowed := map[string]bool{}
	for _, f := range contract.Functions() {
		for _, action := range f.Table.Actions {
			allowed[action] = true
		}
	}
	if c, a := slices.Sorted(maps.Keys(called)), slices.Sorted(maps.Keys(allowed)); !slices.Equal(c, a) {
		t.Errorf("functions/internal/dynamo calls %q, the roles allow %q: correct Table in functions/contract/function.go", c, a)
	}
}

// selectors returns every x.Y in the Go files of a folder; x is the last name
// before the dot.
func selectors(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", folder, len(files), err)
	}
	var used []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, content, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			switch x := selector.X.(type) {
			case *ast.Ident:
				used = append(used, x.Name+"."+selector.Sel.Name)
			case *ast.SelectorExpr:
				used = append(used, x.Sel.Name+"."+selector.Sel.Name)
			}
			return true
		})
	}
	return used
}
