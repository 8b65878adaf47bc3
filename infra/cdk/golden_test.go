package main

import (
	"flag"
	"os"
	"os/exec"
	"regexp"
	"testing"
)

var update = flag.Bool("update", false, "write the golden templates")

const renew = "run `make golden` and review the difference"

// normal replaces what depends on the content of a binary: the key of its asset,
// and the hash at the end of a version's logical id.
func normal(template string) string {
	template = regexp.MustCompile(`"[0-9a-f]{64}\.zip"`).ReplaceAllString(template, `"ASSET.zip"`)
	return regexp.MustCompile(`(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}`).ReplaceAllString(template, "${1}HASH")
}

// The committed templates are up to date.
func TestGolden(t *testing.T) {
	for golden, env := range map[string]string{
		"SecuredPets.template.json":      "dev",
		"SecuredPets-prod.template.json": "prod",
	} {
		compare(t, "testdata/"+golden, normal(read(t, synthesize(t, settings(env, nil)), stackID+".template.json")))
	}
	compare(t, "testdata/SecuredPets.sources.sha256", sources(t))
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
