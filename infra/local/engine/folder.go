package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ErrInUse means another process holds the data folder; its text names the cure.
var ErrInUse = errors.New("in use by another `make run`: stop it, or choose another folder with DATA_DIR=")

// A Folder holds the engine's data. One process holds it at a time: two engines on one file would
// not see each other's sales.
type Folder struct {
	dir  string
	lock *os.File
}

// OpenFolder creates the folder if it is missing, and locks it until Close.
func OpenFolder(dir string) (*Folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	//nolint:gosec // G304: the folder is the caller's own choice
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return &Folder{dir: dir, lock: lock}, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fmt.Errorf("%s is %w", dir, ErrInUse)
	}
	return nil, errors.Join(err, lock.Close())
}

func (f *Folder) database() string { return filepath.Join(f.dir, "pets.db") }

// Close releases the folder.
func (f *Folder) Close() error { return f.lock.Close() }
