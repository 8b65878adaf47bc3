package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
)

// The program that is deployed, and kill -9 before and after every call it makes.
func TestProveProgramSurvivesKills(t *testing.T) {
	program := ft.Compile(t, ".")
	c := newCrowd(t)
	moments(t, func(d *dynamotest.Dying) bool {
		s := c.open(t, &dynamotest.Faults{}, dog, cat)
		p := ft.Start(t, program, ft.Identity(c.issuer), s.table.Environment(), dynamotest.Proxy(t, d))
		d.End = p.Kill
		event := ft.Event(t, "purchase", s.buyer("ann"), key("k"))
		resp, responded := p.Call(t, event)
		if responded {
			ft.Want(t, "undisturbed", resp, http.StatusOK, annsDog)
			return true
		}
		again, responded := ft.Start(t, program, ft.Identity(c.issuer), s.table.Environment()).Call(t, event)
		if !responded {
			t.Fatal("the next process died")
		}
		ft.Want(t, "again", again, http.StatusOK, annsDog)
		if sales := s.table.Sales(t); len(sales) != 1 {
			t.Errorf("killed at call %d (after %t): %d sales", d.K, d.After, len(sales))
		}
		return false
	})
}

func TestProgramNamesEveryBadSettingInOneLine(t *testing.T) {
	program := ft.Compile(t, ".")
	for name, env := range map[string]map[string]string{
		"nothing is set": {},
		"bad and missing ones": {
			"TABLE_NAME": "a b", "JWT_ISSUER": "http://tenant.example/", "JWT_JWKS_URL": "ftp://tenant.example/keys",
			"LOG_LEVEL": "loud", "IAM_AUTHORIZED": "yes", "AWS_ENDPOINT_URL_DYNAMODB": "localhost",
		},
	} {
		status, stderr := ft.Start(t, program, env).End(t)
		if status != 1 || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: status %d, printed %q, want 1 and one line", name, status, stderr)
		}
		required := []string{"TABLE_NAME", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "JWT_ISSUER", "JWT_AUDIENCE", "JWT_CLIENT_ID"}
		for _, setting := range slices.AppendSeq(required, maps.Keys(env)) {
			if !strings.Contains(stderr, setting) {
				t.Errorf("%s: %q does not name %s", name, stderr, setting)
			}
		}
	}
}
