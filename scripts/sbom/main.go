// Command sbom writes down what the deployed programs are made of: one CycloneDX file for each, so that the
// question "do we run the module with the hole?" has an answer after years, without the sources.
//
// What is listed comes from the program itself, where the Go linker has put every module it has linked,
// with its version and its checksum in go.sum. The same program always gives the same file: there is no
// time in it and its serial number comes from its content.
//
// Usage: go run ./scripts/sbom FOLDER PROGRAM...
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	if len(args) < 2 {
		return errUsage
	}
	folder := args[0]
	if err := os.MkdirAll(folder, 0o750); err != nil { //nolint:gosec // named on the command line
		return err
	}
	for _, program := range args[1:] {
		// dist/lambda/NAME/bootstrap
		name := filepath.Base(filepath.Dir(program))
		bom, err := describe(name, program)
		if err != nil {
			return fmt.Errorf("%s: %w", program, err)
		}
		text, err := json.MarshalIndent(bom, "", "  ")
		if err != nil {
			return err
		}
		file := filepath.Join(folder, name+".cdx.json")
		if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil { //nolint:gosec // named on the command line
			return err
		}
		if _, err := fmt.Fprintf(stdout, "sbom: %s, %d modules\n", file, len(bom.Components)); err != nil {
			return err
		}
	}
	return nil
}

// describe reads one program.
func describe(name, program string) (document, error) {
	content, err := os.ReadFile(program) //nolint:gosec // named on the command line
	if err != nil {
		return document{}, err
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return document{}, err
	}
	sum := sha256.Sum256(content)
	self := component{
		Type: "application", Ref: name, Name: name, Version: info.Main.Version,
		Hashes:     []hash{{"SHA-256", hex.EncodeToString(sum[:])}},
		Properties: settings(info.Settings),
	}
	bom := document{
		Format: "CycloneDX", Spec: "1.6", Version: 1,
		Serial:     serial(sum),
		Metadata:   metadata{self},
		Components: []component{library("std", strings.TrimPrefix(info.GoVersion, "go"), "")},
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		bom.Components = append(bom.Components, library(m.Path, m.Version, m.Sum))
	}
	slices.SortFunc(bom.Components, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	return bom, nil
}

// library is a module; the checksum is the one of go.sum, which is no plain hash of a file.
func library(path, version, sum string) component {
	url := "pkg:golang/" + path + "@" + version
	c := component{Type: "library", Ref: url, Name: path, Version: version, URL: url}
	if sum != "" {
		c.Properties = []property{{"go:sum", sum}}
	}
	return c
}

// settings are how the program was built; they decide its bytes.
func settings(list []debug.BuildSetting) []property {
	var properties []property
	for _, s := range list {
		properties = append(properties, property{"go:build:" + s.Key, s.Value})
	}
	return properties
}

// serial makes a UUID of the program's hash, version 8 (RFC 9562 section 5.8).
func serial(sum [sha256.Size]byte) string {
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
}
