//go:build !unix

package lambda

import (
	"os"
	"syscall"
)

// processGroup does nothing on systems without process groups.
func processGroup() *syscall.SysProcAttr { return nil }

func killGroup(leader *os.Process) { _ = leader.Kill() }
