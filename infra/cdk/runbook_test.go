package main

import (
	"regexp"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
)

// The runbook has a section for every alarm, and the stack has every resource the
// runbook names.
func TestRunbook(t *testing.T) {
	runbook := read(t, "RUNBOOK.md")
	environments(t, func(t *testing.T, _ bool, template template) {
		for id := range template.of("AWS::CloudWatch::Alarm") {
			if heading := "\n### " + section(id) + "\n"; !strings.Contains(runbook, heading) && !strings.Contains(id, "Rollback") {
				t.Errorf("%[2]s has no section: add %[1]q to infra/cdk/RUNBOOK.md", section(id), id)
			}
		}
		for _, match := range regexp.MustCompile(`\(out (\w+)\)`).FindAllStringSubmatch(runbook, -1) {
			if template.Outputs[match[1]] == nil {
				t.Errorf("RUNBOOK.md uses the output %s, which the stack lacks", match[1])
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
				t.Errorf("RUNBOOK.md uses %s of type %s, the stack has %d", match[1], match[2], found)
			}
		}
	})
}

// section returns the heading of an alarm. The alarms of the functions share
// theirs.
func section(id string) string {
	id = strings.TrimSuffix(id[:len(id)-8], "Alarm")
	for _, f := range contract.Functions() {
		if kind, ok := strings.CutPrefix(id, f.ID); ok {
			return "Function" + kind
		}
	}
	return id
}
