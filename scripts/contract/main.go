// Command contract writes the files that derive from functions/contract: the OpenAPI document, the
// README's table of routes, and the web page's constants.
//
//	contract generate   write them
//	contract check      report contradictions in the contract, one line; write nothing
//
// Run it from the top folder. `make golden` generates, builds check, and a test fails while a
// generated file is stale.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/contract/openapi"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "contract:", strings.ReplaceAll(err.Error(), "\n", "; "))
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: contract generate | check")
	}
	switch args[0] {
	case "check":
		return contract.Check()
	case "generate":
		return generate(stdout)
	default:
		return fmt.Errorf("unknown command %q: generate or check", args[0])
	}
}

// A generated file is written from the contract and, where only a part of it is, from its old
// content.
type generated struct {
	path string
	make func(old []byte) ([]byte, error)
}

var files = []generated{
	{"functions/contract/openapi.json", func([]byte) ([]byte, error) { return openapi.Document(openapi.Laptop) }},
	{"README.md", withRoutes},
	{"web/src/contract.ts", func([]byte) ([]byte, error) { return constants(), nil }},
}

func generate(stdout io.Writer) error {
	for _, f := range files {
		old, err := os.ReadFile(f.path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		content, err := f.make(old)
		if err != nil {
			return err
		}
		if bytes.Equal(old, content) {
			continue
		}
		if err := os.WriteFile(f.path, content, 0o644); err != nil { //nolint:gosec // a file of the repository
			return err
		}
		_, _ = fmt.Fprintln(stdout, "contract: wrote", f.path)
	}
	return nil
}
