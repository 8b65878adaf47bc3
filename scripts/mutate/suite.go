package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
)

// A suite is a list of mutations and the tests that must notice them.
type suite struct {
	folder string   // of the Go module, where the tests are run
	env    []string // besides the environment

	// tests returns the arguments of go test to try, the quickest first, until one fails.
	tests     func(m mutation) [][]string
	mutations []mutation
}

func suites() map[string]suite {
	return map[string]suite{
		"jwtauth": {folder: ".", tests: libraryTests, mutations: jwtauthMutations()},
		"store":   {folder: ".", tests: storeTests, mutations: storeMutations()},
		"stack": {
			folder: "infra/cdk", tests: stackTests, mutations: stackMutations(),
			// The rules that run inside a synthesis would stop several mutations; here the tests
			// are asked.
			env: []string{"CDK_VALIDATION=false", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20"},
		},
	}
}

// libraryTests asks the tests of the broken package first; another package's may notice what they
// do not.
func libraryTests(m mutation) [][]string {
	patient := []string{"-vet=off", "-failfast", "-timeout=2m"} // a mutation may make a test hang: that is noticing
	if m.file == "" {
		return [][]string{append(patient, "./pkg/...")}
	}
	return [][]string{append(patient, "./"+path.Dir(m.file)), append(patient, "./pkg/...")}
}

// storeTests have less to prove than usual: a broken rule shows soon.
func storeTests(mutation) [][]string {
	return [][]string{
		{"-vet=off", "-timeout=5m", "./functions/internal/...", "./functions/get-pet-info", "./functions/update-pet-info"},
		{
			"-vet=off", "-timeout=5m", "./functions/pet-purchase",
			"-rounds", "60", "-attempts", "500", "-rapid.checks", "20", "-rapid.nofailfile",
		},
	}
}

// stackTests runs the one test of this protection. The golden templates would notice every
// mutation, but nothing after they were renewed without a look.
func stackTests(m mutation) [][]string {
	return [][]string{{"-vet=off", "-run", "^(" + m.test + ")$", "."}}
}

// healthy sees that the tests pass before anything is broken.
func (s suite) healthy(ctx context.Context) error {
	var named []string
	for _, m := range s.mutations {
		named = append(named, m.test)
	}
	for _, args := range s.tests(mutation{test: strings.Join(slices.Compact(named), "|")}) {
		if out, passed := s.test(ctx, args); !passed {
			return fmt.Errorf("the tests fail before anything is broken:\n%s", out)
		}
	}
	return nil
}

// try breaks something and returns which test noticed.
func (s suite) try(ctx context.Context, dir string, m mutation) (noticed string, err error) {
	overlay, err := m.overlay(dir)
	if err != nil {
		return "", err
	}
	for _, args := range s.tests(m) {
		out, passed := s.test(ctx, append([]string{"-overlay", overlay}, args...))
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case strings.Contains(out, "[build failed]"), strings.Contains(out, "[setup failed]"):
			return "", fmt.Errorf("%w: it does not compile: %s", errUnfit, out)
		case !passed:
			return "noticed by " + firstFailure(out), nil
		}
	}
	return "", errUnnoticed
}

func (s suite) test(ctx context.Context, args []string) (output string, passed bool) {
	command := exec.CommandContext(ctx, "go", append([]string{"test", "-count=1"}, args...)...) //nolint:gosec // G204: arguments of this file
	command.Dir = s.folder
	command.Env = append(os.Environ(), s.env...)
	out, err := command.CombinedOutput()
	return string(out), err == nil
}
