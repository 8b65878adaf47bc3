package gateway_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each row of CONFORMANCE.md names its source and existing tests.
func TestConformanceTable(t *testing.T) {
	existing := map[string]bool{"pkg/jwtauth": true}
	for prefix, folder := range map[string]string{"": ".", "template.": "../template", "lambda.": "../lambda"} {
		for _, name := range testsIn(t, folder) {
			existing[prefix+name] = true
		}
	}
	text, err := os.ReadFile("CONFORMANCE.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if !strings.HasPrefix(line, "| ") || cells[0] == "behavior" {
			continue
		}
		rows++
		if len(cells) != 3 {
			t.Errorf("%d cells: %s", len(cells), line)
			continue
		}
		if !regexp.MustCompile(`\[(aws|seen|open)\]|ours|stricter than AWS`).MatchString(cells[1]) {
			t.Errorf("no source: %s", line)
		}
		for name := range strings.SplitSeq(cells[2], ", ") {
			if !existing[name] {
				t.Errorf("no test %s: %s", name, line)
			}
		}
	}
	if rows == 0 {
		t.Error("no rows found")
	}
}

func testsIn(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllStringSubmatch(string(text), -1) {
			names = append(names, match[1])
		}
	}
	return names
}
