package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A mutation breaks one safeguard: broken takes the place of old in the file, which must hold old
// exactly once.
type mutation struct {
	name        string
	test        string // must notice; "" where any test of the suite will do
	file        string
	old, broken string
}

// apply returns the file's code, broken.
func (m mutation) apply(code string) (string, error) {
	if n := strings.Count(code, m.old); n != 1 {
		return "", fmt.Errorf("%w: %s holds %d times, not once: %s", errUnfit, m.file, n, m.old)
	}
	return strings.Replace(code, m.old, m.broken, 1), nil
}

// overlay writes the broken file and the description by which `go test -overlay` takes it for the
// original.
func (m mutation) overlay(dir string) (string, error) {
	original, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	code, err := os.ReadFile(original) //nolint:gosec // G304: a file of this repository
	if err != nil {
		return "", err
	}
	text, err := m.apply(string(code))
	if err != nil {
		return "", err
	}
	broken, overlay := filepath.Join(dir, "broken.go"), filepath.Join(dir, "overlay.json")
	//nolint:gosec // G703: a file in a folder of our own
	if err := os.WriteFile(broken, []byte(text), 0o600); err != nil {
		return "", err
	}
	description, err := json.Marshal(map[string]map[string]string{"Replace": {original: broken}})
	if err != nil {
		return "", err
	}
	return overlay, os.WriteFile(overlay, description, 0o600)
}

var failure = regexp.MustCompile(`(?m)^ *--- FAIL: (\S+)`)

// firstFailure returns the most exact name of the first test that failed.
func firstFailure(out string) string {
	all := failure.FindAllStringSubmatch(out, -1)
	if all == nil {
		return "a test that hung or panicked"
	}
	name := all[0][1]
	for _, match := range all {
		if strings.HasPrefix(match[1], name+"/") {
			return match[1]
		}
	}
	return name
}
