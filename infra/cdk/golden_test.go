package main

import (
	"flag"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden templates and the table of routes anew")

const renew = "renew with `make golden` and look at the difference"

// normal takes out what depends on the content of a program: the key of its asset, and the end of a
// version's logical id, which is a hash over the function.
func normal(template string) string {
	template = regexp.MustCompile(`"[0-9a-f]{64}\.zip"`).ReplaceAllString(template, `"ASSET.zip"`)
	return regexp.MustCompile(`(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}`).ReplaceAllString(template, "${1}HASH")
}

// The committed templates are what a review shows and what the laptop serves; the README tells the routes.
func TestGolden(t *testing.T) {
	for golden, env := range map[string]string{
		"SecuredPets.template.json":      "dev",
		"SecuredPets-prod.template.json": "prod",
	} {
		compare(t, "testdata/"+golden, normal(read(t, synthesize(t, settings(env, nil)), stackID+".template.json")))
	}
	compare(t, "testdata/SecuredPets.sources.sha256", sources(t))
	readme := read(t, "../../README.md")
	compare(t, "../../README.md", withRoutes(t, readme))
}

// withRoutes is the README with the table of routes as it should be.
func withRoutes(t *testing.T, readme string) string {
	t.Helper()
	const begin, end = "<!-- routes -->\n", "<!-- /routes -->"
	before, rest, found := strings.Cut(readme, begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("README.md has no place for the table of routes, between %q and %q", begin, end)
	}
	table := "| route | program | scope |\n|---|---|---|\n"
	for _, r := range Routes() {
		scope := "anyone"
		if !r.Public() {
			scope = "`" + strings.Join(r.Scopes, "` or `") + "`"
		}
		table += "| `" + r.Key() + "` | `functions/" + programNamed(r.Function) + "` | " + scope + " |\n"
	}
	return before + begin + table + end + after
}

func programNamed(id string) string {
	for _, f := range Functions() {
		if f.ID == id {
			return f.Program
		}
	}
	return "none"
}

func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := read(t, path); got != want {
		t.Errorf("%s is stale: %s", path, renew)
	}
}

func sources(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "./sources.sh").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
