package lambda

import (
	"os"
	"syscall"
)

// processGroup puts a program into its own process group: Ctrl-C in the terminal reaches it through
// Close only, and its children can be killed with it.
// The kernel kills it when this program dies.
func processGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func killGroup(leader *os.Process) { _ = syscall.Kill(-leader.Pid, syscall.SIGKILL) }
