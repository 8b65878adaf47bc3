//go:build unix && !linux

package lambda

import (
	"os"
	"syscall"
)

// processGroup puts a program into a group of its own, so that Ctrl-C in the terminal reaches it through
// Close only and what it starts can be killed with it.
func processGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func killGroup(leader *os.Process) { _ = syscall.Kill(-leader.Pid, syscall.SIGKILL) }
