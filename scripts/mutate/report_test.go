package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestMark(t *testing.T) {
	for _, c := range []struct {
		line   string
		column int
		want   string
	}{
		{"\tif size > 0 {", 10, "if size «>» 0 {"},
		{"\tif a >= 0 && b {", 12, "if a >= 0 «&&» b {"},
		{"\ti++", 3, "i«++»"},
		{"\t\tcontinue", 3, "«continue»"},
		{"x := -1", 6, "x := «-»1"},
	} {
		if got := mark(c.line, c.column); got != c.want {
			t.Errorf("%q, column %d: %q, want %q", c.line, c.column, got, c.want)
		}
	}
}

func TestCompare(t *testing.T) {
	listed := survivor{"pkg/a/a.go", "CONDITIONALS_BOUNDARY", "if x «>» 0 {"}
	other := survivor{"pkg/a/a.go", "CONDITIONALS_NEGATION", "if x «>» 0 {"}
	elsewhere := survivor{"pkg/a/b.go", "CONDITIONALS_BOUNDARY", "if y «>» 0 {"}
	list := []equivalent{{listed, "reason"}, {elsewhere, "reason"}}
	for name, c := range map[string]struct {
		lived          []survivor
		files          []string
		unlisted, gone []survivor
	}{
		"as listed":             {[]survivor{listed, elsewhere}, []string{"a.go", "b.go"}, nil, nil},
		"one file":              {[]survivor{listed}, []string{"a.go"}, nil, nil},
		"one more":              {[]survivor{listed, other}, []string{"a.go"}, []survivor{other}, nil},
		"another kind":          {[]survivor{other}, []string{"a.go"}, []survivor{other}, []survivor{listed}},
		"one less":              {[]survivor{listed}, []string{"a.go", "b.go"}, nil, []survivor{elsewhere}},
		"another kind, in part": {[]survivor{other, elsewhere}, []string{"b.go"}, []survivor{other}, nil},
	} {
		r := result{lived: c.lived}
		r.compare("pkg/a", c.files, list)
		if !slices.Equal(r.unlisted, c.unlisted) || !slices.Equal(r.gone, c.gone) {
			t.Errorf("%s: unlisted %v, gone %v", name, r.unlisted, r.gone)
		}
	}
}

func TestCoverage(t *testing.T) {
	const profile = "mode: set\n" +
		modulePath + "/pkg/a/a.go:1.1,2.2 3 1\n" +
		modulePath + "/pkg/a/a.go:3.1,4.2 1 0\n" +
		modulePath + "/pkg/a/a.go:3.1,4.2 1 1\n" + // run by another package's tests
		modulePath + "/pkg/a/b.go:1.1,2.2 4 0\n" +
		modulePath + "/pkg/a/inner/a.go:1.1,2.2 100 0\n"
	for _, c := range []struct {
		files []string
		want  float64
	}{
		{[]string{"a.go", "b.go"}, 50},
		{[]string{"a.go"}, 100},
		{[]string{"b.go"}, 0},
		{[]string{"constants.go"}, 100}, // without statements
	} {
		if got, err := coverage(profile, "pkg/a", c.files); err != nil || got != c.want {
			t.Errorf("%v: %v, %v; want %v", c.files, got, err, c.want)
		}
	}
}

func TestPrint(t *testing.T) {
	lived := survivor{"pkg/a/a.go", "CONDITIONALS_BOUNDARY", "if x «>» 0 {"}
	for want, r := range map[string]result{
		"":                         {noticed: 20, covered: 95},
		"survived":                 {noticed: 20, covered: 95, lived: []survivor{lived}, unlisted: []survivor{lived}},
		"listed, and no survivor":  {noticed: 20, covered: 95, gone: []survivor{lived}},
		"coverage is below 95 %\n": {noticed: 20, covered: 94.9},
	} {
		var out bytes.Buffer
		if ok := r.print(&out); ok != (want == "") || !strings.Contains(out.String(), want) {
			t.Errorf("%q: %v, %s", want, ok, &out)
		}
	}
}

// TestSurvivorsAreInTheCode finds the line of every listed mutation.
func TestSurvivorsAreInTheCode(t *testing.T) {
	for _, e := range listed() {
		code, err := os.ReadFile(filepath.Join("..", "..", e.file))
		if line := strings.NewReplacer("«", "", "»", "").Replace(e.code) + "\n"; err != nil || !strings.Contains(string(code), line) {
			t.Errorf("%s has no line %s", e.file, line)
		}
		if e.reason == "" {
			t.Errorf("%s: %s: no reason", e.file, e.code)
		}
	}
}

func TestGenericRefusesOtherPackages(t *testing.T) {
	for _, only := range []string{"pkg", "pkg/jwtauth/jwtauthtest", "functions/contract", "strictjson"} {
		if _, err := selected(only); !errors.Is(err, errPackage) {
			t.Errorf("%s: %v, want errPackage", only, err)
		}
	}
}
