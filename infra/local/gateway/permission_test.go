package gateway_test

import (
	"strings"
	"testing"

	"example.com/securedpets/infra/local/gateway"
	"example.com/securedpets/infra/local/template"
)

func TestPermission(t *testing.T) {
	cases := []struct {
		route, method, target string
		sources               []string
		want                  bool
	}{
		// As CDK generates them.
		{"GET /pets/{id}", "GET", "/pets/1", []string{apiARN + "/*/*/pets/{id}"}, true},
		{"$default", "GET", "/pets", []string{apiARN + "/*/*"}, true},
		{"$default", "GET", "/pets", []string{apiARN + "/*/$default"}, true},
		{"$default", "GET", "/pets", []string{apiARN + "/*"}, true},
		{"ANY /pets", "PUT", "/pets", []string{apiARN + "/*/*/pets"}, true},
		// Exact, and several.
		{"GET /pets", "GET", "/pets", []string{apiARN + "/$default/GET/pets"}, true},
		{"GET /pets", "GET", "/pets", []string{apiARN + "/dev/GET/pets", apiARN + "/$default/GE?/pets"}, true},
		{"GET /pets", "GET", "/pets", []string{"*"}, true},
		{"GET /pets", "GET", "/pets", []string{"arn:*:execute-api:*:*:*"}, true},
		// Another stage, method, path, API, account or service.
		{"GET /pets", "GET", "/pets", nil, false},
		{"GET /pets", "GET", "/pets", []string{apiARN + "/dev/GET/pets"}, false},
		{"GET /pets", "GET", "/pets", []string{apiARN + "/*/POST/pets"}, false},
		{"ANY /pets", "PUT", "/pets", []string{apiARN + "/*/GET/pets"}, false},
		{"ANY /pets", "GET", "/pets", []string{apiARN + "/*/GET/pets"}, true},
		{"GET /pets", "GET", "/pets", []string{apiARN + "/*/*/cats"}, false},
		{"GET /pets", "GET", "/pets", []string{apiARN + "/*/*/pets/"}, false},
		{"GET /pets", "GET", "/pets", []string{"arn:aws:execute-api:eu-west-1:123456789012:other/*/*/pets"}, false},
		{"GET /pets", "GET", "/pets", []string{"arn:aws:execute-api:eu-west-1:999999999999:abc/*/*/pets"}, false},
		{"GET /pets", "GET", "/pets", []string{"arn:aws:s3:::*"}, false},
		// A * stays within its part of the ARN.
		{"GET /pets", "GET", "/pets", []string{"arn:aws:*"}, false},
		{"GET /pets", "GET", "/pets", []string{"arn:aws:execute-api:*/pets"}, false},
	}
	for _, c := range cases {
		a := api(c.route)
		a.Routes[0].Integration.Sources = c.sources
		g := newGateway(t, a, echo, gateway.Options{})
		out := send(t, g, c.method, c.target, "")
		if c.want {
			if out.Code != 200 {
				t.Errorf("%s %s with %q: %d", c.method, c.route, c.sources, out.Code)
			}
			continue
		}
		wantRefusal(t, out, 500, "Internal Server Error")
	}
}

func TestPermissionWarning(t *testing.T) {
	a := api("GET /pets", "GET /cats", "ANY /dogs")
	a.Stages = append(a.Stages, template.Stage{Name: "dev"})
	a.Routes[0].Integration.Sources = []string{apiARN + "/$default/*/pets"}
	a.Routes[2].Integration.Sources = []string{apiARN + "/*/GET/dogs"}
	got := newGateway(t, a, echo, gateway.Options{}).Warnings()
	want := `Route GET /pets: no permission lets API Gateway invoke the function of "GET /pets" in stage dev: the response is 500`
	if len(got) != 1 || got[0] != want {
		t.Errorf("warnings %q, want %q", got, want)
	}
}

// Only the access log shows the reason.
func TestPermissionInTheLog(t *testing.T) {
	log := &buffer{}
	a := api("GET /pets")
	a.Routes[0].Integration.Sources = nil
	a.Stages[0].AccessLog = "$context.integrationErrorMessage"
	send(t, newGateway(t, a, echo, gateway.Options{AccessLog: log}), "GET", "/pets", "")
	if !strings.Contains(log.String(), "doesn't have permissions to call the integration") {
		t.Errorf("log %q", log.String())
	}
}
