package rest

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"testing"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/settings"
)

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

var errWire = errors.New("TABLE_NAME is missing")

func good(Program) (Handler, error) {
	return func(context.Context, Request) (Response, error) {
		return Response{StatusCode: http.StatusOK, Body: "[]"}, nil
	}, nil
}

func bad(Program) (Handler, error) { return nil, errWire }

func TestRunRefuses(t *testing.T) {
	loud := map[string]string{"LOG_LEVEL": "loud"}
	for _, tt := range []struct {
		name string
		wire Wire
		env  map[string]string
		want []error
	}{
		{"outside Lambda", good, nil, []error{errNoRuntime}},
		{"a bad level", good, loud, []error{settings.ErrLogLevel}},
		{"a bad environment", bad, nil, []error{errWire}},
		{"both", bad, loud, []error{settings.ErrLogLevel, errWire}},
	} {
		var stdout bytes.Buffer
		err := run(t.Context(), contract.ListPets, tt.wire, environment(tt.env), &stdout)
		if want := errors.Join(tt.want...); err == nil || settings.OneLine(err) != settings.OneLine(want) {
			t.Errorf("%s: error %v, want %v", tt.name, err, want)
		}
		if stdout.Len() > 0 {
			t.Errorf("%s: standard output %q, want none", tt.name, &stdout)
		}
		if endpoint, err := New(contract.ListPets, tt.wire, environment(tt.env), &stdout); (endpoint == nil) != (err != nil) {
			t.Errorf("%s: endpoint %v and error %v", tt.name, endpoint, err)
		}
	}
}

// The wiring sees the route, the environment and the telemetry of its program.
func TestNew(t *testing.T) {
	var got Program
	var stdout bytes.Buffer
	e, err := New(contract.ListPets, func(p Program) (Handler, error) {
		got = p
		return good(p)
	}, environment(map[string]string{"TABLE_NAME": "Pets"}), &stdout)
	if err != nil {
		t.Fatal(err)
	}
	if got.Route.Key() != contract.ListPets.Key() || got.Getenv("TABLE_NAME") != "Pets" || got.Telemetry != e.Telemetry {
		t.Errorf("program %+v", got)
	}
	if resp := send(t.Context(), t, e, `{}`); resp.StatusCode != http.StatusOK || stdout.Len() == 0 {
		t.Errorf("%d %s, log %q, want 200 and a line", resp.StatusCode, resp.Body, &stdout)
	}
}
