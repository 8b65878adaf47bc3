package days

import (
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table into MIGRATING.md")

// The table stands between these lines of the document.
const (
	document = "../../../pkg/authorizer/MIGRATING.md"
	begin    = "<!-- The table of days: make days -->\n"
	end      = "<!-- End of the table -->\n"
)

// TestTable compares the table of MIGRATING.md with a new run. With -short, it runs no library and
// compares the rows' names and the libraries' versions.
func TestTable(t *testing.T) {
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	written, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s: no table between %q and %q", document, begin, end)
	}
	table := []string{header(t), "|---" + strings.Repeat("|---", len(libraries)) + "|"}
	rows := strings.Split(strings.TrimSpace(written), "\n")
	for _, d := range days() {
		if testing.Short() {
			table = append(table, rowOf(rows, d.name))
			continue
		}
		cells := []string{d.name}
		for _, l := range libraries {
			cells = append(cells, l.measure(t, d))
		}
		table = append(table, row(cells...))
	}
	if *update {
		text := before + begin + strings.Join(table, "\n") + "\n" + end + after
		if err := os.WriteFile(document, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	compare(t, rows, table)
}

// compare names the rows that a run does not confirm.
func compare(t *testing.T, written, measured []string) {
	t.Helper()
	for _, line := range written {
		if !slices.Contains(measured, line) {
			t.Errorf("MIGRATING.md has a stale row; run make days:\n%s", line)
		}
	}
	for _, line := range measured {
		if !slices.Contains(written, line) {
			t.Errorf("MIGRATING.md needs this row; run make days:\n%s", line)
		}
	}
}

// header names the libraries with the versions of go.mod.
func header(t *testing.T) string {
	t.Helper()
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	cells := []string{"what happens; what is measured"}
	for _, l := range libraries {
		name := l.name
		if l.module != "" {
			version := regexp.MustCompile(regexp.QuoteMeta(l.module) + ` v(\S+)`).FindSubmatch(mod)
			if version == nil {
				t.Fatalf("go.mod requires no %s", l.module)
			}
			name += " " + string(version[1])
		}
		cells = append(cells, name)
	}
	return row(cells...)
}

func row(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |" }

// rowOf returns the row of a day, without cells if there is none.
func rowOf(rows []string, name string) string {
	if n := slices.IndexFunc(rows, func(line string) bool { return strings.HasPrefix(line, "| "+name+" |") }); n >= 0 {
		return rows[n]
	}
	return row(name)
}
