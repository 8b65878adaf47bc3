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
		return nil, curedByDataDir(err)
	}
	//nolint:gosec // G304: the folder is the caller's own choice
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, curedByDataDir(err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s is in use by another `make run`: stop it, or choose another folder with DATA_DIR=", dir)
		}
		return nil, curedByDataDir(err)
	}
	return &data{dir: dir, lock: lock}, nil
}

func (d *data) database() string { return filepath.Join(d.dir, "pets.db") }

// Close lets the next one in.
func (d *data) Close() error { return d.lock.Close() }

// curedByDataDir adds the cure to what the file system refuses, and leaves other errors as they are.
func curedByDataDir(err error) error {
	var number syscall.Errno
	if errors.As(err, &number) {
		return fmt.Errorf("%w: set DATA_DIR= to a folder that can be made and written", err)
	}
	return err
}

// keyFile is where the local issuer keeps its signing keys, so that a token
// outlives a restart and `make token` needs no server.
func keyFile(dir string) string { return filepath.Join(dir, "issuer-keys.json") }
