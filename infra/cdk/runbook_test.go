package main

import (
	"regexp"
	"strings"
	"testing"
)

// Who is woken by an alarm finds it in the runbook, and what the runbook names is in the stack.
func TestRunbook(t *testing.T) {
	runbook := read(t, "RUNBOOK.md")
	environments(t, func(t *testing.T, _ bool, template template) {
		for id := range template.of("AWS::CloudWatch::Alarm") {
			if heading := "\n### " + section(id) + "\n"; !strings.Contains(runbook, heading) && !strings.Contains(id, "Rollback") {
				t.Errorf("the runbook has no section %q for %s", section(id), id)
			}
		}
		for _, match := range regexp.MustCompile(`\(out (\w+)\)`).FindAllStringSubmatch(runbook, -1) {
			if template.Outputs[match[1]] == nil {
				t.Errorf("the runbook asks for the output %s", match[1])
			}
		}
		for _, match := range regexp.MustCompile(`\(id (\w+) ([\w:]+)\)`).FindAllStringSubmatch(runbook, -1) {
			found := 0
			for id := range template.of(match[2]) {
				if strings.HasPrefix(id, match[1]) {
					found++
				}
			}
			if found != 1 {
				t.Errorf("the runbook asks for %s of type %s, of which there are %d", match[1], match[2], found)
			}
		}
	})
}

// section is where the runbook treats an alarm: those of the functions have one in common.
func section(id string) string {
	id = strings.TrimSuffix(id[:len(id)-8], "Alarm")
	for _, f := range Functions() {
		if kind, ok := strings.CutPrefix(id, f.ID); ok {
			return "Function" + kind
		}
	}
	return id
}
