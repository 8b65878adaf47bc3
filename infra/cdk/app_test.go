package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

// TestMain closes the one jsii kernel. It has no lock: no test here runs in
// parallel.
func TestMain(m *testing.M) {
	temporary, err := os.MkdirTemp("", "securedpets-cdk-")
	if err != nil {
		panic(err)
	}
	assemblies.folder = temporary
	code := m.Run()
	jsii.Close()
	os.RemoveAll(temporary)
	os.Exit(code)
}

// settings returns a good context for an environment with changes; nil removes a
// value.
func settings(env string, changes map[string]any) map[string]any {
	context := map[string]any{
		"env":      env,
		"issuer":   "https://securedpets.eu.auth0.com/",
		"audience": "https://api.securedpets.example",
		"programs": placeholder,
	}
	if env == "prod" {
		context["allowedOrigins"] = "https://pets.example"
	}
	maps.Copy(context, changes)
	return context
}

// assemblies are cached by context, because a synthesis takes seconds.
var assemblies = struct {
	folder string
	cache  map[string]string
}{cache: map[string]string{}}

// synthesize returns the folder of the assembly of a context.
func synthesize(t *testing.T, context map[string]any) string {
	t.Helper()
	key := fmt.Sprint(context)
	if folder, ok := assemblies.cache[key]; ok {
		return folder
	}
	outdir := filepath.Join(assemblies.folder, fmt.Sprint(len(assemblies.cache)))
	app, err := newApp(contract.Check, context, outdir)
	if err != nil {
		t.Fatal(err)
	}
	if err := synth(app); err != nil {
		t.Fatal(err)
	}
	assemblies.cache[key] = outdir
	return outdir
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// A template is a CloudFormation template as plain data.
type template struct {
	Parameters map[string]map[string]any
	Resources  map[string]resource
	Outputs    map[string]map[string]any
}

type resource struct {
	Type                string
	Properties          map[string]any
	Metadata            map[string]any
	DependsOn           any
	DeletionPolicy      string
	UpdateReplacePolicy string
	UpdatePolicy        map[string]any
}

func load(t *testing.T, context map[string]any, stack string) template {
	t.Helper()
	var loaded template
	if err := json.Unmarshal([]byte(read(t, synthesize(t, context), stack+".template.json")), &loaded); err != nil {
		t.Fatal(err)
	}
	return loaded
}

// of returns the resources of one type.
func (l template) of(kind string) map[string]resource {
	found := map[string]resource{}
	for id, r := range l.Resources {
		if r.Type == kind {
			found[id] = r
		}
	}
	return found
}

// one returns the only resource of its type.
func (l template) one(t *testing.T, kind string) resource {
	t.Helper()
	found := l.of(kind)
	if len(found) != 1 {
		t.Fatalf("%d resources of type %s, want 1", len(found), kind)
	}
	for _, r := range found {
		return r
	}
	panic("unreachable")
}

// text returns a value as one line of JSON.
func text(value any) string {
	line, err := json.Marshal(value)
	if err != nil {
		panic(err) // it came from JSON
	}
	return string(line)
}

// at returns the value at a path through maps and lists, or nil.
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := value.(map[string]any)
			value = m[step]
		case int:
			l, _ := value.([]any)
			if step >= len(l) {
				return nil
			}
			value = l[step]
		}
	}
	return value
}

// environments runs a test for dev and prod.
func environments(t *testing.T, test func(t *testing.T, production bool, template template)) {
	for _, env := range []string{"dev", "prod"} {
		t.Run(env, func(t *testing.T) { test(t, env == "prod", load(t, settings(env, nil), stackID)) })
	}
}
