package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Fakes of the two command lines that scripts/stack calls record their arguments.
// AWS prints the files of the test's folder: account, bootstrap, page.
const (
	fakeAWS = `#!/bin/sh
echo "aws $*" >>"$FAKE/calls"
case "$*" in
*get-caller-identity*) cat "$FAKE/account" ;;
*ssm*) cat "$FAKE/bootstrap" ;;
*describe-stacks*) cat "$FAKE/page" 2>/dev/null ;;
*describe-stack-resources*) echo bucket-a bucket-b ;;
esac
`
	fakeCDK = `#!/bin/sh
echo "cdk $*" >>"$FAKE/calls"
if [ "$1" = deploy ]; then echo https://page.example >"$FAKE/page"; fi
`
)

// stack runs scripts/stack with the fakes, and returns its output and the recorded
// calls.
func stack(t *testing.T, command string, files map[string]string, environment ...string) (printed string, calls []string, failed bool) {
	t.Helper()
	fake := t.TempDir()
	for name, content := range files {
		write(t, 0o600, content, fake, name)
	}
	write(t, 0o700, fakeAWS, fake, "aws")
	write(t, 0o700, fakeCDK, fake, "cdk")
	run := exec.CommandContext(t.Context(), filepath.Join("..", "..", "scripts", "stack"), command)
	run.Env = append([]string{"FAKE=" + fake, "CDK=" + filepath.Join(fake, "cdk"), "PATH=" + fake + ":" + os.Getenv("PATH"), "AWS_REGION=eu-west-1"}, environment...)
	out, err := run.CombinedOutput()
	content, _ := os.ReadFile(filepath.Join(fake, "calls"))
	return string(out), strings.Split(strings.TrimSpace(string(content)), "\n"), err != nil
}

func write(t *testing.T, mode os.FileMode, content string, path ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(path...), []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

var prepared = map[string]string{"account": "111122223333\n", "bootstrap": "27\n"}

// What cannot work stops before anything is deployed, with one line that says what
// to do.
func TestDeployRefuses(t *testing.T) {
	good := []string{"ISSUER=https://t.auth0.com/", "AUDIENCE=https://api.example"}
	for _, c := range []struct {
		name, command string
		files         map[string]string
		environment   []string
		want          string
	}{
		{"no issuer", "deploy", prepared, good[1:], "deploy: ISSUER is missing"},
		{"no audience", "deploy", prepared, good[:1], "deploy: AUDIENCE is missing"},
		{"third environment", "deploy", prepared, append(good, "ENV=staging"), "deploy: ENV=staging is neither dev nor prod"},
		{"not signed in", "deploy", nil, good, "deploy: no valid AWS credentials"},
		{"no bootstrap", "deploy", map[string]string{"account": "111122223333\n"}, good, "cdk bootstrap aws://111122223333/eu-west-1"},
		{"diff without bootstrap", "diff", map[string]string{"account": "111122223333\n"}, good, "diff: account 111122223333 is not prepared"},
		{"destroy prod", "destroy", prepared, append(good, "ENV=prod"), "destroy: prod is not destroyed by a command"},
		{"unknown command", "undo", prepared, good, "usage:"},
	} {
		printed, calls, failed := stack(t, c.command, c.files, c.environment...)
		if !failed || !strings.Contains(printed, c.want) || strings.Count(printed, "\n") != 1 {
			t.Errorf("%s: failed %t with %q, want %q", c.name, failed, printed, c.want)
		}
		for _, call := range calls {
			if strings.HasPrefix(call, "cdk") || strings.Contains(call, "s3 rm") {
				t.Errorf("%s: %s was called", c.name, call)
			}
		}
	}
}

// Every deployment names every parameter: a deployed stack keeps the old value of
// the others.
func TestDeployNamesEveryParameter(t *testing.T) {
	printed, calls, failed := stack(t, "deploy", prepared, "ENV=prod", "ISSUER=https://t.auth0.com/", "AUDIENCE=https://a.example,https://b.example", "CLIENT_ID=web")
	if failed {
		t.Fatal(printed)
	}
	var deployments []string
	for _, call := range calls {
		if strings.HasPrefix(call, "cdk deploy") {
			deployments = append(deployments, call)
		}
	}
	if len(deployments) != 2 {
		t.Fatalf("%d deployments, want one to create the page and one to allow its origin: %q", len(deployments), calls)
	}
	for _, want := range []string{
		"-c env=prod", "--parameters SecuredPets-prod:Issuer=https://t.auth0.com/",
		"--parameters SecuredPets-prod:Audience=https://a.example,https://b.example", "--parameters SecuredPets-prod:ClientId=web",
		"--parameters SecuredPets-prod:AllowedOrigins=https://page.example",
	} {
		if !strings.Contains(deployments[1], want) {
			t.Errorf("the deployment lacks %s: %s", want, deployments[1])
		}
	}
	if strings.Contains(deployments[1], "localhost") {
		t.Errorf("prod allows the laptop's page: %s", deployments[1])
	}
}

// With a known page, one deployment is enough; in dev the laptop's page may call
// too.
func TestDeployAgain(t *testing.T) {
	files := map[string]string{"account": "1\n", "bootstrap": "27\n", "page": "https://page.example\n"}
	printed, calls, failed := stack(t, "deploy", files, "ISSUER=https://t.auth0.com/", "AUDIENCE=https://a.example")
	if failed {
		t.Fatal(printed)
	}
	all := strings.Join(calls, "\n")
	if strings.Count(all, "cdk deploy") != 1 || !strings.Contains(all, "AllowedOrigins=https://page.example,http://localhost:3000") {
		t.Errorf("calls %s", all)
	}
}

// Buckets are emptied first: CloudFormation deletes empty buckets only.
func TestDestroyDev(t *testing.T) {
	printed, calls, failed := stack(t, "destroy", prepared, "ISSUER=https://t.auth0.com/", "AUDIENCE=https://a.example")
	if failed {
		t.Fatal(printed)
	}
	all := strings.Join(calls, "\n")
	emptied := strings.Index(all, "aws s3 rm --recursive --only-show-errors s3://bucket-b")
	if removed := strings.Index(all, "cdk destroy"); emptied < 0 || removed < emptied {
		t.Errorf("calls %s", all)
	}
}
