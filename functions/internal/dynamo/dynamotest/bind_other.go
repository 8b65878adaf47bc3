//go:build !linux

package dynamotest

import "os/exec"

// bind does nothing here: a test program that is killed leaves the engine running.
func bind(*exec.Cmd) {}
