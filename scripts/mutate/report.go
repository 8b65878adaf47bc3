package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const minCoverage = 95 // percent of the statements

// A survivor is a mutation that no test noticed.
type survivor struct {
	file string
	kind string // as gremlins names it
	code string // the line without indentation, the changed operator in «»
}

// A result is what became of the mutations of one package.
type result struct {
	folder   string
	noticed  int
	lived    []survivor // in the order of the code
	unlisted []survivor
	gone     []survivor // listed, and not among those that lived
	covered  float64    // percent of the statements
}

// report is the part of gremlins' output that counts here.
type report struct {
	Files []struct {
		Name      string `json:"file_name"`
		Mutations []struct {
			Type, Status string
			Line, Column int
		}
	}
}

// read returns the result of the last run, which mutated these files of a package.
func (l *lab) read(folder string, files []string) (*result, error) {
	text, err := os.ReadFile(filepath.Join(l.dir, "report.json"))
	if err != nil {
		return nil, err
	}
	var doc report
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	r := &result{folder: folder}
	for _, file := range doc.Files {
		name := path.Join(folder, file.Name)
		code, err := os.ReadFile(filepath.Join(l.repository(), name)) //nolint:gosec // G304: a file of this repository
		if err != nil {
			return nil, err
		}
		lines := strings.Split(string(code), "\n")
		for _, m := range file.Mutations {
			switch m.Status {
			case "KILLED", "TIMED OUT": // a test that hangs notices too
				r.noticed++
			case "LIVED":
				r.lived = append(r.lived, survivor{name, m.Type, mark(lines[m.Line-1], m.Column)})
			}
		}
	}
	slices.SortFunc(r.lived, func(a, b survivor) int { return strings.Compare(a.file+a.code, b.file+b.code) })
	r.compare(folder, files, listed())
	profile, err := os.ReadFile(filepath.Join(l.dir, "profile"))
	if err != nil {
		return nil, err
	}
	r.covered, err = coverage(string(profile), folder, files)
	return r, err
}

var operator = regexp.MustCompile(`^([-+*/%&|^<>=!]+|[a-z]+)`)

// mark returns a line of code with the operator at a column in «».
func mark(line string, column int) string {
	before, after := line[:column-1], line[column-1:]
	token := operator.FindString(after)
	return strings.TrimSpace(before + "«" + token + "»" + strings.TrimPrefix(after, token))
}

// compare sets what is not on the list, and what is on it without need, for these files.
func (r *result) compare(folder string, files []string, list []equivalent) {
	known := make(map[survivor]bool)
	for _, e := range list {
		known[e.survivor] = true
		if path.Dir(e.file) == folder && slices.Contains(files, path.Base(e.file)) && !slices.Contains(r.lived, e.survivor) {
			r.gone = append(r.gone, e.survivor)
		}
	}
	for _, s := range r.lived {
		if !known[s] {
			r.unlisted = append(r.unlisted, s)
		}
	}
}

var block = regexp.MustCompile(`^(.+):(\S+) (\d+) (\d+)$`)

// coverage returns the percentage of statements that a profile counts as run, in these files.
func coverage(profile, folder string, files []string) (float64, error) {
	type statements struct{ all, run int }
	blocks := make(map[string]statements)
	for line := range strings.Lines(profile) {
		m := block.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil || path.Dir(m[1]) != path.Join(modulePath, folder) || !slices.Contains(files, path.Base(m[1])) {
			continue
		}
		all, err := strconv.Atoi(m[3])
		if err != nil {
			return 0, err
		}
		s := statements{all: all, run: blocks[m[1]+m[2]].run} // several packages may run a block
		if m[4] != "0" {
			s.run = all
		}
		blocks[m[1]+m[2]] = s
	}
	var sum statements
	for _, s := range blocks {
		sum.all += s.all
		sum.run += s.run
	}
	if sum.all == 0 {
		return 100, nil
	}
	return 100 * float64(sum.run) / float64(sum.all), nil
}

// print reports whether all is well.
func (r *result) print(out io.Writer) bool {
	all := r.noticed + len(r.lived)
	_, _ = fmt.Fprintf(out, "%-32s efficacy %5.1f %% (%d of %d mutations noticed, %d change nothing), coverage %5.1f %%\n",
		r.folder, 100*float64(r.noticed)/float64(max(all, 1)), r.noticed, all, len(r.lived)-len(r.unlisted), r.covered)
	for _, s := range r.unlisted {
		_, _ = fmt.Fprintf(out, "  survived:  %s\n    %-22s %s\n", s.file, s.kind, s.code)
	}
	for _, s := range r.gone {
		_, _ = fmt.Fprintf(out, "  listed, and no survivor:  %s\n    %-22s %s\n", s.file, s.kind, s.code)
	}
	if r.covered < minCoverage {
		_, _ = fmt.Fprintf(out, "  coverage is below %d %%\n", minCoverage)
	}
	return len(r.unlisted)+len(r.gone) == 0 && r.covered >= minCoverage
}
