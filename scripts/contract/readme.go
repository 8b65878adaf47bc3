package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"example.com/securedpets/functions/contract"
)

// The table stands between these marks.
var begin, end = []byte("<!-- routes -->\n"), []byte("<!-- /routes -->")

// withRoutes returns the README with the table of routes between its two marks.
func withRoutes(readme []byte) ([]byte, error) {
	before, rest, found := bytes.Cut(readme, begin)
	_, after, ended := bytes.Cut(rest, end)
	if !found || !ended {
		return nil, errors.New("README.md has no marks <!-- routes --> and <!-- /routes --> around the table of routes")
	}
	return bytes.Join([][]byte{before, begin, routes(), end, after}, nil), nil
}

func routes() []byte {
	var b bytes.Buffer
	b.WriteString("| route | function | scope |\n|---|---|---|\n")
	for _, r := range contract.Routes() {
		scope := "anyone"
		if !r.Public() {
			scope = "`" + strings.Join(r.Scopes, "` or `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | `functions/%s` | %s |\n", r.Key(), r.Function.Folder, scope)
	}
	return b.Bytes()
}
