package jwtauth_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
)

var update = flag.Bool("update", false, "write the table of ISSUERS.md")

const tableBegins, tableEnds = "<!-- shapes -->\n", "<!-- /shapes -->\n"

// TestIssuersPage holds the table of the page against the rows that TestShapes decides.
func TestIssuersPage(t *testing.T) {
	page, err := os.ReadFile("ISSUERS.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), tableBegins)
	table, after, closed := strings.Cut(rest, tableEnds)
	if !ok || !closed {
		t.Fatal("the page has no place for the table")
	}
	if *update {
		page = []byte(before + tableBegins + shapeTable() + tableEnds + after)
		if err := os.WriteFile("ISSUERS.md", page, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != shapeTable() {
		t.Error("the table differs from the rows: go test ./pkg/jwtauth -run TestIssuersPage -update")
	}
}

// TestEveryShapeHasARow makes sure that no file is left undecided.
func TestEveryShapeHasARow(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "issuers", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	for _, s := range shapes {
		if rows[s.file] {
			t.Errorf("%s has two rows", s.file)
		}
		rows[s.file] = true
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".json"); !rows[name] {
			t.Errorf("%s has no row", name)
		}
	}
}

func shapeTable() string {
	var b strings.Builder
	b.WriteString("| token | settings, beside `Issuer` and `Audiences` | result | scopes | client | note |\n")
	b.WriteString("|---|---|---|---|---|---|\n")
	for _, s := range shapes {
		result, client := "accepted", s.client
		if s.refused != "" {
			result = "refused: " + s.refused
			if strings.HasPrefix(s.refused, "jwtauth: ") {
				result = "refused by `New`: the issuer is no https URL"
			}
		}
		fmt.Fprintf(&b, "| [%s](%s) | %s | %s | %s | %s | %s |\n",
			s.title, s.source, settings(s.cfg), result, code(s.scopes...), code(client), s.note)
	}
	return b.String()
}

// settings spells the fields of a configuration that a row sets.
func settings(cfg jwtauth.Config) string {
	var list []string
	if cfg.Profile == jwtauth.IDToken {
		list = append(list, "Profile: IDToken")
	}
	if cfg.ClientIDAudience {
		list = append(list, "ClientIDAudience: true")
	}
	if cfg.ScopeClaim != "" {
		list = append(list, fmt.Sprintf("ScopeClaim: %q", cfg.ScopeClaim))
	}
	if cfg.RequireAccessTokenType {
		list = append(list, "RequireAccessTokenType: true")
	}
	return code(list...)
}

// code joins texts in the font of code; the empty ones are left out.
func code(list ...string) string {
	var b strings.Builder
	for _, text := range list {
		if text != "" {
			b.WriteString(" `" + text + "`")
		}
	}
	return strings.TrimSpace(b.String())
}
