package contract

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const tenant = "../../infra/auth0/"

// The tenant declares the contract's scopes, and a role or the Action grants each of them.
func TestTenantGrantsEveryScope(t *testing.T) {
	api := tenant + "resource-servers/secured-pets-api.json"
	var declared struct{ Scopes []struct{ Value string } }
	readJSON(t, api, &declared)
	granted := grants(t)
	for _, s := range Scopes() {
		at, name := line(t, "scope.go", s.Scope), s.Scope
		if !slices.ContainsFunc(declared.Scopes, func(d struct{ Value string }) bool { return d.Value == name }) {
			t.Errorf("%s: scope %q is not among the scopes of %s: correct one of them", at, s.Scope, api)
		}
		if !strings.Contains(granted, `"`+name+`"`) && !strings.Contains(granted, `'`+name+`'`) {
			t.Errorf("%s: no role in %sroles grants scope %q, and neither does its Action", at, tenant, s.Scope)
		}
	}
	for _, d := range declared.Scopes {
		if !slices.ContainsFunc(Scopes(), func(s ScopeDescription) bool { return s.Scope == d.Value }) {
			t.Errorf("%s: scope %q is not in functions/contract/scope.go", line(t, api, d.Value), d.Value)
		}
	}
}

// grants returns the text of every file of the tenant that can grant a scope to a person.
func grants(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(tenant + "roles/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no roles: %v", err)
	}
	var all strings.Builder
	for _, file := range append(files, tenant+"actions/authorize-pets/code.js") {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(content)
	}
	return all.String()
}

func readJSON(t *testing.T, file string, v any) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(content, v)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}
