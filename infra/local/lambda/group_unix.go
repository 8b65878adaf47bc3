//go:build unix && !linux

package lambda

import (
	"os"
	"syscall"
)

// processGroup puts a program into its own process group: Ctrl-C in the terminal reaches it through
// Close only, and its children can be killed with it.
func processGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func killGroup(leader *os.Process) { _ = syscall.Kill(-leader.Pid, syscall.SIGKILL) }
