package jwtauth_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// parties hold the rules that a verifier cannot.
var parties = []string{"the issuer", "the client", "the service"}

// TestConformanceTable wants a source and existing tests in each row of CONFORMANCE.md.
func TestConformanceTable(t *testing.T) {
	existing := testNames(t)
	text, err := os.ReadFile("CONFORMANCE.md")
	if err != nil {
		t.Fatal(err)
	}
	source := regexp.MustCompile(`^(RFC \d{4}(bis)?|ASVS) \d+(\.\d+)*(, \d+(\.\d+)*)?$`)
	rows := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if !strings.HasPrefix(line, "| ") || cells[0] == "rule" {
			continue
		}
		rows++
		if len(cells) != 3 || !source.MatchString(cells[1]) {
			t.Errorf("not a rule, a source and tests: %s", line)
			continue
		}
		for name := range strings.SplitSeq(cells[2], ", ") {
			if !existing[name] && !slices.Contains(parties, name) {
				t.Errorf("no test %s: %s", name, line)
			}
		}
	}
	if rows == 0 {
		t.Error("no rows found")
	}
}

// testNames returns the tests and fuzz targets that a row can name.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	declaration := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	names := map[string]bool{}
	for prefix, folder := range map[string]string{
		"": ".", "dpop.": "dpop", "mtls.": "mtls", "jose.": "internal/jose", "base64url.": "internal/base64url",
		"authorizer.": "../authorizer", "strictjson.": "../strictjson",
	} {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range declaration.FindAllStringSubmatch(string(text), -1) {
				names[prefix+match[1]] = true
			}
		}
	}
	return names
}
