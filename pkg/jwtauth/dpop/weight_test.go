package dpop_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "example.com/securedpets/"

// dependencies returns the packages that an importer of pkg links.
func dependencies(t *testing.T, pkg string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", module+pkg).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// A service that uses neither DPoP nor mTLS links neither.
func TestUnusedPackagesAreNotLinked(t *testing.T) {
	for _, pkg := range []string{"pkg/jwtauth", "pkg/authorizer", "functions/get-pet-info"} {
		for _, unused := range []string{"pkg/jwtauth/dpop", "pkg/jwtauth/mtls"} {
			if slices.Contains(dependencies(t, pkg), module+unused) {
				t.Errorf("%s links %s", pkg, unused)
			}
		}
	}
}

// A service that uses them links no other module for it, and nothing of AWS.
func TestUsedPackagesNeedNoOtherModule(t *testing.T) {
	known := dependencies(t, "pkg/jwtauth")
	for _, pkg := range []string{"pkg/jwtauth/dpop", "pkg/jwtauth/mtls"} {
		for _, dependency := range dependencies(t, pkg) {
			host, _, _ := strings.Cut(dependency, "/")
			if strings.Contains(host, ".") && !strings.HasPrefix(dependency, module) && !slices.Contains(known, dependency) {
				t.Errorf("%s links %s", pkg, dependency)
			}
		}
	}
}
