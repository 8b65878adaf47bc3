package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Alarms and dashboard look at metrics by name: the ones that the functions write, no more and no fewer. A
// function cannot be imported here, so its source is read.
func TestMetricsAreTheFunctions(t *testing.T) {
	constants := texts(t, "../../functions/contract/metric.go")
	if constants["MetricNamespace"] != namespace {
		t.Errorf("the functions write to %q, the stack looks at %q", constants["MetricNamespace"], namespace)
	}
	if constants["MetricReason"] != "Reason" {
		t.Errorf("refusals are told apart by %q", constants["MetricReason"])
	}
	delete(constants, "MetricNamespace")
	delete(constants, "MetricReason")
	var written []string
	for _, value := range constants {
		written = append(written, value)
	}
	watched := slices.DeleteFunc(ownMetrics(), func(name string) bool { return name == gatewayRefused })
	slices.Sort(written)
	slices.Sort(watched)
	if !slices.Equal(written, watched) {
		t.Errorf("the functions write %q, the stack looks at %q", written, watched)
	}
	if !strings.Contains(read(t, "../../pkg/jwtauth/refusal.go"), `ErrKeysUnavailable = errors.New("`+keysUnavailable+`")`) {
		t.Errorf("%q is not the label of ErrKeysUnavailable", keysUnavailable)
	}
}

// texts are the constants of a file that are texts.
func texts(t *testing.T, file string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	ast.Inspect(parsed, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, value := range spec.Values {
			if literal, ok := value.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				found[spec.Names[i].Name] = text
			}
		}
		return false
	})
	return found
}
