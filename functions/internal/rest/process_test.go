package rest_test

import (
	"context"
	"net/http"
	"os"
	"testing"

	"example.com/securedpets/functions/contract"
	ft "example.com/securedpets/functions/internal/functiontest"
	"example.com/securedpets/functions/internal/rest"
)

// program is set where the binary of the tests is the program of a function.
const program = "SECURED_PETS_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(program) == "" {
		os.Exit(m.Run())
	}
	rest.Main(contract.ListPets, func(rest.Program) (rest.Handler, error) {
		return func(context.Context, rest.Request) (rest.Response, error) {
			return rest.Response{StatusCode: http.StatusOK, Body: "[]"}, nil
		}, nil
	})
}

func start(t *testing.T, env map[string]string) *ft.Process {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return ft.Start(t, binary, map[string]string{program: "true", "GOCOVERDIR": t.TempDir()}, env)
}

func TestMainServes(t *testing.T) {
	p := start(t, nil)
	for range 2 {
		resp, alive := p.Call(t, rest.Request{Version: "2.0"})
		if !alive {
			t.Fatalf("the program ended: %s", p.Output())
		}
		ft.Want(t, "served", resp, http.StatusOK, "[]")
	}
}

// A bad environment is one line that names every problem.
func TestMainRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"a bad level", map[string]string{"LOG_LEVEL": "loud"}, "LOG_LEVEL must be debug, info, warn or error\n"},
		{
			"outside Lambda",
			map[string]string{"AWS_LAMBDA_RUNTIME_API": ""},
			"AWS_LAMBDA_RUNTIME_API is missing: this program runs on AWS Lambda, or on a laptop behind `make run`\n",
		},
	} {
		if status, stderr := start(t, tt.env).End(t); status != 1 || stderr != tt.want {
			t.Errorf("%s: status %d, standard error %q, want 1, %q", tt.name, status, stderr, tt.want)
		}
	}
}
