package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// data is the folder of what survives a restart, held by one `make run` at a
// time: two engines on one file would not see each other's sales.
type data struct {
	dir  string
	lock *os.File
}

func openData(dir string) (*data, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("DATA_DIR: %w", err)
	}
	//nolint:gosec // G304: the folder is the caller's own choice
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("DATA_DIR: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s is in use by another `make run`: stop it, or choose another folder with DATA_DIR=", dir)
		}
		return nil, fmt.Errorf("DATA_DIR: %w", err)
	}
	return &data{dir: dir, lock: lock}, nil
}

func (d *data) database() string { return filepath.Join(d.dir, "pets.db") }

// Close lets the next one in.
func (d *data) Close() error { return d.lock.Close() }

// keyFile is where the local issuer keeps its signing keys, so that a token
// outlives a restart and `make token` needs no server.
func keyFile(dir string) string { return filepath.Join(dir, "issuer-keys.json") }
