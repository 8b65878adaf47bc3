package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// deployPage runs a copy of scripts/deploy-page with a page of two files and a fake
// AWS command line, which records its arguments and the uploaded config.json.
func deployPage(t *testing.T, without string, environment ...string) (printed string, calls []string, failed bool) {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{
		"scripts/deploy-page": read(t, "..", "..", "scripts", "deploy-page"),
		"web/dist/index.html": "page",
		"dist/deploy/dev.json": `{"SecuredPets-dev":{"PageBucket":"bucket","PageDistributionId":"E1","PageUrl":"https://page.example",` +
			`"ApiUrl":"https://api.example/"},"SecuredPetsRest-dev":{"RestApiUrl":"https://rest.example/"}}`,
		"bin/aws": "#!/bin/sh\necho \"$*\" >>\"$FAKE/calls\"\ncase \"$*\" in *config.json\\ --content*) cat \"$3\" >>\"$FAKE/calls\" ;; esac\n",
	} {
		if name == without {
			continue
		}
		if err := os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, 0o700, content, root, name)
	}
	run := exec.CommandContext(t.Context(), filepath.Join(root, "scripts", "deploy-page"))
	run.Env = append([]string{"FAKE=" + root, "PATH=" + filepath.Join(root, "bin") + ":" + os.Getenv("PATH")}, environment...)
	out, err := run.CombinedOutput()
	content, _ := os.ReadFile(filepath.Join(root, "calls"))
	return string(out), strings.Split(strings.TrimSpace(string(content)), "\n"), err != nil
}

// Assets are uploaded before the page that refers to them; old files are deleted
// last.
func TestDeployPage(t *testing.T) {
	printed, calls, failed := deployPage(t, "", "ISSUER=https://t.auth0.com/", "AUDIENCE=https://a.example,https://b.example")
	if failed || printed != "deploy-page: https://page.example\n" {
		t.Fatalf("printed %q", printed)
	}
	all := strings.Join(calls, "\n")
	last := -1
	for _, step := range []string{
		"s3 sync web/dist/assets s3://bucket/assets --cache-control public, max-age=31536000, immutable",
		"s3://bucket/config.json --content-type application/json --cache-control no-store",
		`{"issuer":"https://t.auth0.com/","clientId":"secured-pets-web","audience":"https://a.example","apiUrl":"https://api.example"}`,
		"s3 cp web/dist/index.html s3://bucket/index.html --cache-control no-cache",
		"--delete",
		"cloudfront create-invalidation --distribution-id E1",
	} {
		at := strings.Index(all, step)
		if at <= last {
			t.Errorf("%q is missing or out of order: %s", step, all)
		}
		last = at
	}
}

func TestDeployPageRefuses(t *testing.T) {
	good := []string{"ISSUER=https://t.auth0.com/", "AUDIENCE=https://a.example"}
	for without, want := range map[string]string{
		"web/dist/index.html":  "deploy-page: the page is not built: run `make build-web`\n",
		"dist/deploy/dev.json": "deploy-page: dist/deploy/dev.json is missing: run `make deploy ENV=dev` first\n",
	} {
		if printed, calls, failed := deployPage(t, without, good...); !failed || printed != want || len(calls[0]) > 0 {
			t.Errorf("without %s: %q, calls %q", without, printed, calls)
		}
	}
	if printed, _, failed := deployPage(t, "", good[1:]...); !failed || !strings.Contains(printed, "ISSUER and AUDIENCE are missing") {
		t.Errorf("without an issuer: %q", printed)
	}
}
