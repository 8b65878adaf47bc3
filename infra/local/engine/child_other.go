//go:build !linux

package engine

import "syscall"

// childAttributes puts the engine into a process group of its own, so that Ctrl-C at the terminal
// reaches only this program, which stops the engine in order.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
