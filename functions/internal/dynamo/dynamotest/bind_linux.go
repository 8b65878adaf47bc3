package dynamotest

import (
	"os/exec"
	"syscall"
)

// bind ends the engine with the test program, however that ends.
func bind(process *exec.Cmd) {
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
