package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A test program is a Go program too: this one describes itself, twice alike.
func TestDescribesAProgram(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "get-pet-info", "bootstrap")
	if err := errors.Join(os.Mkdir(filepath.Dir(program), 0o700), os.WriteFile(program, content, 0o600)); err != nil {
		t.Fatal(err)
	}
	var first []byte
	for range 2 {
		folder := t.TempDir()
		if err := run([]string{folder, program}, &bytes.Buffer{}); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(folder, "get-pet-info.cdx.json"))
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && !bytes.Equal(first, text) {
			t.Error("the same program gives another file")
		}
		first = text
	}
	var bom document
	if err := json.Unmarshal(first, &bom); err != nil {
		t.Fatal(err)
	}
	if bom.Format != "CycloneDX" || bom.Spec != "1.6" || bom.Metadata.Component.Name != "get-pet-info" || len(bom.Metadata.Component.Hashes) != 1 {
		t.Errorf("document %+v", bom)
	}
	if !strings.HasPrefix(bom.Serial, "urn:uuid:") || bom.Serial[23] != '8' {
		t.Errorf("serial number %s", bom.Serial)
	}
	for _, c := range bom.Components {
		if c.URL != "pkg:golang/"+c.Name+"@"+c.Version || c.Version == "" {
			t.Errorf("component %+v", c)
		}
	}
}

func TestRefusesWhatIsNoProgram(t *testing.T) {
	text := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(text, []byte("no program"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run([]string{t.TempDir()}, &bytes.Buffer{}); !errors.Is(err, errUsage) {
		t.Errorf("no program: %v", err)
	}
	if err := run([]string{t.TempDir(), "nowhere/bootstrap"}, &bytes.Buffer{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing program: %v", err)
	}
	if err := run([]string{t.TempDir(), text}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("text file: %v", err)
	}
}
