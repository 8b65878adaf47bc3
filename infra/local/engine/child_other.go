//go:build !linux

package engine

import "syscall"

// childAttributes puts the engine into a process group of its own, so that a
// Ctrl-C at the terminal reaches only us and we stop it in order.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
